"""Files given as answers. The bytes are in the file store before a row names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.answers import MAX_ROWS
from fundapp.domain.errors import InvalidInput, NotFound, Problem
from fundapp.domain.permissions import Actor
from fundapp.domain.questions import Question as AskedFor
from fundapp.domain.questions import QuestionKind
from fundapp.domain.text import quoted
from fundapp.domain.uploads import KIND_PHRASES, FileKind
from fundapp.models import Attachment, Question
from fundapp.queries.questions import question_of
from fundapp.services.audit import record_event
from fundapp.services.editing import EditedApplication
from fundapp.services.evidence import keep_reading


@dataclass(frozen=True)
class StoredUpload:
    """A checked file whose bytes are in the file store. size in bytes.

    logs: what was read of the evaluation logs in it (see services/evidence).
    """

    filename: str
    kind: FileKind
    media_type: str
    size: int
    sha256: str
    logs: Sequence[dict[str, Any]] = ()


def attach_file(
    session: Session,
    edited: EditedApplication,
    question_id: UUID,
    *,
    upload: StoredUpload,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Attach a stored file to a file question of an application that is open for editing.

    The same bytes under the same name are attached once. InvalidInput when the question
    takes another kind of file or has as many as it takes.
    """
    question = _file_question(session, question_id, edited.round.id)
    attached = _attached(session, edited.application.id, question_id)
    for existing in attached:
        if (existing.sha256, existing.filename) == (upload.sha256, upload.filename):
            return existing
    _check_fits(question, upload, count=len(attached))
    attachment = Attachment(
        application_id=edited.application.id,
        question_id=question_id,
        filename=upload.filename,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        added_by_id=actor.person_id,
        added_at=now,
    )
    session.add(attachment)
    session.flush()
    keep_reading(session, upload.sha256, upload.logs, now=now)
    record_event(
        session,
        "attachment.added",
        attachment,
        actor=actor,
        now=now,
        round_id=edited.round.id,
        application_id=edited.application.id,
        size=upload.size,
        sha256=upload.sha256,
    )
    return attachment


def detach_file(
    session: Session,
    edited: EditedApplication,
    attachment_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a file out of the draft. What was submitted with it keeps it."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.application_id != edited.application.id:
        raise NotFound("There is no such file.")
    if attachment.removed_at is None:
        attachment.removed_at = now
        record_event(
            session,
            "attachment.removed",
            attachment,
            actor=actor,
            now=now,
            round_id=edited.round.id,
            application_id=edited.application.id,
        )


def _file_question(session: Session, question_id: UUID, round_id: UUID) -> AskedFor:
    row = session.get(Question, question_id)
    if row is None or row.round_id != round_id or row.kind != QuestionKind.FILE:
        raise NotFound("There is no such question.")
    return question_of(row)


def _check_fits(question: AskedFor, upload: StoredUpload, *, count: int) -> None:
    if question.accepts and upload.kind not in question.accepts:
        taken = " or ".join(KIND_PHRASES[FileKind(kind)] for kind in question.accepts)
        sentence = f"{quoted(upload.filename)} is {KIND_PHRASES[upload.kind]}. Attach {taken}."
        raise InvalidInput([Problem(question.code, sentence)])
    limit = question.maximum or MAX_ROWS
    if count >= limit:
        files = "one file" if limit == 1 else f"{limit} files"
        sentence = f"This question takes {files}. Remove one before you attach another."
        raise InvalidInput([Problem(question.code, sentence)])


def _attached(session: Session, application_id: UUID, question_id: UUID) -> Sequence[Attachment]:
    return session.scalars(
        select(Attachment).where(
            Attachment.application_id == application_id,
            Attachment.question_id == question_id,
            Attachment.removed_at.is_(None),
        )
    ).all()
