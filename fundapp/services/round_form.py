"""The application form of a draft round: its sections and their questions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import Problem
from fundapp.domain.form_writing import checked_question, checked_section
from fundapp.domain.permissions import Actor
from fundapp.domain.questions import Question, question_as_data
from fundapp.models import Question as QuestionRow
from fundapp.models import Section
from fundapp.queries.questions import columns_for, question_of
from fundapp.services.audit import record_event
from fundapp.services.round_drafts import (
    draft_to_change,
    moved,
    part_to_change,
    refuse,
    refuse_stale,
    stamp_of,
)


def add_section(
    session: Session, round_id: UUID, *, title: str, intro: str, actor: Actor, now: datetime
) -> Section:
    """Add an empty page at the end of the form. InvalidInput when its title is taken."""
    title, intro = checked_section(title, intro)
    round_ = draft_to_change(session, round_id, actor=actor)
    _refuse_same_title(session, round_id, title)
    last = session.scalar(select(func.max(Section.position)).where(Section.round_id == round_id))
    section = Section(round_id=round_id, position=(last or 0) + 1, title=title, intro=intro)
    session.add(section)
    session.flush()
    record_event(session, "round.section_added", round_, actor=actor, now=now, title=title)
    return section


def update_section(
    session: Session,
    section_id: UUID,
    *,
    title: str,
    intro: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> Section:
    """Change a page's title and intro. `version` is the `section_stamp` that the form showed."""
    title, intro = checked_section(title, intro)
    round_, section = part_to_change(session, Section, section_id, actor=actor)
    stored = (section.title, section.intro)
    if (title, intro) == stored:
        return section
    refuse_stale({"title": stored[0], "intro": stored[1]}, columns=stored, stamp=version)
    section.title, section.intro = title, intro
    record_event(session, "round.section_updated", round_, actor=actor, now=now, title=title)
    session.flush()
    return section


def remove_section(session: Session, section_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a page out of the form, with its questions."""
    round_, section = part_to_change(session, Section, section_id, actor=actor)
    record_event(
        session, "round.section_removed", round_, actor=actor, now=now, title=section.title
    )
    session.delete(section)
    session.flush()


def move_section(
    session: Session, section_id: UUID, *, by: int, actor: Actor, now: datetime
) -> None:
    """Move a page up (`by` < 0) or down."""
    round_, _ = part_to_change(session, Section, section_id, actor=actor)
    rows = session.scalars(
        select(Section).where(Section.round_id == round_.id).order_by(Section.position, Section.id)
    ).all()
    _number(moved(rows, section_id, by=by))
    record_event(session, "round.form_reordered", round_, actor=actor, now=now)
    session.flush()


def add_question(
    session: Session,
    section_id: UUID,
    question: Question,
    *,
    actor: Actor,
    now: datetime,
) -> QuestionRow:
    """Add a question at the end of a page. InvalidInput names what is wrong with it."""
    tidy = checked_question(question)
    round_, _ = part_to_change(session, Section, section_id, actor=actor)
    _refuse_twin(session, round_.id, tidy.code, question_id=None)
    row = QuestionRow(
        round_id=round_.id,
        section_id=section_id,
        position=_next_position(session, section_id),
        **columns_for(tidy),
    )
    session.add(row)
    session.flush()
    record_event(session, "round.question_added", round_, actor=actor, now=now, code=tidy.code)
    return row


def update_question(
    session: Session,
    question_id: UUID,
    question: Question,
    *,
    section_id: UUID,
    version: int,
    actor: Actor,
    now: datetime,
) -> QuestionRow:
    """Change a question, and the page on which it stands.

    What the form does not show (the answers that pass, what a budget adds up to) comes in
    `question` as well. `version` is the `question_stamp` that the form showed.
    """
    tidy = checked_question(question)
    round_, row = part_to_change(session, QuestionRow, question_id, actor=actor)
    stored = question_of(row)
    if tidy == stored and row.section_id == section_id:
        return row
    refuse_stale(stored, columns=question_as_data(stored), stamp=version)
    _refuse_twin(session, round_.id, tidy.code, question_id=question_id)
    _refuse_foreign(session, round_.id, section_id)
    for name, value in columns_for(tidy).items():
        setattr(row, name, value)
    if row.section_id != section_id:
        row.position, row.section_id = _next_position(session, section_id), section_id
    record_event(session, "round.question_updated", round_, actor=actor, now=now, code=tidy.code)
    session.flush()
    return row


def remove_question(session: Session, question_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a question out of the form."""
    round_, row = part_to_change(session, QuestionRow, question_id, actor=actor)
    record_event(session, "round.question_removed", round_, actor=actor, now=now, code=row.code)
    session.delete(row)
    session.flush()


def move_question(
    session: Session, question_id: UUID, *, by: int, actor: Actor, now: datetime
) -> None:
    """Move a question up (`by` < 0) or down on its page."""
    round_, row = part_to_change(session, QuestionRow, question_id, actor=actor)
    rows = session.scalars(
        select(QuestionRow)
        .where(QuestionRow.section_id == row.section_id)
        .order_by(QuestionRow.position, QuestionRow.id)
    ).all()
    _number(moved(rows, question_id, by=by))
    record_event(session, "round.form_reordered", round_, actor=actor, now=now)
    session.flush()


def section_stamp(title: str, intro: str) -> int:
    """Return the number by which a form says which section it showed."""
    return stamp_of((title, intro))


def question_stamp(question: Question) -> int:
    """Return the number by which a form says which question it showed."""
    return stamp_of(question_as_data(question))


def _number(rows: Sequence[Any]) -> None:
    for position, row in enumerate(rows, start=1):
        row.position = position


def _next_position(session: Session, section_id: UUID) -> int:
    last = select(func.max(QuestionRow.position)).where(QuestionRow.section_id == section_id)
    return (session.scalar(last) or 0) + 1


def _refuse_same_title(session: Session, round_id: UUID, title: str) -> None:
    same = select(Section.id).where(Section.round_id == round_id, Section.title == title)
    if session.scalar(same.limit(1)) is not None:
        refuse(Problem("title", "A section of this title is there already. Choose another."))


def _refuse_twin(session: Session, round_id: UUID, code: str, *, question_id: UUID | None) -> None:
    twin = session.scalar(
        select(QuestionRow).where(QuestionRow.round_id == round_id, QuestionRow.code == code)
    )
    if twin is not None and twin.id != question_id:
        refuse(Problem("code", f"“{twin.label}” has this code. Choose another."))


def _refuse_foreign(session: Session, round_id: UUID, section_id: UUID) -> None:
    section = session.get(Section, section_id)
    if section is None or section.round_id != round_id:
        refuse(Problem("section", "Choose a section of this round."))
