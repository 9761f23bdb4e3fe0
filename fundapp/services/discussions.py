"""The panel's discussion of an application."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.text import plain
from fundapp.models import DiscussionNote
from fundapp.queries.access import application_facts
from fundapp.services.audit import record_event

LONGEST_NOTE = 5_000
DOUBLE_CLICK = timedelta(minutes=2)
"""The same words by the same person within this time are one note."""


def read_discussion_note(typed: str) -> str:
    """Return the note as plain text; InvalidInput("text") when empty or over LONGEST_NOTE."""
    text = plain(typed).strip()
    if not text:
        raise InvalidInput([Problem("text", "Write your note first.")])
    if len(text) > LONGEST_NOTE:
        sentence = f"Shorten your note to {LONGEST_NOTE:,} characters. It has {len(text):,}."
        raise InvalidInput([Problem("text", sentence)])
    return text


def add_note(
    session: Session, application_id: UUID, *, text: str, actor: Actor, now: datetime
) -> DiscussionNote:
    """Add one contribution; a double click adds one. Notes are not changed afterwards."""
    facts = application_facts(session, application_id, for_update=True)
    require(actor, Action.DISCUSS_APPLICATION, facts)
    words = read_discussion_note(text)
    newest = session.scalar(
        select(DiscussionNote)
        .where(
            DiscussionNote.application_id == application_id,
            DiscussionNote.person_id == actor.person_id,
        )
        .order_by(DiscussionNote.at.desc())
        .limit(1)
    )
    if newest is not None and newest.text == words and now - newest.at < DOUBLE_CLICK:
        return newest
    note = DiscussionNote(
        application_id=application_id, person_id=actor.person_id, text=words, at=now
    )
    session.add(note)
    session.flush()
    record_event(
        session,
        "discussion_note.added",
        note,
        actor=actor,
        now=now,
        round_id=facts.round.id,
        application_id=application_id,
    )
    return note
