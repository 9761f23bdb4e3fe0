"""How far a round's letters are: printed, failed, left, waiting for signatures, and mailed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.estimates import MOST, STILLNESS, roughly, time_left
from fundapp.domain.states import MailState, OrderState
from fundapp.models import DocumentOrder, OutboxMessage
from fundapp.queries.letters import mail_of_letter


@dataclass(frozen=True)
class LetterProgress:
    """Counts of documents and of the letters' mails. `left` is being printed.

    bounced: mails that were sent and came back; they do not count as sent. time_left: in words,
    "" when there is nothing to go by. is_still: nothing was printed for a while.
    """

    counts: Mapping[OrderState, int]
    mails: Mapping[MailState, int]
    bounced: int
    time_left: str
    is_still: bool

    @property
    def all(self) -> int:
        """Return how many documents there are, without those that were replaced unsigned."""
        return sum(self.counts.values()) - self.counts[OrderState.SUPERSEDED]

    @property
    def left(self) -> int:
        """Return how many the worker still has to print."""
        return self.counts[OrderState.QUEUED]

    @property
    def waiting_mails(self) -> int:
        """Return how many mails are on their way out."""
        return self.mails[MailState.QUEUED] + self.mails[MailState.SENDING]

    @property
    def is_moving(self) -> bool:
        """Tell whether the page will soon say something else."""
        return bool(self.left or self.waiting_mails)


def letter_progress(session: Session, round_id: UUID, *, now: datetime) -> LetterProgress:
    """Return how far the round's letters are at `now`. 3 statements."""
    rows = session.execute(
        select(DocumentOrder.state, func.count(), func.min(DocumentOrder.ordered_at))
        .where(DocumentOrder.round_id == round_id)
        .group_by(DocumentOrder.state)
    ).all()
    counts = dict.fromkeys(OrderState, 0) | {state: count for state, count, _ in rows}
    waiting_since = next((at for state, _, at in rows if state is OrderState.QUEUED), None)
    mails, bounced = _mails(session, round_id)
    settled = _last_settled(session, round_id)
    left = counts[OrderState.QUEUED]
    span = time_left(settled, left, now=now)
    last = max([*settled[:1], *([waiting_since] if waiting_since else [])], default=now)
    return LetterProgress(
        counts=counts,
        mails=mails,
        bounced=bounced,
        time_left=roughly(span) if span else "",
        is_still=bool(left) and now - last > STILLNESS,
    )


def _mails(session: Session, round_id: UUID) -> tuple[Mapping[MailState, int], int]:
    is_bounced = OutboxMessage.bounced_at.is_not(None)
    rows = session.execute(
        select(OutboxMessage.state, is_bounced, func.count())
        .join(DocumentOrder, mail_of_letter())
        .where(DocumentOrder.round_id == round_id)
        .group_by(OutboxMessage.state, is_bounced)
    )
    found, bounced = dict.fromkeys(MailState, 0), 0
    for state, came_back, count in rows:
        if came_back:
            bounced += count
        else:
            found[state] += count
    return found, bounced


def _last_settled(session: Session, round_id: UUID) -> list[datetime]:
    rows = session.scalars(
        select(DocumentOrder.settled_at)
        .where(DocumentOrder.round_id == round_id, DocumentOrder.settled_at.is_not(None))
        .order_by(DocumentOrder.settled_at.desc())
        .limit(MOST)
    )
    return [at for at in rows if at is not None]
