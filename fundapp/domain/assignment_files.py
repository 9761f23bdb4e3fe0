"""Lists of assignments as a CSV file: application, reviewer and, to be sure, funder.

Reading is a dry run: every bad line is told, by line, column and what is wrong, and
nothing comes of a file with one.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

from fundapp.domain.text import plain, quoted

COLUMNS = ("application", "reviewer")
MOST_LINES = 20_000
LARGEST_FILE = 2_000_000
"""Bytes."""


@dataclass(frozen=True)
class BadLine:
    """What is wrong where. Line 1 holds the heads."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True)
class ListedReviewer:
    """A reviewer as files may name them: by mail address or label, of one funder."""

    person_id: UUID
    email: str
    label: str
    funder: str
    funder_code: str


@dataclass(frozen=True)
class ReadFile:
    """Pairs (application id, person id) with the line of each, and what is wrong."""

    pairs: tuple[tuple[UUID, UUID], ...]
    lines: tuple[int, ...]
    bad_lines: tuple[BadLine, ...]


def decode_file(content: bytes) -> str | BadLine:
    """Return the text of a file, or what is wrong with it as a whole."""
    if len(content) > LARGEST_FILE:
        return BadLine(0, "", f"The file is larger than {LARGEST_FILE // 1_000_000} MB. Split it.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return BadLine(0, "", "The file is not text in UTF-8. Save it as “CSV UTF-8”.")


def read_file(
    text: str, *, applications: Mapping[str, UUID], reviewers: Sequence[ListedReviewer]
) -> ReadFile:
    """Read a list. `applications` are those of the round by reference.

    Columns may stand in any order, separated by commas, semicolons or tabs.
    """
    rows = _rows(text)
    if isinstance(rows, BadLine):
        return ReadFile((), (), (rows,))
    heads = [head.strip().casefold() for head in rows[0][1]]
    missing = [column for column in COLUMNS if column not in heads]
    if missing:
        sentence = (
            "The first line must name the columns application and reviewer. "
            f"It has {quoted(', '.join(heads))}."
        )
        return ReadFile((), (), tuple(BadLine(1, column, sentence) for column in missing[:1]))
    finder = _Finder(
        {reference.casefold(): id_ for reference, id_ in applications.items()},
        _by_name(reviewers),
    )
    pairs, lines, bad = [], [], []
    for line, cells in rows[1:]:
        row = {head: cell.strip() for head, cell in zip(heads, cells, strict=False)}
        problems = list(finder.problems(row))
        bad += [BadLine(line, column, sentence) for column, sentence in problems]
        if not problems:
            pairs.append(finder.pair(row))
            lines.append(line)
    if not pairs and not bad:
        bad = [BadLine(2, "", "The file names no assignment. Add a line for each.")]
    return ReadFile(tuple(pairs), tuple(lines), tuple(bad))


@dataclass(frozen=True)
class _Finder:
    """Finds what a line names."""

    applications: Mapping[str, UUID]
    reviewers: Mapping[str, ListedReviewer]

    def problems(self, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        application, reviewer = row.get("application", ""), row.get("reviewer", "")
        if not application:
            yield "application", "Give the application's reference."
        elif application.casefold() not in self.applications:
            yield "application", f"No application under review here is {quoted(application)}."
        found = self.reviewers.get(reviewer.casefold())
        if not reviewer:
            yield "reviewer", "Give the reviewer's mail address or label."
        elif found is None:
            yield "reviewer", f"Nobody on the panel is {quoted(reviewer)}."
        funder = row.get("funder", "")
        if found and funder and funder.casefold() not in _funder_names(found):
            yield "funder", f"{found.email} sits for {found.funder}, not {quoted(funder)}."

    def pair(self, row: Mapping[str, str]) -> tuple[UUID, UUID]:
        reviewer = self.reviewers[row["reviewer"].casefold()]
        return self.applications[row["application"].casefold()], reviewer.person_id


def _funder_names(reviewer: ListedReviewer) -> set[str]:
    return {reviewer.funder.casefold(), reviewer.funder_code.casefold()}


def _by_name(reviewers: Sequence[ListedReviewer]) -> dict[str, ListedReviewer]:
    labels = {one.label.casefold(): one for one in reviewers if one.label}
    return labels | {one.email.casefold(): one for one in reviewers}


def _rows(text: str) -> list[tuple[int, list[str]]] | BadLine:
    """Return the lines that are not empty, with their numbers."""
    clean = plain(text)
    first = clean.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(clean), delimiter=delimiter)
    rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
            if len(rows) > MOST_LINES:
                return BadLine(reader.line_num, "", f"Give at most {MOST_LINES:,} lines at once.")
    except csv.Error:
        return BadLine(reader.line_num, "", "This line cannot be read as CSV. Check its quotes.")
    if not rows:
        return BadLine(1, "", "The file is empty. Begin with a line: application,reviewer")
    return rows
