"""Background work: queue it with the change that wants it, lease it, finish it.

The row is the truth. The job of a worker that dies comes back: at once where another worker
of the same machine has proof of the death (adapters/life_signs), else when its lease runs out.
Nothing depends on a queue that could lose it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import JobState
from fundapp.models import Job
from fundapp.services.audit import record_event

LEASE = timedelta(minutes=1)
"""Renewed every few seconds while the job runs; so long a worker may be held up."""

ATTEMPTS_AT_MOST = 5
"""Runs that get no further than those before; one that gets further counts as the first."""

FIRST_WAIT = timedelta(seconds=10)


def queue_job(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    actor: Actor | None = None,
    once_key: str | None = None,
    due_at: datetime | None = None,
) -> Job | None:
    """Queue a job of `kind`. With a `once_key` used before nothing is queued (None)."""
    if once_key is not None and session.scalar(select(Job.id).where(Job.once_key == once_key)):
        return None
    job = Job(
        kind=kind,
        payload=payload,
        once_key=once_key,
        state=JobState.QUEUED,
        due_at=due_at or now,
        queued_by_id=actor.person_id if actor else None,
        queued_at=now,
    )
    session.add(job)
    return job


def lease_job(session: Session, *, now: datetime) -> Job | None:
    """Take the oldest due job, or one whose lease ran out; None when nothing is due.

    The conditional UPDATE makes sure that of two workers only one gets it.
    """
    is_free = or_(
        (Job.state == JobState.QUEUED) & (Job.due_at <= now),
        (Job.state == JobState.RUNNING) & (Job.lease_until < now),
    )
    oldest = select(Job).where(is_free).order_by(Job.due_at, Job.id).limit(1)
    job = session.scalar(oldest.with_for_update(skip_locked=True))
    if job is None:
        return None
    token = secrets.token_hex(16)
    taken = session.execute(
        update(Job)
        .where(Job.id == job.id, is_free)
        .values(
            state=JobState.RUNNING,
            lease_token=token,
            lease_until=now + LEASE,
            attempts=Job.attempts + 1,
        )
    )
    session.refresh(job)
    return job if taken.rowcount == 1 else None  # type: ignore[attr-defined]


def renew_lease(session: Session, job: Job, *, now: datetime) -> bool:
    """Prolong a lease that is still ours; False when another worker has the job."""
    renewed = session.execute(
        update(Job)
        .where(Job.id == job.id, Job.lease_token == job.lease_token)
        .values(lease_until=now + LEASE)
    )
    return bool(renewed.rowcount == 1)  # type: ignore[attr-defined]


def report_progress(session: Session, job: Job, *, done: int, total: int) -> bool:
    """Note how many of how many steps are done; False when another worker has the job."""
    row = session.get_one(Job, job.id, with_for_update=True)
    if row.lease_token != job.lease_token:
        return False
    if done > row.done_steps:
        row.attempts = 1
    row.done_steps, row.total_steps = done, total
    return True


def return_job(session: Session, job_id: UUID, *, token: str, now: datetime) -> None:
    """Queue again what a worker had leased with `token` when it died."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING, Job.lease_token == token)
        .values(state=JobState.QUEUED, due_at=now, lease_token=None, lease_until=None)
    )


def finish_job(session: Session, job: Job, *, now: datetime) -> None:
    """Mark a job done."""
    job.state = JobState.DONE
    job.finished_at = now
    job.lease_until = None
    job.last_error = ""


def fail_job(session: Session, job: Job, *, reason: str, now: datetime) -> bool:
    """Queue the job again with a growing pause; after the last attempt mark it failed.

    Returns True when it was given up.
    """
    job.last_error = reason[:2000]
    job.lease_until = None
    if job.attempts >= ATTEMPTS_AT_MOST:
        job.state = JobState.FAILED
        job.finished_at = now
        return True
    job.state = JobState.QUEUED
    job.due_at = now + FIRST_WAIT * 4 ** (job.attempts - 1)
    return False


def retry_job(session: Session, job_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Queue a failed job again, with all its attempts ahead of it."""
    require(actor, Action.ADMINISTER)
    job = session.get(Job, job_id, with_for_update=True)
    if job is None:
        raise NotFound("There is no such job.")
    if job.state is not JobState.FAILED:
        raise WrongState("Only a failed job can be run again. Reload the page.")
    job.state, job.due_at, job.attempts, job.finished_at = JobState.QUEUED, now, 0, None
    record_event(session, "job.retried", job, actor=actor, now=now, kind=job.kind)
