from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.joint.allocation.proposal import Entry, Proposal, propose_prizes, share_out

LABELS = {"A": "Lilliput (sample)", "B": "Erewhon (sample)"}


def show(minor: int) -> str:
    return f"EUR {minor}"


def entry(name: str, may_pay: str, rank: int) -> Entry:
    return Entry(application=name, may_pay=frozenset(may_pay), rank=rank)


def proposed(prizes, envelopes) -> Proposal:
    """Propose prizes of pairs (sum, who may pay), the best entry first."""
    entries = [entry(f"a{place}", may_pay, place) for place, (_, may_pay) in enumerate(prizes, 1)]
    ladder = [amount for amount, _ in prizes]
    return propose_prizes(entries, ladder, envelopes, show=show, funder_labels=LABELS)


def test_prizes_are_split_in_proportion_to_what_is_left():
    proposal = proposed([(100, "AB"), (80, "B"), (10, "")], {"A": 300, "B": 100})
    assert [award.contributions for award in proposal.awards] == [{"A": 75, "B": 25}, {}, {}]
    assert [award.explanation for award in proposal.awards] == [
        "Prize 1: Lilliput (sample) pays EUR 75, Erewhon (sample) pays EUR 25.",
        "Prize 2 cannot be paid: it takes EUR 80, and the funders that may pay have EUR 75 left.",
        "Prize 3 cannot be paid: no funder may pay for it.",
    ]
    assert proposal.left == {"A": 225, "B": 75}


CASES = st.integers(1, 4).flatmap(
    lambda funders: st.tuples(
        st.fixed_dictionaries({name: st.integers(0, 10**9) for name in "ABCD"[:funders]}),
        st.lists(
            st.tuples(
                st.integers(1, 10**9),
                st.sets(st.sampled_from("ABCD"[:funders])).map("".join),
            ),
            max_size=12,
        ),
    )
)


@given(CASES)
def test_no_envelope_is_overdrawn_and_every_award_is_paid_in_full(case):
    envelopes, requests = case
    proposal = proposed(requests, envelopes)
    spent = dict.fromkeys(envelopes, 0)
    for award, (amount, may_pay) in zip(proposal.awards, requests, strict=True):
        left = sum(envelopes[funder] - spent[funder] for funder in may_pay)
        assert award.is_funded is (amount <= left)
        assert set(award.contributions) <= set(may_pay)
        assert sum(award.contributions.values()) == (amount if award.is_funded else 0)
        for funder, part in award.contributions.items():
            share = Fraction(amount * (envelopes[funder] - spent[funder]), left)
            assert abs(part - share) < 1
        for funder, part in award.contributions.items():
            spent[funder] += part
    assert proposal.left == {funder: envelopes[funder] - spent[funder] for funder in envelopes}
    assert all(left >= 0 for left in proposal.left.values())


@pytest.mark.parametrize(("amount", "left"), [(0, {"A": 5}), (6, {"A": 5}), (1, {}), (1, {"A": 0})])
def test_more_than_is_left_cannot_be_shared_out(amount, left):
    with pytest.raises(ValueError, match="More is asked for"):
        share_out(amount, left)


def test_an_empty_envelope_pays_nothing():
    assert share_out(7, {"A": 0, "B": 9, "C": 0}) == {"B": 7}


@pytest.mark.parametrize(
    ("prizes", "envelopes", "message"),
    [
        ([(0, "AB")], {"A": 1, "B": 1}, "at least one minor unit"),
        ([(1, "AB")], {"A": 1, "B": -1}, "below zero"),
        ([(1, "AB")], {"A": 1}, "without an envelope"),
    ],
)
def test_impossible_input_is_refused(prizes, envelopes, message):
    with pytest.raises(ValueError, match=message):
        proposed(prizes, envelopes)


def test_prizes_go_down_the_ranking():
    proposal = propose_prizes(
        [entry("a", "AB", 1), entry("b", "A", 2), entry("c", "AB", 2), entry("d", "AB", 4)],
        [100, 90, 40],
        {"A": 100, "B": 100},
        show=show,
    )
    assert [(award.application, award.amount) for award in proposal.awards] == [
        ("a", 100),
        ("b", 90),
        ("c", 40),
        ("d", 0),
    ]
    assert [award.explanation for award in proposal.awards] == [
        "Prize 1: A pays EUR 50, B pays EUR 50.",
        "Prize 2 cannot be paid: it takes EUR 90, and the funders that may pay have EUR 50 left.",
        "Prize 3: A pays EUR 20, B pays EUR 20.",
        "No prize: place 4, and there are 3.",
    ]
    assert proposal.left == {"A": 30, "B": 30}
    assert proposal.notes == (
        "Equal scores, unequal outcome. Funded: c. Not funded: b. Look at these together.",
    )


def test_there_may_be_fewer_entries_than_prizes():
    proposal = propose_prizes([entry("a", "A", 1)], [50, 20], {"A": 70}, show=show)
    assert [award.contributions for award in proposal.awards] == [{"A": 50}]
