"""Exported tables as bytes: CSV and JSON Lines row by row, JSON as a whole."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from fundapp.domain.money import Money
from fundapp.exports.csv_writer import write_csv
from fundapp.exports.plain import application_as_data, money_as_data, round_as_data
from fundapp.exports.states import ExportedState, state_of
from fundapp.exports.tables import Cell, ExportTable
from fundapp.queries.export_records import TellsRound


class ExportFormat(StrEnum):
    """What an export can be written as."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    JSON = "json"


MEDIA_TYPES: Mapping[ExportFormat, str] = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.JSONL: "application/jsonl",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.JSON: "application/json",
}
OF_ONE_TABLE = frozenset({ExportFormat.CSV, ExportFormat.JSONL})
"""Formats that hold one table; the others hold all of them."""

PIECE = 1 << 16
"""Bytes that are gathered before they are handed on."""


def csv_pieces(table: ExportTable) -> Iterator[bytes]:
    """Yield a table as CSV in UTF-8, formulas guarded; money as a plain decimal number."""
    rows = ([_csv_cell(cell) for cell in row] for row in table.rows)
    return _gathered(write_csv(table.names, rows))


def json_line_pieces(table: ExportTable) -> Iterator[bytes]:
    """Yield a table as JSON Lines in UTF-8: an object a row, money in minor units too."""
    names = table.names
    lines = (
        json.dumps(dict(zip(names, map(_json_cell, row), strict=True)), ensure_ascii=False) + "\n"
        for row in table.rows
    )
    return _gathered(lines)


def csv_bytes(table: ExportTable) -> bytes:
    """Return a whole table as CSV; see `csv_pieces`."""
    return b"".join(csv_pieces(table))


def json_bytes(rounds: Sequence[TellsRound], *, state: ExportedState | None = None) -> bytes:
    """Return the rounds with everything in them, and which state of the data they tell."""
    told = state or state_of(rounds)
    data = {
        "format": "fundapp-decisions-2",
        "state_sha256": told.sha256,
        "changed_at": told.changed,
        "rounds": [
            {
                **round_as_data(round_),
                "applications": [application_as_data(row) for row in round_.applications],
            }
            for round_ in rounds
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _gathered(lines: Iterator[str]) -> Iterator[bytes]:
    piece = bytearray()
    for line in lines:
        piece += line.encode()
        if len(piece) >= PIECE:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _csv_cell(cell: Cell) -> Cell:
    return cell.as_decimal_text() if isinstance(cell, Money) else cell


def _json_cell(cell: Cell) -> Any:
    if isinstance(cell, Money):
        return money_as_data(cell)
    return cell.isoformat() if isinstance(cell, date) else cell
