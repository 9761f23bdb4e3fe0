"""What a manager asks of an automatic draft of assignments, and what they change by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

CAPS = (10, 9, 7, 5)
"""Largest chances, in tenths, with which a draft may give a reviewer an application."""

NO_CAP = 10
_SECONDS_BY_PAIR = 4e-5
_SECONDS_TO_BE_FAIR = 3.0
_SECONDS_TO_BE_FAIR_BY_PAIR = 1.3e-3
_SECONDS_TO_DRAW_BY_PAIR = 1e-4
AT_ONCE_SECONDS = 2.0
"""Drafts that take longer are left to a worker."""


class ChangeKind(StrEnum):
    """What a manager changes in a draft. SWAP: somebody else reviews it. FORBID: not this
    one, whoever else. KEEP: this one, whatever else changes."""

    SWAP = "swap"
    FORBID = "forbid"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class HandChange:
    """One change by hand: `person_id` is ruled out (swap, forbid) or kept; `instead_id` is
    who gets a swapped review."""

    kind: ChangeKind
    application_id: UUID
    person_id: UUID
    instead_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DraftWishes:
    """The options of a draft. `cap` in tenths of probability; `changes` in their order."""

    is_fair: bool = False
    cap: int = NO_CAP
    changes: tuple[HandChange, ...] = ()

    @property
    def ruled_out(self) -> frozenset[tuple[UUID, UUID]]:
        """Return the pairs (application, person) that may not be."""
        gone = {
            (change.application_id, change.person_id)
            for change in self.changes
            if change.kind is not ChangeKind.KEEP
        }
        return frozenset(gone - self.kept)

    @property
    def kept(self) -> frozenset[tuple[UUID, UUID]]:
        """Return the pairs that must be: of later changes about a pair the last counts."""
        kept: set[tuple[UUID, UUID]] = set()
        for change in self.changes:
            pair = (change.application_id, change.person_id)
            if change.kind is ChangeKind.KEEP:
                kept.add(pair)
                continue
            kept.discard(pair)
            if change.instead_id is not None:
                kept.add((change.application_id, change.instead_id))
        return frozenset(kept)

    def seconds(self, pairs: int) -> float:
        """Return about how long a draft over so many pairs takes."""
        seconds = pairs * _SECONDS_BY_PAIR * (2 if self.changes else 1)
        if self.is_fair:
            seconds += _SECONDS_TO_BE_FAIR + pairs * _SECONDS_TO_BE_FAIR_BY_PAIR
        if self.cap != NO_CAP:
            seconds += pairs * _SECONDS_TO_DRAW_BY_PAIR
        return seconds


def wishes_as_data(wishes: DraftWishes) -> dict[str, Any]:
    """Return the wishes as JSON data."""
    return {
        "is_fair": wishes.is_fair,
        "cap": wishes.cap,
        "changes": [
            {
                "kind": change.kind.value,
                "application_id": str(change.application_id),
                "person_id": str(change.person_id),
                "instead_id": str(change.instead_id) if change.instead_id else None,
            }
            for change in wishes.changes
        ],
    }


def wishes_from_data(data: Mapping[str, Any]) -> DraftWishes:
    """Return the wishes that `wishes_as_data` wrote; those of no option where none are."""
    return DraftWishes(
        is_fair=bool(data.get("is_fair")),
        cap=int(data.get("cap", NO_CAP)),
        changes=tuple(
            HandChange(
                kind=ChangeKind(change["kind"]),
                application_id=UUID(change["application_id"]),
                person_id=UUID(change["person_id"]),
                instead_id=UUID(change["instead_id"]) if change["instead_id"] else None,
            )
            for change in data.get("changes", ())
        ),
    )


def price_in_words(cost: float, total: float) -> str:
    """Return what a change costs of the whole match: "0.12 of 71.3: little".

    `cost` and `total` are sums of affinities; up to a hundredth of the whole is little, and
    more than a twentieth is much.
    """
    if cost < 0.005:
        return "nothing"
    share = cost / total if total > 0 else 1.0
    word = "little" if share <= 0.01 else "some" if share <= 0.05 else "much"
    return f"{cost:.2f} of {total:.1f}: {word}"
