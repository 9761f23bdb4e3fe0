"""The register of recusals as a table."""

from collections.abc import Iterable

from fundapp.domain.conflicts import SOURCE_WORDS
from fundapp.queries.conflicts import ConflictRow

RECUSAL_COLUMNS = (
    "application",
    "title",
    "organisation",
    "person",
    "funder",
    "source",
    "state",
    "note",
    "recorded_by",
    "recorded_at",
    "resolved_by",
    "resolved_at",
    "resolution",
)


def recusal_cells(rows: Iterable[ConflictRow]) -> list[list[object]]:
    """Return a row of cells per conflict, in the order of RECUSAL_COLUMNS; times in UTC."""
    return [
        [
            row.reference,
            row.title,
            row.organisation,
            row.person,
            row.funder,
            SOURCE_WORDS[row.source],
            row.state.value,
            row.note,
            row.recorded_by,
            row.recorded_at.isoformat(timespec="seconds"),
            row.resolved_by,
            row.resolved_at.isoformat(timespec="seconds") if row.resolved_at else "",
            row.resolution,
        ]
        for row in rows
    ]
