"""JSON from strangers: bounded in size and depth, and read without trusting any type."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fundapp.evidence.record import EvidenceRefused, RefusalCode

DEEPEST = 120
LARGEST = 20_000_000
"""Bytes of one JSON text. Read into memory it takes up to ten times as much."""

_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_LONGEST_TEXT = 400
_LONGEST_NUMBER = 4000


def parse_json(content: bytes) -> Any:
    """Return the value of a JSON text; NaN, infinities and lone surrogates survive.

    Raises EvidenceRefused for what is no JSON, is longer than LARGEST, is nested deeper than
    DEEPEST, or has a number too long to be one.
    """
    if len(content) > LARGEST:
        raise EvidenceRefused(
            RefusalCode.TOO_LARGE,
            f"The text is larger than {LARGEST // 1_000_000} MB. Bring the log without samples.",
        )
    _refuse_depth(content)
    try:
        return json.loads(content.decode("utf-8-sig", "surrogatepass"), parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise EvidenceRefused(RefusalCode.BROKEN, "The file is cut off or damaged.") from error


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> Sequence[Any]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: Any) -> str | None:
    """Return a text that says something, cut to a length fit for a page; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    shown = str(value).strip()[:_LONGEST_TEXT]
    return shown if shown and shown.casefold() not in {"unknown", "n/a", "none", "null"} else None


def count(value: Any) -> int | None:
    """Return a whole number from 0; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if math.isfinite(value) and value >= 0 and value == int(value) else None


def number(value: Any) -> float | None:
    """Return a finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def setting(value: Any) -> str | int | float | bool | None:
    """Return a switch, a finite number or a text; None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if number(value) is not None else None
    return text(value)


def is_bad_number(value: Any) -> bool:
    """Tell whether something stands as NaN or infinity, as a number or as its name."""
    if isinstance(value, str):
        return value.strip().casefold().lstrip("+-") in {"nan", "inf", "infinity"}
    return isinstance(value, float) and not math.isfinite(value)


def instant(value: Any) -> datetime | None:
    """Return an instant from an ISO text with a zone, or from seconds since 1970."""
    if isinstance(value, str):
        try:
            read = datetime.fromisoformat(value.strip())
        except ValueError:
            return _from_seconds(value)
        return read.astimezone(UTC) if read.tzinfo else None
    return _from_seconds(value)


def _from_seconds(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _whole(digits: str) -> int | float:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("a number too long to be one")
    return int(digits)


def _refuse_depth(content: bytes) -> None:
    if content.count(b"[") + content.count(b"{") <= DEEPEST:
        return
    depth = 0
    for found in _TOKENS.finditer(content):
        sign = found[0]
        if sign in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise EvidenceRefused(
                    RefusalCode.TOO_DEEP,
                    f"The file nests its data more than {DEEPEST} levels deep. No log does.",
                )
        elif sign in b"]}":
            depth -= 1
