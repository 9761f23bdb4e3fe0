"""Answers: what a form posted becomes a value that JSON can hold, with what is to mend.

Values by kind: text, choice, date (ISO 8601), link and mail address are a str; a number
is an int; money is {"minor": int, "currency": str}; several choices are a list of str;
files are a list of upload ids; groups and budgets are a list of rows {column: value}.
None means not answered. What cannot be read stays in the value as it was typed, so a
value can be checked again at any time and gives itself and the same problems.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from fundapp.domain.answer_fields import Cell, Worth, read_field, same, unknown_choice
from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.questions import ROW_KINDS, Question, QuestionKind, columns_of
from fundapp.domain.text import one_line

Row: TypeAlias = dict[str, Cell]
Value: TypeAlias = Cell | list[str] | list[Row]

MAX_CHARACTERS = 100_000
"""Most characters of one answer, all rows together, that are kept."""

MAX_ROWS = 100
"""Most rows or files of one answer that are kept, whatever the question allows."""


def check_answer(
    question: Question, raw: object, *, currency: str, worth: Worth = same
) -> tuple[Value, list[Problem]]:
    """Return the value of what was posted and what is to mend in it.

    `raw` is a str, a list of str (several choices, files) or a list of rows
    {column: str}; a stored value may be checked again. Money is read in `currency`, the
    application's; `worth` tells what it is in the round's. An empty answer has no problem
    here (see `missing_problems`). Problems carry the question's code, in rows
    "code-row-column". Raises InvalidInput for what is too large to keep at all: the page
    then shows the typed text again.
    """
    _refuse_too_large(question, raw)
    if question.kind in ROW_KINDS:
        return _check_rows(question, raw, currency, worth=worth)
    if question.kind in (QuestionKind.SEVERAL_CHOICES, QuestionKind.FILE):
        return _check_list(question, raw)
    value, sentence = read_field(question, raw, currency=currency, worth=worth)
    return value, [Problem(question.code, sentence)] if sentence else []


def is_answered(value: Value) -> bool:
    """Tell whether anything was answered, readable or not."""
    return value not in (None, "", [])


def missing_problems(question: Question, value: Value) -> list[Problem]:
    """Return what is still to be answered: the question itself, or cells of its rows."""
    if not is_answered(value):
        return [Problem(question.code, question.missing_sentence)] if question.required else []
    if question.kind not in ROW_KINDS or not isinstance(value, list):
        return []
    problems = [
        Problem(f"{question.code}-{place}-{column.code}", column.missing_sentence)
        for place, row in enumerate(value)
        for column in columns_of(question)
        if isinstance(row, dict) and column.required and not is_answered(row.get(column.code))
    ]
    if question.minimum is not None and len(value) < question.minimum:
        sentence = f"List at least {question.minimum}. You listed {len(value)}."
        problems.append(Problem(question.code, sentence))
    return problems


def _refuse_too_large(question: Question, raw: object) -> None:
    if isinstance(raw, list) and len(raw) > MAX_ROWS:
        sentence = f"{len(raw):,} entries are too many to save. Keep at most {MAX_ROWS}."
        raise InvalidInput([Problem(question.code, sentence)])
    size = sum(len(text) for text in _texts(raw))
    if size > MAX_CHARACTERS:
        sentence = (
            f"{size:,} characters are too many to save. Shorten to {MAX_CHARACTERS:,} or fewer."
        )
        raise InvalidInput([Problem(question.code, sentence)])


def _texts(raw: object) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, list):
        for entry in raw:
            cells = entry.values() if isinstance(entry, Mapping) else (entry,)
            yield from (cell for cell in cells if isinstance(cell, str))


def _check_rows(
    question: Question, raw: object, currency: str, *, worth: Worth
) -> tuple[Value, list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for entry in raw if isinstance(raw, list) else []:
        cells = entry if isinstance(entry, Mapping) else {}
        row: Row = {}
        found: list[Problem] = []
        for column in columns_of(question):
            row[column.code], sentence = read_field(
                column, cells.get(column.code), currency=currency, worth=worth
            )
            if sentence:
                found.append(Problem(f"{question.code}-{len(rows)}-{column.code}", sentence))
        if any(is_answered(value) for value in row.values()):
            rows.append(row)
            problems += found
    if question.maximum is not None and len(rows) > question.maximum:
        sentence = f"List at most {question.maximum}. You listed {len(rows)}."
        problems.append(Problem(question.code, sentence))
    return rows or None, problems


def _check_list(question: Question, raw: object) -> tuple[Value, list[Problem]]:
    entries = raw if isinstance(raw, list) else [raw]
    texts = dict.fromkeys(one_line(entry) for entry in entries if isinstance(entry, str))
    values = [text for text in texts if text]
    is_file = question.kind is QuestionKind.FILE
    verb, past = ("Attach", "attached") if is_file else ("Choose", "chose")
    sentence = "" if is_file else unknown_choice(question, values)
    if not sentence and question.maximum is not None and len(values) > question.maximum:
        sentence = f"{verb} at most {question.maximum}. You {past} {len(values)}."
    if not sentence and question.minimum is not None and 0 < len(values) < question.minimum:
        sentence = f"{verb} at least {question.minimum}. You {past} {len(values)}."
    return values or None, [Problem(question.code, sentence)] if sentence else []
