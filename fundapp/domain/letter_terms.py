"""What a round's letters promise: conditions, instalments and the days to answer.

The data stand in `round.letter_terms`; every key may be missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fundapp.domain.errors import Problem
from fundapp.domain.money import split_in_proportion

MOST_TERMS = 20
LONGEST_CONDITION = 600
LONGEST_RELEASE = 200
LONGEST_PERIOD = 3650
PERIODS = ("answer_days", "appeal_days", "appeal_answer_days", "reserve_days")


@dataclass(frozen=True)
class TrancheTerm:
    """One instalment: its share in percent, what releases it, and the first day it may
    come, counted in days from the letter (None = no first day)."""

    share: int
    released_by: str
    after_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class LetterTerms:
    """The terms of a round. Days are calendar days from the day of the letter.

    answer_days: to accept the award. appeal_days: to contest a fact. appeal_answer_days:
    in which the fund answers. reserve_days: how long the reserve list is kept.
    """

    conditions: tuple[str, ...] = ()
    tranches: tuple[TrancheTerm, ...] = ()
    answer_days: int = 28
    appeal_days: int = 28
    appeal_answer_days: int = 21
    reserve_days: int = 180

    @property
    def conditions_as_data(self) -> list[dict[str, str]]:
        """Return the conditions as an award keeps them: asked by all funders together."""
        return [{"text": text, "funder": ""} for text in self.conditions]


@dataclass(frozen=True)
class Instalment:
    """One planned payment of an award, in minor units."""

    amount: int
    released_by: str
    not_before_on: date | None


def letter_terms_from_data(data: Mapping[str, Any]) -> LetterTerms:
    """Return the terms that `letter_terms_as_data` wrote; what is missing takes its default."""
    known = {key: int(data[key]) for key in PERIODS if data.get(key) is not None}
    return LetterTerms(
        conditions=tuple(data.get("conditions", ())),
        tranches=tuple(
            TrancheTerm(entry["share"], entry["released_by"], entry.get("after_days"))
            for entry in data.get("tranches", ())
        ),
        **known,
    )


def letter_terms_as_data(terms: LetterTerms) -> dict[str, Any]:
    """Return the terms as JSON data for `round.letter_terms`."""
    return {
        "conditions": list(terms.conditions),
        "tranches": [vars(tranche) for tranche in terms.tranches],
        "answer_days": terms.answer_days,
        "appeal_days": terms.appeal_days,
        "appeal_answer_days": terms.appeal_answer_days,
        "reserve_days": terms.reserve_days,
    }


def instalments(
    amount: int, tranches: Sequence[TrancheTerm], *, letter_on: date
) -> list[Instalment]:
    """Split `amount` by the shares, losing no unit; without tranches it is paid at once.

    Parts that would be nothing (an award of a few cents) are left out.
    """
    terms = tranches or (TrancheTerm(100, "Acceptance of the award"),)
    parts = split_in_proportion(amount, [term.share for term in terms])
    return [
        Instalment(
            part,
            term.released_by,
            None if term.after_days is None else letter_on + timedelta(days=term.after_days),
        )
        for term, part in zip(terms, parts, strict=True)
        if part
    ]


def check_letter_terms(terms: LetterTerms) -> list[Problem]:
    """Return what is wrong with the terms. Fields: conditions, tranches, each of PERIODS."""
    return [*_conditions(terms), *_periods(terms), *_tranches(terms)]


def _conditions(terms: LetterTerms) -> Iterator[Problem]:
    if len(terms.conditions) > MOST_TERMS:
        yield Problem("conditions", f"Keep to {MOST_TERMS} conditions.")
    if any(len(condition) > LONGEST_CONDITION for condition in terms.conditions):
        yield Problem("conditions", f"Shorten each condition to {LONGEST_CONDITION} characters.")


def _periods(terms: LetterTerms) -> Iterator[Problem]:
    for name in PERIODS:
        if not 1 <= getattr(terms, name) <= LONGEST_PERIOD:
            yield Problem(name, f"Enter a number of days from 1 to {LONGEST_PERIOD:,}.")


def _tranches(terms: LetterTerms) -> Iterator[Problem]:
    if not terms.tranches:
        return
    total = sum(tranche.share for tranche in terms.tranches)
    if any(tranche.share < 1 for tranche in terms.tranches):
        yield Problem("tranches", "Give every instalment a share of 1 % or more.")
    elif total != 100:
        yield Problem("tranches", f"The shares add up to {total} %. Make them 100 %.")
    if len(terms.tranches) > MOST_TERMS:
        yield Problem("tranches", f"Keep to {MOST_TERMS} instalments.")
    if any(
        not 1 <= len(tranche.released_by.strip()) <= LONGEST_RELEASE for tranche in terms.tranches
    ):
        sentence = f"Say what releases each instalment, in at most {LONGEST_RELEASE} characters."
        yield Problem("tranches", sentence)
