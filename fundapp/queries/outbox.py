"""The outbox as managers see it: to whom, about what, what became of it. Never the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import MailState
from fundapp.models import OutboxMessage, Round
from fundapp.queries.paging import Page, page_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class MailRow:
    """One mail."""

    id: UUID
    message_id: str
    to_address: str
    to_name: str
    subject: str
    state: MailState
    attempts: int
    queued_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    last_error: str
    round_reference: str


def mail_page(session: Session, *, state: MailState | None, number: int) -> Page[MailRow]:
    """Return mails in `state` (None = all), the newest first. 2 statements."""
    statement = (
        select(OutboxMessage, Round.reference)
        .outerjoin(Round, Round.id == OutboxMessage.round_id)
        .order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id)
    )
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    return page_of(
        session, statement, lambda row: _row(row[0], row[1]), number=number, size=PAGE_SIZE
    )


def mail_counts(session: Session) -> Mapping[MailState, int]:
    """Return how many mails are in each state. 1 statement."""
    rows = session.execute(
        select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    ).all()
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in MailState}


def _row(message: OutboxMessage, reference: str | None) -> MailRow:
    return MailRow(
        id=message.id,
        message_id=message.message_id,
        to_address=message.to_address,
        to_name=message.to_name,
        subject=message.subject,
        state=message.state,
        attempts=message.attempts,
        queued_at=message.queued_at,
        next_try_at=message.next_try_at,
        sent_at=message.sent_at,
        last_error=message.last_error,
        round_reference=reference or "",
    )
