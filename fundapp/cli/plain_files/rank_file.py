"""Reads the file of `fundapp rank`: one review a line, in columns that the caller names."""

from collections.abc import Mapping
from dataclasses import dataclass

from fundapp.cli.plain_files.reading import number_in
from fundapp.domain.csv_files import BadCell, FileRefused, Line, read_table
from fundapp.joint.calibration.review_table import LARGEST_SCORE, Score

CONFIDENCE = {"high": 1.0, "medium": 0.7, "low": 0.4}
LEAST_CONFIDENCE = 0.01
YES, NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0", ""})


@dataclass(frozen=True)
class RankColumns:
    """The columns by name; the last two only where the file has them."""

    application: str
    reviewer: str
    score: str
    confidence: str | None = None
    interest: str | None = None

    @property
    def named(self) -> list[str]:
        """Return the columns that must be there."""
        columns = (self.application, self.reviewer, self.score, self.confidence, self.interest)
        return [column for column in columns if column is not None]


@dataclass(frozen=True)
class RankFile:
    """The reviews of a file, their weights, and the pairs with a declared interest."""

    reviews: tuple[Score, ...]
    weights: Mapping[tuple[str, str], float]
    interested: frozenset[tuple[str, str]]


def read_reviews(
    content: bytes, columns: RankColumns, *, scale: tuple[float, float] | None
) -> RankFile:
    """Return the reviews of a file; names are compared in small letters.

    Raises FileRefused for every cell that is wrong, for a second review of one application by
    one reviewer, and for scores outside `scale`.
    """
    columns = RankColumns(*(one and one.strip().casefold() for one in vars(columns).values()))
    if len(set(columns.named)) < len(columns.named):
        raise FileRefused(
            [BadCell(0, "", "One column is named for two things. Name each its own.")]
        )
    lines = read_table(content, needed=columns.named).lines
    reader = _Reader(columns, scale)
    for line in lines:
        reader.take(line)
    if reader.bad_cells:
        raise FileRefused(reader.bad_cells)
    return RankFile(tuple(reader.reviews), reader.weights, frozenset(reader.interested))


class _Reader:
    """Takes the lines one after the other and notes what is wrong."""

    def __init__(self, columns: RankColumns, scale: tuple[float, float] | None) -> None:
        self.columns = columns
        self.scale = scale
        self.reviews: list[Score] = []
        self.weights: dict[tuple[str, str], float] = {}
        self.interested: list[tuple[str, str]] = []
        self.lines: dict[tuple[str, str], int] = {}
        self.bad_cells: list[BadCell] = []

    def take(self, line: Line) -> None:
        """Take one line."""
        names = line.cell(self.columns.application), line.cell(self.columns.reviewer)
        for column, name in zip(self.columns.named, names, strict=False):
            if not name:
                self.note(line, column, "The cell is empty. Write who or what this review is of.")
        if first := self.lines.setdefault(names, line.number) != line.number:
            self.refuse_double(line, names)
        score = self.score(line)
        if not first:
            self.reviews.append(Score(*names, score))
        if self.columns.confidence is not None:
            self.weights[names] = self.confidence(line, self.columns.confidence)
        if self.columns.interest is not None and self.interest(line, self.columns.interest):
            self.interested.append(names)

    def note(self, line: Line, column: str, sentence: str) -> None:
        """Note what is wrong with a cell."""
        self.bad_cells.append(BadCell(line.number, column, sentence))

    def refuse_double(self, line: Line, names: tuple[str, str]) -> None:
        """Note that a reviewer has reviewed an application before."""
        application, reviewer = (name[:40] for name in names)
        self.note(
            line,
            self.columns.reviewer,
            f"“{reviewer}” has reviewed “{application}” on line {self.lines[names]} already. "
            "Keep one of the two.",
        )

    def number(self, line: Line, column: str) -> float | None:
        """Return the number in a cell; None where it is noted as wrong."""
        noted = len(self.bad_cells)
        number = number_in(line, column, bad_cells=self.bad_cells)
        return number if len(self.bad_cells) == noted else None

    def score(self, line: Line) -> float:
        """Return the score of a line; 0 where it is noted as wrong."""
        column = self.columns.score
        score = self.number(line, column)
        if score is None:
            return 0.0
        if abs(score) > LARGEST_SCORE:
            self.note(line, column, f"{score:g} is too large for a score. Check the number.")
        elif self.scale and not self.scale[0] <= score <= self.scale[1]:
            low, high = self.scale
            self.note(line, column, f"{score:g} is outside the scale from {low:g} to {high:g}.")
        return score

    def confidence(self, line: Line, column: str) -> float:
        """Return the weight of a line; 1 where it is noted as wrong."""
        word = line.cell(column).casefold()
        weight = CONFIDENCE[word] if word in CONFIDENCE else self.number(line, column)
        if weight is not None and not LEAST_CONFIDENCE <= weight <= 1:
            self.note(line, column, "Write high, medium, low or a number from 0.01 to 1.")
        return weight or 1.0

    def interest(self, line: Line, column: str) -> bool:
        """Tell whether a line declares an interest."""
        word = line.cell(column).casefold()
        if word not in YES | NO:
            self.note(line, column, "Write yes or no.")
        return word in YES
