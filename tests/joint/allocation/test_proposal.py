from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.joint.allocation.proposal import Entry, Proposal, propose_prizes

LABELS = {"A": "Lilliput (sample)", "B": "Erewhon (sample)"}


def show(minor: int) -> str:
    return f"EUR {minor}"


def entry(name: str, may_pay: str, rank: int, **above: float) -> Entry:
    return Entry(application=name, may_pay=frozenset(may_pay), rank=rank, above=above)


def proposed(prizes, envelopes) -> Proposal:
    """Propose prizes of pairs (sum, who may pay), the best entry first."""
    entries = [entry(f"a{place}", may_pay, place) for place, (_, may_pay) in enumerate(prizes, 1)]
    ladder = [amount for amount, _ in prizes]
    return propose_prizes(entries, ladder, envelopes, show=show, funder_labels=LABELS)


def test_equally_wanted_prizes_use_even_parts_of_the_envelopes():
    proposal = proposed([(100, "AB"), (80, "B"), (10, "")], {"A": 300, "B": 100})
    assert [award.contributions for award in proposal.awards] == [{"A": 100}, {"B": 80}, {}]
    assert [award.explanation for award in proposal.awards] == [
        "Prize 1: Lilliput (sample) pays EUR 100.",
        "Prize 2: Erewhon (sample) pays EUR 80.",
        "Prize 3 cannot be paid: no funder may pay for it.",
    ]
    assert proposal.left == {"A": 200, "B": 20}
    alone = proposed([(100, "AB")], {"A": 300, "B": 100})
    assert alone.awards[0].contributions == {"A": 75, "B": 25}


def test_money_goes_to_the_prize_that_its_owner_values_more():
    entries = [entry("a", "AB", 1, A=2.0, B=4.0), entry("b", "AB", 2, A=4.0, B=2.0)]
    proposal = propose_prizes(entries, [100, 100], {"A": 100, "B": 100}, show=show)
    assert [award.contributions for award in proposal.awards] == [{"B": 100}, {"A": 100}]


CASES = st.integers(1, 3).flatmap(
    lambda funders: st.tuples(
        st.fixed_dictionaries({name: st.integers(0, 40) for name in "ABC"[:funders]}),
        st.lists(
            st.tuples(
                st.integers(1, 30),
                st.sets(st.sampled_from("ABC"[:funders])).map("".join),
            ),
            min_size=1,
            max_size=5,
        ),
    )
)


def are_payable(prizes, envelopes) -> bool:
    """Tell by trying every group whether the prizes can be paid together."""
    groups = [frozenset(g for g in group if g) for group in product(*(["", f] for f in envelopes))]
    return all(
        sum(amount for amount, may_pay in prizes if set(may_pay) <= group)
        <= sum(envelopes[funder] for funder in group)
        for group in groups
    )


@given(CASES)
def test_a_prize_is_paid_in_full_where_it_can_be_beside_those_above(case):
    envelopes, prizes = case
    proposal = proposed(prizes, envelopes)
    above: list[Any] = []
    for award, prize in zip(proposal.awards, prizes, strict=True):
        assert award.is_funded is are_payable([*above, prize], envelopes)
        assert set(award.contributions) <= set(prize[1])
        assert sum(award.contributions.values()) == (prize[0] if award.is_funded else 0)
        above += [prize] if award.is_funded else []
    spent = {
        funder: sum(award.contributions.get(funder, 0) for award in proposal.awards)
        for funder in envelopes
    }
    assert proposal.left == {funder: envelopes[funder] - spent[funder] for funder in envelopes}
    assert all(left >= 0 for left in proposal.left.values())


@pytest.mark.parametrize(
    ("prizes", "envelopes", "message"),
    [
        ([(0, "AB")], {"A": 1, "B": 1}, "is 0; the least is 1"),
        ([(1, "AB")], {"A": 1, "B": -1}, "is -1; the least is 0"),
        ([(1, "AB")], {"A": 1}, "“B” is named and not known"),
        ([(1, "")], {}, "1 to 12 funders"),
    ],
)
def test_impossible_input_is_refused(prizes, envelopes, message):
    with pytest.raises(ValueError, match=message):
        proposed(prizes, envelopes)


def test_prizes_go_down_the_ranking():
    proposal = propose_prizes(
        [entry("a", "AB", 1), entry("b", "A", 2), entry("c", "AB", 2), entry("d", "AB", 4)],
        [100, 120, 40],
        {"A": 100, "B": 100},
        show=show,
    )
    assert [(award.application, award.amount) for award in proposal.awards] == [
        ("a", 100),
        ("b", 120),
        ("c", 40),
        ("d", 0),
    ]
    assert [award.explanation for award in proposal.awards][1::2] == [
        "Prize 2 cannot be paid: it takes EUR 120, and the funders that may pay have EUR 100 left.",
        "No prize: place 4, and there are 3.",
    ]
    assert proposal.left == {"A": 30, "B": 30}
    assert proposal.notes == (
        "Equal scores, unequal outcome. Funded: c. Not funded: b. Look at these together.",
    )


def test_there_may_be_fewer_entries_than_prizes():
    proposal = propose_prizes([entry("a", "A", 1)], [50, 20], {"A": 70}, show=show)
    assert [award.contributions for award in proposal.awards] == [{"A": 50}]
