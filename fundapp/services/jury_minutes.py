"""The minutes of the jury: written while it deliberates, never changed."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import RoundState
from fundapp.domain.text import plain
from fundapp.models import JuryMinute, Round
from fundapp.queries.deliberations import round_head
from fundapp.queries.jury_minutes import (
    CLOSED,
    NO_JURY,
    Minute,
    Minutes,
    categories_asked,
    is_closed_to,
    jurors_of,
)
from fundapp.services.audit import record_event

LONGEST_MINUTE = 20_000
DOUBLE_CLICK = timedelta(minutes=2)
"""The same words by the same person within this time are one entry."""


def add_minute(
    session: Session,
    round_id: UUID,
    *,
    text: str,
    category: str = "",
    present: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> JuryMinute:
    """Add an entry to the minutes; a double click adds one.

    present: ids of judges and officers of the round, as a page sends them. Raises InvalidInput,
    WrongState outside of deliberation, NotAllowed for who has a conflict in the round.
    """
    if session.get(Round, round_id, with_for_update=True) is None:
        raise NotFound("There is no such round.")
    head, _ = round_head(session, round_id)
    require(actor, Action.DECIDE, head.facts)
    if not head.has_jury:
        raise NotFound(NO_JURY)
    if is_closed_to(session, head, reader=actor):
        raise NotAllowed(CLOSED)
    if head.state is not RoundState.DELIBERATING:
        raise WrongState("Minutes are written while the round is deliberating.")
    words = _read(text, category, allowed=categories_asked(session, round_id))
    there = [str(one.id) for one in jurors_of(session, round_id) if str(one.id) in present]
    newest = _newest(session, round_id, actor)
    said = (words, category, there)
    if (
        newest is not None
        and now - newest.written_at < DOUBLE_CLICK
        and (newest.text, newest.category, newest.present) == said
    ):
        return newest
    minute = JuryMinute(
        round_id=round_id,
        category=category,
        text=words,
        present=there,
        written_by_id=actor.person_id,
        written_at=now,
    )
    session.add(minute)
    session.flush()
    record_event(session, "jury_minute.added", minute, actor=actor, now=now, category=category)
    return minute


def minutes_text(minutes: Minutes) -> str:
    """Return the minutes as a plain text, an entry after the other. Times are UTC."""
    head = minutes.head
    parts = [f"Minutes of the jury\n{head.reference} {head.title}"]
    parts += [_entry_text(entry) for entry in minutes.entries]
    return "\n\n".join(parts) + "\n"


def _entry_text(entry: Minute) -> str:
    lines = [
        f"{entry.written_at:%Y-%m-%d %H:%M} UTC, written by {entry.written_by}",
        f"About: {entry.category or 'all entries'}",
        f"Present: {', '.join(entry.present) or 'not said'}",
        "",
        entry.text,
    ]
    return "\n".join(lines)


def _read(text: str, category: str, *, allowed: Collection[str]) -> str:
    words = plain(text).strip()
    problems = []
    if not words:
        problems.append(Problem("text", "Write what was said first."))
    if len(words) > LONGEST_MINUTE:
        sentence = f"Shorten the entry to {LONGEST_MINUTE:,} characters. It has {len(words):,}."
        problems.append(Problem("text", sentence))
    if category and category not in allowed:
        problems.append(Problem("category", "Choose one of the categories, or all entries."))
    if problems:
        raise InvalidInput(problems)
    return words


def _newest(session: Session, round_id: UUID, actor: Actor) -> JuryMinute | None:
    return session.scalar(
        select(JuryMinute)
        .where(JuryMinute.round_id == round_id, JuryMinute.written_by_id == actor.person_id)
        .order_by(JuryMinute.written_at.desc(), JuryMinute.id)
        .limit(1)
    )
