"""Reads the frozen content of a submitted version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fundapp.domain.answer_texts import printed_text
from fundapp.domain.budgets import budget_total, line_amount
from fundapp.domain.money import Money
from fundapp.domain.questions import Question, QuestionKind


@dataclass(frozen=True)
class SubmittedFile:
    """A file as it was submitted. size in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class SubmittedRows:
    """A repeating group or budget as text: a heading per column, as many cells per row."""

    headings: tuple[str, ...]
    is_number: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    total: Money | None = None


@dataclass(frozen=True)
class SubmittedAnswer:
    """A question and what was answered: a text, rows or files; nothing = not answered."""

    code: str
    label: str
    kind: str
    text: str
    rows: SubmittedRows | None
    files: tuple[SubmittedFile, ...]
    is_identifying: bool


@dataclass(frozen=True)
class SubmittedSection:
    """One section of the form with its answers."""

    title: str
    answers: tuple[SubmittedAnswer, ...]


def has_files(sections: Iterable[SubmittedSection]) -> bool:
    """Tell whether a file was submitted in any of the sections."""
    return any(answer.files for section in sections for answer in section.answers)


def submitted_sections(
    content: Mapping[str, Any], *, hide_identity: bool = False
) -> tuple[SubmittedSection, ...]:
    """Return the sections of a frozen content.

    With `hide_identity` identifying answers are left out and files lose their names;
    sections in which nothing is left are left out as well.
    """
    currency = content.get("currency", "")
    sections = []
    for section in content.get("sections", []):
        answers = tuple(
            _answer(question, currency=currency, hide_identity=hide_identity)
            for question in section["questions"]
            if not (hide_identity and question["identifying"])
        )
        if answers or not hide_identity:
            sections.append(SubmittedSection(section["title"], answers))
    return tuple(sections)


def _answer(question: Mapping[str, Any], *, currency: str, hide_identity: bool) -> SubmittedAnswer:
    return SubmittedAnswer(
        code=question["code"],
        label=question["label"],
        kind=question["kind"],
        text=question["text"] if not question["files"] else "",
        rows=_rows(question, currency),
        files=tuple(
            _file(attached, place=place, hide_name=hide_identity)
            for place, attached in enumerate(question["files"], start=1)
        ),
        is_identifying=question["identifying"],
    )


def _file(attached: Mapping[str, Any], *, place: int, hide_name: bool) -> SubmittedFile:
    name = attached["name"]
    if hide_name:
        name = f"File {place}.{name.rpartition('.')[2].lower()}"
    return SubmittedFile(
        id=UUID(attached["id"]),
        name=name,
        media_type=attached["media_type"],
        size=attached["size"],
        sha256=attached["sha256"],
    )


def _rows(question: Mapping[str, Any], currency: str) -> SubmittedRows | None:
    columns, value = question.get("columns"), question["value"]
    if not columns or not value:
        return None
    asked = [
        Question(code=column["code"], label=column["label"], kind=QuestionKind(column["kind"]))
        for column in columns
    ]
    is_budget = question["kind"] == QuestionKind.BUDGET
    headings = [column.label for column in asked]
    is_number = [column.kind in (QuestionKind.NUMBER, QuestionKind.MONEY) for column in asked]
    rows = [[printed_text(column, row.get(column.code)) for column in asked] for row in value]
    total = None
    if is_budget:
        headings.append("Together")
        is_number.append(True)
        for cells, row in zip(rows, value, strict=True):
            cells.append(str(line_amount(row) or ""))
        total = budget_total(value, currency=currency)
    return SubmittedRows(
        tuple(headings), tuple(is_number), tuple(tuple(cells) for cells in rows), total
    )
