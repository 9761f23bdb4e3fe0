"""Answers as text: for the form field they were typed into, and for people to read."""

from collections.abc import Mapping
from datetime import date

from fundapp.domain.answers import Row, Value
from fundapp.domain.budgets import line_amount
from fundapp.domain.money import Money
from fundapp.domain.questions import Question, QuestionKind, columns_of
from fundapp.domain.windows import MONTHS

_GROUPED_FROM = 10_000


def typed_text(value: Value) -> str:
    """Return what stands in the form field of a single value; "" when not answered."""
    if isinstance(value, Mapping):
        return _money(value).as_decimal_text()
    return "" if value is None else str(value)


def printed_text(question: Question, value: Value) -> str:
    """Return the answer as people read it: on the check page, in a PDF, in an export.

    Lists have one entry a line. Files are ids here: whoever prints them has their names.
    """
    if isinstance(value, list):
        return "\n".join(
            _printed_row(question, entry) if isinstance(entry, Mapping) else entry
            for entry in value
        )
    return _printed_cell(question, value)


def _printed_row(question: Question, row: Row) -> str:
    cells = [_printed_cell(column, row.get(column.code)) for column in columns_of(question)]
    amount = line_amount(row) if question.kind is QuestionKind.BUDGET else None
    return " · ".join([*filter(None, cells), *([f"together {amount}"] if amount else [])])


def _printed_cell(question: Question, value: Value) -> str:
    if isinstance(value, Mapping):
        return str(_money(value))
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= _GROUPED_FROM else str(value)
    if question.kind is QuestionKind.DATE:
        return _printed_date(typed_text(value))
    return typed_text(value)


def _printed_date(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _money(value: Mapping[str, str | int]) -> Money:
    return Money(int(value["minor"]), str(value["currency"]))
