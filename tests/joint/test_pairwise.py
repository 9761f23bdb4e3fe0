"""Judging by pairs: the order, its doubt, and which pair to ask next."""

import random
from itertools import combinations
from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from fundapp.joint.pairwise.bradley_terry import (
    EQUAL_SD,
    LEANING_SD,
    PRIOR_SD,
    Comparison,
    FittedPairs,
    fit_pairs,
)
from fundapp.joint.pairwise.next_pairs import PairToAsk, pairs_to_ask
from fundapp.joint.pairwise.reading_pairs import (
    circular_triads,
    connected_groups,
    place_ranges,
    read_judges,
)

ENTRIES = 5
COMPARISONS = st.lists(
    st.builds(
        lambda pair, share, judge: Comparison(judge, pair[0], pair[1], share),
        st.sampled_from(list(combinations(range(ENTRIES), 2))),
        st.sampled_from([0.0, 0.5, 1.0]),
        st.sampled_from("abc"),
    ),
    max_size=25,
)


def by_hand(comparisons: list[Comparison]) -> np.ndarray:
    """The mode by a general minimiser."""

    says_equal = any(one.first_share == 0.5 for one in comparisons)

    def loss(found: np.ndarray) -> float:
        merits, readily = found[:-1], found[-1] if says_equal else -np.inf
        total = float(merits @ merits) / (2 * PRIOR_SD**2) + found[-1] ** 2 / (2 * EQUAL_SD**2)
        for one in comparisons:
            gap = merits[one.first] - merits[one.second]
            words = {1.0: gap / 2, 0.0: -gap / 2, 0.5: readily}
            total += float(np.logaddexp.reduce(list(words.values())) - words[one.first_share])
        return total

    return minimize(loss, np.zeros(ENTRIES + 1), method="BFGS", options={"gtol": 1e-9}).x[:-1]


@settings(max_examples=30, deadline=None)
@given(comparisons=COMPARISONS)
def test_merits_are_the_mode(comparisons: list[Comparison]) -> None:
    fitted = fit_pairs(ENTRIES, comparisons)
    assert np.allclose(fitted.merits, by_hand(comparisons), atol=1e-5)
    assert abs(float(fitted.merits.sum())) < 1e-8


@settings(max_examples=30, deadline=None)
@given(comparisons=COMPARISONS, data=st.data())
def test_order_and_direction_of_the_comparisons_change_nothing(
    comparisons: list[Comparison], data: st.DataObject
) -> None:
    turned = [
        Comparison(one.judge, one.second, one.first, 1 - one.first_share)
        for one in data.draw(st.permutations(comparisons))
    ]
    first, second = fit_pairs(ENTRIES, comparisons), fit_pairs(ENTRIES, turned)
    assert np.allclose(first.merits, second.merits, atol=1e-9)
    assert np.allclose(first.covariance, second.covariance, atol=1e-9)


def test_two_entries_have_the_closed_form() -> None:
    many = 400
    fitted = fit_pairs(2, [Comparison("a", 0, 1)] * 300 + [Comparison("a", 1, 0)] * 100)
    gap = float(fitted.merits[0] - fitted.merits[1])
    assert gap == pytest.approx(log(3), abs=0.01)
    assert fitted.spread(0, 1) == pytest.approx(1 / sqrt(many * 0.75 * 0.25), rel=0.02)
    assert 1 / (1 + exp(-gap)) == pytest.approx(0.75, abs=0.002)


def test_without_comparisons_all_are_one_tie() -> None:
    fitted = fit_pairs(3, [])
    assert fitted.merits.tolist() == [0.0, 0.0, 0.0]
    assert place_ranges(fitted) == dict.fromkeys(range(3), (1, 3))
    assert fitted.interval(0) == pytest.approx((-1.645 * PRIOR_SD, 1.645 * PRIOR_SD), abs=0.001)


def test_an_entry_that_always_wins_has_a_finite_merit() -> None:
    fitted = fit_pairs(2, [Comparison("a", 0, 1)] * 50)
    assert 2 < fitted.merits[0] < 10
    assert place_ranges(fitted) == {0: (1, 1), 1: (2, 2)}


def test_senseless_comparisons_are_refused() -> None:
    for one in (Comparison("a", 1, 1), Comparison("a", 0, 9), Comparison("a", 0, 1, 0.7)):
        with pytest.raises(ValueError, match=r"itself|no pair|0, 0.5 or 1"):
            fit_pairs(2, [one])


def test_a_judge_who_says_the_contrary_stands_out() -> None:
    pairs = list(combinations(range(4), 2))
    many = [Comparison(judge, *pair) for judge in "abcd" for pair in pairs]
    found = read_judges(4, [*many, *(Comparison("z", j, i) for i, j in pairs)])
    assert [(one.judge, one.agreeing, one.decided) for one in found] == [
        *((judge, 6, 6) for judge in "abcd"),
        ("z", 0, 6),
    ]


def test_what_nobody_else_compared_says_nothing_of_agreement() -> None:
    found = read_judges(4, [Comparison("a", 0, 1), Comparison("a", 2, 3), Comparison("b", 0, 1)])
    assert [(one.verdicts, one.agreeing, one.decided) for one in found] == [(2, 1, 1), (1, 1, 1)]


def test_a_word_of_equal_neither_agrees_nor_has_a_side() -> None:
    (found, _) = read_judges(2, [Comparison("a", 0, 1, 0.5), Comparison("b", 0, 1)])
    assert (found.decided, found.firsts, found.decided_all, found.verdicts) == (0, 0, 0, 1)


def test_circles_are_counted_as_by_hand() -> None:
    chance = random.Random(11)
    for _ in range(20):
        words = [
            Comparison("a", i, j, chance.choice([0.0, 0.5, 1.0]))
            for i, j in combinations(range(6), 2)
        ]
        better = {
            (one.first, one.second) if one.first_share > 0.5 else (one.second, one.first)
            for one in words
            if one.first_share != 0.5
        }
        circles = triads = 0
        for triad in combinations(range(6), 3):
            wins = [sum((i, j) in better for j in triad) for i in triad]
            triads += sum(wins) == 3
            circles += wins == [1, 1, 1]
        assert circular_triads(6, words) == (circles, triads)


def test_entries_that_nothing_links_are_told_apart() -> None:
    words = [Comparison("a", 0, 3), Comparison("b", 4, 3), Comparison("a", 1, 2)]
    assert connected_groups(6, words) == [[0, 3, 4], [1, 2], [5]]
    assert connected_groups(2, []) == [[0], [1]]


def test_places_that_chance_leaves_open_are_counted_among_those_asked_for() -> None:
    words = [Comparison("a", 0, 1)] * 40 + [Comparison("a", 1, 2)] * 40
    fitted = fit_pairs(4, words)
    assert place_ranges(fitted, among=[0, 1, 2]) == {0: (1, 1), 1: (2, 2), 2: (3, 3)}
    assert place_ranges(fitted)[3] == (1, 4)


def test_the_share_of_wins_is_that_against_the_others() -> None:
    fitted = fit_pairs(3, [Comparison("a", 0, 1)] * 3)
    zero, one, two = fitted.merits
    assert fitted.wins(0) == pytest.approx((expit(zero - one) + expit(zero - two)) / 2)
    assert sum(fitted.wins(entry) for entry in range(3)) == pytest.approx(1.5)
    assert fit_pairs(1, []).wins(0) == 0.5


def test_who_always_takes_the_first_tells_nothing_of_the_entries() -> None:
    """Sides are counterbalanced by whoever shows pairs; here one judge saw one side only."""
    words = [Comparison("a", 0, other) for other in range(1, 9)]
    plain, leaning = (fit_pairs(9, words, leaning_sd=sd) for sd in (0.0, LEANING_SD))
    assert leaning.leanings["a"] > 1
    assert leaning.merits[0] < 0.75 * plain.merits[0]
    assert leaning.spread(0, 1) > 0.95 * plain.spread(0, 1)


def test_leanings_are_found_and_the_order_stays() -> None:
    chance, true = random.Random(7), np.array([1.5, 0.5, -0.5, -1.5])
    words = []
    for judge, leaning in (("even", 0.0), ("first", 2.0)):
        for _ in range(150):
            first, second = chance.sample(range(4), 2)
            won = chance.random() < expit(true[first] - true[second] + leaning)
            words.append(Comparison(judge, first, second, float(won)))
    fitted = fit_pairs(4, words, leaning_sd=LEANING_SD)
    assert fitted.leanings["first"] == pytest.approx(2, abs=0.6)
    assert fitted.leanings["even"] == pytest.approx(0, abs=0.6)
    assert np.argsort(-fitted.merits).tolist() == [0, 1, 2, 3]
    assert abs(float(fitted.merits.sum())) < 1e-8


def test_intervals_hold_as_often_as_they_say() -> None:
    chance, held, asked = random.Random(3), 0, 0
    for _ in range(60):
        true = np.array([chance.gauss(0, PRIOR_SD) for _ in range(6)])
        fitted = simulated(true, comparisons=60, chance=chance, informed=False)
        for first, second in combinations(range(6), 2):
            gap = float(fitted.merits[first] - fitted.merits[second])
            held += abs(true[first] - true[second] - gap) <= 1.645 * fitted.spread(first, second)
            asked += 1
    assert held / asked == pytest.approx(0.9, abs=0.04)


def test_the_pairs_that_tell_most_leave_less_doubt_than_random_ones() -> None:
    chance = random.Random(5)
    errors = {True: 0.0, False: 0.0}
    for _ in range(40):
        true = np.array([chance.gauss(0, 2) for _ in range(8)])
        for informed in errors:
            fitted = simulated(true, comparisons=24, chance=chance, informed=informed)
            errors[informed] += float(np.trace(fitted.covariance))
    assert errors[True] < 0.97 * errors[False]


def simulated(
    true: np.ndarray, *, comparisons: int, chance: random.Random, informed: bool
) -> FittedPairs:
    done: list[Comparison] = []
    for number in range(comparisons):
        fitted = fit_pairs(len(true), done)
        judge = f"judge {number // len(true)}"
        free = list(combinations(range(len(true)), 2))
        ((first, second),) = (
            asked(pairs_to_ask(fitted, judge=judge)) if informed else [chance.choice(free)]
        )
        won = chance.random() < expit(true[first] - true[second])
        done.append(Comparison(judge, first, second, float(won)))
    return fit_pairs(len(true), done)


def asked(pairs: list[PairToAsk]) -> list[tuple[int, int]]:
    return [(one.first, one.second) for one in pairs]


def test_intervals_hold_where_judges_lean_and_say_equal() -> None:
    """One judge in three takes the first nearly always; close ones are called equal."""
    chance, held, count = random.Random(13), 0, 0
    for _ in range(60):
        true = np.array([chance.gauss(0, PRIOR_SD) for _ in range(6)])
        words = []
        for number in range(60):
            first, second = chance.sample(range(6), 2)
            pull = (0.0, 0.5, 3.0)[number % 3]
            better = expit(true[first] - true[second] + pull)
            share = 0.5 if chance.random() < 2 * better * (1 - better) else None
            won = float(chance.random() < better) if share is None else share
            words.append(Comparison(str(number % 3), first, second, won))
        fitted = fit_pairs(6, words, leaning_sd=LEANING_SD)
        for first, second in combinations(range(6), 2):
            gap = float(fitted.merits[first] - fitted.merits[second])
            held += abs(true[first] - true[second] - gap) <= 1.96 * fitted.spread(first, second)
            count += 1
    assert held / count == pytest.approx(0.95, abs=0.03)


def test_a_judge_is_asked_each_pair_once_and_never_about_a_barred_entry() -> None:
    fitted = fit_pairs(4, [Comparison("a", 0, 1)])
    assert sorted(asked(pairs_to_ask(fitted, judge="a", count=9, barred={3}))) == [(0, 2), (1, 2)]
    assert pairs_to_ask(fitted, judge="b", count=1, barred={0, 1, 3}) == []


def test_pairs_left_out_and_pairs_across_groups_are_not_asked() -> None:
    fitted = fit_pairs(4, [])
    found = pairs_to_ask(fitted, judge="a", count=9, left_out=[(2, 0)], groups=["x", "y", "x", "y"])
    assert asked(found) == [(1, 3)]


def test_the_first_pair_asked_is_of_the_entries_least_known() -> None:
    fitted = fit_pairs(4, [Comparison("a", 0, 1), Comparison("b", 1, 0)])
    (found,) = pairs_to_ask(fitted, judge="c")
    assert (found.first, found.second) == (2, 3)
    assert found.tells == pytest.approx(log(1 + 2 * PRIOR_SD**2 / 4) / 2)
