"""Mails that came back: noted once, and told to whoever runs the round."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.delivery_reports import Bounce
from fundapp.domain.mail import LETTER_KEY
from fundapp.domain.states import MailState
from fundapp.models import OutboxMessage, Person, Release, Round
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail

LEFT_THE_HOUSE = frozenset({MailState.SENDING, MailState.SENT, MailState.UNKNOWN})


@dataclass(frozen=True)
class NotedBounces:
    """What became of reports: newly noted, noted before, and about no mail of ours."""

    new: int
    known: int
    foreign: int


def note_bounces(session: Session, bounces: Iterable[Bounce], *, now: datetime) -> NotedBounces:
    """Note which mails came back, each once, and mail the managers of their rounds once a day.

    A mail that a person has queued again meanwhile is on its way; an older report says nothing
    about it.
    """
    counts: Counter[str] = Counter()
    rounds: Counter[UUID] = Counter()
    for bounce in bounces:
        message = session.scalar(
            select(OutboxMessage)
            .where(OutboxMessage.message_id == bounce.message_id)
            .with_for_update()
        )
        if message is None:
            counts["foreign"] += 1
        elif message.bounced_at is not None or message.state not in LEFT_THE_HOUSE:
            counts["known"] += 1
        else:
            _note(session, message, bounce, now=now)
            counts["new"] += 1
            if message.round_id is not None:
                rounds[message.round_id] += 1
    for round_id in sorted(rounds):
        _tell(session, session.get_one(Round, round_id), rounds[round_id], now=now)
    return NotedBounces(counts["new"], counts["known"], counts["foreign"])


def _note(session: Session, message: OutboxMessage, bounce: Bounce, *, now: datetime) -> None:
    message.bounced_at, message.bounce_reason = now, bounce.reason
    if message.state is MailState.UNKNOWN:
        message.state, message.sent_at = MailState.SENT, now
    letter = message.once_key or ""
    record_event(
        session, "outbox_message.bounced", message, actor=None, now=now,
        reference=letter.removeprefix(LETTER_KEY) if letter.startswith(LETTER_KEY) else "",
    )  # fmt: skip
    session.flush()


def _tell(session: Session, round_: Round, count: int, *, now: datetime) -> None:
    """Write to who released the round last, else to who made it."""
    releaser = session.scalar(
        select(Release.released_by_id)
        .where(Release.round_id == round_.id)
        .order_by(Release.released_at.desc(), Release.id)
        .limit(1)
    )
    manager = session.get_one(Person, releaser or round_.created_by_id)
    text = mail_text(
        "mails_bounced",
        round_reference=round_.reference,
        round_title=round_.title,
        notice=round_.notice,
        round_id=round_.id,
        count=count,
    )
    key = f"bounces:{round_.id}:{now.date()}"
    queue_mail(session, Letterbox(manager.email, manager.name), text, now=now, once_key=key)
