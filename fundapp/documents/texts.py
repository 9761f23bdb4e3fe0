"""Typed text made ready for paper: cleaned, cut to a limit, split, given its direction."""

import unicodedata
from dataclasses import dataclass, fields, is_dataclass
from typing import TypeVar

from markupsafe import Markup, escape

from fundapp.domain.text import plain

Printed = TypeVar("Printed")

LONGEST_COMMENT = 6_000
"""Most characters of one comment, reason or citation in a letter: two pages."""

_DISPLAY_SIZES = (("huge", 10, 10), ("large", 24, 15), ("medium", 62, 22))
"""Class, most characters of the headline, most of its longest word."""

_RIGHT_TO_LEFT = {"R", "AL"}


@dataclass(frozen=True)
class Excerpt:
    """A text as far as it is printed, and whether something was left out."""

    text: str
    is_cut: bool


def cleaned(value: Printed) -> Printed:
    """Return a row with every text in it, however deep, made plain (see `domain.text.plain`).

    Done once for the whole row, so that no template can forget it. Other values stay.
    """
    if isinstance(value, str):
        return plain(value) if type(value) is str else value  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(cleaned(entry) for entry in value)  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        members = {member.name: cleaned(getattr(value, member.name)) for member in fields(value)}
        return type(value)(**members)
    return value


def excerpt(text: str, length: int = LONGEST_COMMENT) -> Excerpt:
    """Return `text` in at most `length` characters, cut between words, paragraphs kept."""
    stripped = text.strip()
    if len(stripped) <= length:
        return Excerpt(stripped, is_cut=False)
    room = stripped[: length - 1]
    end = max(room.rfind(" "), room.rfind("\n"))
    # A text without spaces (Chinese, or a wall of letters) is cut where it stands.
    at_word = room[:end] if end > length // 2 else room
    return Excerpt(f"{at_word.rstrip(' ,.;:')}…", is_cut=True)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of `text`: what blank lines separate, none of them empty."""
    joined = "\n".join(line.strip() for line in text.split("\n"))
    return [part.strip() for part in joined.split("\n\n") if part.strip()]


def line_breaks(text: str) -> Markup:
    """Return `text` escaped, with a line break for each newline."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def direction(text: str) -> str:
    """Return "rtl" or "ltr" by the first strong character, as HTML's dir=auto does.

    Computed here because the PDF engine does not know dir=auto.
    """
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _RIGHT_TO_LEFT:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def fingerprint(digest: str) -> str:
    """Return a hexadecimal digest in groups of eight, so that people can compare it."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def display_size(text: str) -> str:
    """Return the class of a poster's headline: huge, large, medium or small.

    Measured roughly, in ordinary lower-case letters: a size is only taken where the
    whole fits its lines and the longest word fits one line of 170 mm.
    """
    for name, most, longest_word in _DISPLAY_SIZES:
        if _width(text) <= most and max(map(_width, text.split()), default=0) <= longest_word:
            return name
    return "small"


def _width(text: str) -> float:
    return sum(_letter_width(character) for character in text)


def _letter_width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 2.0
    return 1.35 if character.isupper() or character in "mwMW@—…" else 1.0
