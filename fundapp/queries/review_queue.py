"""A reviewer's queue: what is asked, due, late and done.

Applications from which a conflict bars the reviewer are only counted.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from fundapp.domain.permissions import Actor
from fundapp.domain.states import (
    ACTIVE_ASSIGNMENT_STATES,
    OPEN_ASSIGNMENT_STATES,
    ApplicationState,
    AssignmentState,
    ConflictState,
    RoundState,
)
from fundapp.models import Application, Assignment, Conflict, Review, Round
from fundapp.queries.paging import Page

PAGE_SIZE = 50


class Shelf(StrEnum):
    """The parts of a queue. ALL holds what is to do and what is done."""

    ALL = "all"
    OFFERED = "offered"
    DUE = "due"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True)
class QueueRow:
    """One assignment in the queue. score: the weighted mean of one's own marks so far."""

    assignment_id: UUID
    application_id: UUID
    reference: str
    title: str
    round_reference: str
    round_title: str
    notice: str
    round_state: RoundState
    state: AssignmentState
    due_at: datetime | None
    is_late: bool
    is_begun: bool
    saved_at: datetime | None
    done_at: datetime | None
    score: float | None


@dataclass(frozen=True)
class Queue:
    """One page of a shelf, the counts of all shelves, and how many a conflict closes."""

    shelf: Shelf
    page: Page[QueueRow]
    counts: dict[Shelf, int]
    closed: int


def review_queue(
    session: Session, actor: Actor, *, shelf: Shelf, number: int, now: datetime
) -> Queue:
    """Return page `number` of a shelf, what is to do first, by due date. 2 statements."""
    counts, closed = _counts(session, actor, now=now)
    total = counts[shelf]
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), last)
    place = {"limit": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    rows = session.execute(
        _rows(shelf, is_manager=actor.is_fund_manager), _asking(actor, now=now) | place
    )
    page = Page([QueueRow(*row) for row in rows], number=number, last=last, total=total)
    return Queue(shelf, page, counts, closed)


def next_review(
    session: Session, actor: Actor, *, after: UUID | None = None
) -> tuple[UUID, str] | None:
    """Return the next review to write, with its application's reference. 1 statement.

    In the order of the queue; with `after` (an assignment) the first behind it, then from
    the start again. None when there is no other.
    """
    row = session.execute(
        _next(is_first=after is None, is_manager=actor.is_fund_manager),
        _asking(actor) | {"after": after},
    ).one_or_none()
    return (row[0], row[1] or "") if row else None


def _counts(session: Session, actor: Actor, *, now: datetime) -> tuple[dict[Shelf, int], int]:
    statement = _sums(is_manager=actor.is_fund_manager)
    row = session.execute(statement, _asking(actor, now=now)).one()
    return dict(zip(Shelf, row[:-1], strict=True)), row[-1]


def _asking(actor: Actor, **more: Any) -> dict[str, Any]:
    """Return the values of the statements below; each is built once and takes what it needs."""
    return {"person_id": actor.person_id, "offices": sorted(actor.offices), **more}


@cache
def _next(*, is_first: bool, is_manager: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(Assignment.id, Application.reference)
        .join(Application, Application.id == Assignment.application_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.person_id == bindparam("person_id"),
            _is_open(),
            Round.state == RoundState.REVIEWING,
            ~false() if is_first else Assignment.id != bindparam("after"),
            ~_is_barred(is_manager=is_manager),
        )
        .order_by(
            *(() if is_first else _comes_before()),
            Assignment.due_at.asc().nulls_last(),
            Application.number,
            Assignment.id,
        )
        .limit(1)
    )


@cache
def _sums(*, is_manager: bool) -> Select[*tuple[Any, ...]]:
    """Count the shelves, and what is barred. Grouped first, so that no row is asked twice."""
    row = (
        select(
            Assignment.state.label("state"),
            _is_open().label("is_open"),
            _is_late().label("is_late"),
            _is_barred(is_manager=is_manager).label("is_barred"),
        )
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.person_id == bindparam("person_id"),
            Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
        )
        .subquery()
        .c
    )
    kind = select(*row, func.count().label("number")).group_by(*row).subquery().c
    free = [
        and_(_is_on(shelf, kind.state, is_open=kind.is_open, is_late=kind.is_late), ~kind.is_barred)
        for shelf in Shelf
    ]
    return select(
        *(
            func.coalesce(func.sum(case((condition, kind.number), else_=0)), 0)
            for condition in (*free, kind.is_barred)
        )
    )


@cache
def _rows(shelf: Shelf, *, is_manager: bool) -> Select[*tuple[Any, ...]]:
    """Select a page in two steps: which rows, then what they say."""
    order = (
        case((Assignment.state == AssignmentState.DONE, 1), else_=0),
        Assignment.due_at.asc().nulls_last(),
        Application.number,
        Assignment.id,
    )
    is_on_shelf = _is_on(shelf, Assignment.state, is_open=_is_open(), is_late=_is_late())
    on_page = (
        select(Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.person_id == bindparam("person_id"),
            is_on_shelf,
            ~_is_barred(is_manager=is_manager),
        )
        .order_by(*order)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .subquery()
    )
    return (
        select(
            Assignment.id,
            Assignment.application_id,
            func.coalesce(Application.reference, ""),
            Application.title,
            Round.reference,
            Round.title,
            Round.notice,
            Round.state,
            Assignment.state,
            Assignment.due_at,
            and_(_is_open(), _is_late()),
            Review.id.is_not(None),
            Review.saved_at,
            Assignment.done_at,
            Review.mean_mark,
        )
        .join(on_page, on_page.c.id == Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Round, Round.id == Assignment.round_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .order_by(*order)
    )


def _is_on(
    shelf: Shelf,
    state: ColumnElement[AssignmentState] | InstrumentedAttribute[AssignmentState],
    *,
    is_open: ColumnElement[bool],
    is_late: ColumnElement[bool],
) -> ColumnElement[bool]:
    done = state == AssignmentState.DONE
    match shelf:
        case Shelf.ALL:
            return or_(done, is_open)
        case Shelf.OFFERED:
            return and_(is_open, state == AssignmentState.OFFERED)
        case Shelf.DUE:
            return and_(is_open, state == AssignmentState.ACCEPTED, ~is_late)
        case Shelf.LATE:
            return and_(is_open, is_late)
        case Shelf.DONE:
            return done


def _is_open() -> ColumnElement[bool]:
    """Whether the review can still be written, or will be."""
    return and_(
        Assignment.state.in_(OPEN_ASSIGNMENT_STATES),
        Application.state == ApplicationState.UNDER_REVIEW,
        Round.state.in_([RoundState.SCREENING, RoundState.REVIEWING]),
    )


def _is_late() -> ColumnElement[bool]:
    return and_(
        Round.state == RoundState.REVIEWING,
        Assignment.due_at.is_not(None),
        func.coalesce(Assignment.due_at, bindparam("now")) < bindparam("now"),
    )


def _is_barred(*, is_manager: bool) -> ColumnElement[bool]:
    """The rule of `permissions.is_barred`, for every row at once."""
    concerned = Conflict.person_id == bindparam("person_id")
    if not is_manager:
        concerned = or_(
            concerned,
            Conflict.funder_id == Assignment.funder_id,
            Conflict.funder_id.in_(bindparam("offices", expanding=True)),
        )
    return exists().where(
        Conflict.application_id == Assignment.application_id,
        Conflict.state != ConflictState.DISMISSED,
        concerned,
    )


def _comes_before() -> tuple[ColumnElement[int]]:
    """Sort what comes after the given assignment in the queue before the rest."""
    here = (
        select(Assignment.due_at, Application.number)
        .join(Application, Application.id == Assignment.application_id)
        .where(Assignment.id == bindparam("after"))
        .subquery()
    )
    due, number = (select(column).scalar_subquery() for column in (here.c.due_at, here.c.number))
    later = or_(
        Assignment.due_at > due,
        and_(Assignment.due_at.is_not_distinct_from(due), Application.number > number),
    )
    return (case((later, 0), else_=1),)
