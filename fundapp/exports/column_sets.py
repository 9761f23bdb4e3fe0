"""Choosing columns of a table by name, in an order of one's own."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from fundapp.domain.errors import InvalidInput, Problem

FIELD = "columns"
SHOWN = 60
"""Characters of an unknown name that are repeated."""


def read_columns(text: str) -> list[str]:
    """Return the names in a text that has them one a line, or with commas or spaces between."""
    return [name for name in re.split(r"[\s,;]+", text) if name]


def check_columns(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted names if all are known, each once and at least one.

    InvalidInput names each unknown column with the known one that comes nearest.
    """
    if not wanted:
        raise InvalidInput([Problem(FIELD, "Name at least one column.")])
    sentences = [_unknown(name, known) for name in wanted if name not in known]
    twice = sorted({name for name in wanted if list(wanted).count(name) > 1})
    sentences += [f"“{name}” stands there more than once." for name in twice]
    if sentences:
        raise InvalidInput([Problem(FIELD, sentence) for sentence in dict.fromkeys(sentences)])
    return tuple(wanted)


def _unknown(name: str, known: Sequence[str]) -> str:
    shown = name if len(name) <= SHOWN else f"{name[:SHOWN]}…"
    near = get_close_matches(name, known, n=1, cutoff=0.0)
    return f"There is no column “{shown}”. Did you mean “{near[0]}”?" if near else ""
