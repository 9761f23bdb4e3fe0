"""How far the reviews of a round are: by reviewer, and one by one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.states import (
    ACTIVE_ASSIGNMENT_STATES,
    OPEN_ASSIGNMENT_STATES,
    AssignmentState,
    RoundState,
)
from fundapp.models import Application, Assignment, Funder, Person, Review, Round
from fundapp.queries.barred import closed_applications
from fundapp.queries.paging import Page, page_of

PAGE_SIZE = 50


class Progress(StrEnum):
    """The parts of the list."""

    ALL = "all"
    LATE = "late"
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True)
class ProgressRound:
    """The round above the page."""

    id: UUID
    reference: str
    title: str
    notice: str
    state: RoundState
    reviews_due_at: datetime | None


@dataclass(frozen=True)
class ReviewerProgress:
    """One reviewer's reviews of the round, counted. saved_at: when they last wrote."""

    person_id: UUID
    name: str
    funder: str
    offered: int
    accepted: int
    late: int
    done: int
    saved_at: datetime | None

    @property
    def open(self) -> int:
        """Return how many are still to come."""
        return self.offered + self.accepted


@dataclass(frozen=True)
class ReviewProgress:
    """One review asked for. Of a recused one the manager sees nothing but that it is there."""

    assignment_id: UUID
    is_recused: bool
    reference: str
    title: str
    reviewer: str
    state: AssignmentState
    is_begun: bool
    is_late: bool
    due_at: datetime | None
    done_at: datetime | None


def progress_round(session: Session, round_id: UUID) -> ProgressRound:
    """Return the round. 1 statement. NotFound for none."""
    row = session.execute(
        select(
            *(Round.id, Round.reference, Round.title, Round.notice),
            *(Round.state, Round.reviews_due_at),
        ).where(Round.id == round_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such round.")
    return ProgressRound(*row)


def progress_of_reviewers(
    session: Session, round_id: UUID, *, now: datetime
) -> tuple[ReviewerProgress, ...]:
    """Return everybody with a review asked for, who is late first. 1 statement."""
    late = _count_of(_is_late(now))
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Funder.name,
            _count_of(Assignment.state == AssignmentState.OFFERED),
            _count_of(Assignment.state == AssignmentState.ACCEPTED),
            late,
            _count_of(Assignment.state == AssignmentState.DONE),
            func.max(Review.saved_at),
        )
        .select_from(Assignment)
        .join(Person, Person.id == Assignment.person_id)
        .join(Funder, Funder.id == Assignment.funder_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id, Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES))
        .group_by(Person.id, Person.name, Funder.name)
        .order_by(late.desc(), Person.name, Person.id)
    )
    return tuple(ReviewerProgress(*row) for row in rows)


def progress_of_reviews(
    session: Session,
    round_id: UUID,
    *,
    part: Progress,
    number: int,
    reader_id: UUID,
    now: datetime,
) -> Page[ReviewProgress]:
    """Return a page of the round's reviews, the latest due first to do. 3 statements."""
    page = page_of(session, _reviews(round_id, part, now), tuple, number=number, size=PAGE_SIZE)
    closed = closed_applications(session, reader_id, {row[1] for row in page.rows})
    rows = [_as_seen(row, is_recused=row[1] in closed) for row in page.rows]
    return Page(rows, number=page.number, last=page.last, total=page.total)


def _reviews(round_id: UUID, part: Progress, now: datetime) -> Select[*tuple[Any, ...]]:
    conditions: dict[Progress, ColumnElement[bool]] = {
        Progress.ALL: Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
        Progress.LATE: _is_late(now),
        Progress.OPEN: Assignment.state.in_(OPEN_ASSIGNMENT_STATES),
        Progress.DONE: Assignment.state == AssignmentState.DONE,
    }
    return (
        select(
            Assignment.id,
            Application.id,
            func.coalesce(Application.reference, ""),
            Application.title,
            Person.name,
            Assignment.state,
            Review.id.is_not(None).label("is_begun"),
            _is_late(now).label("is_late"),
            Assignment.due_at,
            Assignment.done_at,
        )
        .join(Application, Application.id == Assignment.application_id)
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id, conditions[part])
        .order_by(
            case((Assignment.state == AssignmentState.DONE, 1), else_=0),
            Assignment.due_at.asc().nulls_last(),
            Application.number,
            Person.name,
            Assignment.id,
        )
    )


def _as_seen(row: Any, *, is_recused: bool) -> ReviewProgress:
    if is_recused:
        return ReviewProgress(row[0], True, "", "", "", row[5], False, False, None, None)
    return ReviewProgress(row[0], False, *row[2:])


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(
        Assignment.state.in_(OPEN_ASSIGNMENT_STATES),
        Assignment.due_at.is_not(None),
        func.coalesce(Assignment.due_at, now) < now,
    )


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
