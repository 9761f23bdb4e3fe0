import pytest

from fundapp.domain.errors import Problem
from fundapp.domain.questions import Question, QuestionKind
from fundapp.domain.sections import SectionStatus, check_section

TITLE = Question(code="title", label="Title", kind=QuestionKind.SHORT_TEXT)
SAMPLES = Question(code="samples", label="Samples", kind=QuestionKind.NUMBER)
NOTE = Question(code="note", label="Note", kind=QuestionKind.LONG_TEXT, required=False)
REQUESTED = Question(code="requested", label="Requested", kind=QuestionKind.MONEY)
BUDGET = Question(code="budget", label="Budget", kind=QuestionKind.BUDGET, adds_up_to="requested")


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({}, SectionStatus.NOT_BEGUN),
        ({"title": None}, SectionStatus.NOT_BEGUN),
        ({"note": "x"}, SectionStatus.BEGUN),
        ({"title": "x"}, SectionStatus.BEGUN),
        ({"title": "x", "samples": "about 300"}, SectionStatus.TO_MEND),
        ({"samples": "about 300"}, SectionStatus.TO_MEND),
        ({"title": "x", "samples": 0}, SectionStatus.DONE),
    ],
)
def test_the_status_follows_from_the_answers(answers, status):
    check = check_section([TITLE, SAMPLES, NOTE], answers, currency="EUR")
    assert check.status is status


def test_what_is_to_mend_comes_before_what_is_missing():
    check = check_section([TITLE, SAMPLES], {"samples": "x"}, currency="EUR")
    assert check.problems == (
        Problem("samples", "Enter a whole number, such as 300. You entered “x”."),
        Problem("title", "Answer “Title”."),
    )


def test_a_section_of_optional_questions_misses_nothing():
    check = check_section([NOTE], {}, currency="EUR")
    assert (check.status, check.problems) == (SectionStatus.NOT_BEGUN, ())


def euros(minor: int) -> dict:
    return {"minor": minor, "currency": "EUR"}


def budget(*prices, quantity=None) -> list:
    return [{"what": "x", "quantity": quantity, "price": price} for price in prices]


@pytest.mark.parametrize(
    ("requested", "lines", "sentences"),
    [
        (euros(300), budget(euros(100), euros(200)), []),
        (euros(300), budget(euros(100), quantity=3), []),
        (
            euros(12_000_000),
            budget(euros(10_000_000)),
            [
                "The lines come to EUR 100,000, EUR 20,000 less than the EUR 120,000 "
                "you ask for. Change the lines, or ask for EUR 20,000 less."
            ],
        ),
        (
            euros(100),
            budget(euros(100), euros(50)),
            [
                "The lines come to EUR 1.50, EUR 0.50 more than the EUR 1 you ask for. "
                "Change the lines, or ask for EUR 0.50 more."
            ],
        ),
        (
            euros(100),
            budget("x"),
            ["Enter an amount in EUR, such as 12500 or 12500.50. You entered “x”."],
        ),
        (None, budget(euros(100)), []),
        (euros(100), None, []),
    ],
)
def test_a_budget_adds_up_to_what_is_asked_for(requested, lines, sentences):
    answers = {"requested": requested, "budget": lines}
    check = check_section([REQUESTED, BUDGET], answers, currency="EUR")
    assert [problem.sentence for problem in check.to_mend] == sentences
    off = [sentence for sentence in sentences if sentence.startswith("The lines come to")]
    assert [problem.sentence for problem in check.sums] == off


def test_stored_answers_that_are_too_large_are_told_not_raised():
    check = check_section([NOTE], {"note": "x" * 200_000}, currency="EUR")
    assert check.to_mend == (
        Problem("note", "200,000 characters are too many to save. Shorten to 100,000 or fewer."),
    )
