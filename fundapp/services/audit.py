"""The append-only record of who did what."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.models import AuditEvent


def record_event(
    session: Session,
    event: str,
    subject: Any,
    *,
    actor: Actor | None,
    now: datetime,
    round_id: UUID | None = None,
    **details: Any,
) -> AuditEvent:
    """Add one line: `event` ("application.submitted") on `subject` (a table row with an id).

    actor None = the system. `details` are made JSON-able: ids and dates as text.
    round_id is read off the subject when it has one.
    """
    line = AuditEvent(
        at=now,
        actor_id=actor.person_id if actor else None,
        event=event,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        round_id=round_id or _round_id(subject),
        details={key: _plain(value) for key, value in details.items()},
    )
    session.add(line)
    return line


def _round_id(subject: Any) -> UUID | None:
    if subject.__tablename__ == "round":
        return subject.id  # type: ignore[no-any-return]
    return getattr(subject, "round_id", None)


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
