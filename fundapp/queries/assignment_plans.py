"""A plan of assignments as it is shown before it is applied."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.assignments import Coverage
from fundapp.domain.errors import NotFound
from fundapp.models import AssignmentPlan, Person
from fundapp.queries.paging import Page, page_among
from fundapp.queries.panel import Panel, PanelApplication, panel_of_round

PAGE_SIZE = 50


@dataclass(frozen=True)
class PlanPair:
    """One reviewer that a plan would ask, and why."""

    reviewer: str
    funder: str
    reason: str
    obstacle: str


@dataclass(frozen=True)
class PlanRow:
    """One application that a plan changes: whom it adds, what it has then."""

    id: UUID
    is_recused: bool
    reference: str
    title: str
    added: tuple[PlanPair, ...]
    after: Coverage


@dataclass(frozen=True)
class PlanLoad:
    """A reviewer's load before and after a plan."""

    name: str
    funder: str
    before: int
    after: int
    load: int


@dataclass(frozen=True)
class PlanPreview:
    """A plan as it is shown before it is applied."""

    id: UUID
    panel: Panel
    method: str
    note: str
    made_by: str
    made_at: datetime
    applied_at: datetime | None
    discarded_at: datetime | None
    page: Page[PlanRow]
    loads: tuple[PlanLoad, ...]
    shortfalls: tuple[str, ...]
    pair_count: int
    reviewer_count: int


def plan_preview(session: Session, plan_id: UUID, *, reader_id: UUID, number: int) -> PlanPreview:
    """Return a plan with what it would change. 6 statements."""
    found = session.execute(
        select(AssignmentPlan, Person.name)
        .join(Person, Person.id == AssignmentPlan.made_by_id)
        .where(AssignmentPlan.id == plan_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such plan.")
    plan, made_by = found
    panel = panel_of_round(session, plan.round_id)
    people = Counter(UUID(pair["person_id"]) for pair in plan.pairs)
    return PlanPreview(
        id=plan.id,
        panel=panel,
        method=plan.method,
        note=plan.note,
        made_by=made_by,
        made_at=plan.made_at,
        applied_at=plan.applied_at,
        discarded_at=plan.discarded_at,
        page=page_among(
            _plan_rows(panel, plan, reader_id=reader_id), number=number, size=PAGE_SIZE
        ),
        loads=tuple(_plan_loads(panel, people)),
        shortfalls=tuple(plan.shortfalls),
        pair_count=len(plan.pairs),
        reviewer_count=len(people),
    )


def _plan_rows(panel: Panel, plan: AssignmentPlan, *, reader_id: UUID) -> list[PlanRow]:
    recused = panel.barred.applications_closed_to(reader_id)
    pairs_on: dict[UUID, list[dict[str, str]]] = {}
    for pair in plan.pairs:
        pairs_on.setdefault(UUID(pair["application_id"]), []).append(pair)
    return [
        _plan_row(
            panel, application, pairs_on[application.id], is_recused=application.id in recused
        )
        for application in panel.applications
        if application.id in pairs_on
    ]


def _plan_row(
    panel: Panel,
    application: PanelApplication,
    pairs: Sequence[dict[str, str]],
    *,
    is_recused: bool,
) -> PlanRow:
    people = {UUID(pair["person_id"]) for pair in pairs}
    active = {placed.person_id for placed in panel.active_on.get(application.id, ())}
    return PlanRow(
        id=application.id,
        is_recused=is_recused,
        reference="" if is_recused else application.reference,
        title="" if is_recused else application.title,
        added=() if is_recused else tuple(_plan_pair(panel, application, pair) for pair in pairs),
        after=panel.coverage(people | active),
    )


def _plan_pair(panel: Panel, application: PanelApplication, pair: dict[str, str]) -> PlanPair:
    seat = panel.seat_of.get(UUID(pair["person_id"]))
    return PlanPair(
        reviewer=seat.name if seat else "Former reviewer",
        funder=seat.funder if seat else "",
        reason=pair["reason"],
        obstacle=panel.obstacle(application, seat),
    )


def _plan_loads(panel: Panel, added: Counter[UUID]) -> list[PlanLoad]:
    return [
        PlanLoad(
            name=seat.name,
            funder=seat.funder,
            before=panel.load_of[seat.person_id],
            after=panel.load_of[seat.person_id] + added[seat.person_id],
            load=seat.load,
        )
        for seat in panel.seats
        if seat.is_active or added[seat.person_id]
    ]
