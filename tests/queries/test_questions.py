"""Questions survive their rows."""

import pytest
from sqlalchemy.orm import Session

from fundapp.domain.questions import Question
from fundapp.domain.templates import TEMPLATES
from fundapp.queries.questions import all_questions, columns_for, form_of_round, question_of
from tests.builders import a_question, a_round, a_section
from tests.statements import counted_statements

QUESTIONS = [question for template in TEMPLATES for question in template.questions]


def test_every_question_of_the_templates_comes_back(session: Session) -> None:
    round_ = a_round(session)
    section = a_section(session, round_)
    for place, question in enumerate(QUESTIONS):
        columns = columns_for(question) | {"code": f"{question.code}_{place}"[:64]}
        row = a_question(session, section, **columns)
        row.code = question.code
        with session.no_autoflush:
            assert question_of(row) == question
        row.code = columns["code"]
    assert len(QUESTIONS) > 50


@pytest.mark.parametrize("count", [1, 50])
def test_a_form_is_one_statement(session: Session, count: int) -> None:
    round_ = a_round(session)
    for _ in range(count):
        a_question(session, a_section(session, round_))
    empty = a_section(session, round_, "Empty")
    session.flush()
    with counted_statements() as counted:
        form = form_of_round(session, round_.id)
    assert len(counted) == 1
    assert len(all_questions(form)) == count
    assert (form[-1].id, form[-1].questions) == (empty.id, ())


def test_columns_hold_only_what_they_must() -> None:
    question = next(question for question in QUESTIONS if question.code == "title")
    assert isinstance(question, Question)
    assert "label" not in columns_for(question)["settings"]
