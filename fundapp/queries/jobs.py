"""Background jobs as administrators see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import JobState
from fundapp.models import Job
from fundapp.queries.paging import Page, page_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class JobRow:
    """One job."""

    id: UUID
    kind: str
    state: JobState
    attempts: int
    done_steps: int
    total_steps: int
    queued_at: datetime
    due_at: datetime
    finished_at: datetime | None
    last_error: str


def job_page(session: Session, *, state: JobState | None, number: int) -> Page[JobRow]:
    """Return jobs in `state` (None = all), the newest first. 2 statements."""
    statement = select(Job).order_by(Job.queued_at.desc(), Job.id)
    if state is not None:
        statement = statement.where(Job.state == state)
    return page_of(session, statement, lambda row: _row(row[0]), number=number, size=PAGE_SIZE)


def job_counts(session: Session) -> Mapping[JobState, int]:
    """Return how many jobs are in each state. 1 statement."""
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in JobState}


def _row(job: Job) -> JobRow:
    return JobRow(
        id=job.id,
        kind=job.kind,
        state=job.state,
        attempts=job.attempts,
        done_steps=job.done_steps,
        total_steps=job.total_steps,
        queued_at=job.queued_at,
        due_at=job.due_at,
        finished_at=job.finished_at,
        last_error=job.last_error,
    )
