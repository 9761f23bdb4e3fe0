"""What the assignment pages show: coverage, reviewers' loads, plans, candidates."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from fundapp.domain.assignments import Coverage
from fundapp.domain.errors import NotFound
from fundapp.domain.states import ApplicationState, AssignmentState
from fundapp.models import AssignmentPlan, Bid
from fundapp.queries.paging import Page, page_among
from fundapp.queries.panel import Panel, PanelApplication, Placed, panel_of_round

PAGE_SIZE = 50


@dataclass(frozen=True)
class PlacedRow:
    """One assignment as the pages show it."""

    id: UUID
    person_id: UUID
    name: str
    funder: str
    state: AssignmentState
    due_at: datetime | None
    is_late: bool
    is_open: bool
    is_barred: bool
    note: str


@dataclass(frozen=True)
class CoverageRow:
    """One application and its reviewers. A recused row has nothing but its id."""

    id: UUID
    is_recused: bool
    reference: str = ""
    title: str = ""
    organisation: str = ""
    coverage: Coverage | None = None
    placed: tuple[PlacedRow, ...] = ()

    @property
    def is_short(self) -> bool:
        """Tell whether it lacks a reviewer or a funder."""
        return self.coverage is not None and not self.coverage.is_full

    @property
    def is_late(self) -> bool:
        """Tell whether one of its reviews is late."""
        return any(placed.is_late for placed in self.placed)


@dataclass(frozen=True)
class LoadRow:
    """One reviewer: reviews assigned of the most they take, done, late."""

    person_id: UUID
    name: str
    funder: str
    load: int
    assigned: int
    done: int
    late: int
    is_active: bool


@dataclass(frozen=True)
class Board:
    """The assignment page of a round. `not_bid`: who of its `reviewers` has made no bid."""

    panel: Panel
    page: Page[CoverageRow]
    loads: tuple[LoadRow, ...]
    short: int
    late: int
    open_plan_id: UUID | None
    reviewers: int
    not_bid: tuple[str, ...]


def assignment_board(
    session: Session, round_id: UUID, *, only: str, reader_id: UUID, number: int, now: datetime
) -> Board:
    """Return coverage and loads; `only` is "short", "late" or "". 6 statements."""
    panel = panel_of_round(session, round_id)
    rows = coverage_rows(panel, reader_id=reader_id, now=now)
    shown = [
        row
        for row in rows
        if not only or (only == "short" and row.is_short) or (only == "late" and row.is_late)
    ]
    open_plan_id, bidders = _plan_and_bidders(session, round_id)
    seated = [seat for seat in panel.seats if seat.is_active]
    return Board(
        panel=panel,
        page=page_among(shown, number=number, size=PAGE_SIZE),
        loads=tuple(load_rows(panel, now=now)),
        short=sum(row.is_short for row in rows),
        late=sum(row.is_late for row in rows),
        open_plan_id=open_plan_id,
        reviewers=len(seated),
        not_bid=tuple(sorted(seat.name for seat in seated if seat.person_id not in bidders)),
    )


def coverage_rows(panel: Panel, *, reader_id: UUID, now: datetime) -> list[CoverageRow]:
    """Return every application that is or was under review, with its assignments."""
    placed_on: dict[UUID, list[Placed]] = {}
    for placed in panel.placed:
        placed_on.setdefault(placed.application_id, []).append(placed)
    recused = panel.barred.applications_closed_to(reader_id)
    return [
        CoverageRow(id=application.id, is_recused=True)
        if application.id in recused
        else _coverage_row(panel, application, placed_on.get(application.id, ()), now=now)
        for application in panel.applications
    ]


def load_rows(panel: Panel, *, now: datetime) -> list[LoadRow]:
    """Return the panel's reviewers, by funder and name."""
    active = [placed for placed in panel.placed if placed.is_active]
    done = Counter(p.person_id for p in active if p.state is AssignmentState.DONE)
    late = Counter(p.person_id for p in active if p.is_late(now))
    return [
        LoadRow(
            person_id=seat.person_id,
            name=seat.name,
            funder=seat.funder,
            load=seat.load,
            assigned=panel.load_of[seat.person_id],
            done=done[seat.person_id],
            late=late[seat.person_id],
            is_active=seat.is_active,
        )
        for seat in panel.seats
    ]


def assignment_list(
    session: Session, round_id: UUID, *, reader_id: UUID
) -> tuple[str, list[tuple[object, ...]]]:
    """Return the round's reference and a row per assignment that counts. 5 statements.

    Rows: application, reviewer's mail address, funder's code, state, due (UTC). What the
    reader is recused from is left out.
    """
    panel = panel_of_round(session, round_id)
    recused = panel.barred.applications_closed_to(reader_id)
    rows: list[tuple[object, ...]] = []
    for application in panel.applications:
        for placed in panel.active_on.get(application.id, ()):
            seat = panel.seat_of.get(placed.person_id)
            if seat is not None and application.id not in recused:
                due_at = placed.due_at.isoformat(timespec="seconds") if placed.due_at else ""
                rows.append(
                    (application.reference, seat.email, seat.funder_code, placed.state, due_at)
                )
    return panel.round.reference, rows


@dataclass(frozen=True)
class Candidate:
    """A reviewer who could be asked for an application, or the obstacle.

    `remark` says what happened between the two before.
    """

    person_id: UUID
    name: str
    funder: str
    assigned: int
    load: int
    obstacle: str
    remark: str

    @property
    def is_full(self) -> bool:
        """Tell whether they have as many reviews as they take."""
        return self.assigned >= self.load


@dataclass(frozen=True)
class ReviewersOfApplication:
    """One application, its reviewers, and who else could be asked, best first."""

    panel: Panel
    application: PanelApplication
    row: CoverageRow
    candidates: tuple[Candidate, ...]


def reviewers_of_application(
    session: Session, round_id: UUID, application_id: UUID, *, now: datetime
) -> ReviewersOfApplication:
    """Return who reviews an application and who could. 5 statements."""
    panel = panel_of_round(session, round_id)
    application = panel.application_of.get(application_id)
    if application is None:
        raise NotFound("This application is not under review.")
    placed = [found for found in panel.placed if found.application_id == application_id]
    return ReviewersOfApplication(
        panel=panel,
        application=application,
        row=_coverage_row(panel, application, placed, now=now),
        candidates=tuple(_candidates(panel, application, placed)),
    )


def _candidates(
    panel: Panel, application: PanelApplication, placed: Sequence[Placed]
) -> list[Candidate]:
    """Who can be asked first, those with most room first, then by name."""
    active = {found.person_id for found in placed if found.is_active}
    before = {found.person_id: found.state.value for found in placed}
    candidates = [
        Candidate(
            person_id=seat.person_id,
            name=seat.name,
            funder=seat.funder,
            assigned=panel.load_of[seat.person_id],
            load=seat.load,
            obstacle=panel.obstacle(application, seat),
            remark=before.get(seat.person_id, ""),
        )
        for seat in panel.seats
        if seat.is_active and seat.person_id not in active
    ]
    return sorted(
        candidates,
        key=lambda one: (bool(one.obstacle), bool(one.remark), one.assigned - one.load, one.name),
    )


def _coverage_row(
    panel: Panel, application: PanelApplication, placed: Sequence[Placed], *, now: datetime
) -> CoverageRow:
    active = {found.person_id for found in placed if found.is_active}
    return CoverageRow(
        id=application.id,
        is_recused=False,
        reference=application.reference,
        title=application.title,
        organisation=application.organisation,
        coverage=panel.coverage(active)
        if application.state is ApplicationState.UNDER_REVIEW
        else None,
        placed=tuple(
            sorted(
                (_placed_row(panel, found, now=now) for found in placed),
                key=lambda row: (row.funder, row.name, row.id),
            )
        ),
    )


def _placed_row(panel: Panel, placed: Placed, *, now: datetime) -> PlacedRow:
    seat = panel.seat_of.get(placed.person_id)
    return PlacedRow(
        id=placed.id,
        person_id=placed.person_id,
        name=seat.name if seat else "Former reviewer",
        funder=seat.funder if seat else "",
        state=placed.state,
        due_at=placed.due_at,
        is_late=placed.is_late(now),
        is_open=placed.is_open,
        is_barred=placed.is_barred,
        note=placed.answer_note or placed.reason,
    )


def _plan_and_bidders(session: Session, round_id: UUID) -> tuple[UUID | None, frozenset[UUID]]:
    """Return the open plan and everybody who has bid. 1 statement."""
    rows: Sequence[Any] = session.execute(
        union_all(
            select(literal("plan"), AssignmentPlan.id).where(
                AssignmentPlan.round_id == round_id,
                AssignmentPlan.applied_at.is_(None),
                AssignmentPlan.discarded_at.is_(None),
            ),
            select(literal("bidder"), Bid.person_id).where(Bid.round_id == round_id).distinct(),
        )
    ).all()
    plan_id = next((id_ for kind, id_ in rows if kind == "plan"), None)
    return plan_id, frozenset(id_ for kind, id_ in rows if kind == "bidder")
