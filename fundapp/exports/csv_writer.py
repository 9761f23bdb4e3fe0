"""Tables as CSV, safe to open in a spreadsheet.

A spreadsheet takes text that begins with = + - @, a tab or a carriage return for a
formula. Such text gets an apostrophe in front, unless it is a number.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def guarded(value: object) -> str:
    """Return a cell's text, with an apostrophe where a spreadsheet would see a formula.

    None becomes "". Numbers stay what they are, also those that come as text.
    """
    text = "" if value is None else str(value)
    if text.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a table, the heads first, each ended by CR LF (RFC 4180)."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    for row in chain([columns], rows):
        writer.writerow([guarded(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
