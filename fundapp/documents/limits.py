"""How much one document may take, by its kind; `pool` and `press` hold it to that."""

from collections.abc import Mapping
from dataclasses import dataclass

from fundapp.queries.board_paper_rows import BoardPaper
from fundapp.queries.document_rows import Announcement, Letter, PrintedRow, SubmissionCopy


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What ends a document: processor seconds, seconds on the clock, bytes of address space."""

    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int


LETTER = Limits(cpu_seconds=5, wall_seconds=20, memory_bytes=512_000_000)

LIMITS: Mapping[type[PrintedRow], Limits] = {
    Letter: LETTER,
    Announcement: Limits(cpu_seconds=15, wall_seconds=60, memory_bytes=768_000_000),
    SubmissionCopy: Limits(cpu_seconds=60, wall_seconds=240, memory_bytes=1_000_000_000),
    BoardPaper: Limits(cpu_seconds=120, wall_seconds=480, memory_bytes=1_000_000_000),
}
"""By the class of the row, or the nearest class that it extends."""


def limits_of(row: PrintedRow) -> Limits:
    """Return what `row` may take; of a kind that is not listed, what a letter may."""
    kinds = (kind for kind in type(row).__mro__ if kind in LIMITS)
    kind = next(kinds, None)
    return LETTER if kind is None else LIMITS[kind]
