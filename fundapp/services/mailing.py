"""Sends the outbox: each row once, and never while a write transaction is open.

A mail goes queued -> sending -> sent. What else may happen:

- not handed over (no connection, a temporary refusal): queued again, with growing pauses;
- refused for good, or too many failures: failed;
- the line broke after the text was handed over: unknown. It may have arrived, so only a
  person sends it again. It then keeps its row and its Message-ID, by which a mail
  program that has the first copy can tell that it is the same mail;
- the sender died in between: after CLAIM the mail is queued again where sending twice
  leaves one mail (the folder), and unknown where it does not (SMTP).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import FilesUnavailable, NotFound, WrongState
from fundapp.domain.mail import (
    AttachedFile,
    MailRefused,
    MailTransport,
    NotHandedOver,
    OutcomeUnknown,
    OutgoingMail,
    pause_after,
    without_secrets,
)
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import MailState
from fundapp.models import OutboxMessage
from fundapp.services.audit import record_event

CLAIM = timedelta(minutes=10)
LOST = "The sender was stopped while it handed the mail over."

Transactions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class PostOffice:
    """What mails are sent with: the transport, attached files, sender and site address."""

    transport: MailTransport
    read_file: Callable[[str], bytes]
    from_address: str
    fund_name: str
    site: str


@dataclass(frozen=True)
class _Claimed:
    id: UUID
    mail: OutgoingMail
    files: tuple[dict[str, str], ...]


def send_waiting(
    transactions: Transactions, office: PostOffice, *, now: datetime, limit: int = 20
) -> int:
    """Send at most `limit` mails that are due; return how many were tried.

    Each is claimed in a short transaction, sent outside of any, and marked in another.
    """
    with transactions() as session:
        _settle_lost(session, office.transport, now=now)
    for tried in range(limit):
        with transactions() as session:
            claimed = _claim(session, office, now=now)
        if claimed is None:
            return tried
        outcome = _send(office, claimed)
        with transactions() as session:
            _mark(session, claimed.id, outcome, now=now)
    return limit


def resend_mail(session: Session, mail_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Queue a mail again whose outcome is unknown or which failed, under its Message-ID."""
    message = _unsettled(session, mail_id, actor=actor)
    message.state, message.attempts, message.next_try_at = MailState.QUEUED, 0, now
    record_event(session, "outbox_message.resent", message, actor=actor, now=now)


def settle_mail(session: Session, mail_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Note that a mail need not be sent again: it arrived, or the person was told otherwise."""
    message = _unsettled(session, mail_id, actor=actor)
    message.state, message.sent_at = MailState.SENT, now
    message.body = without_secrets(message.body)
    record_event(session, "outbox_message.settled", message, actor=actor, now=now)


def _settle_lost(session: Session, transport: MailTransport, *, now: datetime) -> None:
    lost = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MailState.SENDING, OutboxMessage.next_try_at <= now)
        .with_for_update(skip_locked=True)
    )
    for message in lost:
        message.last_error = LOST
        message.state = MailState.QUEUED if transport.is_repeatable else MailState.UNKNOWN


def _claim(session: Session, office: PostOffice, *, now: datetime) -> _Claimed | None:
    """Take the oldest due mail; while it is `sending`, next_try_at says until when."""
    message = session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.state == MailState.QUEUED, OutboxMessage.next_try_at <= now)
        .order_by(OutboxMessage.queued_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is None:
        return None
    message.state, message.next_try_at = MailState.SENDING, now + CLAIM
    message.attempts += 1
    return _Claimed(message.id, _outgoing(message, office), tuple(message.attachments))


def _outgoing(message: OutboxMessage, office: PostOffice) -> OutgoingMail:
    def fill(text: str) -> str:
        return text.replace("{site}", office.site).replace("{fund}", office.fund_name)

    return OutgoingMail(
        message_id=message.message_id,
        from_address=office.from_address,
        from_name=office.fund_name,
        to_address=message.to_address,
        to_name=message.to_name,
        subject=fill(message.subject),
        body=fill(message.body),
        written_at=message.queued_at,
    )


def _send(office: PostOffice, claimed: _Claimed) -> Exception | None:
    """Send and return what went wrong, None when nothing did."""
    try:
        files = tuple(
            AttachedFile(file["filename"], file["media_type"], office.read_file(file["sha256"]))
            for file in claimed.files
        )
    except (OSError, FilesUnavailable) as error:
        return NotHandedOver(f"A file to attach cannot be read: {error}")
    try:
        office.transport.send(replace(claimed.mail, attachments=files))
    except (NotHandedOver, MailRefused, OutcomeUnknown) as error:
        return error
    return None


def _mark(session: Session, mail_id: UUID, outcome: Exception | None, *, now: datetime) -> None:
    message = session.get_one(OutboxMessage, mail_id, with_for_update=True)
    message.last_error = str(outcome)[:2000] if outcome else ""
    pause = pause_after(message.attempts)
    if outcome is None:
        message.state, message.sent_at = MailState.SENT, now
        message.body = without_secrets(message.body)
    elif isinstance(outcome, OutcomeUnknown):
        message.state = MailState.UNKNOWN
    elif isinstance(outcome, MailRefused) or pause is None:
        message.state = MailState.FAILED
    else:
        message.state, message.next_try_at = MailState.QUEUED, now + pause


def _unsettled(session: Session, mail_id: UUID, *, actor: Actor) -> OutboxMessage:
    require(actor, Action.VIEW_OUTBOX)
    message = session.get(OutboxMessage, mail_id, with_for_update=True)
    if message is None:
        raise NotFound("There is no such mail.")
    if message.state not in {MailState.UNKNOWN, MailState.FAILED}:
        raise WrongState("This mail is on its way or was sent. Reload the page.")
    return message
