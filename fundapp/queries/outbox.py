"""The outbox as managers see it: to whom, about what, what became of it. Never the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.mail import LETTER_KEY, VOTE_KEY
from fundapp.domain.states import MailState
from fundapp.models import OutboxMessage, Round
from fundapp.queries.paging import Page, page_of

PAGE_SIZE = 50
VOTER = "a voter"
"""What is shown in place of the address of who voted."""

BOUNCED = "bounced"
"""Mails that were sent and came back, beside the states."""


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
    bounced_at: datetime | None
    bounce_reason: str
    last_error: str
    round_reference: str
    is_letter: bool

    @property
    def needs_a_person(self) -> bool:
        """Tell whether somebody has to say what becomes of it."""
        return self.bounced_at is not None or self.state in {MailState.UNKNOWN, MailState.FAILED}


def mail_page(session: Session, *, which: str, number: int) -> Page[MailRow]:
    """Return mails in a state, those that came back, or all (""), newest first. 2 statements."""
    statement = _mails().order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id)
    if which == BOUNCED:
        statement = statement.where(OutboxMessage.bounced_at.is_not(None))
    elif which:
        statement = statement.where(OutboxMessage.state == MailState(which))
    return page_of(
        session, statement, lambda row: _row(row[0], row[1]), number=number, size=PAGE_SIZE
    )


def outbox_mail(session: Session, mail_id: UUID) -> MailRow:
    """Return one mail. 1 statement. NotFound for none."""
    found = session.execute(_mails().where(OutboxMessage.id == mail_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such mail.")
    return _row(found[0], found[1])


def mail_counts(session: Session) -> Mapping[str, int]:
    """Return how many mails are in each state, and how many came back. 1 statement."""
    rows = session.execute(
        select(OutboxMessage.state, func.count(), func.count(OutboxMessage.bounced_at)).group_by(
            OutboxMessage.state
        )
    ).all()
    found = {row[0]: row[1] for row in rows}
    states = {state.value: found.get(state, 0) for state in MailState}
    return states | {BOUNCED: sum(row[2] for row in rows)}


def _mails() -> Select[OutboxMessage, str]:
    return select(OutboxMessage, Round.reference).outerjoin(
        Round, Round.id == OutboxMessage.round_id
    )


def _row(message: OutboxMessage, reference: str | None) -> MailRow:
    is_vote = (message.once_key or "").startswith(VOTE_KEY)
    return MailRow(
        id=message.id,
        message_id=message.message_id,
        to_address=VOTER if is_vote else message.to_address,
        to_name=message.to_name,
        subject=message.subject,
        state=message.state,
        attempts=message.attempts,
        queued_at=message.queued_at,
        next_try_at=message.next_try_at,
        sent_at=message.sent_at,
        bounced_at=message.bounced_at,
        bounce_reason="" if is_vote else message.bounce_reason,
        last_error="" if is_vote else message.last_error,
        round_reference=reference or "",
        is_letter=(message.once_key or "").startswith(LETTER_KEY),
    )
