"""Exported tables as a workbook: a sheet each, and a dictionary of all columns."""

from collections.abc import Iterator, Sequence
from datetime import date
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import xlsxwriter

from fundapp.domain.errors import WrongState
from fundapp.domain.money import Money, minor_digits
from fundapp.exports.states import ExportedState
from fundapp.exports.tables import Cell, Column, ColumnKind, ExportTable, Row

WIDEST = 60
MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its heads."""

TOO_LONG = "A sheet holds {most:,} rows, and {table} has more. Take it as CSV or JSON Lines."
UNITS = {
    ColumnKind.MONEY: "money, in units of the currency",
    ColumnKind.DAY: "day, UTC",
}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_DICTIONARY = (
    Column("sheet", "Sheet that the column stands in"),
    Column("column", "Name of the column"),
    Column("meaning", "What it tells"),
    Column("type", "What its cells hold, and in which unit"),
)
THIS_FILE = "This file"


def workbook(tables: Sequence[ExportTable], *, state: ExportedState) -> BinaryIO:
    """Return an open temporary file with the workbook, at its start.

    Texts stay texts: no formulas, no links. Rows pass through one by one, and every time inside
    is that of the state, so the same state gives the same bytes. WrongState for too many rows.
    """
    target = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who reads it
    try:
        with xlsxwriter.Workbook(target, _OPTIONS) as book:
            book.set_properties(
                {
                    "created": state.changed_at.replace(tzinfo=None, microsecond=0),
                    "comments": f"State {state.sha256}, last changed {state.changed}",
                }
            )
            sheets = _Sheets(book)
            for table in (*tables, dictionary_table(tables, state=state)):
                sheets.write(table)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def workbook_bytes(tables: Sequence[ExportTable], *, state: ExportedState) -> bytes:
    """Return the workbook as bytes; see `workbook`."""
    with workbook(tables, state=state) as made:
        return made.read()


def dictionary_table(tables: Sequence[ExportTable], *, state: ExportedState) -> ExportTable:
    """Return what every column of every table means, under what the file itself tells."""

    def rows() -> Iterator[Row]:
        hash_ = f"SHA-256 of the data as its reader may see them: {state.sha256}"
        yield THIS_FILE, "state", hash_, "text"
        yield THIS_FILE, "changed", f"When these data last changed: {state.changed}", "time, UTC"
        for table in tables:
            for column in table.columns:
                kind = UNITS.get(column.kind, column.kind.value)
                yield sheet_name(table), column.name, column.meaning, kind

    return ExportTable("data dictionary", _DICTIONARY, rows)


def sheet_name(table: ExportTable) -> str:
    """Return the name of a table's sheet."""
    return table.name.capitalize()


class _Sheets:
    """The sheets of one workbook and its number formats, one for each count of decimals."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._money: dict[int, Any] = {}

    def write(self, table: ExportTable) -> None:
        """Write a sheet: heads that stay in view, filters, columns as wide as what they hold."""
        sheet = self._book.add_worksheet(sheet_name(table))
        sheet.freeze_panes(1, 2)
        widths = [len(name) + 3 for name in table.names]
        for place, name in enumerate(table.names):
            sheet.write_string(0, place, name, self._bold)
        last = 0
        for last, row in enumerate(table.rows, start=1):
            if last > MOST_ROWS:
                raise WrongState(TOO_LONG.format(most=MOST_ROWS, table=table.name))
            for place, cell in enumerate(row):
                width = self._write_cell(sheet, (last, place), cell)
                widths[place] = max(widths[place], width + 2)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(WIDEST, width))
        sheet.autofilter(0, 0, last, len(widths) - 1)

    def _write_cell(self, sheet: Any, at: tuple[int, int], cell: Cell) -> int:
        """Write one cell; return how many characters wide it is."""
        if isinstance(cell, Money):
            digits = minor_digits(cell.currency)
            sheet.write_number(*at, cell.minor / 10**digits, self._money_format(digits))
            return len(cell.as_decimal_text()) + 3
        if isinstance(cell, date):
            sheet.write_datetime(*at, cell, self._day)
            return 10
        if isinstance(cell, int | float):
            sheet.write_number(*at, cell)
        elif cell:
            sheet.write_string(*at, cell)
        return len(str(cell or ""))

    def _money_format(self, digits: int) -> Any:
        if digits not in self._money:
            decimals = f".{'0' * digits}" if digits else ""
            self._money[digits] = self._book.add_format({"num_format": f"#,##0{decimals}"})
        return self._money[digits]
