from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.joint.assignment.assign import ApplicationNeed, ReviewerCapacity, assign


def need(application: str, reviews: int, funders: int) -> ApplicationNeed:
    return ApplicationNeed(application=application, reviews_wanted=reviews, funders_wanted=funders)


def reviewer(name: str, funder: str, load: int) -> ReviewerCapacity:
    return ReviewerCapacity(reviewer=name, funder=funder, load=load)


@st.composite
def small_cases(draw):
    applications = [f"a{n}" for n in range(draw(st.integers(1, 4)))]
    reviewers = [
        reviewer(f"r{n}", draw(st.sampled_from("ABC")), draw(st.integers(0, 3)))
        for n in range(draw(st.integers(1, 5)))
    ]
    needs = []
    for application in applications:
        reviews = draw(st.integers(0, 3))
        needs.append(need(application, reviews, draw(st.integers(0, reviews))))
    pairs = [(a, r.reviewer) for a in applications for r in reviewers]
    marks = draw(
        st.lists(
            st.sampled_from(["", "", "", "conflict", "locked"]),
            min_size=len(pairs),
            max_size=len(pairs),
        )
    )
    conflicts = {pair for pair, mark in zip(pairs, marks, strict=True) if mark == "conflict"}
    locked = {pair for pair, mark in zip(pairs, marks, strict=True) if mark == "locked"}
    return needs, reviewers, conflicts, locked


def can_be_full(needs, reviewers, conflicts, locked) -> bool:
    """Tell by trying everything whether all needs can be met."""
    funder_of = {r.reviewer: r.funder for r in reviewers}
    room = {r.reviewer: r.load for r in reviewers}
    room = Counter(room)
    room.subtract(Counter(r for _, r in locked))

    def fill(rest) -> bool:
        if not rest:
            return True
        first, *others = rest
        fixed = [r for a, r in locked if a == first.application]
        free = [
            r
            for r in funder_of
            if r not in fixed and (first.application, r) not in conflicts and room[r] > 0
        ]
        for chosen in combinations(free, max(0, first.reviews_wanted - len(fixed))):
            if len({funder_of[r] for r in (*fixed, *chosen)}) < first.funders_wanted:
                continue
            room.subtract(chosen)
            done = fill(others)
            room.update(chosen)
            if done:
                return True
        return False

    return fill(needs)


@given(small_cases(), st.text(max_size=3))
def test_every_assignment_keeps_the_rules_and_is_full_where_that_is_possible(case, seed):
    needs, reviewers, conflicts, locked = case
    result = assign(needs, reviewers, conflicts=conflicts, locked=locked, seed=seed)
    pairs = [(pair.application, pair.reviewer) for pair in result.pairs]
    assert len(set(pairs)) == len(pairs)
    assert conflicts.isdisjoint(pairs)
    assert locked <= set(pairs)
    assert {(p.application, p.reviewer) for p in result.pairs if p.is_locked} == locked
    used = Counter(name for _, name in pairs)
    assert dict(result.loads) == {r.reviewer: used[r.reviewer] for r in reviewers}
    before = Counter(name for _, name in locked)
    for one in reviewers:
        assert used[one.reviewer] <= max(one.load, before[one.reviewer])
    assert result.is_full is can_be_full(needs, reviewers, conflicts, locked)


@given(small_cases())
def test_shortfalls_are_what_is_missing(case):
    needs, reviewers, conflicts, locked = case
    result = assign(needs, reviewers, conflicts=conflicts, locked=locked, seed="s")
    missing = {}
    for wanted in needs:
        here = [pair for pair in result.pairs if pair.application == wanted.application]
        new = [pair for pair in here if not pair.is_locked]
        assert len(new) <= max(0, wanted.reviews_wanted - (len(here) - len(new)))
        reviews = max(0, wanted.reviews_wanted - len(here))
        funders = max(0, wanted.funders_wanted - len({pair.funder for pair in here}))
        if reviews or funders:
            missing[wanted.application] = (reviews, funders)
    assert missing == {
        short.application: (short.reviews_missing, short.funders_missing)
        for short in result.shortfalls
    }


@given(small_cases(), st.randoms())
def test_the_order_of_the_input_does_not_matter(case, random):
    needs, reviewers, conflicts, locked = case
    result = assign(needs, reviewers, conflicts=conflicts, locked=locked, seed="s")
    random.shuffle(needs)
    random.shuffle(reviewers)
    assert assign(needs, reviewers, conflicts=conflicts, locked=locked, seed="s") == result


@given(small_cases())
def test_a_further_reviewer_never_makes_a_full_assignment_impossible(case):
    needs, reviewers, conflicts, locked = case
    before = assign(needs, reviewers, conflicts=conflicts, locked=locked, seed="s")
    after = assign(
        needs, [*reviewers, reviewer("new", "D", 9)], conflicts=conflicts, locked=locked, seed="s"
    )
    assert after.is_full >= before.is_full


def test_reviewers_are_moved_where_greed_goes_wrong():
    needs = [need("a", 1, 1), need("b", 1, 1), need("c", 1, 1)]
    reviewers = [reviewer("x", "A", 1), reviewer("y", "A", 1), reviewer("z", "B", 1)]
    conflicts = {("a", "z"), ("b", "z"), ("b", "y")}
    for seed in "0123456789":
        result = assign(needs, reviewers, conflicts=conflicts, seed=seed)
        assert [(p.application, p.reviewer) for p in result.pairs] == [
            ("a", "y"),
            ("b", "x"),
            ("c", "z"),
        ]


def test_two_from_two_funders_do_not_count_as_three_funders():
    reviewers = [reviewer(name, funder, 9) for name, funder in zip("stuv", "AABB", strict=True)]
    result = assign([need("a", 4, 3)], reviewers, conflicts=set(), seed="s")
    [short] = result.shortfalls
    assert (short.reviews_missing, short.funders_missing) == (0, 1)
    assert short.sentence == "a has reviewers from 2 funders and wants them from 3."
    assert result.advice == (
        "Reviewers of 3 funders are wanted and the panel has 2. "
        "Add reviewers of another funder or ask for fewer.",
    )


def test_who_is_short_is_told_with_the_reason():
    needs = [
        ApplicationNeed(application="a", reviews_wanted=3, funders_wanted=2, label="CMF-2026-031")
    ]
    reviewers = [reviewer("x", "A", 1), reviewer("y", "A", 0), reviewer("z", "B", 5)]
    result = assign(needs, reviewers, conflicts={("a", "z")}, seed="s")
    assert [short.sentence for short in result.shortfalls] == [
        "CMF-2026-031 is 2 reviewers short. On the panel: 1 assigned, "
        "1 with a conflict, 1 without room. "
        "CMF-2026-031 has reviewers from 1 funder and wants them from 2."
    ]
    assert result.advice == ()


def test_loads_that_cannot_carry_the_wants_are_told():
    result = assign(
        [need("a", 1, 1), need("b", 1, 1)], [reviewer("x", "A", 1)], conflicts=set(), seed="s"
    )
    assert result.advice == (
        "2 reviews are wanted and the loads add up to 1. "
        "Raise loads, add reviewers or ask for fewer reviews.",
    )


def test_every_pair_has_its_reason():
    reviewers = [
        ReviewerCapacity(reviewer="x", funder="A", funder_label="Lilliput (sample)", load=3),
        ReviewerCapacity(reviewer="y", funder="B", funder_label="Erewhon (sample)", load=3),
        ReviewerCapacity(reviewer="z", funder="B", funder_label="Erewhon (sample)", load=3),
    ]
    result = assign(
        [need("a", 3, 2)],
        reviewers,
        conflicts=set(),
        locked={("a", "z")},
        affinity={("a", "y"): 0.25},
        seed="s",
    )
    assert {pair.reviewer: pair.reason for pair in result.pairs} == {
        "x": "Brings in Lilliput (sample), as one of 2 funders wanted. Load 1 of 3.",
        "y": "Takes a place that a reviewer of any funder may have. Match 0.25. Load 1 of 3.",
        "z": "Assigned before. Load 1 of 3.",
    }


def test_a_better_match_is_preferred():
    reviewers = [reviewer(name, "A", 5) for name in "xyz"]
    affinity = {("a", "x"): 0.1, ("a", "y"): 0.9, ("a", "z"): 0.5}
    result = assign([need("a", 2, 1)], reviewers, conflicts=set(), affinity=affinity, seed="s")
    assert [pair.reviewer for pair in result.pairs] == ["y", "z"]


def test_the_highest_total_is_found_where_greed_misses_it():
    reviewers = [reviewer(name, "A", 1) for name in "xy"]
    affinity = {("a", "x"): 0.9, ("a", "y"): 0.8, ("b", "x"): 0.8, ("b", "y"): 0.1}
    result = assign(
        [need("a", 1, 1), need("b", 1, 1)], reviewers, conflicts=set(), affinity=affinity, seed="s"
    )
    assert [(pair.application, pair.reviewer) for pair in result.pairs] == [("a", "y"), ("b", "x")]
    assert (result.objective, result.is_certified) == (1.6, True)


def test_the_match_is_told_with_what_it_rests_on():
    result = assign(
        [need("a", 1, 1)],
        [reviewer("x", "A", 1)],
        conflicts=set(),
        affinity={("a", "x"): 0.85},
        explanations={("a", "x"): "expert in red-teaming; reads French"},
        seed="s",
    )
    assert result.pairs[0].reason == (
        "Brings in A, as one of 1 funder wanted. "
        "Match 0.85: expert in red-teaming; reads French. Load 1 of 1."
    )


def test_a_conflict_is_no_affinity():
    result = assign(
        [need("a", 1, 1)],
        [reviewer("x", "A", 1), reviewer("y", "A", 1)],
        conflicts={("a", "x")},
        affinity={("a", "x"): float("nan"), ("a", "y"): 0.0, ("gone", "x"): 1.0},
        seed="s",
    )
    assert [pair.reviewer for pair in result.pairs] == ["y"]


def test_who_is_the_narrow_place_is_told_where_applications_share_it():
    panel = [reviewer("x", "A", 9), reviewer("y", "A", 9), reviewer("z", "B", 1)]
    needs = [need("a", 2, 2), need("b", 2, 2)]
    result = assign(needs, panel, conflicts=set(), seed="s")
    assert result.advice == (
        "All 2 applications: 4 reviews wanted from different funders. Reviewer z: room for 1. "
        "Everybody else: 2 at most. That is 1 short. Raise these loads, add reviewers who may "
        "take these applications, or ask for fewer reviews or funders.",
    )
    assert [short.reviews_missing + short.funders_missing for short in result.shortfalls] == [1]


def test_loads_come_out_even():
    needs = [need(f"a{n:02}", 2, 1) for n in range(30)]
    reviewers = [reviewer(f"r{n}", "AB"[n % 2], 20) for n in range(6)]
    result = assign(needs, reviewers, conflicts=set(), seed="s")
    assert set(result.loads.values()) == {10}


def test_another_seed_gives_another_assignment():
    needs = [need(f"a{n}", 1, 1) for n in range(20)]
    reviewers = [reviewer(f"r{n}", "A", 20) for n in range(20)]
    first, second = (
        assign(needs, reviewers, conflicts=set(), seed=seed).pairs for seed in ("1", "2")
    )
    assert first != second


@pytest.mark.parametrize(
    ("applications", "reviewers", "locked", "message"),
    [
        ([need("a", 1, 2)], [], [], "wants more funders than reviews"),
        ([need("a", 1, -1)], [], [], "wants more funders than reviews"),
        ([], [reviewer("x", "A", -1)], [], "load below 0"),
        ([need("a", 1, 1)] * 2, [], [], "comes twice"),
        ([], [reviewer("x", "A", 1)] * 2, [], "comes twice"),
        ([need("a", 1, 1)], [], [("a", "x")], "is unknown"),
        ([need("a", 1, 1)], [reviewer("x", "A", 1)], [("a", "x")], "has a conflict"),
    ],
)
def test_impossible_input_is_refused(applications, reviewers, locked, message):
    with pytest.raises(ValueError, match=message):
        assign(applications, reviewers, conflicts={("a", "x")}, locked=locked, seed="s")


def test_the_replay_of_the_demo_is_full():
    panel = [reviewer(f"r{n}", funder, 50) for n, funder in enumerate("AAABBCCDD")]
    needs = [need(f"a{n:02}", 5, 3) for n in range(87)]
    conflicts = {(f"a{n:02}", f"r{n % 9}") for n in range(0, 87, 3)}
    result = assign(needs, panel, conflicts=conflicts, seed="s")
    assert result.is_full
    assert sum(result.loads.values()) == 435


@pytest.mark.parametrize("load", [15, 16, 12])
def test_a_thousand_applications_are_as_full_as_the_loads(load):
    panel = [reviewer(f"r{n}", "ABCDE"[n % 5], load) for n in range(200)]
    needs = [need(f"a{n}", 3, 2) for n in range(1000)]
    conflicts = {(f"a{n}", f"r{(n * 7 + k) % 200}") for n in range(1000) for k in range(6)}
    result = assign(needs, panel, conflicts=conflicts, seed="s")
    assert result.is_full is (load * 200 >= 3000)
    assert len(result.pairs) == min(3000, load * 200)
