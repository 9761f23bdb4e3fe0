"""When a round last changed, by the audit record."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.models import AuditEvent


def last_change(session: Session, round_id: UUID, *, without: Collection[str]) -> datetime | None:
    """Return the time of the round's newest audit line but those `without`. 1 statement."""
    return session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.round_id == round_id, AuditEvent.event.not_in(without)
        )
    )
