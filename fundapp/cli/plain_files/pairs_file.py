"""Reads the file of `fundapp pairs`: one verdict on two entries a line."""

from dataclasses import dataclass

from fundapp.domain.csv_files import BadCell, FileRefused, Line, read_table
from fundapp.joint.pairwise.bradley_terry import EQUAL, Comparison

COLUMNS = ("judge", "left", "right", "verdict")
SHARES = {"left": 1.0, "right": 0.0, "equal": EQUAL, "tie": EQUAL}
MOST_ENTRIES = 2_000


@dataclass(frozen=True)
class PairsFile:
    """The entries by name, and the verdicts by their places. The left one counts as first."""

    entries: tuple[str, ...]
    words: tuple[Comparison, ...]


def read_pairs(content: bytes) -> PairsFile:
    """Return the verdicts of a file. Raises FileRefused for every cell that is wrong."""
    lines = read_table(content, needed=COLUMNS).lines
    bad_cells = [cell for line in lines for cell in _wrong(line)]
    if bad_cells:
        raise FileRefused(bad_cells)
    entries = sorted({line.cell(side) for line in lines for side in ("left", "right")})
    if len(entries) > MOST_ENTRIES:
        sentence = f"{len(entries):,} entries are too many; up to {MOST_ENTRIES:,} can be ordered."
        raise FileRefused([BadCell(0, "", sentence)])
    place_of = {name: place for place, name in enumerate(entries)}
    words = (
        Comparison(
            line.cell("judge"),
            place_of[line.cell("left")],
            place_of[line.cell("right")],
            SHARES[line.cell("verdict").casefold()],
        )
        for line in lines
    )
    return PairsFile(tuple(entries), tuple(words))


def _wrong(line: Line) -> list[BadCell]:
    bad = [
        BadCell(line.number, column, "The cell is empty. Write who judged, or what.")
        for column in COLUMNS[:3]
        if not line.cell(column)
    ]
    if line.cell("left") and line.cell("left") == line.cell("right"):
        sentence = f"“{line.cell('left')[:40]}” is compared with itself. Name two entries."
        bad.append(BadCell(line.number, "right", sentence))
    if line.cell("verdict").casefold() not in SHARES:
        shown = f"“{line.cell('verdict')[:40]}” is no verdict. " if line.cell("verdict") else ""
        bad.append(BadCell(line.number, "verdict", f"{shown}Write left, right or equal."))
    return bad
