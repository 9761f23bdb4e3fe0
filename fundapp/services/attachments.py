"""Files given as answers. The bytes are in the file store before a row names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from fundapp.services.answers import open_for_editing
from fundapp.services.audit import record_event


@dataclass(frozen=True)
class StoredUpload:
    """A checked file whose bytes are in the file store. size in bytes."""

    filename: str
    kind: FileKind
    media_type: str
    size: int
    sha256: str


def add_attachment(
    session: Session,
    application_id: UUID,
    question_id: UUID,
    *,
    upload: StoredUpload,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Attach a stored file to a file question.

    The same bytes under the same name are attached once. InvalidInput when the question
    takes another kind of file or has as many as it takes.
    """
    edited = open_for_editing(session, application_id, actor=actor, now=now)
    question = _file_question(session, question_id, edited.round.id)
    attached = _attached(session, application_id, question_id)
    for existing in attached:
        if (existing.sha256, existing.filename) == (upload.sha256, upload.filename):
            return existing
    _check_fits(question, upload, count=len(attached))
    attachment = Attachment(
        application_id=application_id,
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
    facts = {"application_id": application_id, "size": upload.size, "sha256": upload.sha256}
    record_event(
        session,
        "attachment.added",
        attachment,
        actor=actor,
        now=now,
        round_id=edited.round.id,
        **facts,
    )
    return attachment


def remove_attachment(
    session: Session, attachment_id: UUID, *, actor: Actor, now: datetime
) -> Attachment:
    """Take a file out of the draft. What was submitted with it keeps it."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound("There is no such file.")
    edited = open_for_editing(session, attachment.application_id, actor=actor, now=now)
    if attachment.removed_at is None:
        attachment.removed_at = now
        record_event(
            session,
            "attachment.removed",
            attachment,
            actor=actor,
            now=now,
            round_id=edited.round.id,
            application_id=attachment.application_id,
        )
    return attachment


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
