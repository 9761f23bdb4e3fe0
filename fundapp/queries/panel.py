"""A round's panel at work: its applications, seats and assignments, as one frozen picture.

Both the services that assign and the pages that show assignments read it, so that what
a page previews is what a service does. Everything is light columns, no texts, and the
number of statements is constant.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.assignments import Coverage, Pairing, obstacle
from fundapp.domain.errors import NotFound
from fundapp.domain.states import (
    ACTIVE_ASSIGNMENT_STATES,
    OPEN_ASSIGNMENT_STATES,
    ApplicationState,
    AssignmentState,
    RoundState,
)
from fundapp.models import Application, Assignment, Funder, Organisation, PanelSeat, Person, Round
from fundapp.queries.barred import BarredPairs, barred_pairs

Pair = tuple[UUID, UUID]
"""Application id, person id."""

REVIEWED_STATES = frozenset(
    {
        ApplicationState.UNDER_REVIEW,
        ApplicationState.AWARDED,
        ApplicationState.DECLINED,
        ApplicationState.RESERVED,
    }
)


@dataclass(frozen=True)
class PanelRound:
    """What assigning needs of the round."""

    id: UUID
    reference: str
    title: str
    notice: str
    state: RoundState
    seed: str
    reviews_wanted: int
    funders_wanted: int
    reviews_due_at: datetime | None
    takes_bids: bool


@dataclass(frozen=True)
class PanelApplication:
    """One application that is or was under review."""

    id: UUID
    reference: str
    title: str
    organisation: str
    state: ApplicationState


@dataclass(frozen=True)
class Seat:
    """One reviewer on the panel. `load` is the most reviews they take in the round."""

    person_id: UUID
    name: str
    email: str
    label: str
    funder_id: UUID
    funder: str
    funder_code: str
    load: int
    is_active: bool


@dataclass(frozen=True)
class Placed:
    """One assignment, in any state."""

    id: UUID
    application_id: UUID
    person_id: UUID
    funder_id: UUID
    state: AssignmentState
    reason: str
    answer_note: str
    due_at: datetime | None
    is_barred: bool

    @property
    def is_active(self) -> bool:
        """Tell whether it counts: asked and not refused, taken back or barred."""
        return self.state in ACTIVE_ASSIGNMENT_STATES and not self.is_barred

    def is_late(self, now: datetime) -> bool:
        """Tell whether the review should be in and is not."""
        return self.is_open and self.due_at is not None and self.due_at < now

    @property
    def is_open(self) -> bool:
        """Tell whether the review is still to come."""
        return self.state in OPEN_ASSIGNMENT_STATES


@dataclass(frozen=True)
class Panel:
    """The whole picture. Applications by number, seats by label, assignments by time."""

    round: PanelRound
    applications: tuple[PanelApplication, ...]
    seats: tuple[Seat, ...]
    placed: tuple[Placed, ...]
    barred: BarredPairs

    @cached_property
    def seat_of(self) -> dict[UUID, Seat]:
        """Seats by person."""
        return {seat.person_id: seat for seat in self.seats}

    @cached_property
    def application_of(self) -> dict[UUID, PanelApplication]:
        """Applications by id."""
        return {application.id: application for application in self.applications}

    @cached_property
    def under_review(self) -> tuple[PanelApplication, ...]:
        """Applications that still want reviews."""
        wanted = ApplicationState.UNDER_REVIEW
        return tuple(found for found in self.applications if found.state is wanted)

    @cached_property
    def load_of(self) -> dict[UUID, int]:
        """Active assignments by person; also those of applications no longer reviewed."""
        loads = dict.fromkeys(self.seat_of, 0)
        for placed in self.placed:
            if placed.is_active:
                loads[placed.person_id] = loads.get(placed.person_id, 0) + 1
        return loads

    @cached_property
    def active_on(self) -> dict[UUID, tuple[Placed, ...]]:
        """Active assignments by application."""
        found: dict[UUID, list[Placed]] = {}
        for placed in self.placed:
            if placed.is_active:
                found.setdefault(placed.application_id, []).append(placed)
        return {application: tuple(placed) for application, placed in found.items()}

    def is_barred(self, application_id: UUID, seat: Seat) -> bool:
        """Tell whether the reviewer in `seat` has a conflict with the application."""
        return self.barred.bars(application_id, person_id=seat.person_id, funder_id=seat.funder_id)

    def obstacle(self, application: PanelApplication, seat: Seat | None) -> str:
        """Return why the reviewer in `seat` cannot be asked, "" when they can.

        Loads are not looked at: a person may decide to exceed them.
        """
        active = {placed.person_id for placed in self.active_on.get(application.id, ())}
        return obstacle(
            Pairing(
                application=application.reference,
                reviewer=seat.name if seat else "This person",
                application_state=application.state,
                is_seated=seat is not None and seat.is_active,
                is_barred=seat is not None and self.is_barred(application.id, seat),
                is_assigned=seat is not None and seat.person_id in active,
            )
        )

    def obstacle_of(self, pair: Pair) -> str:
        """Return why the person cannot be asked for the application, "" when they can."""
        application = self.application_of.get(pair[0])
        if application is None:
            return "This application is not under review in this round."
        return self.obstacle(application, self.seat_of.get(pair[1]))

    def coverage(self, people: Iterable[UUID]) -> Coverage:
        """Return what an application has that these people review, and what it wants."""
        reviewers = set(people)
        funders = {self.seat_of[one].funder_id for one in reviewers if one in self.seat_of}
        return Coverage(
            reviews=len(reviewers),
            reviews_wanted=self.round.reviews_wanted,
            funders=len(funders),
            funders_wanted=self.round.funders_wanted,
        )


def panel_of_round(session: Session, round_id: UUID) -> Panel:
    """Return the picture of the round's panel. 5 statements."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    barred = barred_pairs(session, round_id)
    return Panel(
        round=PanelRound(
            id=round_.id,
            reference=round_.reference,
            title=round_.title,
            notice=round_.notice,
            state=round_.state,
            seed=round_.seed,
            reviews_wanted=round_.reviews_wanted,
            funders_wanted=round_.funders_wanted,
            reviews_due_at=round_.reviews_due_at,
            takes_bids=round_.takes_bids,
        ),
        applications=_applications(session, round_id),
        seats=_seats(session, round_id),
        placed=_placed(session, round_id, barred),
        barred=barred,
    )


def _applications(session: Session, round_id: UUID) -> tuple[PanelApplication, ...]:
    rows = session.execute(
        select(
            Application.id,
            Application.reference,
            Application.title,
            Organisation.name,
            Application.state,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.round_id == round_id, Application.state.in_(REVIEWED_STATES))
        .order_by(Application.number, Application.id)
    )
    return tuple(
        PanelApplication(id_, reference or "", title, organisation, state)
        for id_, reference, title, organisation, state in rows
    )


def _seats(session: Session, round_id: UUID) -> tuple[Seat, ...]:
    rows = session.execute(
        select(PanelSeat, Person.name, Person.email, Funder.name, Funder.code)
        .join(Person, Person.id == PanelSeat.person_id)
        .join(Funder, Funder.id == PanelSeat.funder_id)
        .where(PanelSeat.round_id == round_id)
        .order_by(Funder.name, Person.name, Person.email)
    )
    return tuple(
        Seat(
            person_id=seat.person_id,
            name=name,
            email=email,
            label=seat.label,
            funder_id=seat.funder_id,
            funder=funder,
            funder_code=code,
            load=seat.review_load,
            is_active=seat.is_active,
        )
        for seat, name, email, funder, code in rows
    )


def _placed(session: Session, round_id: UUID, barred: BarredPairs) -> tuple[Placed, ...]:
    rows = session.execute(
        select(
            Assignment.id,
            Assignment.application_id,
            Assignment.person_id,
            Assignment.funder_id,
            Assignment.state,
            Assignment.reason,
            Assignment.answer_note,
            Assignment.due_at,
        )
        .where(Assignment.round_id == round_id)
        .order_by(Assignment.offered_at, Assignment.id)
    )
    return tuple(
        Placed(*row, is_barred=barred.bars(row[1], person_id=row[2], funder_id=row[3]))
        for row in rows
    )
