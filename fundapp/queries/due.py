"""Whether there is anything for the worker to do; cheap enough to ask every second."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fundapp.domain.states import JobState, MailState
from fundapp.models import Job, OutboxMessage


def is_job_due(session: Session, *, now: datetime) -> bool:
    """Tell whether a job waits, or one has come back from a worker that died."""
    due = or_(
        (Job.state == JobState.QUEUED) & (Job.due_at <= now),
        (Job.state == JobState.RUNNING) & (Job.lease_until < now),
    )
    return session.scalar(select(Job.id).where(due).limit(1)) is not None


def is_mail_due(session: Session, *, now: datetime) -> bool:
    """Tell whether a mail waits, or was left behind by a sender that died."""
    due = OutboxMessage.state.in_([MailState.QUEUED, MailState.SENDING])
    found = select(OutboxMessage.id).where(due, OutboxMessage.next_try_at <= now)
    return session.scalar(found.limit(1)) is not None
