"""Asking reviewers: the rows, their audit lines and one mail per reviewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.domain.states import ASSIGNMENT_TRANSITIONS, AssignmentState, advance
from fundapp.models import Application, Assignment, Person, Round
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail


@dataclass(frozen=True)
class Offer:
    """One reviewer to be asked, for the funder they sit for."""

    application_id: UUID
    person_id: UUID
    funder_id: UUID
    reason: str


SHORTEST_TIME = timedelta(days=7)
"""What a reviewer has at least, asked on the last day or after it."""


@dataclass(frozen=True)
class Addressee:
    """Whom a mail goes to."""

    email: str
    name: str


@dataclass(frozen=True)
class Listed:
    """An application as a mail lists it. Never the applicant: rounds may be blind."""

    reference: str
    title: str


def offer_reviews(
    session: Session, round_: Round, offers: Sequence[Offer], *, method: str, actor: Actor,
    now: datetime,
) -> list[Assignment]:  # fmt: skip
    """Ask the reviewers; the caller has checked every pair and holds the round's lock."""
    assignments = [
        Assignment(
            round_id=round_.id,
            application_id=offer.application_id,
            person_id=offer.person_id,
            funder_id=offer.funder_id,
            state=AssignmentState.OFFERED,
            method=method,
            reason=offer.reason,
            due_at=due_date(round_, now=now),
            offered_by_id=actor.person_id,
            offered_at=now,
        )
        for offer in offers
    ]
    session.add_all(assignments)
    session.flush()
    for assignment in assignments:
        record_event(
            session,
            "assignment.offered",
            assignment,
            actor=actor,
            now=now,
            application_id=assignment.application_id,
            person_id=assignment.person_id,
            method=method,
        )
    _mail_offers(session, round_, assignments, now=now)
    return assignments


def take_back(
    session: Session, assignments: Sequence[Assignment], *, reason: str, actor: Actor, now: datetime
) -> None:
    """Withdraw open assignments, with one mail per reviewer. A review that is in stays."""
    for assignment in assignments:
        assignment.state = advance(
            ASSIGNMENT_TRANSITIONS,
            assignment.state,
            AssignmentState.WITHDRAWN,
            what="This assignment",
        )
        assignment.answer_note, assignment.answered_at = reason, now
        record_event(
            session, "assignment.withdrawn", assignment, actor=actor, now=now, reason=reason
        )
    people, listed = _names_of(session, assignments)
    for person_id, own in _by_person(assignments).items():
        text = mail_text(
            "reviews_taken_back",
            applications=[listed[assignment.application_id] for assignment in own],
            reason=reason,
        )
        to = people[person_id]
        queue_mail(session, Letterbox(to.email, to.name), text, now=now, round_id=own[0].round_id)


def due_date(round_: Round, *, now: datetime) -> datetime | None:
    """Return when a review that is asked for now is due: never at once, however late it is."""
    if round_.reviews_due_at is None:
        return None
    return max(round_.reviews_due_at, now + SHORTEST_TIME)


def _mail_offers(
    session: Session, round_: Round, assignments: Sequence[Assignment], *, now: datetime
) -> None:
    people, listed = _names_of(session, assignments)
    for person_id, own in _by_person(assignments).items():
        text = mail_text(
            "reviews_offered",
            round_title=round_.title,
            round_reference=round_.reference,
            notice=round_.notice,
            due_at=due_date(round_, now=now),
            applications=[listed[assignment.application_id] for assignment in own],
        )
        to = people[person_id]
        queue_mail(session, Letterbox(to.email, to.name), text, now=now, round_id=round_.id)


def _by_person(assignments: Sequence[Assignment]) -> Mapping[UUID, list[Assignment]]:
    found: dict[UUID, list[Assignment]] = {}
    for assignment in assignments:
        found.setdefault(assignment.person_id, []).append(assignment)
    return found


def _names_of(
    session: Session, assignments: Sequence[Assignment]
) -> tuple[dict[UUID, Addressee], dict[UUID, Listed]]:
    people = select(Person.id, Person.email, Person.name).where(
        Person.id.in_({assignment.person_id for assignment in assignments})
    )
    applications = select(Application.id, Application.reference, Application.title).where(
        Application.id.in_({assignment.application_id for assignment in assignments})
    )
    return (
        {id_: Addressee(email, name) for id_, email, name in session.execute(people)},
        {
            id_: Listed(reference or "", title)
            for id_, reference, title in session.execute(applications)
        },
    )
