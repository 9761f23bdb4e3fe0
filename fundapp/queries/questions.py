"""The questions of a round between their rows and the plain values of `domain/questions`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from fundapp.domain import questions as domain
from fundapp.models import Question, Section

_COLUMNS = {
    "code": "code",
    "kind": "kind",
    "label": "label",
    "help": "help",
    "required": "is_required",
    "identifying": "is_identifying",
    "max_words": "max_words",
}
"""Field of the plain question -> column of its row; all other fields stand in `settings`."""


@dataclass(frozen=True)
class AskedQuestion:
    """A question of a round's form and the id of its row."""

    id: UUID
    question: domain.Question

    @property
    def code(self) -> str:
        """Return the question's code."""
        return self.question.code


@dataclass(frozen=True)
class FormSection:
    """One page of a round's form."""

    id: UUID
    title: str
    intro: str
    questions: tuple[AskedQuestion, ...]


def question_of(row: Question) -> domain.Question:
    """Return the plain question of a row."""
    columns = {field: getattr(row, column) for field, column in _COLUMNS.items()}
    return domain.question_from_data({**row.settings, **columns})


def columns_for(question: domain.Question) -> dict[str, Any]:
    """Return the row's columns that hold `question`, settings included."""
    data = domain.question_as_data(question)
    columns = {column: getattr(question, field) for field, column in _COLUMNS.items()}
    settings = {name: value for name, value in data.items() if name not in _COLUMNS}
    return {**columns, "kind": question.kind.value, "settings": settings}


_FORM = (
    select(Section, Question)
    .outerjoin(Question, Question.section_id == Section.id)
    .where(Section.round_id == bindparam("round_id"))
    .order_by(Section.position, Section.id, Question.position, Question.id)
)


def form_of_round(session: Session, round_id: UUID) -> tuple[FormSection, ...]:
    """Return the form of a round, sections and questions in their order. 1 statement."""
    rows = session.execute(_FORM, {"round_id": round_id}).all()
    sections: dict[UUID, Section] = {}
    asked: dict[UUID, list[AskedQuestion]] = {}
    for section, question in rows:
        sections[section.id] = section
        found = asked.setdefault(section.id, [])
        if question is not None:
            found.append(AskedQuestion(question.id, question_of(question)))
    return tuple(
        FormSection(section.id, section.title, section.intro, tuple(asked[section.id]))
        for section in sections.values()
    )


def all_questions(form: Sequence[FormSection]) -> tuple[AskedQuestion, ...]:
    """Return the questions of all sections in their order."""
    return tuple(asked for section in form for asked in section.questions)
