"""Drafts of assignments, and those of given pairs; `automatic_drafts` has the assigner's.

Nothing is written here, so that the slow part runs outside of a writing transaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.queries.panel import Pair, Panel, Seat


@dataclass(frozen=True)
class PlannedPair:
    """A reviewer to be asked to review an application, and why this one.

    `match` is the affinity, `level` the best declared level on the topics; both are empty
    where the assigner did not choose by them.
    """

    application_id: UUID
    person_id: UUID
    reason: str
    match: float | None = None
    level: str = ""
    is_by_hand: bool = False


@dataclass(frozen=True)
class PlanDraft:
    """What a plan will hold. `shortfalls` are sentences on what it leaves short.

    `details` is the assigner's account of how good the draft is, see `automatic_drafts`.
    """

    round_id: UUID
    method: str
    pairs: tuple[PlannedPair, ...]
    shortfalls: tuple[str, ...]
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def draft_from_pairs(panel: Panel, pairs: Sequence[Pair], *, method: str) -> PlanDraft:
    """Return the draft that asks exactly for `pairs`.

    Raises InvalidInput with a problem "pair-<place>" for each pair that cannot be asked.
    """
    problems = [*_pair_problems(panel, pairs)]
    if problems:
        raise InvalidInput(problems)
    loads = Counter(panel.load_of)
    loads.update(person for _, person in pairs)
    planned = tuple(
        PlannedPair(
            application,
            person,
            f"Chosen by a person. Load {loads[person]} of {panel.seat_of[person].load}.",
        )
        for application, person in pairs
    )
    return PlanDraft(panel.round.id, method, planned, tuple(_shortfalls(panel, pairs)))


def _pair_problems(panel: Panel, pairs: Sequence[Pair]) -> list[Problem]:
    problems = []
    seen: set[Pair] = set()
    loads = Counter(panel.load_of)
    for place, pair in enumerate(pairs):
        sentence = panel.obstacle_of(pair)
        if not sentence and pair in seen:
            sentence = "This pair comes twice. Remove one."
        if not sentence:
            loads[pair[1]] += 1
            sentence = _overload(panel.seat_of[pair[1]], loads[pair[1]])
        seen.add(pair)
        if sentence:
            problems.append(Problem(f"pair-{place}", sentence))
    return problems


def _overload(seat: Seat, load: int) -> str:
    if load <= seat.load:
        return ""
    return f"{seat.name} takes at most {seat.load} reviews and would have {load}."


def _shortfalls(panel: Panel, pairs: Sequence[Pair]) -> list[str]:
    people: dict[UUID, set[UUID]] = {
        application: {placed.person_id for placed in active}
        for application, active in panel.active_on.items()
    }
    for application_id, person_id in pairs:
        people.setdefault(application_id, set()).add(person_id)
    sentences = (
        panel.coverage(people.get(application.id, set())).sentence(application.reference)
        for application in panel.under_review
    )
    return [sentence for sentence in sentences if sentence]
