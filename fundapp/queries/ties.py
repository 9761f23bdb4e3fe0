"""What the data know of ties between a round's applicants and the people who judge them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fundapp.domain.conflicts import Applicant, Judge, Stake, TeamMember
from fundapp.domain.questions import QuestionKind
from fundapp.domain.states import ApplicationState
from fundapp.models import (
    Answer,
    Application,
    Envelope,
    Funder,
    Investment,
    Membership,
    Office,
    Organisation,
    PanelSeat,
    Person,
    Question,
)

JUDGED_STATES = frozenset(ApplicationState) - {
    ApplicationState.DRAFT,
    ApplicationState.WITHDRAWN,
}


@dataclass(frozen=True)
class KnownTies:
    """Applicants by number, judges by name, stakes by funder."""

    applicants: tuple[Applicant, ...]
    judges: tuple[Judge, ...]
    stakes: tuple[Stake, ...]


def known_ties(session: Session, round_id: UUID) -> KnownTies:
    """Return what there is to compare in the round. 6 statements."""
    return KnownTies(
        applicants=tuple(_applicants(session, round_id)),
        judges=tuple(_judges(session, round_id)),
        stakes=tuple(_stakes(session, round_id)),
    )


def _applicants(session: Session, round_id: UUID) -> Iterator[Applicant]:
    rows = session.execute(
        select(Application.id, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.round_id == round_id, Application.state.in_(JUDGED_STATES))
        .order_by(Application.number, Application.id)
    ).all()
    emails = _member_emails(session, round_id)
    teams = _teams(session, round_id)
    for application_id, organisation_id, organisation in rows:
        yield Applicant(
            application_id=application_id,
            organisation_id=organisation_id,
            organisation=organisation,
            member_emails=tuple(emails.get(organisation_id, ())),
            team=tuple(teams.get(application_id, ())),
        )


def _member_emails(session: Session, round_id: UUID) -> dict[UUID, list[str]]:
    applying = select(Application.organisation_id).where(Application.round_id == round_id)
    rows = session.execute(
        select(Membership.organisation_id, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id.in_(applying))
        .order_by(Person.email)
    )
    found: dict[UUID, list[str]] = {}
    for organisation_id, email in rows:
        found.setdefault(organisation_id, []).append(email)
    return found


def _teams(session: Session, round_id: UUID) -> dict[UUID, list[TeamMember]]:
    """Lines of the repeating groups that have a column `name` or `email`."""
    rows = session.execute(
        select(Answer.application_id, Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .where(Question.round_id == round_id, Question.kind == QuestionKind.GROUP.value)
        .order_by(Question.position, Answer.id)
    )
    found: dict[UUID, list[TeamMember]] = {}
    for application_id, lines in rows:
        found.setdefault(application_id, []).extend(_members(lines))
    return found


def _members(lines: Any) -> Iterator[TeamMember]:
    for line in lines if isinstance(lines, list) else []:
        if isinstance(line, dict):
            name, email = (line.get(column) for column in ("name", "email"))
            yield TeamMember(str(name or ""), str(email or ""))


def _judges(session: Session, round_id: UUID) -> Iterator[Judge]:
    seated = select(PanelSeat.person_id).where(
        PanelSeat.round_id == round_id, PanelSeat.is_active.is_(True)
    )
    officers = (
        select(Office.person_id)
        .join(Envelope, Envelope.funder_id == Office.funder_id)
        .where(Envelope.round_id == round_id)
    )
    people = session.execute(
        select(Person.id, Person.name, Person.email)
        .where(
            or_(Person.id.in_(seated), Person.id.in_(officers), Person.is_fund_manager.is_(True)),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.name, Person.email)
    ).all()
    organisations = _organisations_of(session, [person_id for person_id, _, _ in people])
    for person_id, name, email in people:
        yield Judge(person_id, name, email, frozenset(organisations.get(person_id, ())))


def _organisations_of(session: Session, people: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    rows = session.execute(
        select(Membership.person_id, Membership.organisation_id).where(
            Membership.person_id.in_(people)
        )
    )
    found: dict[UUID, set[UUID]] = {}
    for person_id, organisation_id in rows:
        found.setdefault(person_id, set()).add(organisation_id)
    return found


def _stakes(session: Session, round_id: UUID) -> list[Stake]:
    rows = session.execute(
        select(Investment.funder_id, Funder.name, Investment.organisation_id, Investment.note)
        .join(Funder, Funder.id == Investment.funder_id)
        .join(Envelope, Envelope.funder_id == Investment.funder_id)
        .where(Envelope.round_id == round_id)
        .order_by(Funder.name, Investment.id)
    )
    return [Stake(*row) for row in rows]
