"""The audit record, newest first, without what a reader's own conflicts close to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from fundapp.domain.audit_sentences import audit_sentence, detail_lines
from fundapp.domain.states import ConflictState
from fundapp.models import (
    Answer,
    Application,
    Assignment,
    Attachment,
    AuditEvent,
    Award,
    Conflict,
    Contribution,
    Decision,
    DiscussionNote,
    EligibilityCheck,
    IssuedDocument,
    Person,
    Review,
    Round,
    SubmittedVersion,
)

PAGE_SIZE = 50
_OF_APPLICATION = (
    *(Assignment, Review, Conflict, Decision, IssuedDocument, EligibilityCheck),
    *(DiscussionNote, Attachment, Answer, SubmittedVersion),
)


@dataclass(frozen=True)
class AuditFilter:
    """What the reader asked for; None = anything."""

    round_reference: str | None = None
    person_id: UUID | None = None
    subject_id: UUID | None = None
    before_id: int | None = None


@dataclass(frozen=True)
class AuditRow:
    """One line in words."""

    id: int
    at: datetime
    sentence: str
    details: Sequence[str]
    actor_id: UUID | None
    subject_id: UUID
    round_reference: str
    application_reference: str


@dataclass(frozen=True)
class AuditPage:
    """Lines, and the id before which the next (older) page starts; None = this is the last."""

    rows: Sequence[AuditRow]
    next_before_id: int | None


def audit_page(session: Session, wanted: AuditFilter, *, reader_id: UUID) -> AuditPage:
    """Return one page of lines, each page starting below an id. 1 statement."""
    statement = (
        select(
            AuditEvent,
            Person.name,
            Round.reference.label("round_reference"),
            Application.reference.label("application_reference"),
        )
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .outerjoin(Round, Round.id == AuditEvent.round_id)
        .outerjoin(Application, Application.id == AuditEvent.subject_id)
        .where(*_conditions(wanted), AuditEvent.subject_id.not_in(_closed_ids(reader_id)))
        .order_by(AuditEvent.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    found = [_row(row) for row in session.execute(statement)]
    rows = found[:PAGE_SIZE]
    return AuditPage(rows, next_before_id=rows[-1].id if len(found) > PAGE_SIZE else None)


def _conditions(wanted: AuditFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.round_reference is not None:
        conditions.append(Round.reference == wanted.round_reference)
    if wanted.person_id is not None:
        conditions.append(AuditEvent.actor_id == wanted.person_id)
    if wanted.subject_id is not None:
        conditions.append(AuditEvent.subject_id == wanted.subject_id)
    if wanted.before_id is not None:
        conditions.append(AuditEvent.id < wanted.before_id)
    return conditions


def _closed_ids(reader_id: UUID) -> Select[UUID]:
    """Everything that belongs to an application with which the reader has a conflict."""
    applications = select(Conflict.application_id).where(
        Conflict.person_id == reader_id, Conflict.state != ConflictState.DISMISSED
    )
    decisions = select(Decision.id).where(Decision.application_id.in_(applications))
    parts = [
        select(table.id).where(table.application_id.in_(applications)) for table in _OF_APPLICATION
    ]
    parts += [
        select(table.id).where(table.decision_id.in_(decisions)) for table in (Contribution, Award)
    ]
    closed = union_all(applications, *parts).subquery()
    return select(closed.c[0])


def _row(row: Any) -> AuditRow:
    line = row.AuditEvent
    return AuditRow(
        id=line.id,
        at=line.at,
        sentence=audit_sentence(line.event, row.name),
        details=detail_lines(line.details),
        actor_id=line.actor_id,
        subject_id=line.subject_id,
        round_reference=row.round_reference or "",
        application_reference=row.application_reference or "",
    )
