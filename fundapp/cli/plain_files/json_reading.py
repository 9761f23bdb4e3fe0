"""Reads JSON files of people: what is wrong is told by line and column, or by key."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from fundapp.domain.csv_files import LARGEST_FILE, BadCell, FileRefused

Read = TypeVar("Read")

MOST_SHOWN = 20
"""Wrong places named at once."""

LARGEST_EXPONENT = 120
"""Powers of ten beyond which a number is refused before anything is computed with it."""


def read_object(content: bytes, *, needed: Sequence[str]) -> dict[str, Any]:
    """Return the one JSON object in `content`, its numbers as Decimal.

    Raises FileRefused for what is no such object, for keys that come twice or are missing,
    and for NaN and infinity.
    """
    if len(content) > LARGEST_FILE:
        _stop(0, "", f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    if not content.strip():
        _stop(1, "", "The file is empty.")
    try:
        data = json.loads(
            content.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_no_key_twice,
        )
    except UnicodeDecodeError:
        _stop(0, "", "The file is not text in UTF-8.")
    except json.JSONDecodeError as error:
        _stop(error.lineno, f"column {error.colno}", f"This is no JSON: {error.msg}.")
    except RecursionError:
        _stop(0, "", "The file is nested too deeply.")
    if not isinstance(data, dict):
        _stop(1, "", "The file must hold one JSON object, { ... }.")
    missing = [BadCell(0, key, "This key is missing.") for key in needed if key not in data]
    if missing:
        raise FileRefused(missing)
    return data


def _stop(line: int, column: str, sentence: str) -> NoReturn:
    raise FileRefused([BadCell(line, column, sentence)])


def _no_constant(text: str) -> NoReturn:
    _stop(0, "", f"{text} is no number that can be used. Write a finite one.")


def _no_key_twice(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            _stop(0, key[:40], "This key comes twice. Remove one.")
        found[key] = value
    return found


class WrongShape(ValueError):
    """One value is not what its place needs; the message tells what to write."""


class Shape:
    """Reads the values of an object, and gathers what is wrong by key, such as `cost[3]`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.bad: list[BadCell] = []

    def refuse_if_bad(self) -> None:
        """Raise FileRefused with what was gathered, MOST_SHOWN places at most."""
        if self.bad:
            more = len(self.bad) - MOST_SHOWN
            extra = [BadCell(0, "", f"{more} more places are wrong.")] if more > 0 else []
            raise FileRefused([*self.bad[:MOST_SHOWN], *extra])

    def one(self, key: str, value: Any, read: Callable[[Any], Read]) -> Read | None:
        """Return what `read` makes of one value; note what is wrong and return None."""
        try:
            return read(value)
        except WrongShape as wrong:
            self.bad.append(BadCell(0, key, str(wrong)))
            return None

    def row(
        self, key: str, value: Any, read: Callable[[Any], Read], *, length: int | None = None
    ) -> list[Read]:
        """Return a list of values, noting the wrong ones; raise FileRefused for another length."""
        entries = self.one(key, value, lambda given: _list(given, length))
        self.refuse_if_bad()
        found = [self.one(f"{key}[{i}]", entry, read) for i, entry in enumerate(entries or [])]
        return [entry for entry in found if entry is not None]


def _list(value: Any, length: int | None) -> list[Any]:
    if not isinstance(value, list):
        raise WrongShape("This must be a list, [ ... ].")
    if length is not None and len(value) != length:
        raise WrongShape(f"This list has {len(value)} entries; it needs {length}.")
    return value


def text(value: Any) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise WrongShape("This must be a text in quotes, not empty.")
    return value


def number(value: Any) -> Decimal:
    """Return a number that can be computed with."""
    if not isinstance(value, Decimal):
        raise WrongShape("This must be a number.")
    if value and abs(value.adjusted()) > LARGEST_EXPONENT:
        raise WrongShape("This number is too large or too small to be computed with.")
    return value
