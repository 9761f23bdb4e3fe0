import pytest

from fundapp.domain.answers import (
    Row,
    check_answer,
    is_answered,
    missing_problems,
)
from fundapp.domain.errors import Problem
from fundapp.domain.questions import Question, QuestionKind


def ask(kind: QuestionKind, **given) -> Question:
    return Question(**{"code": "q", "label": "Question", "kind": kind, **given})


CHOICE = ask(QuestionKind.SINGLE_CHOICE, options=("Yes", "Not yet"))
ELIGIBLE = ask(
    QuestionKind.SINGLE_CHOICE,
    options=("Yes", "No"),
    passing=("Yes",),
    if_not_passing="This call is for registered organisations.",
)
SEVERAL = ask(QuestionKind.SEVERAL_CHOICES, options=("a", "b", "c", "d"), minimum=2, maximum=3)
TEAM = ask(
    QuestionKind.GROUP,
    minimum=2,
    maximum=3,
    columns=(
        ask(QuestionKind.SHORT_TEXT, code="name", if_missing="Enter the name."),
        ask(QuestionKind.EMAIL, code="email", required=False),
    ),
)


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (ask(QuestionKind.SHORT_TEXT), "  Judge-model\n drift ", "Judge-model drift"),
        (ask(QuestionKind.LONG_TEXT), "One.\r\n\r\nTwo.\x00", "One.\n\nTwo."),
        (ask(QuestionKind.LONG_TEXT, max_words=3), "one two three", "one two three"),
        (ask(QuestionKind.NUMBER), "1,319", 1319),
        (ask(QuestionKind.NUMBER, minimum=-5), "-5", -5),
        (ask(QuestionKind.MONEY), "€ 12.500", {"minor": 1_250_000, "currency": "EUR"}),
        (CHOICE, "Not yet", "Not yet"),
        (ELIGIBLE, "Yes", "Yes"),
        (SEVERAL, ["b", "a", "b"], ["b", "a"]),
        (ask(QuestionKind.DATE), "2026-1-5", "2026-01-05"),
        (ask(QuestionKind.LINK), "https://example.org/a?b#c", "https://example.org/a?b#c"),
        (ask(QuestionKind.LINK), "example.org/report", "https://example.org/report"),
        (ask(QuestionKind.EMAIL), "ada@example.org", "ada@example.org"),
        (ask(QuestionKind.FILE), ["f1", "", "f2"], ["f1", "f2"]),
        (ask(QuestionKind.FILE), "f1", ["f1"]),
    ],
)
def test_what_was_typed_becomes_a_value(question, raw, value):
    assert check_answer(question, raw, currency="EUR") == (value, [])


@pytest.mark.parametrize(
    ("question", "raw", "value", "sentence"),
    [
        (
            ask(QuestionKind.SHORT_TEXT),
            "x" * 212,
            "x" * 212,
            "212 characters. Shorten by 12.",
        ),
        (
            ask(QuestionKind.LONG_TEXT, max_words=250),
            "word " * 262,
            ("word " * 262).strip(),
            "262 words. Shorten by 12.",
        ),
        (
            ask(QuestionKind.NUMBER),
            "about 300",
            "about 300",
            "Enter a whole number, such as 300. You entered “about 300”.",
        ),
        (
            ask(QuestionKind.NUMBER, minimum=1, maximum=12),
            "two",
            "two",
            "Enter a whole number, such as 1. You entered “two”.",
        ),
        (
            ask(QuestionKind.NUMBER, minimum=2),
            "1",
            1,
            "Enter a number of at least 2. You entered 1.",
        ),
        (
            ask(QuestionKind.NUMBER, maximum=12_000),
            "12001",
            12_001,
            "Enter a number of at most 12,000. You entered 12,001.",
        ),
        (
            ask(QuestionKind.MONEY),
            "a lot",
            "a lot",
            "Enter an amount in EUR, such as 12500 or 12500.50. You entered “a lot”.",
        ),
        (
            ask(QuestionKind.MONEY, minimum=5_000_000),
            "10000",
            {"minor": 1_000_000, "currency": "EUR"},
            "Enter at least EUR 50,000. You entered EUR 10,000.",
        ),
        (
            ask(QuestionKind.MONEY, maximum=500),
            "6",
            {"minor": 600, "currency": "EUR"},
            "Enter at most EUR 5. You entered EUR 6.",
        ),
        (ELIGIBLE, "No", "No", "This call is for registered organisations."),
        (CHOICE, "Maybe", "Maybe", "Choose from the list. “Maybe” is not in it."),
        (SEVERAL, ["a", "z"], ["a", "z"], "Choose from the list. “z” is not in it."),
        (SEVERAL, ["a"], ["a"], "Choose at least 2. You chose 1."),
        (SEVERAL, list("abcd"), list("abcd"), "Choose at most 3. You chose 4."),
        (
            ask(QuestionKind.DATE),
            "2026-02-30",
            "2026-02-30",
            "Enter a date such as 2026-12-14. You entered “2026-02-30”.",
        ),
        (
            ask(QuestionKind.DATE),
            "next week",
            "next week",
            "Enter a date such as 2026-12-14. You entered “next week”.",
        ),
        (
            ask(QuestionKind.EMAIL),
            "ada at example",
            "ada at example",
            "Enter a mail address such as name@example.org. You entered “ada at example”.",
        ),
        (
            ask(QuestionKind.FILE, maximum=2),
            ["a", "b", "c"],
            ["a", "b", "c"],
            "Attach at most 2. You attached 3.",
        ),
    ],
)
def test_what_cannot_be_taken_is_kept_with_a_sentence(question, raw, value, sentence):
    assert check_answer(question, raw, currency="EUR") == (value, [Problem("q", sentence)])


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://example.org",
        "https://",
        "https://localhost",
        "https://ada:secret@example.org",
        "https://example.org:port",
        "https://[::1",
        "https://example.org/a b",
        "https://example..org",
        "https://example.org/" + "a" * 2_000,
        "our website",
    ],
)
def test_links_that_lead_nowhere_public_are_refused(link):
    value, [problem] = check_answer(ask(QuestionKind.LINK), link, currency="EUR")
    assert value == link
    assert problem.sentence.startswith("Enter a link such as https://example.org/report.")


def test_rows_keep_every_cell_and_drop_empty_rows():
    raw = [
        {"name": "Ada (sample)", "email": "ada@example.org"},
        {"name": " ", "email": ""},
        {"name": "", "email": "ben"},
    ]
    assert check_answer(TEAM, raw, currency="EUR") == (
        [
            {"name": "Ada (sample)", "email": "ada@example.org"},
            {"name": None, "email": "ben"},
        ],
        [
            Problem(
                "q-1-email",
                "Enter a mail address such as name@example.org. You entered “ben”.",
            )
        ],
    )


def test_too_many_rows_are_kept_and_told():
    raw = [{"name": name} for name in "abcd"]
    value, problems = check_answer(TEAM, raw, currency="EUR")
    assert value == [{"name": name, "email": None} for name in "abcd"]
    assert problems == [Problem("q", "List at most 3. You listed 4.")]


def test_budget_rows_read_numbers_and_money():
    raw = [{"what": "Graders", "quantity": "3", "price": "1,000"}, {"what": "Rent", "price": "x"}]
    assert check_answer(ask(QuestionKind.BUDGET), raw, currency="JPY") == (
        [
            {"what": "Graders", "quantity": 3, "price": {"minor": 1000, "currency": "JPY"}},
            {"what": "Rent", "quantity": None, "price": "x"},
        ],
        [Problem("q-1-price", "Enter an amount in JPY, such as 12500. You entered “x”.")],
    )


def test_what_is_required_and_absent_is_missing():
    assert missing_problems(ask(QuestionKind.DATE), None) == [Problem("q", "Answer “Question”.")]
    assert missing_problems(ask(QuestionKind.DATE, required=False), None) == []
    assert missing_problems(ask(QuestionKind.DATE), "next week") == []


def test_required_cells_and_rows_are_missing_too():
    rows: list[Row] = [{"name": None, "email": "ada@example.org"}]
    assert missing_problems(TEAM, rows) == [
        Problem("q-0-name", "Enter the name."),
        Problem("q", "List at least 2. You listed 1."),
    ]


@pytest.mark.parametrize(
    ("value", "answered"), [(None, False), ([], False), (0, True), ("x", True)]
)
def test_a_zero_is_an_answer(value, answered):
    assert is_answered(value) is answered
