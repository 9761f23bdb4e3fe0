"""Drafts of assignments: proposed by the assigner, or read from given pairs.

Nothing is written here, so that the slow part runs outside of a writing transaction.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.states import ApplicationState
from fundapp.joint.assignment import ApplicationNeed, ReviewerCapacity, assign
from fundapp.queries.panel import Pair, Panel, PanelApplication, Seat

AUTOMATIC = "automatically"


@dataclass(frozen=True)
class PlannedPair:
    """A reviewer to be asked to review an application, and why this one."""

    application_id: UUID
    person_id: UUID
    reason: str


@dataclass(frozen=True)
class PlanDraft:
    """What a plan will hold. `shortfalls` are sentences on what it leaves short."""

    round_id: UUID
    method: str
    pairs: tuple[PlannedPair, ...]
    shortfalls: tuple[str, ...]
    note: str = ""


def draft_automatically(panel: Panel) -> PlanDraft:
    """Return the assigner's draft: what exists stays, what is missing is filled.

    Who has refused an application, or was taken off it, is not asked again. References
    and mail addresses serve as ids, so that the same seed gives the same draft anywhere.
    """
    applications = {_key(found): found for found in _under_review(panel)}
    seats = {seat.email: seat for seat in panel.seats}
    locked = _locked(panel, applications, seats)
    result = assign(
        [_need(panel, application) for application in applications.values()],
        _capacities(panel, locked),
        conflicts=_excluded(panel, applications, seats) - locked,
        locked=locked,
        seed=panel.round.seed,
    )
    pairs = tuple(
        PlannedPair(applications[pair.application].id, seats[pair.reviewer].person_id, pair.reason)
        for pair in result.pairs
        if not pair.is_locked
    )
    shortfalls = (*result.advice, *(shortfall.sentence for shortfall in result.shortfalls))
    return PlanDraft(panel.round.id, AUTOMATIC, pairs, shortfalls, note=result.method)


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


def _key(application: PanelApplication) -> str:
    return application.reference or str(application.id)


def _under_review(panel: Panel) -> list[PanelApplication]:
    return [
        application
        for application in panel.applications
        if application.state is ApplicationState.UNDER_REVIEW
    ]


def _need(panel: Panel, application: PanelApplication) -> ApplicationNeed:
    return ApplicationNeed(
        application=_key(application),
        reviews_wanted=panel.round.reviews_wanted,
        funders_wanted=panel.round.funders_wanted,
        label=application.reference,
    )


def _locked(
    panel: Panel, applications: dict[str, PanelApplication], seats: dict[str, Seat]
) -> set[tuple[str, str]]:
    keys = {application.id: key for key, application in applications.items()}
    emails = {seat.person_id: email for email, seat in seats.items()}
    return {
        (keys[application_id], emails[placed.person_id])
        for application_id, active in panel.active_on.items()
        for placed in active
        if application_id in keys and placed.person_id in emails
    }


def _excluded(
    panel: Panel, applications: dict[str, PanelApplication], seats: dict[str, Seat]
) -> set[tuple[str, str]]:
    asked_before = {(placed.application_id, placed.person_id) for placed in panel.placed}
    return {
        (key, email)
        for key, application in applications.items()
        for email, seat in seats.items()
        if panel.is_barred(application.id, seat) or (application.id, seat.person_id) in asked_before
    }


def _capacities(panel: Panel, locked: set[tuple[str, str]]) -> list[ReviewerCapacity]:
    """A reviewer who left keeps what they have; work elsewhere in the round uses up load."""
    here = Counter(email for _, email in locked)
    return [
        ReviewerCapacity(
            reviewer=seat.email,
            funder=str(seat.funder_id),
            load=max(0, seat.load - (panel.load_of[seat.person_id] - here[seat.email]))
            if seat.is_active
            else here[seat.email],
            funder_label=seat.funder,
        )
        for seat in panel.seats
    ]


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
        for application in _under_review(panel)
    )
    return [sentence for sentence in sentences if sentence]
