import pytest

from fundapp.domain.posted import is_posted, posted_answer
from fundapp.domain.questions import Question, QuestionKind

NAME = Question(code="name", label="Name", kind=QuestionKind.SHORT_TEXT)
TEAM = Question(
    code="team",
    label="Team",
    kind=QuestionKind.GROUP,
    columns=(NAME, Question(code="role", label="Role", kind=QuestionKind.SHORT_TEXT)),
)
TOPICS = Question(
    code="topics", label="Topics", kind=QuestionKind.SEVERAL_CHOICES, options=("a", "b")
)


@pytest.mark.parametrize(
    ("question", "posted", "raw"),
    [
        (NAME, {"name": ["Ada", "Ben"]}, "Ada"),
        (NAME, {}, ""),
        (TOPICS, {"topics": ["a", "b"]}, ["a", "b"]),
        (TOPICS, {}, []),
        (
            TEAM,
            {
                "team-10-name": ["Ben"],
                "team-2-name": ["Ada"],
                "team-2-role": ["Lead"],
                "team-x-name": ["no"],
                "teams-0-name": ["no"],
                "team-99999-name": ["no"],
            },
            [{"name": "Ada", "role": "Lead"}, {"name": "Ben", "role": ""}],
        ),
        (TEAM, {}, []),
    ],
)
def test_fields_become_the_raw_answer(question, posted, raw):
    assert posted_answer(question, posted) == raw


@pytest.mark.parametrize(
    ("question", "posted", "was_posted"),
    [
        (NAME, {"name": [""]}, True),
        (NAME, {"other": ["x"]}, False),
        (TEAM, {"team-0-role": [""]}, True),
    ],
)
def test_absent_questions_are_told_from_empty_ones(question, posted, was_posted):
    assert is_posted(question, posted) is was_posted
