"""One part of a round's form or rubric, with the round it belongs to."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain import questions as domain
from fundapp.domain.errors import NotFound
from fundapp.domain.rubrics import Criterion
from fundapp.models import Criterion as CriterionRow
from fundapp.models import Question, Section
from fundapp.queries.questions import question_of
from fundapp.queries.round_records import criterion_of

GONE = "This was removed in the meantime. Go back to the round."


@dataclass(frozen=True)
class SectionPart:
    """A section of a round's form."""

    id: UUID
    round_id: UUID
    title: str
    intro: str


@dataclass(frozen=True)
class QuestionPart:
    """A question of a round's form."""

    id: UUID
    round_id: UUID
    section_id: UUID
    question: domain.Question


@dataclass(frozen=True)
class CriterionPart:
    """A criterion of a round's rubric."""

    id: UUID
    round_id: UUID
    criterion: Criterion


def section_part(session: Session, section_id: UUID) -> SectionPart:
    """Return a section. 1 statement. NotFound when it is gone."""
    row = session.get(Section, section_id)
    if row is None:
        raise NotFound(GONE)
    return SectionPart(row.id, row.round_id, row.title, row.intro)


def question_part(session: Session, question_id: UUID) -> QuestionPart:
    """Return a question. 1 statement. NotFound when it is gone."""
    row = session.get(Question, question_id)
    if row is None:
        raise NotFound(GONE)
    return QuestionPart(row.id, row.round_id, row.section_id, question_of(row))


def criterion_part(session: Session, criterion_id: UUID) -> CriterionPart:
    """Return a criterion. 1 statement. NotFound when it is gone."""
    row = session.get(CriterionRow, criterion_id)
    if row is None:
        raise NotFound(GONE)
    return CriterionPart(row.id, row.round_id, criterion_of(row))
