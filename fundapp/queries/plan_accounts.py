"""How good an automatic plan of assignments is: its match, expertise, options, changes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any
from uuid import UUID

from fundapp.domain.assignment_wishes import (
    ChangeKind,
    DraftWishes,
    HandChange,
    price_in_words,
    wishes_from_data,
)
from fundapp.domain.reviewer_profiles import Level
from fundapp.queries.panel import Panel

_WORDS = {Level.HIGH: "expert", Level.MEDIUM: "knows it", Level.LOW: "knows a little"}


@dataclass(frozen=True)
class ExpertiseCount:
    """How many of a plan's reviews go to somebody who knows the topics that well."""

    word: str
    reviews: int


@dataclass(frozen=True)
class ToldChange:
    """A change by hand in a sentence, with its price."""

    sentence: str
    price: str


@dataclass(frozen=True, kw_only=True)
class PlanAccount:
    """What the plan page tells of an automatic plan.

    `share` is the match in hundredths of the best possible, rounded down; `is_known` tells
    whether anything was known of who suits what. `aim` is what the draft aimed at.
    """

    is_automatic: bool
    is_known: bool
    wishes: DraftWishes
    aim: str
    objective: float
    best_objective: float
    share: int
    is_certified: bool
    solver: str
    is_complete: bool
    reviews_missing: int
    funders_missing: int
    barred: int
    expertise: tuple[ExpertiseCount, ...]
    changes: tuple[ToldChange, ...]


def plan_account(
    panel: Panel,
    pairs: Sequence[Mapping[str, Any]],
    details: Mapping[str, Any],
    *,
    reader_id: UUID,
) -> PlanAccount:
    """Return the account of a plan; a change about what the reader may not see says so."""
    objective, best = (float(details.get(key, 0)) for key in ("objective", "best_objective"))
    missing = [int(details.get(f"{what}_missing", 0)) for what in ("reviews", "funders")]
    wishes = wishes_from_data(details.get("wishes", {}))
    recused = panel.barred.applications_closed_to(reader_id)
    return PlanAccount(
        is_automatic=bool(details),
        is_known=bool(details.get("knows_matches")),
        wishes=wishes,
        aim=_aim(details),
        objective=objective,
        best_objective=best,
        share=floor(100 * objective / best + 1e-6) if best > 0 else 100,
        is_certified=bool(details.get("is_certified")),
        solver=str(details.get("solver", "")),
        is_complete=not any(missing),
        reviews_missing=missing[0],
        funders_missing=missing[1],
        barred=int(details.get("barred", 0)),
        expertise=_expertise(pairs) if details.get("knows_matches") else (),
        changes=tuple(
            ToldChange("A change to an application from which you are recused.", "")
            if change.application_id in recused
            else _told(panel, change, price)
            for change, price in zip(wishes.changes, details.get("prices", ()), strict=False)
        ),
    )


def _aim(details: Mapping[str, Any]) -> str:
    if fair := details.get("fair"):
        if fair["floor"] - fair["floor_before"] < 0.005:
            return "The worst served application could not be served better."
        return (
            f"The worst served application has a match of {fair['floor']:.2f} instead of "
            f"{fair['floor_before']:.2f}."
        )
    if drawn := details.get("cap"):
        return (
            f"Drawn by lot: nobody gets a certain application with a chance above "
            f"{drawn['tenths']} in 10. That costs {100 * drawn['price']:.0f} in 100 on average."
        )
    return ""


def _expertise(pairs: Sequence[Mapping[str, Any]]) -> tuple[ExpertiseCount, ...]:
    counts = Counter(pair.get("level") or "" for pair in pairs)
    told = [ExpertiseCount(word, counts[level.value]) for level, word in _WORDS.items()]
    return (*told, ExpertiseCount("declared nothing on its topics", counts[""]))


def _told(panel: Panel, change: HandChange, price: Mapping[str, Any]) -> ToldChange:
    application = panel.application_of.get(change.application_id)
    reference = application.reference if application else "An application"
    name = _name(panel, change.person_id)
    if change.kind is ChangeKind.SWAP:
        sentence = f"{reference}: {_name(panel, change.instead_id)} instead of {name}"
    elif change.kind is ChangeKind.FORBID:
        sentence = f"{reference}: not {name}"
    else:
        sentence = f"{reference}: {name} in any case"
    return ToldChange(sentence, _price(price))


def _price(price: Mapping[str, Any]) -> str:
    missing = [
        f"{number} {noun} more {'is' if number == 1 else 'are'} missing"
        for number, noun in (
            (price["reviews_missing"], "review" if price["reviews_missing"] == 1 else "reviews"),
            (price["funders_missing"], "funder" if price["funders_missing"] == 1 else "funders"),
        )
        if number > 0
    ]
    moved = price["moved"]
    others = f", and moves {moved} other {'review' if moved == 1 else 'reviews'}" if moved else ""
    if missing:
        return f"{' and '.join(missing)}{others}"
    return f"costs {price_in_words(price['cost'], price['of'])}{others}"


def _name(panel: Panel, person_id: UUID | None) -> str:
    seat = panel.seat_of.get(person_id) if person_id else None
    return seat.name if seat else "Former reviewer"
