"""Input of any size and shape: an answer, a sentence, never a crash."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.answers import MAX_CHARACTERS, check_answer
from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.questions import Question, QuestionKind


def ask(kind: QuestionKind, **given) -> Question:
    return Question(**{"code": "q", "label": "Question", "kind": kind, **given})


SEVERAL = ask(QuestionKind.SEVERAL_CHOICES, options=("a", "b", "c", "d"), minimum=2, maximum=3)
TEAM = ask(
    QuestionKind.GROUP,
    minimum=2,
    maximum=3,
    columns=(
        ask(QuestionKind.SHORT_TEXT, code="name"),
        ask(QuestionKind.EMAIL, code="email", required=False),
    ),
)
EVERY_QUESTION = [
    ask(QuestionKind.SHORT_TEXT),
    ask(QuestionKind.LONG_TEXT, max_words=3),
    ask(QuestionKind.NUMBER, minimum=0, maximum=100),
    ask(QuestionKind.MONEY, minimum=100),
    ask(QuestionKind.SINGLE_CHOICE, options=("Yes", "Not yet")),
    SEVERAL,
    ask(QuestionKind.DATE),
    ask(QuestionKind.LINK),
    ask(QuestionKind.EMAIL),
    ask(QuestionKind.FILE, maximum=2),
    TEAM,
    ask(QuestionKind.BUDGET),
]


@pytest.mark.parametrize("question", EVERY_QUESTION, ids=lambda question: question.kind)
@pytest.mark.parametrize(
    "raw", [None, "", "  \n", [], [""], [{}], [{"name": " "}], {}, 1.5, object()]
)
def test_nothing_posted_is_no_answer_and_no_problem(question, raw):
    assert check_answer(question, raw, currency="EUR") == (None, [])


@pytest.mark.parametrize(
    ("question", "raw", "sentence"),
    [
        (
            ask(QuestionKind.LONG_TEXT, max_words=250),
            "a" * 10_000_000,
            "10,000,000 characters are too many to save. Shorten to 100,000 or fewer.",
        ),
        (
            ask(QuestionKind.NUMBER),
            "9" * 10_000_000,
            "10,000,000 characters are too many to save. Shorten to 100,000 or fewer.",
        ),
        (
            TEAM,
            [{"name": "a" * 60_000, "email": "b" * 60_000}],
            "120,000 characters are too many to save. Shorten to 100,000 or fewer.",
        ),
        (TEAM, [{}] * 101, "101 entries are too many to save. Keep at most 100."),
        (SEVERAL, ["a"] * 101, "101 entries are too many to save. Keep at most 100."),
    ],
)
def test_what_is_too_large_to_keep_is_refused_with_a_sentence(question, raw, sentence):
    with pytest.raises(InvalidInput) as refused:
        check_answer(question, raw, currency="EUR")
    assert refused.value.problems == (Problem("q", sentence),)


def test_the_largest_text_is_still_kept():
    text = "a" * MAX_CHARACTERS
    assert check_answer(ask(QuestionKind.LONG_TEXT), text, currency="EUR") == (text, [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "what", "price", "minor", "currency"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("question", EVERY_QUESTION, ids=lambda question: question.kind)
@given(raw=JSON)
def test_any_json_can_be_posted_and_a_value_checks_to_itself(question, raw):
    value, problems = check_answer(question, raw, currency="EUR")
    stored = json.loads(json.dumps(value))
    assert check_answer(question, stored, currency="EUR") == (value, problems)
    assert all(problem.sentence.endswith(".") for problem in problems)
