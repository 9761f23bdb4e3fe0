"""What reviewers declared, and the topics that the fund's rounds ask about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.reviewer_profiles import TOPICS_QUESTION, Level, Profile
from fundapp.models import PanelSeat, Person, Question, ReviewerProfile, Round
from fundapp.queries.languages import language_tags


@dataclass(frozen=True)
class ProfileRecord:
    """One person's profile; `changed_at` is None and `version` 0 before anything was declared."""

    person_id: UUID
    name: str
    profile: Profile
    changed_at: datetime | None
    version: int


def profile_record(session: Session, person_id: UUID) -> ProfileRecord:
    """Return what a person declared. 1 statement. NotFound when there is no such person."""
    row = session.execute(
        select(Person.name, ReviewerProfile)
        .outerjoin(ReviewerProfile, ReviewerProfile.person_id == Person.id)
        .where(Person.id == person_id, Person.anonymised_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such person.")
    declared: ReviewerProfile | None = row[1]
    return ProfileRecord(
        person_id=person_id,
        name=row[0],
        profile=profile_of(declared),
        changed_at=declared.changed_at if declared else None,
        version=declared.version if declared else 0,
    )


def profiles_on_panel(session: Session, round_id: UUID) -> Mapping[UUID, Profile]:
    """Return the profile of everybody who has or had a seat, by person. 1 statement."""
    rows = session.execute(
        select(PanelSeat, ReviewerProfile)
        .outerjoin(ReviewerProfile, ReviewerProfile.person_id == PanelSeat.person_id)
        .where(PanelSeat.round_id == round_id)
        .order_by(PanelSeat.id)
    )
    return {seat.person_id: profile_on_seat(seat, declared) for seat, declared in rows}


def offered_topics(session: Session) -> tuple[str, ...]:
    """Return the topics to choose from: of the newest round that asks, then of older ones.

    1 statement. Each topic once, whatever its capitals.
    """
    rows = session.scalars(
        select(Question.settings)
        .join(Round, Round.id == Question.round_id)
        .where(Question.code == TOPICS_QUESTION)
        .order_by(Round.created_at.desc(), Round.id)
    )
    return distinct_topics(options_of(settings) for settings in rows)


def options_of(settings: Mapping[str, Any]) -> Sequence[str]:
    """Return the options in the settings of a question's row."""
    return [str(option) for option in settings.get("options", ())]


def distinct_topics(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the topics of several lists, each once, in their order."""
    found: dict[str, str] = {}
    for topics in lists:
        for topic in topics:
            found.setdefault(topic.casefold(), topic)
    return tuple(found.values())


def profile_on_seat(seat: PanelSeat, row: ReviewerProfile | None) -> Profile:
    """Return a panel member's profile; without one the older notes on their seat.

    Topics of such notes count as medium; languages that cannot be read are left out.
    """
    if row is not None:
        return profile_of(row)
    tags = [language_tags().get(str(name).casefold()) for name in seat.languages]
    return Profile(
        expertise={str(topic): Level.MEDIUM for topic in seat.topics},
        languages=tuple(tag for tag in tags if tag),
    )


def profile_of(row: ReviewerProfile | None) -> Profile:
    """Return the plain profile of a row; an empty one where nothing was declared."""
    if row is None:
        return Profile()
    levels = {topic: Level(level) for topic, level in row.expertise.items()}
    return Profile(
        expertise=dict(sorted(levels.items(), key=lambda item: item[0].casefold())),
        languages=tuple(row.languages),
    )
