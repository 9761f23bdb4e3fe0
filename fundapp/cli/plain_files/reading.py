"""How the commands on plain files read, refuse and answer."""

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from fundapp.cli.opening import BAD_INPUT, write_json
from fundapp.domain.csv_files import BadCell, FileRefused, Line

Read = TypeVar("Read")

FILE_TYPE = click.Path(exists=True, dir_okay=False, path_type=Path)


def read_or_refuse(file: Path, read: Callable[[bytes], Read]) -> Read:
    """Return what `read` makes of the file; tell every bad cell and exit 2 when it refuses."""
    try:
        return read(file.read_bytes())
    except FileRefused as refusal:
        refuse(refusal.bad_cells)


def refuse(bad_cells: Sequence[BadCell]) -> NoReturn:
    """Tell what is wrong where, and exit 2 with nothing written."""
    for cell in bad_cells:
        where = f"line {cell.line}" if cell.line else "file"
        click.echo(f"{where}{f', {cell.column}' if cell.column else ''}: {cell.sentence}", err=True)
    sys.exit(BAD_INPUT)


def number_in(line: Line, column: str, *, bad_cells: list[BadCell]) -> float:
    """Return the finite number in a cell; else note what is wrong and return 0."""
    text = line.cell(column)
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    shown = f"“{text[:40]}” is no number." if text else "The cell is empty."
    bad_cells.append(BadCell(line.number, column, f"{shown} Write one such as 4.5."))
    return 0.0


def answer(json_path: Path | None, data: dict[str, Any]) -> None:
    """Write the answer as JSON where it is wanted; what is not finite is written as null."""
    write_json(json_path, _finite(data))


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: _finite(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_finite(inner) for inner in value]
    return value
