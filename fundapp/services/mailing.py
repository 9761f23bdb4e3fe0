"""Sends the outbox: each row once, and never while a write transaction is open.

A mail goes queued -> sending -> sent. What else may happen:

- not handed over (no connection, a temporary refusal): queued again, with growing pauses;
- refused for good, or too many failures: failed;
- the line broke after the text was handed over: unknown. It may have arrived, so only a
  person sends it again. It then keeps its row and its Message-ID, by which a mail
  program that has the first copy can tell that it is the same mail;
- the sender died in between: the mail is queued again where sending twice leaves one mail
  (the folder), and unknown where it does not (SMTP). That is known at once where a worker of
  the same machine has proof of the death, and else after CLAIM.

Mails of a round leave no faster than the setting says, whichever worker sends them. What
belongs to no round (a new password, an address to confirm) goes first and never waits for that.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import FilesUnavailable, InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.mail import (
    LETTER_KEY,
    AttachedFile,
    MailRefused,
    MailTransport,
    NotHandedOver,
    OutcomeUnknown,
    OutgoingMail,
    has_lost_link,
    pace_of,
    pause_after,
    without_secrets,
)
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import MailState
from fundapp.models import DocumentOrder, OutboxMessage
from fundapp.queries.access import application_facts
from fundapp.services.addresses import read_address
from fundapp.services.audit import record_event
from fundapp.services.outbox import new_message_id

CLAIM = timedelta(minutes=10)
LOST = "The sender was stopped while it handed the mail over."

Transactions = Callable[[], AbstractContextManager[Session]]


def nobody(mail_id: UUID, until: datetime) -> None:
    """Note nothing about a claim."""


@dataclass(frozen=True)
class PostOffice:
    """What mails are sent with: the transport, attached files, sender and site address.

    per_minute: how many may leave in a minute, 0 = any number. note_claim: hears of a claim (mail
    and its end) before it is made, to tell others what a sender that died had in hand.
    """

    transport: MailTransport
    read_file: Callable[[str], bytes]
    from_address: str
    fund_name: str
    site: str
    per_minute: int = 0
    note_claim: Callable[[UUID, datetime], None] = nobody


@dataclass(frozen=True)
class _Claimed:
    id: UUID
    until: datetime
    mail: OutgoingMail
    files: tuple[dict[str, str], ...]


def send_waiting(
    transactions: Transactions,
    office: PostOffice,
    *,
    now: Callable[[], datetime],
    limit: int = 20,
) -> int:
    """Send at most `limit` mails that are due; return how many were tried.

    Each is claimed in a short transaction, sent outside of any, and marked in another.
    """
    with transactions() as session:
        _settle_lost(session, office.transport, now=now())
    for tried in range(limit):
        with transactions() as session:
            claimed = _claim(session, office, now=now())
        if claimed is None:
            return tried
        outcome = _send(office, claimed)
        with transactions() as session:
            _mark(session, claimed, outcome, now=now())
    return limit


def return_mail(
    session: Session, mail_id: UUID, *, until: datetime, transport: MailTransport
) -> None:
    """Settle what a sender that is known to be dead had claimed with the end `until`."""
    _settle(
        session,
        transport,
        (OutboxMessage.id == mail_id) & (OutboxMessage.next_try_at == until),
    )


def resend_mail(
    session: Session, mail_id: UUID, *, address: str = "", actor: Actor, now: datetime
) -> None:
    """Queue a mail again whose outcome is unknown, which failed or which came back.

    The Message-ID stays where a first copy may have arrived. A letter may go to another
    `address` ("" = the same); InvalidInput for one that is none.
    """
    message = _unsettled(session, mail_id, actor=actor, or_bounced=True)
    if message.bounced_at is not None and has_lost_link(message.body):
        raise WrongState("Its link is not kept. Let the person ask for a new one.")
    other = _other_address(session, message, address, actor=actor)
    if message.bounced_at is not None or other:
        message.message_id = new_message_id()
    message.to_address = other or message.to_address
    message.state, message.attempts, message.next_try_at = MailState.QUEUED, 0, now
    message.sent_at, message.bounced_at, message.bounce_reason = None, None, ""
    record_event(
        session, "outbox_message.resent", message, actor=actor, now=now,
        has_other_address=bool(other),
    )  # fmt: skip


def settle_mail(session: Session, mail_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Note that a mail need not be sent again: it arrived, or the person was told otherwise."""
    message = _unsettled(session, mail_id, actor=actor)
    message.state, message.sent_at = MailState.SENT, now
    message.body = without_secrets(message.body)
    record_event(session, "outbox_message.settled", message, actor=actor, now=now)


def _settle_lost(session: Session, transport: MailTransport, *, now: datetime) -> None:
    _settle(session, transport, OutboxMessage.next_try_at <= now)


def _settle(session: Session, transport: MailTransport, lost: ColumnElement[bool]) -> None:
    messages = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MailState.SENDING, lost)
        .with_for_update(skip_locked=True)
    )
    for message in messages:
        message.last_error = LOST
        message.state = MailState.QUEUED if transport.is_repeatable else MailState.UNKNOWN


def _claim(session: Session, office: PostOffice, *, now: datetime) -> _Claimed | None:
    """Take the oldest due mail; while it is `sending`, next_try_at says until when.

    Workers that keep a pace wait for each other here, so that each counts the other's mails.
    """
    message = session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.state == MailState.QUEUED, OutboxMessage.next_try_at <= now)
        .order_by(OutboxMessage.round_id.is_not(None), OutboxMessage.queued_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=not office.per_minute)
    )
    if message is None or not _has_room(session, message, office.per_minute, now=now):
        return None
    until = now + CLAIM
    office.note_claim(message.id, until)
    message.state, message.next_try_at = MailState.SENDING, until
    message.attempts += 1
    return _Claimed(message.id, until, _outgoing(message, office), tuple(message.attachments))


def _has_room(session: Session, message: OutboxMessage, per_minute: int, *, now: datetime) -> bool:
    if not per_minute or message.round_id is None:
        return True
    window, most = pace_of(per_minute)
    is_recent = (OutboxMessage.state == MailState.SENT) & (OutboxMessage.sent_at > now - window)
    left = session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(is_recent | (OutboxMessage.state == MailState.SENDING))
    )
    return (left or 0) < most


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


def _mark(session: Session, claimed: _Claimed, outcome: Exception | None, *, now: datetime) -> None:
    message = session.get_one(OutboxMessage, claimed.id, with_for_update=True)
    is_ours = message.state is MailState.SENDING and message.next_try_at == claimed.until
    if not is_ours and outcome is not None:
        return
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


def _other_address(session: Session, message: OutboxMessage, address: str, *, actor: Actor) -> str:
    """Return where else to send; only letters, by who may issue them, so that no link is caught."""
    address = address.strip()
    if address in {"", message.to_address}:
        return ""
    letter = (message.once_key or "").removeprefix(LETTER_KEY)
    order = session.scalar(select(DocumentOrder).where(DocumentOrder.reference == letter))
    if order is None or order.application_id is None:
        raise InvalidInput([Problem("address", "Only letters can go to another address.")])
    require(actor, Action.RELEASE_DECISIONS, application_facts(session, order.application_id))
    return read_address(address, field="address")


def _unsettled(
    session: Session, mail_id: UUID, *, actor: Actor, or_bounced: bool = False
) -> OutboxMessage:
    require(actor, Action.VIEW_OUTBOX)
    message = session.get(OutboxMessage, mail_id, with_for_update=True)
    if message is None:
        raise NotFound("There is no such mail.")
    is_bounced = or_bounced and message.bounced_at is not None
    if message.state not in {MailState.UNKNOWN, MailState.FAILED} and not is_bounced:
        raise WrongState("This mail is on its way or was sent. Reload the page.")
    return message
