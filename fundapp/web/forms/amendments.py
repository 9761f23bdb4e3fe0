"""The form that amends an award: read from what was typed, and filled from what stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from fundapp.domain.amendments import AwardTerms, Part, Planned
from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.money import parse_money
from fundapp.domain.text import one_line, plain
from fundapp.services.notes import read_note, read_paid_when
from fundapp.web.forms.rounds import typed_money

LONGEST_TYPED = 200
"""Characters of a sum or a day that are read."""


@dataclass
class TypedTerms:
    """What was typed, as terms, with a problem for each field that cannot be read."""

    terms: AwardTerms
    problems: list[Problem] = field(default_factory=list)


def fields_of(terms: AwardTerms, *, currency: str) -> dict[str, str]:
    """Return the fields as the form shows what stands."""
    shown = {
        "conditions": "\n".join(terms.conditions),
        "tranches": "\n".join(_line_of(one, currency) for one in terms.tranches),
        "answer_by": terms.answer_by.isoformat() if terms.answer_by else "",
        "reason": "",
    }
    for funder, part in terms.parts.items():
        shown |= {
            f"sum-{funder}": typed_money(part.amount, currency),
            f"condition-{funder}": part.condition,
            f"paid_when-{funder}": part.paid_when,
        }
    return shown


def terms_typed(
    typed: Mapping[str, str], *, funders: Mapping[UUID, str], currency: str
) -> TypedTerms:
    """Return what was typed for the funders of the round; a funder without a sum pays nothing."""
    problems: list[Problem] = []
    parts = {}
    for funder in funders:
        part = _part(typed, funder, currency=currency, problems=problems)
        if part is not None and part.amount:
            parts[funder] = part
    terms = AwardTerms(
        parts=parts,
        conditions=tuple(
            one_line(line)
            for line in plain(typed.get("conditions", "")).splitlines()
            if line.strip()
        ),
        tranches=_tranches(typed.get("tranches", ""), currency=currency, problems=problems),
        answer_by=_day(typed.get("answer_by", ""), field="answer_by", problems=problems),
    )
    return TypedTerms(terms, problems)


def _part(
    typed: Mapping[str, str], funder: UUID, *, currency: str, problems: list[Problem]
) -> Part | None:
    text = typed.get(f"sum-{funder}", "").strip()
    if not text:
        return None
    try:
        amount = parse_money(text[:LONGEST_TYPED], currency, field=f"sum-{funder}").minor
        condition = read_note(typed.get(f"condition-{funder}", ""), field=f"condition-{funder}")
        when = read_paid_when(typed.get(f"paid_when-{funder}", ""), field=f"paid_when-{funder}")
    except InvalidInput as error:
        problems.extend(error.problems)
        return None
    return Part(amount=amount, condition=condition, paid_when=when)


def _tranches(text: str, *, currency: str, problems: list[Problem]) -> tuple[Planned, ...]:
    found: list[Planned] = []
    for line in _lines(text):
        amount, _, rest = line.partition(";")
        released_by, _, day = rest.partition(";")
        try:
            typed_sum = amount.strip()[:LONGEST_TYPED]
            minor = parse_money(typed_sum, currency, field="tranches").minor
        except InvalidInput as error:
            problems.extend(error.problems)
            return ()
        first_day = _day(day, field="tranches", problems=problems)
        found.append(
            Planned(amount=minor, released_by=one_line(released_by), not_before_on=first_day)
        )
    return tuple(found)


def _lines(text: str) -> list[str]:
    return [line for line in plain(text).splitlines() if line.strip()]


def _day(text: str, *, field: str, problems: list[Problem]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:LONGEST_TYPED])
    except ValueError:
        problems.append(Problem(field, "Enter a date such as 2027-02-26."))
        return None


def _line_of(one: Planned, currency: str) -> str:
    day = f"; {one.not_before_on.isoformat()}" if one.not_before_on else ""
    return f"{typed_money(one.amount, currency)}; {one.released_by}{day}"
