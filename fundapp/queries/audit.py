"""The audit record, newest first, without what a reader's own conflicts close to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from fundapp.domain.audit_sentences import audit_sentence, detail_lines, ids_in
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
    DocumentOrder,
    EligibilityCheck,
    Funder,
    IssuedDocument,
    Organisation,
    Person,
    Review,
    Round,
    SubmittedVersion,
)

PAGE_SIZE = 50
_OF_APPLICATION = (
    *(Assignment, Review, Conflict, Decision, IssuedDocument, DocumentOrder, EligibilityCheck),
    *(DiscussionNote, Attachment, Answer, SubmittedVersion),
)
_OF_DECISION = (Contribution, Award)
_DELETION = aliased(AuditEvent)
"""The line that says that a round was deleted; it keeps its reference and currency."""

_round_reference = func.coalesce(Round.reference, _DELETION.details["reference"].as_string())
_application_named = AuditEvent.details["application_id"].as_string()


@dataclass(frozen=True)
class AuditFilter:
    """What the reader asked for; None = anything. without: events that are left out."""

    round_reference: str | None = None
    person_id: UUID | None = None
    subject_id: UUID | None = None
    before_id: int | None = None
    without: Sequence[str] = ()


@dataclass(frozen=True)
class AuditRow:
    """One line in words. about: the application, person, funder or organisation it concerns."""

    id: int
    at: datetime
    sentence: str
    about: str
    details: Sequence[str]
    actor_id: UUID | None
    subject_id: UUID
    round_reference: str


@dataclass(frozen=True)
class AuditPage:
    """Lines, and the id before which the next (older) page starts; None = this is the last."""

    rows: Sequence[AuditRow]
    next_before_id: int | None


def audit_page(session: Session, wanted: AuditFilter, *, reader_id: UUID) -> AuditPage:
    """Return one page of lines, each page starting below an id. 4 statements."""
    closed = _closed_applications(session, reader_id)
    statement = (
        select(
            AuditEvent,
            Person.name,
            _round_reference.label("round_reference"),
            func.coalesce(Round.currency, _DELETION.details["currency"].as_string()).label(
                "currency"
            ),
        )
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .outerjoin(Round, Round.id == AuditEvent.round_id)
        .outerjoin(
            _DELETION,
            (_DELETION.subject_id == AuditEvent.round_id) & (_DELETION.event == "round.deleted"),
        )
        .where(*_conditions(wanted), *_open_to_reader(closed))
        .order_by(AuditEvent.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    found = session.execute(statement).all()
    names = _names(session, found)
    rows = [_row(row, names) for row in found[:PAGE_SIZE]]
    return AuditPage(rows, next_before_id=rows[-1].id if len(found) > PAGE_SIZE else None)


def _conditions(wanted: AuditFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.round_reference is not None:
        conditions.append(_round_reference == wanted.round_reference)
    if wanted.person_id is not None:
        conditions.append(AuditEvent.actor_id == wanted.person_id)
    if wanted.subject_id is not None:
        conditions.append(AuditEvent.subject_id == wanted.subject_id)
    if wanted.before_id is not None:
        conditions.append(AuditEvent.id < wanted.before_id)
    if wanted.without:
        conditions.append(AuditEvent.event.not_in(wanted.without))
    return conditions


def _closed_applications(session: Session, reader_id: UUID) -> Sequence[UUID]:
    return session.scalars(
        select(Conflict.application_id)
        .where(Conflict.person_id == reader_id, Conflict.state != ConflictState.DISMISSED)
        .order_by(Conflict.application_id)
    ).all()


def _open_to_reader(closed: Sequence[UUID]) -> list[Any]:
    """Leave out all that belongs to an application with which the reader has a conflict.

    A decision that was taken back is no row any more; its lines name the application.
    """
    if not closed:
        return []
    decisions = select(Decision.id).where(Decision.application_id.in_(closed))
    parts = [
        select(Application.id).where(Application.id.in_(closed)),
        *(select(table.id).where(table.application_id.in_(closed)) for table in _OF_APPLICATION),
        *(select(table.id).where(table.decision_id.in_(decisions)) for table in _OF_DECISION),
    ]
    subjects = union_all(*parts).subquery()
    named = [str(id_) for id_ in closed]
    return [
        AuditEvent.subject_id.not_in(select(subjects.c[0])),
        or_(_application_named.is_(None), _application_named.not_in(named)),
    ]


def _names(session: Session, found: Sequence[Any]) -> dict[str, str]:
    """Return what stands for the ids of these lines: references and names. 2 statements."""
    lines = [row.AuditEvent for row in found]
    ids = {UUID(id_) for line in lines for id_ in ids_in(line.details)}
    ids |= {line.subject_id for line in lines}
    named = union_all(
        _named(Application, func.coalesce(Application.reference, "a draft"), ids),
        *(_named(table, table.name, ids) for table in (Person, Funder, Organisation)),
    )
    names = {str(id_): text for id_, text in session.execute(named)}
    parts = union_all(
        *(
            _named(table, func.coalesce(Application.reference, "a draft"), ids).join(
                Application, Application.id == table.application_id
            )
            for table in _OF_APPLICATION
        ),
        *(
            _named(table, func.coalesce(Application.reference, "a draft"), ids)
            .join(Decision, Decision.id == table.decision_id)
            .join(Application, Application.id == Decision.application_id)
            for table in _OF_DECISION
        ),
    )
    return {str(id_): text for id_, text in session.execute(parts)} | names


def _named(table: Any, text: Any, ids: Iterable[UUID]) -> Any:
    return select(table.id, func.coalesce(text, literal("", String))).where(table.id.in_(ids))


def _row(row: Any, names: Mapping[str, str]) -> AuditRow:
    line = row.AuditEvent
    about = names.get(str(line.subject_id), "")
    application_id = line.details.get("application_id")
    return AuditRow(
        id=line.id,
        at=line.at,
        sentence=audit_sentence(line.event, row.name),
        about="" if line.subject_id == line.actor_id else about or names.get(application_id, ""),
        details=detail_lines(line.details, names=names, currency=row.currency or ""),
        actor_id=line.actor_id,
        subject_id=line.subject_id,
        round_reference=row.round_reference or "",
    )
