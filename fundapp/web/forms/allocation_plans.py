"""Forms of the decision room: what is changed to try another plan, and funders' wishes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.joint_evaluation import WishKind
from fundapp.domain.money import Money, parse_money
from fundapp.domain.numerals import NumeralError, read_units
from fundapp.queries.allocation_views import PlanView
from fundapp.queries.deliberations import FunderEnvelope
from fundapp.services.allocation_questions import WhatIf

MOST_RESERVES = 50
MARK_DIGITS = 2
LONGEST = 200

WISH_WORDS = {"": "No wish", WishKind.OPT_OUT: "Pays nothing here", WishKind.PIN: "Pays at least"}


@dataclass(frozen=True)
class TypedWhatIf:
    """The texts of the form, what they mean, and a sentence for each that means nothing."""

    texts: Mapping[str, str]
    what_if: WhatIf
    problems: tuple[Problem, ...]


def what_if_typed(
    funders: Iterable[FunderEnvelope], posted: Mapping[str, str], *, currency: str
) -> TypedWhatIf:
    """Read the form; an empty envelope is all that there is, an empty mark the lowest one."""
    problems: list[Problem] = []
    envelopes, marks = {}, {}
    for funder in funders:
        name = f"envelope-{funder.funder_id}"
        if text := posted.get(name, "").strip():
            try:
                money = parse_money(text[:LONGEST], currency, field=name)
                envelopes[funder.funder_id] = money.minor
            except InvalidInput as error:
                problems += error.problems
        name = f"mark-{funder.funder_id}"
        if text := posted.get(name, "").strip():
            try:
                marks[funder.funder_id] = read_units(text[:LONGEST], digits=MARK_DIGITS) / 100
            except NumeralError:
                problems.append(Problem(name, "Enter a score, such as 2.5."))
    what_if = WhatIf(
        envelopes=envelopes,
        marks=marks,
        reserves=_reserves(posted.get("reserves", ""), problems),
        allows_reduced=bool(posted.get("allows_reduced")),
        keeps_floors=bool(posted.get("keeps_floors")),
    )
    return TypedWhatIf(dict(posted), what_if, tuple(problems))


def _reserves(text: str, problems: list[Problem]) -> int:
    text = text.strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= 4
    if text and not (is_number and int(text) <= MOST_RESERVES):
        problems.append(Problem("reserves", f"Enter a whole number up to {MOST_RESERVES}."))
        return 0
    return int(text or 0)


def what_if_shown(view: PlanView) -> dict[str, str]:
    """Return what the form holds beside a plan: what the plan was worked out from."""
    currency = view.room.head.currency
    texts = {"reserves": str(len(view.what_if["reserve_places"]))}
    for one in view.funders:
        money = str(Money(one.envelope, currency)).removeprefix(f"{currency} ")
        texts[f"envelope-{one.funder.funder_id}"] = money
        texts[f"mark-{one.funder.funder_id}"] = f"{one.mark:g}"
    texts |= {name: "yes" for name in ("allows_reduced", "keeps_floors") if view.what_if[name]}
    if view.entered_at is not None:
        texts["keeps_floors"] = "yes"
    return texts


def what_if_again(view: PlanView) -> dict[str, str]:
    """Return what makes a plan anew: as it was asked for, with all the money that there is now.

    An envelope that was made smaller stays so.
    """
    texts = what_if_shown(view)
    for one in view.funders:
        if one.envelope == view.what_if["available"][str(one.funder.funder_id)]:
            del texts[f"envelope-{one.funder.funder_id}"]
    return texts


@dataclass(frozen=True)
class TypedWish:
    """One funder's wish as it was typed; amount in minor units."""

    funder_id: UUID
    texts: Mapping[str, str]
    kind: WishKind | None
    amount: int | None
    problems: tuple[Problem, ...]


def wish_typed(funder_id: UUID, posted: Mapping[str, str], *, currency: str) -> TypedWish:
    """Read one funder's wish."""
    problems: list[Problem] = []
    kind, amount = None, None
    if posted.get("kind", ""):
        try:
            kind = WishKind(posted["kind"])
        except ValueError:
            problems.append(Problem("kind", "Choose one of the three."))
    text = posted.get("amount", "").strip()
    if kind is WishKind.PIN and text:
        try:
            amount = parse_money(text[:LONGEST], currency).minor
        except InvalidInput as error:
            problems += error.problems
    return TypedWish(funder_id, dict(posted), kind, amount, tuple(problems))
