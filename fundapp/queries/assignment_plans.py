"""A plan of assignments as it is shown before it is applied."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.assignment_wishes import DraftWishes, wishes_from_data
from fundapp.domain.assignments import Coverage
from fundapp.domain.errors import NotFound, WrongState
from fundapp.models import AssignmentPlan, Person
from fundapp.queries.paging import Page, page_among
from fundapp.queries.panel import Pair, Panel, PanelApplication, panel_of_round
from fundapp.queries.plan_accounts import PlanAccount, plan_account

PAGE_SIZE = 50


@dataclass(frozen=True)
class PlanPair:
    """One reviewer that a plan would ask, and why."""

    person_id: UUID
    is_by_hand: bool
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
    account: PlanAccount
    pair_count: int
    reviewer_count: int


@dataclass(frozen=True, kw_only=True)
class OpenPlan:
    """A plan that can be changed by hand: what it was drafted by, and how good it is.

    `prices` tells of each change what it cost; `objective` is the sum of affinities.
    """

    id: UUID
    round_id: UUID
    method: str
    wishes: DraftWishes
    pairs: frozenset[Pair]
    prices: tuple[Mapping[str, Any], ...]
    objective: float
    reviews_missing: int
    funders_missing: int


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
        shortfalls=_told(panel, plan.shortfalls, reader_id=reader_id),
        account=plan_account(panel, plan.pairs, plan.details, reader_id=reader_id),
        pair_count=len(plan.pairs),
        reviewer_count=len(people),
    )


def open_plan(session: Session, plan_id: UUID) -> OpenPlan:
    """Return a plan that was neither applied nor discarded. 1 statement.

    NotFound when there is no such plan, WrongState when it is no longer open.
    """
    plan = session.get(AssignmentPlan, plan_id)
    if plan is None:
        raise NotFound("There is no such plan.")
    if plan.applied_at is not None or plan.discarded_at is not None:
        raise WrongState("This plan is no longer open. Look at the newest one on the board.")
    details = plan.details
    return OpenPlan(
        id=plan.id,
        round_id=plan.round_id,
        method=plan.method,
        wishes=wishes_from_data(details.get("wishes", {})),
        pairs=frozenset(
            (UUID(pair["application_id"]), UUID(pair["person_id"])) for pair in plan.pairs
        ),
        prices=tuple(details.get("prices", ())),
        objective=float(details.get("objective", 0)),
        reviews_missing=int(details.get("reviews_missing", 0)),
        funders_missing=int(details.get("funders_missing", 0)),
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
        person_id=UUID(pair["person_id"]),
        is_by_hand=bool(pair.get("is_by_hand")),
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


def _told(panel: Panel, sentences: Sequence[str], *, reader_id: UUID) -> tuple[str, ...]:
    """Leave out what names an application from which the reader is recused."""
    recused = panel.barred.applications_closed_to(reader_id)
    closed = {one.reference for one in panel.applications if one.id in recused and one.reference}
    return tuple(sentence for sentence in sentences if not any(name in sentence for name in closed))
