import pytest

from fundapp.domain.answer_texts import printed_text, typed_text
from fundapp.domain.questions import Question, QuestionKind

EUROS = {"minor": 1_250_050, "currency": "EUR"}


def ask(kind: QuestionKind, **given) -> Question:
    return Question(code="q", label="Question", kind=kind, **given)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("about 300", "about 300"), (1319, "1319"), (EUROS, "12500.50")],
)
def test_a_form_field_shows_what_can_be_read_back(value, text):
    assert typed_text(value) == text


@pytest.mark.parametrize(
    ("question", "value", "text"),
    [
        (ask(QuestionKind.LONG_TEXT), "One.\n\nTwo.", "One.\n\nTwo."),
        (ask(QuestionKind.NUMBER), 2024, "2024"),
        (ask(QuestionKind.NUMBER), 12_000, "12,000"),
        (ask(QuestionKind.MONEY), EUROS, "EUR 12,500.50"),
        (ask(QuestionKind.DATE), "2026-12-04", "4 December 2026"),
        (ask(QuestionKind.DATE), "next week", "next week"),
        (ask(QuestionKind.SEVERAL_CHOICES), ["a", "b"], "a\nb"),
        (ask(QuestionKind.LONG_TEXT), None, ""),
        (
            ask(QuestionKind.BUDGET),
            [
                {"what": "Graders", "quantity": 2, "price": EUROS},
                {"what": "Rent", "quantity": None, "price": "x"},
            ],
            "Graders · 2 · EUR 12,500.50 · together EUR 25,001\nRent · x",
        ),
    ],
)
def test_answers_are_printed_for_people(question, value, text):
    assert printed_text(question, value) == text
