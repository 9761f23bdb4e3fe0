"""What an award says, and what one version changes of the one before. Sums in minor units."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from fundapp.domain.errors import Problem
from fundapp.domain.letter_terms import LONGEST_CONDITION, LONGEST_RELEASE, MOST_TERMS
from fundapp.domain.money import Money


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one funder pays, when it pays it ("on acceptance"), and its own condition."""

    amount: int
    condition: str = ""
    paid_when: str = ""


NOTHING = Part(amount=0)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One instalment: its sum, what releases it, and the first day it may come."""

    amount: int
    released_by: str
    not_before_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class AwardTerms:
    """All that one version of an award says. conditions: those that all funders ask."""

    parts: Mapping[UUID, Part] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    tranches: tuple[Planned, ...] = ()
    answer_by: date | None = None

    @property
    def amount(self) -> int:
        """Return the sum of the parts."""
        return sum(part.amount for part in self.parts.values())


def terms_as_data(terms: AwardTerms) -> dict[str, Any]:
    """Return the terms as plain data, as `AwardVersion` keeps them."""
    return {
        "amount": terms.amount,
        "contributions": [
            {"funder_id": str(funder), **vars(part)} for funder, part in terms.parts.items()
        ],
        "conditions": list(terms.conditions),
        "tranches": [
            {
                "amount": one.amount,
                "released_by": one.released_by,
                "not_before_on": one.not_before_on.isoformat() if one.not_before_on else None,
            }
            for one in terms.tranches
        ],
        "answer_by": terms.answer_by.isoformat() if terms.answer_by else None,
    }


def terms_from_data(data: Mapping[str, Any]) -> AwardTerms:
    """Return the terms that `terms_as_data` wrote."""
    return AwardTerms(
        parts={
            UUID(one["funder_id"]): Part(
                amount=one["amount"], condition=one["condition"], paid_when=one["paid_when"]
            )
            for one in data["contributions"]
        },
        conditions=tuple(data["conditions"]),
        tranches=tuple(
            Planned(
                amount=one["amount"],
                released_by=one["released_by"],
                not_before_on=_day(one["not_before_on"]),
            )
            for one in data["tranches"]
        ),
        answer_by=_day(data["answer_by"]),
    )


def changed_parts(before: AwardTerms, after: AwardTerms) -> frozenset[UUID]:
    """Return the funders that pay in `after` and whose part is not what it was."""
    return frozenset(
        funder for funder, part in after.parts.items() if before.parts.get(funder) != part
    )


def what_changed(
    before: AwardTerms, after: AwardTerms, *, names: Mapping[UUID, str], currency: str
) -> tuple[str, ...]:
    """Return what `after` says otherwise than `before`, a short sentence each."""
    return (
        *_money_changes(before, after, names=names, currency=currency),
        *_other_changes(before, after),
    )


def check_terms(terms: AwardTerms, *, currency: str) -> list[Problem]:
    """Return what is wrong with an award's conditions and instalments."""
    problems = []
    if len(terms.conditions) > MOST_TERMS:
        problems.append(Problem("conditions", f"Keep to {MOST_TERMS} conditions."))
    if any(len(text) > LONGEST_CONDITION for text in terms.conditions):
        sentence = f"Shorten each condition to {LONGEST_CONDITION} characters."
        problems.append(Problem("conditions", sentence))
    if len(terms.tranches) > MOST_TERMS:
        problems.append(Problem("tranches", f"Keep to {MOST_TERMS} instalments."))
    if any(not 1 <= len(one.released_by) <= LONGEST_RELEASE for one in terms.tranches):
        sentence = f"Say what releases each instalment, in at most {LONGEST_RELEASE} characters."
        problems.append(Problem("tranches", sentence))
    planned = sum(one.amount for one in terms.tranches)
    if terms.tranches and planned != terms.amount:
        has, wanted = (Money(sum_, currency) for sum_ in (planned, terms.amount))
        sentence = f"The instalments add up to {has}. The award is {wanted}."
        problems.append(Problem("tranches", sentence))
    return problems


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _money_changes(
    before: AwardTerms, after: AwardTerms, *, names: Mapping[UUID, str], currency: str
) -> Iterator[str]:
    if before.amount != after.amount:
        old, new = (Money(terms.amount, currency) for terms in (before, after))
        yield f"The award: {new}, before {old}."
    for funder in [*before.parts, *(id_ for id_ in after.parts if id_ not in before.parts)]:
        name = names.get(funder, "A funder")
        old_part, new_part = (terms.parts.get(funder, NOTHING) for terms in (before, after))
        yield from _part_changes(name, old_part, new_part, currency=currency)


def _part_changes(name: str, old: Part, new: Part, *, currency: str) -> Iterator[str]:
    if old.amount != new.amount:
        sums = [str(Money(one.amount, currency)) if one.amount else "nothing" for one in (new, old)]
        yield f"{name} pays {sums[0]}, before {sums[1]}."
    if new.amount and old.condition != new.condition:
        yield f"{name} asks: {new.condition or 'nothing of its own'}."
    if new.amount and old.paid_when != new.paid_when:
        yield f"{name} pays: {new.paid_when or 'as the instalments say'}."


def _other_changes(before: AwardTerms, after: AwardTerms) -> Iterator[str]:
    yield from (f"New condition: {text}" for text in _beyond(after.conditions, before.conditions))
    yield from (f"No longer asked: {text}" for text in _beyond(before.conditions, after.conditions))
    if before.conditions != after.conditions and set(before.conditions) == set(after.conditions):
        yield "The conditions stand in another order."
    if before.tranches != after.tranches:
        count = len(after.tranches)
        yield f"The instalments are others: {count} now." if count else "Paid at once."
    if before.answer_by != after.answer_by:
        day = after.answer_by
        yield f"Answer by {day.day} {day:%B %Y}." if day else "No day to answer."


def _beyond(texts: Sequence[str], others: Sequence[str]) -> list[str]:
    return [text for text in texts if text not in others]
