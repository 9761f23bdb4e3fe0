"""Numbers as people type them, in the groupings and digits of many countries.

Accepted: plain digits of any script; groups of three (or the Indian 2-2-3) parted by a
point, a comma, a space or an apostrophe; one decimal mark, a point or a comma.
A text that can be read in two ways is refused, never guessed.
"""

import re
import unicodedata
from enum import StrEnum

MAX_TYPED = 60
"""Longest text, in characters, that is looked at."""

MAX_DIGITS = 15
"""Longest number, in digits: every such number is exact in JSON and in 64 bits."""

_MARKS = {
    "\u066b": ",",  # Arabic decimal mark
    "\u066c": "'",  # Arabic thousands mark
    "\u2019": "'",
    "\uff0c": ",",
    "\uff0e": ".",
    "\u2212": "-",
}


class NumeralFault(StrEnum):
    """Why a typed number cannot be taken."""

    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS = "ambiguous"
    TOO_PRECISE = "too_precise"
    TOO_LARGE = "too_large"


class NumeralError(ValueError):
    """The text is not one clear number; `fault` says why."""

    def __init__(self, fault: NumeralFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read_units(text: str, *, digits: int) -> int:
    """Return the typed number in units of 10**-digits (digits=2: "12,50" -> 1250).

    Three digits after a lone mark are a group where `digits` is under three ("12.500" is
    12500), and ambiguous where it is three. Raises NumeralError.
    """
    canonical = _canonical(text)
    match = re.fullmatch(r"(-?)([0-9]+(?:[., '][0-9]+)*)", canonical)
    if match is None:
        raise NumeralError(NumeralFault.NOT_A_NUMBER)
    sign = -1 if match[1] else 1
    return sign * _unsigned_units(match[2], digits)


def _canonical(text: str) -> str:
    """Return `text` with ASCII digits, one kind of space and one kind of apostrophe."""
    if len(text) > MAX_TYPED:
        raise NumeralError(NumeralFault.NOT_A_NUMBER)
    return "".join(_canonical_character(c) for c in " ".join(text.split()))


def _canonical_character(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return _MARKS.get(character, character) if digit is None else str(digit)


def _unsigned_units(body: str, digits: int) -> int:
    parts = re.split(r"[., ']", body)
    marks = re.findall(r"[., ']", body)
    if not marks:
        return _units(body, "", digits)
    fraction = parts[-1]
    is_whole = _is_grouped(parts, marks)
    has_fraction = (
        marks[-1] in ".,"
        and marks[-1] not in marks[:-1]
        and (len(parts) == 2 or _is_grouped(parts[:-1], marks[:-1]))
    )
    if is_whole and has_fraction and len(fraction) <= digits:
        raise NumeralError(NumeralFault.AMBIGUOUS)
    if is_whole:
        return _units("".join(parts), "", digits)
    if not has_fraction:
        raise NumeralError(NumeralFault.NOT_A_NUMBER)
    return _units("".join(parts[:-1]), fraction, digits)


def _is_grouped(parts: list[str], marks: list[str]) -> bool:
    """Tell whether `parts` are a whole number in groups: 1,234,567 or 12,34,567."""
    if len(set(marks)) != 1 or parts[0].startswith("0"):
        return False
    sizes = [len(part) for part in parts]
    thousands = 1 <= sizes[0] <= 3 and all(size == 3 for size in sizes[1:])
    lakhs = 1 <= sizes[0] <= 2 and sizes[-1] == 3 and all(size == 2 for size in sizes[1:-1])
    return thousands or lakhs


def _units(whole: str, fraction: str, digits: int) -> int:
    kept = fraction.rstrip("0")
    if len(kept) > digits:
        raise NumeralError(NumeralFault.TOO_PRECISE)
    if len(whole.lstrip("0")) + digits > MAX_DIGITS:
        raise NumeralError(NumeralFault.TOO_LARGE)
    return int(whole + kept.ljust(digits, "0"))
