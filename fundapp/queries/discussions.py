"""The discussion of an application, and the few words that name it on a page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import Application, DiscussionNote, PanelSeat, Person, Round


@dataclass(frozen=True)
class Topic:
    """The application that a page is about; nothing in it tells the applicant."""

    application_id: UUID
    reference: str
    title: str
    round_id: UUID
    round_title: str
    notice: str
    is_blind: bool


@dataclass(frozen=True)
class SaidNote:
    """One contribution. label: the author's seat on the panel, "" for who has none."""

    id: UUID
    person_id: UUID
    name: str
    label: str
    text: str
    at: datetime


def application_topic(session: Session, application_id: UUID) -> Topic:
    """Return what names an application. 1 statement. NotFound for none."""
    row = session.execute(
        select(
            Application.id,
            Application.reference,
            Application.title,
            Round.id,
            Round.title,
            Round.notice,
            Round.is_blind,
        )
        .join(Round, Round.id == Application.round_id)
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such application.")
    return Topic(row[0], row[1] or "", *row[2:])


def discussion_notes(session: Session, topic: Topic) -> tuple[SaidNote, ...]:
    """Return what was said, the oldest first. 1 statement."""
    rows = session.execute(
        select(
            DiscussionNote.id,
            DiscussionNote.person_id,
            Person.name,
            PanelSeat.label,
            DiscussionNote.text,
            DiscussionNote.at,
        )
        .join(Person, Person.id == DiscussionNote.person_id)
        .outerjoin(
            PanelSeat,
            and_(
                PanelSeat.person_id == DiscussionNote.person_id,
                PanelSeat.round_id == topic.round_id,
            ),
        )
        .where(DiscussionNote.application_id == topic.application_id)
        .order_by(DiscussionNote.at, DiscussionNote.id)
    )
    return tuple(SaidNote(*row[:3], row[3] or "", *row[4:]) for row in rows)
