"""Reminding reviewers of what they still have to write."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import (
    OPEN_ASSIGNMENT_STATES,
    ApplicationState,
    RoundState,
)
from fundapp.models import Application, Assignment, Person, Round
from fundapp.queries.barred import barred_pairs
from fundapp.services.assignment_rows import lock_round
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.offers import Listed
from fundapp.services.outbox import Letterbox, queue_mail


def remind_reviewers(
    session: Session,
    round_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    person_id: UUID | None = None,
    only_late: bool = False,
) -> int:
    """Mail reviewers what they still have to write; return how many mails were queued.

    One mail per reviewer and day at most, so a double click sends one. `person_id`: only
    this reviewer. `only_late`: only reviews past their date.
    """
    require(actor, Action.RUN_ROUNDS)
    round_ = lock_round(session, round_id)
    if round_.state is not RoundState.REVIEWING:
        raise WrongState("Reviewers are reminded while the round is reviewing.")
    sent = 0
    for person, own in _open_by_person(session, round_id, person_id=person_id).items():
        late = [row for row in own if row.due_at is not None and row.due_at < now]
        wanted = late if only_late else own
        if wanted and _mail(session, round_, person, rows=wanted, late=len(late), now=now):
            sent += 1
    if sent:
        record_event(session, "round.reviewers_reminded", round_, actor=actor, now=now, mails=sent)
    return sent


def _open_by_person(
    session: Session, round_id: UUID, *, person_id: UUID | None
) -> dict[tuple[UUID, str, str], list[Any]]:
    query = (
        select(
            Person.id,
            Person.email,
            Person.name,
            Assignment.application_id,
            Assignment.funder_id,
            Assignment.due_at,
            Application.reference,
            Application.title,
        )
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state.in_(OPEN_ASSIGNMENT_STATES),
            Application.state == ApplicationState.UNDER_REVIEW,
        )
        .order_by(Person.name, Person.id, Application.number)
    )
    if person_id is not None:
        query = query.where(Person.id == person_id)
    barred = barred_pairs(session, round_id)
    found: dict[tuple[UUID, str, str], list[Any]] = defaultdict(list)
    for row in session.execute(query):
        if not barred.bars(row.application_id, person_id=row.id, funder_id=row.funder_id):
            found[(row.id, row.email, row.name)].append(row)
    return found


def _mail(
    session: Session,
    round_: Round,
    person: tuple[UUID, str, str],
    *,
    rows: list[Any],
    late: int,
    now: datetime,
) -> bool:
    person_id, email, name = person
    text = mail_text(
        "reviews_reminded",
        round_title=round_.title,
        round_reference=round_.reference,
        notice=round_.notice,
        due_at=min((row.due_at for row in rows if row.due_at), default=None),
        late=late,
        applications=[Listed(row.reference or "", row.title) for row in rows],
    )
    once_key = f"reminder:{round_.id}:{person_id}:{now:%Y-%m-%d}"
    message = queue_mail(
        session, Letterbox(email, name), text, now=now, round_id=round_.id, once_key=once_key
    )
    return message is not None
