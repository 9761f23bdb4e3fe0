"""What a call asks: questions as plain values, and the rules for a question itself.

How an answer is checked stands in `answers`, how a section stands in `sections`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from fundapp.domain.errors import Problem


class QuestionKind(StrEnum):
    """What sort of answer a question takes."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    SINGLE_CHOICE = "single_choice"
    SEVERAL_CHOICES = "several_choices"
    DATE = "date"
    LINK = "link"
    EMAIL = "email"
    FILE = "file"
    GROUP = "group"
    BUDGET = "budget"


CHOICE_KINDS = frozenset({QuestionKind.SINGLE_CHOICE, QuestionKind.SEVERAL_CHOICES})
ROW_KINDS = frozenset({QuestionKind.GROUP, QuestionKind.BUDGET})
TEXT_KINDS = frozenset({QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT})
_COLUMN_KINDS = (
    frozenset(QuestionKind)
    - ROW_KINDS
    - {
        QuestionKind.FILE,
        QuestionKind.SEVERAL_CHOICES,
    }
)
_CODE = re.compile("[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a call, or one column of a repeating group.

    `minimum` and `maximum` bound the number itself (number), the amount in minor units
    (money), how many are chosen (several choices), attached (file) or listed (group,
    budget). `if_missing` is the sentence for a required answer that is not there.
    `adds_up_to` names the money question that a budget must equal. `accepts` lists the
    kinds of file, all when empty. `identifying` answers are hidden in blind rounds.
    A single choice may have `passing` options, which whoever is eligible chooses;
    `if_not_passing` says what another choice means.
    """

    code: str
    label: str
    kind: QuestionKind
    help: str = ""
    if_missing: str = ""
    required: bool = True
    max_words: int | None = None
    options: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    columns: tuple["Question", ...] = ()
    accepts: tuple[str, ...] = ()
    adds_up_to: str = ""
    identifying: bool = False
    passing: tuple[str, ...] = ()
    if_not_passing: str = ""

    @property
    def missing_sentence(self) -> str:
        """Return what to do about a required answer that is not there."""
        return self.if_missing or f"Answer “{self.label}”."


@dataclass(frozen=True, kw_only=True)
class Section:
    """One page of the application form: a few questions that belong together."""

    code: str
    title: str
    intro: str = ""
    questions: tuple[Question, ...]


BUDGET_COLUMNS = (
    Question(
        code="what",
        label="What for",
        kind=QuestionKind.SHORT_TEXT,
        if_missing="Say what this line pays for.",
    ),
    Question(
        code="quantity",
        label="How many",
        help="Leave empty for one.",
        kind=QuestionKind.NUMBER,
        required=False,
        minimum=1,
        maximum=1_000_000,
    ),
    Question(
        code="price",
        label="Price of one",
        kind=QuestionKind.MONEY,
        if_missing="Enter the price of one.",
    ),
)
"""The columns of every budget: a line comes to quantity times price."""


def columns_of(question: Question) -> tuple[Question, ...]:
    """Return the columns of a repeating question; a budget has the same everywhere."""
    return BUDGET_COLUMNS if question.kind is QuestionKind.BUDGET else question.columns


def check_question(question: Question) -> list[Problem]:
    """Return what is wrong with the question itself, for whoever writes a call."""
    return [*_code_and_label(question), *_choices(question), *_bounds(question), *_rows(question)]


def question_as_data(question: Question) -> dict[str, Any]:
    """Return the question as JSON data, without what is left at its default."""
    data: dict[str, Any] = {}
    for field in fields(question):
        value = getattr(question, field.name)
        if value == field.default:
            continue
        if field.name == "columns":
            value = [question_as_data(column) for column in value]
        elif isinstance(value, tuple):
            value = list(value)
        data[field.name] = str(value) if isinstance(value, StrEnum) else value
    return data


def question_from_data(data: Mapping[str, Any]) -> Question:
    """Return the question that `question_as_data` wrote.

    Raises KeyError, TypeError or ValueError for data that it did not write.
    """
    known = dict(data)
    known["kind"] = QuestionKind(known["kind"])
    known["columns"] = tuple(question_from_data(column) for column in known.get("columns", ()))
    for name in ("options", "accepts", "passing"):
        known[name] = tuple(known.get(name, ()))
    return Question(**known)


def _code_and_label(question: Question) -> Iterator[Problem]:
    if not _CODE.fullmatch(question.code):
        yield Problem(
            "code",
            "Begin the code with a small letter and use small letters, digits and _, at most 40.",
        )
    if not question.label.strip():
        yield Problem("label", "Write the question.")


def _choices(question: Question) -> Iterator[Problem]:
    if question.kind not in CHOICE_KINDS:
        return
    if len(question.options) < 2:
        yield Problem("options", "Give at least two answers to choose from, one a line.")
    if len(set(question.options)) != len(question.options):
        yield Problem("options", "Two answers are the same. Reword or remove one.")
    if not set(question.passing) <= set(question.options):
        yield Problem("passing", "Choose the passing answers from the answers offered.")
    if question.passing and not question.if_not_passing.strip():
        yield Problem("if_not_passing", "Say what it means when another answer is chosen.")


def _bounds(question: Question) -> Iterator[Problem]:
    if question.max_words is not None and question.max_words < 1:
        yield Problem("max_words", "Allow at least one word, or leave this empty.")
    low, high = question.minimum, question.maximum
    if low is not None and high is not None and low > high:
        yield Problem("maximum", "Make the largest at least as large as the smallest.")


def _rows(question: Question) -> Iterator[Problem]:
    if question.kind is not QuestionKind.GROUP:
        return
    if not question.columns:
        yield Problem("columns", "Give the group at least one column.")
    codes = [column.code for column in question.columns]
    if len(set(codes)) != len(codes):
        yield Problem("columns", "Two columns have the same code. Rename one.")
    for column in question.columns:
        if column.kind not in _COLUMN_KINDS:
            yield Problem("columns", f"“{column.label}” cannot be a column. Ask it on its own.")
        for problem in (*_code_and_label(column), *_choices(column), *_bounds(column)):
            yield Problem("columns", problem.sentence)
