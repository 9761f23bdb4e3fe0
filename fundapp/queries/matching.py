"""What is known of who suits what: profiles, topics and languages, bids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.reviewer_profiles import LANGUAGE_QUESTION, TOPICS_QUESTION, Profile
from fundapp.models import Answer, Application, Bid, Question
from fundapp.queries.languages import language_name, language_tags
from fundapp.queries.panel import Pair
from fundapp.queries.reviewer_profiles import profiles_on_panel


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an application is about and written in, as far as its form asked."""

    topics: tuple[str, ...] = ()
    language: str = ""


NO_SUBJECT = Subject()


@dataclass(frozen=True, kw_only=True)
class MatchFacts:
    """Profiles by person, subjects by application, bids by pair (application, person)."""

    profiles: Mapping[UUID, Profile]
    subjects: Mapping[UUID, Subject]
    bids: Mapping[Pair, BidValue]

    @property
    def say_nothing(self) -> bool:
        """Tell whether nothing is known that tells one pair from another."""
        return not self.subjects and not self.bids


def match_facts(session: Session, round_id: UUID) -> MatchFacts:
    """Return what is known of a round's reviewers and applications. 3 statements."""
    return MatchFacts(
        profiles=profiles_on_panel(session, round_id),
        subjects=subjects_of_round(session, round_id),
        bids=bids_of_round(session, round_id),
    )


def subjects_of_round(session: Session, round_id: UUID) -> Mapping[UUID, Subject]:
    """Return topics and language of the applications that named some. 1 statement.

    Languages are given by their English name, whatever the form calls them.
    """
    rows = session.execute(
        select(Answer.application_id, Question.code, Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .join(Application, Application.id == Answer.application_id)
        .where(
            Question.round_id == round_id,
            Question.code.in_([TOPICS_QUESTION, LANGUAGE_QUESTION]),
            Application.submitted_at.is_not(None),
        )
        .order_by(Answer.application_id, Question.code)
    )
    answers: dict[UUID, dict[str, Any]] = {}
    for application_id, code, value in rows:
        answers.setdefault(application_id, {})[code] = value
    subjects = {id_: _subject(values) for id_, values in answers.items()}
    return {id_: subject for id_, subject in subjects.items() if subject != NO_SUBJECT}


def bids_of_round(session: Session, round_id: UUID) -> Mapping[Pair, BidValue]:
    """Return the bids made in a round. 1 statement."""
    rows = session.execute(
        select(Bid.application_id, Bid.person_id, Bid.value)
        .where(Bid.round_id == round_id)
        .order_by(Bid.application_id, Bid.person_id)
    )
    return {(application, person): value for application, person, value in rows}


def english_name(language: str) -> str:
    """Return the English name of a language given by name or tag; itself when unknown."""
    tag = language_tags().get(language.casefold())
    return language_name(tag) if tag else language


def _subject(values: Mapping[str, Any]) -> Subject:
    topics, language = values.get(TOPICS_QUESTION), values.get(LANGUAGE_QUESTION)
    return Subject(
        topics=tuple(str(topic) for topic in topics) if isinstance(topics, list) else (),
        language=english_name(language) if isinstance(language, str) else "",
    )
