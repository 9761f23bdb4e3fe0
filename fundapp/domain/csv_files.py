"""Tables that people give as CSV files: read with the number of each line."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from fundapp.domain.errors import FundError
from fundapp.domain.text import plain

LARGEST_FILE = 20_000_000
"""Bytes."""

MOST_LINES = 200_000


@dataclass(frozen=True)
class BadCell:
    """What is wrong where. Line 1 holds the heads; line 0 means the file as a whole."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Line:
    """One line of a table: its number in the file and its cells by head."""

    number: int
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """Return a cell without the spaces around it; "" where there is none."""
        return self.cells.get(column, "").strip()


class FileRefused(FundError):
    """A file of which nothing was loaded. `bad_cells` says all that is to mend."""

    def __init__(self, bad_cells: Sequence[BadCell]) -> None:
        super().__init__(f"Nothing was loaded: {_in_words(len(bad_cells))}.")
        self.bad_cells = tuple(sorted(bad_cells, key=lambda cell: (cell.line, cell.column)))


@dataclass(frozen=True)
class Table:
    """The heads of a file and its lines that are not empty."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(content: bytes, *, needed: Sequence[str], folds_heads: bool = True) -> Table:
    """Return the table in `content`: UTF-8, separated by commas, semicolons or tabs.

    Heads are compared in small letters, unless `folds_heads` is off because they are names;
    the columns `needed` must be there, in any order.
    Raises FileRefused for what is no such table, and for lines with too many cells.
    """
    rows = list(numbered_rows(content))
    heads = [head.strip().casefold() if folds_heads else head.strip() for head in rows[0][1]]
    _refuse(_head_problems(heads, needed))
    _refuse(
        [
            BadCell(number, "", f"{len(cells)} cells under {len(heads)} heads. Check the commas.")
            for number, cells in rows[1:]
            if len(cells) > len(heads)
        ]
    )
    if len(rows) == 1:
        raise FileRefused([BadCell(2, "", "The file has heads and nothing under them.")])
    lines = (Line(number, dict(zip(heads, cells, strict=False))) for number, cells in rows[1:])
    return Table(tuple(heads), tuple(lines))


def numbered_rows(
    content: bytes, *, most_bytes: int = LARGEST_FILE
) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that is not empty, with its number; the heads come first.

    For tables of so many cells that only one line at a time should stand in memory.
    Raises FileRefused as read_table does, for what is wrong with the file as a whole.
    """
    text = _text(content, most_bytes)
    first = text.split("\n", 1)[0]
    reader = csv.reader(StringIO(text), delimiter=max(",;\t", key=first.count))
    start, found = 1, 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found += 1
                yield start, cells
            start = reader.line_num + 1
            if found > MOST_LINES:
                sentence = f"Give at most {MOST_LINES:,} lines at once."
                raise FileRefused([BadCell(start, "", sentence)])
    except csv.Error:
        sentence = "This line cannot be read as CSV. Check its quotes."
        raise FileRefused([BadCell(start, "", sentence)]) from None
    if not found:
        raise FileRefused([BadCell(1, "", "The file is empty.")])


def _text(content: bytes, most_bytes: int) -> str:
    if len(content) > most_bytes:
        size = most_bytes // 1_000_000
        raise FileRefused([BadCell(0, "", f"The file is larger than {size} MB. Split it.")])
    try:
        return plain(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        sentence = "The file is not text in UTF-8. Save it as “CSV UTF-8”."
        raise FileRefused([BadCell(0, "", sentence)]) from None


def _head_problems(heads: Sequence[str], needed: Sequence[str]) -> list[BadCell]:
    missing = [column for column in needed if column not in heads]
    problems = [
        BadCell(1, column, f"The first line must name the column {column}.") for column in missing
    ]
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    return problems + [BadCell(1, head, "This column comes twice. Remove one.") for head in twice]


def _refuse(problems: Sequence[BadCell]) -> None:
    if problems:
        raise FileRefused(problems)


def _in_words(count: int) -> str:
    return "one thing is to mend" if count == 1 else f"{count} things are to mend"
