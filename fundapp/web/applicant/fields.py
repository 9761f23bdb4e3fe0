"""A section's questions as the fields of its form: what stands in them and what is to mend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fundapp.domain.answer_texts import typed_text
from fundapp.domain.answers import Value, check_answer
from fundapp.domain.applications import AMOUNT_CODE
from fundapp.domain.asked_sums import joined, parted, sum_asked
from fundapp.domain.budgets import budget_total
from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.posted import Posted, posted_answer
from fundapp.domain.questions import CHOICE_KINDS, ROW_KINDS, Question, QuestionKind, columns_of
from fundapp.domain.text import count_words
from fundapp.domain.uploads import KIND_PHRASES, FileKind
from fundapp.queries.drafts import AnswerState, FileState
from fundapp.queries.evidence import Evidence
from fundapp.queries.exchange_rates import RoundRates

_COLUMN_KINDS = {
    QuestionKind.MONEY: "money",
    QuestionKind.NUMBER: "number",
    QuestionKind.EMAIL: "email",
    QuestionKind.LINK: "link",
    QuestionKind.SINGLE_CHOICE: "choice",
}
_WIDE = frozenset({QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT, QuestionKind.LINK})

RADIOS_AT_MOST = 7
"""More options than this are a list to open."""


@dataclass(frozen=True)
class Column:
    """One column of repeating lines, as the macro `lines` takes it."""

    code: str
    label: str
    kind: str
    wide: bool
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class QuestionField:
    """One question of a section's form. `texts` is what stands in it now.

    The question on the sum asked for has the `currencies` that can be chosen, the round's
    first and none where there is no other, the `currency` chosen, and in words what the sum
    is `worth` in the round's. `evidence`: what the logs among its files say.
    """

    question: Question
    texts: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    cell_errors: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileState, ...] = ()
    evidence: Evidence = field(default_factory=dict)
    changed_by: str = ""
    total: str = ""
    read_text: str = ""
    currencies: tuple[str, ...] = ()
    currency: str = ""
    worth: str = ""

    @property
    def code(self) -> str:
        """Return the name and id of the field."""
        return self.question.code

    @property
    def text(self) -> str:
        """Return what stands in a field of one value."""
        return self.texts[0] if self.texts else ""

    @property
    def words(self) -> int:
        """Return how many words stand in it."""
        return count_words(self.text)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Return the options as the macro `choices` takes them."""
        return [
            {"data": option, "label": option, "checked": option in self.texts}
            for option in self.question.options
        ]

    @property
    def is_open_list(self) -> bool:
        """Tell whether the options are too many for radios."""
        is_single = self.question.kind is QuestionKind.SINGLE_CHOICE
        return is_single and len(self.question.options) > RADIOS_AT_MOST

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the options as the macro `select_input` takes them."""
        return [(option, option) for option in self.question.options]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns of repeating lines."""
        return tuple(_column(column) for column in columns_of(self.question))

    @property
    def takes(self) -> str:
        """Return which files are taken and how many."""
        kinds = [KIND_PHRASES[FileKind(kind)] for kind in self.question.accepts or FileKind]
        limit = self.question.maximum
        count = "" if limit is None else " One file." if limit == 1 else f" At most {limit} files."
        return f"Takes {', '.join(kinds)}. At most 20 MB.{count}"

    @property
    def takes_more(self) -> bool:
        """Tell whether another file may be attached."""
        limit = self.question.maximum
        return limit is None or len(self.files) < limit


def question_field(
    question: Question,
    texts: Posted,
    *,
    problems: Sequence[Problem] = (),
    currency: str,
    rates: RoundRates | None = None,
    wants_line: bool = False,
) -> QuestionField:
    """Return the field of a question from what stands in its form fields.

    `currency` is the application's, `rates` the round's. `wants_line` adds an empty line to
    repeating ones, which always have as many as the question wants, at least one.
    """
    raw = posted_answer(question, texts)
    texts_shown: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    asked: dict[str, Any] = {}
    if isinstance(raw, str) and question.code == AMOUNT_CODE and rates and rates.by_currency:
        code, text = parted(raw, rates.currencies)
        texts_shown = (text,)
        asked = {
            "currencies": rates.currencies,
            "currency": code or rates.round_currency,
            "worth": _worth(question, raw, rates),
        }
    elif isinstance(raw, str):
        texts_shown = (raw,)
    elif question.kind in ROW_KINDS:
        rows = tuple(row for row in raw if isinstance(row, dict))
        blanks = max((question.minimum or 1) - len(rows), 0) + int(wants_line)
        rows = (*rows, *({} for _ in range(blanks)))
    else:
        texts_shown = tuple(text for text in raw if isinstance(text, str))
    prefix = f"{question.code}-"
    return QuestionField(
        question=question,
        texts=texts_shown,
        rows=rows,
        errors=tuple(found.sentence for found in problems if found.field == question.code),
        cell_errors={
            found.field.removeprefix(prefix): found.sentence
            for found in problems
            if found.field.startswith(prefix)
        },
        total=_total(question, raw, currency) if question.kind is QuestionKind.BUDGET else "",
        **asked,
    )


def fields_of_value(
    question: Question, value: Value, *, with_code: bool = False
) -> dict[str, list[str]]:
    """Return the form fields that hold a stored value: the way back of `posted_answer`.

    `with_code`: the round takes several currencies, so the sum asked for names its own.
    """
    if question.kind in ROW_KINDS:
        rows = value if isinstance(value, list) else []
        return {
            f"{question.code}-{place}-{column.code}": [typed_text(row.get(column.code))]
            for place, row in enumerate(rows)
            for column in columns_of(question)
            if isinstance(row, Mapping)
        }
    if isinstance(value, list):
        return {question.code: [entry for entry in value if isinstance(entry, str)]}
    if question.kind in CHOICE_KINDS and value is None:
        return {}
    text = typed_text(value)
    if with_code and question.code == AMOUNT_CODE and isinstance(value, Mapping):
        text = joined(text, str(value["currency"]))
    return {question.code: [text]}


def clock_text(at: datetime, zone: str) -> str:
    """Return "14:03 EAT"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {local.tzname()}"


def changed_by_line(answer: AnswerState, *, now: datetime, zone: str) -> str:
    """Return who changed an answer last and when: "Last change by Ben Sample, 13:41"."""
    if answer.changed_at is None:
        return ""
    local = answer.changed_at.astimezone(ZoneInfo(zone))
    is_today = local.date() == now.astimezone(ZoneInfo(zone)).date()
    when = f"{local:%H:%M}" if is_today else f"{local.day} {local:%B}, {local:%H:%M}"
    return f"Last change by {answer.changed_by}, {when}"


def _column(column: Question) -> Column:
    options: tuple[tuple[str, str], ...] = ()
    if column.kind is QuestionKind.SINGLE_CHOICE:
        options = (("", "Choose"), *((option, option) for option in column.options))
    return Column(
        code=column.code,
        label=column.label,
        kind=_COLUMN_KINDS.get(column.kind, "text"),
        wide=column.kind in _WIDE,
        options=options,
    )


def _worth(question: Question, raw: str, rates: RoundRates) -> str:
    """Return "KES 4,000,000 is EUR 28,400 in this round (1 KES = 0.0071 EUR)."."""
    currency = rates.asked_in(raw)
    asked = sum_asked(check_answer(question, raw, currency=currency, worth=rates.worth)[0])
    if asked is None or currency == rates.round_currency:
        return ""
    rate = rates.by_currency[currency].in_words(rates.round_currency)
    return f"{asked} is {rates.worth(asked)} in this round ({rate})."


def _total(question: Question, raw: object, currency: str) -> str:
    try:
        value, _ = check_answer(question, raw, currency=currency)
    except InvalidInput:
        return ""
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    return str(budget_total(rows, currency=currency))
