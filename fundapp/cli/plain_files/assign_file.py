"""Reading a matrix of matches: a line per reviewer, a column per application."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from fundapp.domain.csv_files import BadCell, FileRefused, numbered_rows

LARGEST_MATRIX = 400_000_000
"""Bytes: room for 2,000 reviewers by 10,000 applications with long decimals."""

LARGEST_AFFINITY = 1e12
LARGEST_LOAD = 1_000_000
MOST_BAD_CELLS = 50

_REVIEWER, _FUNDER, _LOAD = "reviewer", "funder", "load"


@dataclass(frozen=True)
class Matrix:
    """What the file says. `affinity` is (reviewers, applications); below 0 is a conflict.

    `funders` and `loads` are None where the file has no such column.
    """

    applications: tuple[str, ...]
    reviewers: tuple[str, ...]
    funders: tuple[str, ...] | None
    loads: tuple[int, ...] | None
    affinity: NDArray[np.float64]


def read_matrix(content: bytes) -> Matrix:
    """Return the matrix in a CSV file.

    Raises FileRefused with line and column of what cannot be taken, at most fifty at once.
    """
    rows = numbered_rows(content, most_bytes=LARGEST_MATRIX)
    heads = _Heads(next(rows)[1])
    bad_cells: list[BadCell] = []
    lines = []
    for number, cells in rows:
        lines.append(heads.line(number, cells, bad_cells))
        if len(bad_cells) >= MOST_BAD_CELLS:
            break
    if not lines:
        raise FileRefused([BadCell(2, "", "The file has heads and nothing under them.")])
    bad_cells += _doubled(lines)
    if bad_cells:
        raise FileRefused(bad_cells[:MOST_BAD_CELLS])
    return Matrix(
        applications=tuple(heads.applications),
        reviewers=tuple(line.reviewer for line in lines),
        funders=tuple(line.funder for line in lines) if heads.has(_FUNDER) else None,
        loads=tuple(line.load for line in lines) if heads.has(_LOAD) else None,
        affinity=np.vstack([line.affinity for line in lines]),
    )


@dataclass(frozen=True)
class _Line:
    number: int
    reviewer: str
    funder: str
    load: int
    affinity: NDArray[np.float64]


class _Heads:
    """Where the columns are: reviewer, funder and load in any place, the rest applications."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.names = [cell.strip() for cell in cells]
        folded = [name.casefold() for name in self.names]
        known = (_REVIEWER, _FUNDER, _LOAD)
        self.place = {name: folded.index(name) for name in known if name in folded}
        self.columns = [at for at, name in enumerate(folded) if name not in known]
        self.applications = [self.names[at] for at in self.columns]
        problems = list(self._problems(folded))
        if problems:
            raise FileRefused(problems)

    def has(self, name: str) -> bool:
        """Tell whether the file has this column."""
        return name in self.place

    def line(self, number: int, cells: Sequence[str], bad_cells: list[BadCell]) -> _Line:
        """Return a line; what is wrong with it is added to `bad_cells`."""
        if len(cells) != len(self.names):
            sentence = f"{len(cells)} cells under {len(self.names)} heads. Check the commas."
            bad_cells.append(BadCell(number, "", sentence))
            return _Line(number, f"line {number}", "", 0, np.zeros(len(self.columns)))
        named = {name: cells[at].strip() for name, at in self.place.items()}
        bad_cells += [
            BadCell(number, name, "The cell is empty. Write a name.")
            for name in (_REVIEWER, _FUNDER)
            if not named.get(name, "-")
        ]
        return _Line(
            number=number,
            reviewer=named[_REVIEWER],
            funder=named.get(_FUNDER, ""),
            load=_load(number, named.get(_LOAD, "0"), bad_cells),
            affinity=self._affinities(number, cells, bad_cells),
        )

    def _affinities(
        self, number: int, cells: Sequence[str], bad_cells: list[BadCell]
    ) -> NDArray[np.float64]:
        wanted = [cells[at] for at in self.columns]
        try:
            values = np.fromiter(map(float, wanted), dtype=np.float64, count=len(wanted))
        except ValueError:
            values = np.full(len(wanted), np.nan)
        if not (np.abs(values) <= LARGEST_AFFINITY).all():
            bad_cells.extend(self._bad_affinities(number, wanted))
        return values

    def _bad_affinities(self, number: int, cells: Sequence[str]) -> Iterator[BadCell]:
        for name, cell in zip(self.applications, cells, strict=True):
            sentence = _affinity_problem(cell.strip())
            if sentence:
                yield BadCell(number, name, sentence)

    def _problems(self, folded: Sequence[str]) -> Iterator[BadCell]:
        if not self.has(_REVIEWER):
            yield BadCell(1, _REVIEWER, "The first line must name the column reviewer.")
        if not self.columns:
            yield BadCell(1, "", "There is no column for an application. Add one for each.")
        if "" in folded:
            place = folded.index("") + 1
            yield BadCell(1, "", f"Column {place} has no head. Name the application.")
        for name in sorted({name for name in self.applications if name}):
            if self.applications.count(name) > 1:
                yield BadCell(1, name, "This column comes twice. Remove one.")
        for name in (_REVIEWER, _FUNDER, _LOAD):
            if folded.count(name) > 1:
                yield BadCell(1, name, "This column comes twice. Remove one.")


def _affinity_problem(cell: str) -> str:
    if not cell:
        return "The cell is empty. Write 0 for no match, a number below 0 for a conflict."
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        return f"“{cell[:40]}” is no number. Write one such as 0.75, or -1 for a conflict."
    if abs(value) > LARGEST_AFFINITY:
        return "This number is too large. Write one of at most a million millions."
    return ""


def _load(number: int, cell: str, bad_cells: list[BadCell]) -> int:
    if cell.isascii() and cell.isdigit() and len(cell) < 9 and int(cell) <= LARGEST_LOAD:
        return int(cell)
    shown = f"“{cell[:40]}” is no load." if cell else "The cell is empty."
    sentence = f"{shown} Write a whole number from 0 to {LARGEST_LOAD:,}."
    bad_cells.append(BadCell(number, _LOAD, sentence))
    return 0


def _doubled(lines: Sequence[_Line]) -> Iterator[BadCell]:
    first: dict[str, int] = {}
    for line in lines:
        if line.reviewer and line.reviewer in first:
            sentence = f"{line.reviewer[:40]} is on line {first[line.reviewer]} too. Remove one."
            yield BadCell(line.number, _REVIEWER, sentence)
        first.setdefault(line.reviewer, line.number)
