"""What a resolution must keep to, who is recused, and how an award is paid out."""

from datetime import date
from uuid import UUID

import pytest

from fundapp.domain.decisions import (
    FunderWord,
    Resolution,
    Terms,
    check_resolution,
    recused_funders,
    word_of,
)
from fundapp.domain.letter_terms import (
    Instalment,
    LetterTerms,
    TrancheTerm,
    instalments,
    letter_terms_as_data,
    letter_terms_from_data,
)
from fundapp.domain.states import ContributionState, DecisionKind, RoundKind

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


TERMS = Terms(
    round_kind=RoundKind.GRANT,
    requested=100,
    left={ONE: 100, TWO: 100},
    names={ONE: "Lilliput", TWO: "Erewhon"},
    recused=frozenset(),
    rungs={},
    places_taken=frozenset(),
    currency="JPY",
)


def test_an_award_needs_a_payer() -> None:
    problems = check_resolution(Resolution(kind=DecisionKind.AWARD), TERMS)
    assert [problem.sentence for problem in problems] == ["Say which funder pays how much."]


def test_a_stranger_among_the_payers_is_named_without_a_fault() -> None:
    resolution = Resolution(kind=DecisionKind.AWARD, contributions={THREE: 50})
    assert [problem.sentence for problem in check_resolution(resolution, TERMS)] == [
        "One of these funders has no envelope in this round."
    ]


def test_only_an_award_is_paid() -> None:
    resolution = Resolution(kind=DecisionKind.DECLINE, contributions={ONE: 50})
    assert [problem.sentence for problem in check_resolution(resolution, TERMS)] == [
        "Only an award is paid. Clear the sums, or choose “Award”."
    ]


def test_the_whole_request_needs_no_reason() -> None:
    resolution = Resolution(kind=DecisionKind.AWARD, contributions={ONE: 60, TWO: 40})
    assert check_resolution(resolution, TERMS) == []


@pytest.mark.parametrize(
    ("barred_people", "barred_funders", "recused"),
    [
        (set(), set(), set()),
        ({ONE}, set(), set()),
        ({ONE, TWO}, set(), {ONE}),
        (set(), {TWO}, {TWO}),
        ({THREE}, set(), {TWO}),
    ],
)
def test_a_funder_is_recused_with_its_last_officer(
    barred_people: set[UUID], barred_funders: set[UUID], recused: set[UUID]
) -> None:
    officers: dict[UUID, set[UUID]] = {ONE: {ONE, TWO}, TWO: {THREE}, THREE: set()}
    found = recused_funders(officers, barred_people=barred_people, barred_funders=barred_funders)
    assert found == recused


def test_a_recused_funder_says_nothing_else() -> None:
    assert word_of(ContributionState.APPROVED, is_recused=True) is FunderWord.RECUSED
    assert word_of(None, is_recused=False) is FunderWord.NOTHING


def test_instalments_lose_no_unit() -> None:
    tranches = (TrancheTerm(33, "Start"), TrancheTerm(33, "Middle", 90), TrancheTerm(34, "End"))
    assert instalments(100_001, tranches, letter_on=date(2026, 11, 2)) == [
        Instalment(33_000, "Start", None),
        Instalment(33_000, "Middle", date(2027, 1, 31)),
        Instalment(34_001, "End", None),
    ]


def test_without_tranches_an_award_is_paid_at_once() -> None:
    assert instalments(5, (), letter_on=date(2026, 11, 2)) == [
        Instalment(5, "Acceptance of the award", None)
    ]


def test_terms_survive_as_data_and_fill_in_what_is_missing() -> None:
    terms = LetterTerms(conditions=("Publish.",), tranches=(TrancheTerm(100, "Start", 3),))
    assert letter_terms_from_data(letter_terms_as_data(terms)) == terms
    assert letter_terms_from_data({}) == LetterTerms()
