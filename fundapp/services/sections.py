"""Saving one section of the form: its answers and its files, in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.applications import Stamp
from fundapp.domain.permissions import Actor
from fundapp.domain.posted import Posted, is_posted, posted_answer
from fundapp.domain.questions import CHOICE_KINDS, QuestionKind
from fundapp.models import Question
from fundapp.queries.questions import AskedQuestion, question_of
from fundapp.services.answers import SavedAnswer, store_answers
from fundapp.services.attachments import StoredUpload, attach_file, detach_file
from fundapp.services.editing import Typed, open_for_editing


@dataclass(frozen=True)
class ReceivedFile:
    """A stored file and the question it answers."""

    question_id: UUID
    upload: StoredUpload


def save_section(
    session: Session,
    application_id: UUID,
    section_id: UUID,
    *,
    posted: Posted,
    stamps: Mapping[str, Stamp],
    files: Sequence[ReceivedFile] = (),
    detached: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> list[SavedAnswer]:
    """Store the fields of one section's form, valid or not, and attach and detach its files.

    `stamps` say by question code what the form had shown. An answer that was not touched
    is left alone, so two people may fill in one page; StaleVersion (its `theirs` a tuple
    of Clash) when both changed the same answer: then nothing is stored. InvalidInput for
    a file that does not fit its question.
    """
    edited = open_for_editing(session, application_id, actor=actor, now=now)
    rows = session.scalars(
        select(Question)
        .where(Question.section_id == section_id, Question.round_id == edited.round.id)
        .order_by(Question.position, Question.id)
    )
    asked = [AskedQuestion(row.id, question_of(row)) for row in rows]
    typed = [one for question in asked for one in _typed(question, posted, stamps)]
    saved = store_answers(session, edited, typed, actor=actor, now=now)
    for file in files:
        attach_file(session, edited, file.question_id, upload=file.upload, actor=actor, now=now)
    if detached is not None:
        detach_file(session, edited, detached, actor=actor, now=now)
    return saved


def _typed(asked: AskedQuestion, posted: Posted, stamps: Mapping[str, Stamp]) -> list[Typed]:
    """Return what was typed for a question; nothing when the form did not hold it."""
    question = asked.question
    if question.kind is QuestionKind.FILE:
        return []
    if not is_posted(question, posted) and question.kind not in CHOICE_KINDS:
        return []
    stamp = stamps.get(question.code, Stamp(0, ""))
    return [(asked, posted_answer(question, posted), stamp)]
