import json

import pytest

from fundapp.domain.errors import Problem
from fundapp.domain.questions import (
    BUDGET_COLUMNS,
    Question,
    QuestionKind,
    check_question,
    columns_of,
    question_as_data,
    question_from_data,
)


def a_question(kind: QuestionKind = QuestionKind.SHORT_TEXT, **given) -> Question:
    return Question(**{"code": "name", "label": "Name", "kind": kind, **given})


TEAM = a_question(
    QuestionKind.GROUP,
    code="team",
    columns=(a_question(identifying=True), a_question(QuestionKind.EMAIL, code="email")),
    minimum=2,
)


@pytest.mark.parametrize(
    "question",
    [
        a_question(),
        a_question(QuestionKind.SINGLE_CHOICE, options=("yes", "no"), required=False),
        a_question(
            QuestionKind.SINGLE_CHOICE,
            options=("yes", "no"),
            passing=("yes",),
            if_not_passing="Write to us.",
        ),
        a_question(QuestionKind.FILE, accepts=("pdf",), maximum=3),
        TEAM,
    ],
)
def test_questions_survive_json(question):
    assert question_from_data(json.loads(json.dumps(question_as_data(question)))) == question


def test_data_leaves_defaults_out():
    assert question_as_data(a_question()) == {"code": "name", "label": "Name", "kind": "short_text"}


def test_budgets_have_the_same_columns_everywhere():
    assert columns_of(a_question(QuestionKind.BUDGET)) == BUDGET_COLUMNS
    assert columns_of(TEAM) == TEAM.columns


def test_a_missing_answer_has_a_sentence_of_its_own_or_the_plain_one():
    assert a_question(if_missing="Say your name.").missing_sentence == "Say your name."
    assert a_question().missing_sentence == "Answer “Name”."


@pytest.mark.parametrize(
    ("question", "problems"),
    [
        (a_question(), []),
        (TEAM, []),
        (a_question(QuestionKind.BUDGET), []),
        (
            a_question(code="2nd name"),
            [
                Problem(
                    "code",
                    "Begin the code with a small letter and use small letters, digits and _, "
                    "at most 40.",
                )
            ],
        ),
        (a_question(label=" "), [Problem("label", "Write the question.")]),
        (
            a_question(QuestionKind.SINGLE_CHOICE, options=("yes",)),
            [Problem("options", "Give at least two answers to choose from, one a line.")],
        ),
        (
            a_question(QuestionKind.SEVERAL_CHOICES, options=("a", "b", "a")),
            [Problem("options", "Two answers are the same. Reword or remove one.")],
        ),
        (
            a_question(QuestionKind.SINGLE_CHOICE, options=("a", "b"), passing=("c",)),
            [
                Problem("passing", "Choose the passing answers from the answers offered."),
                Problem("if_not_passing", "Say what it means when another answer is chosen."),
            ],
        ),
        (
            a_question(max_words=0),
            [Problem("max_words", "Allow at least one word, or leave this empty.")],
        ),
        (
            a_question(QuestionKind.NUMBER, minimum=3, maximum=2),
            [Problem("maximum", "Make the largest at least as large as the smallest.")],
        ),
        (
            a_question(QuestionKind.GROUP),
            [Problem("columns", "Give the group at least one column.")],
        ),
        (
            a_question(QuestionKind.GROUP, columns=(a_question(), a_question())),
            [Problem("columns", "Two columns have the same code. Rename one.")],
        ),
        (
            a_question(QuestionKind.GROUP, columns=(a_question(QuestionKind.FILE),)),
            [Problem("columns", "“Name” cannot be a column. Ask it on its own.")],
        ),
        (
            a_question(QuestionKind.GROUP, columns=(a_question(label=""),)),
            [Problem("columns", "Write the question.")],
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_told(question, problems):
    assert check_question(question) == problems
