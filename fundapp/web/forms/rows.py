"""Repeating rows of a form, and their buttons "add" and "remove", without scripts."""

import re
from collections.abc import Mapping, Sequence

Row = dict[str, str]


def posted_rows(posted: Mapping[str, str], name: str, codes: Sequence[str]) -> list[Row]:
    """Return the rows posted as name-0-code, in the order of their numbers.

    The row that the button `remove` names is left out, and an empty one follows where
    `add` was pressed.
    """
    pattern = re.compile(f"{re.escape(name)}-([0-9]{{1,4}})-(?:{'|'.join(codes)})")
    numbers = sorted({int(match[1]) for key in posted if (match := pattern.fullmatch(key))})
    removed = posted.get("remove", "")
    rows = [
        {code: posted.get(f"{name}-{number}-{code}", "") for code in codes}
        for number in numbers
        if removed != f"{name}-{number}"
    ]
    if posted.get("add") == name:
        rows.append(dict.fromkeys(codes, ""))
    return rows


def is_rearranging(posted: Mapping[str, str]) -> bool:
    """Tell whether a row was added or removed, so that nothing is to be saved yet."""
    return "add" in posted or "remove" in posted


def filled(rows: Sequence[Row]) -> list[Row]:
    """Return the rows in which something was typed."""
    return [row for row in rows if any(text.strip() for text in row.values())]
