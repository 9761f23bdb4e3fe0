"""Typed text made ready for paper: cleaned, cut to a limit, split, given its direction."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from html import unescape
from math import inf
from typing import TypeVar

from markupsafe import Markup, escape

from fundapp.domain.text import plain

Printed = TypeVar("Printed")

LONGEST_COMMENT = 6_000
"""Most characters of one comment, reason or citation in a letter: two pages."""

LINE_BREAK = 60
"""As many characters of that a line break takes: it leaves the rest of its line empty."""

MOST_LINES = 60
WALL = 60
_WALL = re.compile(rf"[^\s\u2e80-\uffff]{{{WALL}}}(?=[^\s\u2e80-\uffff])")

_DISPLAY_SIZES = (("huge", 5.6, 1), ("large", 8.9, 2), ("medium", 13.0, 3))
"""Class, em in a line of 170 mm, lines that fit."""

_SPACE = 0.24

_BDI = re.compile(r"<bdi>(?=((?:<[^>]*>|[^<])*?)</bdi>)", re.DOTALL)

_RIGHT_TO_LEFT = {"R", "AL"}

_SCRIPTS_WITH_ITALICS = ("LATIN", "GREEK", "CYRILLIC")


@dataclass(frozen=True)
class Excerpt:
    """A text as far as it is printed, and whether something was left out."""

    text: str
    is_cut: bool


def cleaned(value: Printed) -> Printed:
    """Return a row with every text in it, however deep, made plain (see `domain.text.plain`).

    Other values stay as they are.
    """
    if isinstance(value, str):
        return plain(value) if type(value) is str else value  # type: ignore[return-value]
    if isinstance(value, tuple | list):
        return type(value)(cleaned(entry) for entry in value)
    if is_dataclass(value) and not isinstance(value, type):
        members = {member.name: cleaned(getattr(value, member.name)) for member in fields(value)}
        return type(value)(**members)
    return value


def excerpt(text: str, length: int = LONGEST_COMMENT) -> Excerpt:
    """Return `text` in at most `length` characters, cut between words, paragraphs kept."""
    stripped = text.strip()
    fitting = _fitting(stripped, length)
    if fitting == len(stripped):
        return Excerpt(stripped, is_cut=False)
    room = stripped[: fitting - 1]
    end = max(room.rfind(" "), room.rfind("\n"))
    # A text without spaces (Chinese, or a wall of letters) is cut where it stands.
    at_word = room[:end] if end > fitting // 2 else room
    return Excerpt(f"{at_word.rstrip(' ,.;:')}…", is_cut=True)


def _fitting(text: str, length: int) -> int:
    """Return how many characters of `text` fit into `length`, its line breaks counted in full."""
    used = 0
    for place, character in enumerate(text):
        used += LINE_BREAK if character == "\n" else 1
        if used > length:
            return place
    return len(text)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of `text`: what blank lines separate, none of them empty.

    A paragraph of very many lines is cut into several: the engine slows down with them.
    """
    joined = "\n".join(line.strip() for line in text.split("\n"))
    found = (part.strip() for part in joined.split("\n\n"))
    return [piece for part in found if part for piece in _pieces(part.split("\n"))]


def line_breaks(text: str) -> Markup:
    """Return `text` escaped, with a line break for each newline.

    A run of more than WALL characters without a space may break after every WALL: the
    engine takes seconds to find a break in a wall of letters.
    """
    breakable = _WALL.sub("\\g<0>\N{ZERO WIDTH SPACE}", text)
    return Markup("<br>").join(escape(line) for line in breakable.split("\n"))


def _pieces(lines: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(lines), MOST_LINES):
        yield "\n".join(lines[start : start + MOST_LINES])


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


def isolated(page: str) -> str:
    """Return a page whose every `<bdi>` says its direction: that of its first strong letter.

    The engine knows no isolation of its own: it lays out each element in its own direction.
    """
    return _BDI.sub(lambda found: f'<bdi dir="{direction(unescape(found[1]))}">', page)


def has_italics(text: str) -> bool:
    """Tell whether every letter of `text` is of a script that is written in italics, too."""
    names = (unicodedata.name(character, "") for character in text if character.isalpha())
    return all(name.startswith(_SCRIPTS_WITH_ITALICS) for name in names)


def fingerprint(digest: str) -> str:
    """Return a hexadecimal digest in groups of eight, so that people can compare it."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def display_size(text: str) -> str:
    """Return the classes of a poster's headline: the largest size in which it fits its lines.

    Letters that reach far above or below the line (Arabic, Devanagari) take the next smaller and
    are `tall`. Han characters are made smaller rather than one or two left alone on a line.
    """
    names = [name for name, _, _ in _DISPLAY_SIZES] + ["small", "small"]
    is_tall = _has_tall_letters(text)
    sizes = (
        names[place + is_tall]
        for place, (_, room, most_lines) in enumerate(_DISPLAY_SIZES)
        if _lines(text, room=room) <= most_lines and not _leaves_few(text, room=room)
    )
    return next(sizes, "small") + (" tall" if is_tall else "")


def _has_tall_letters(text: str) -> bool:
    return any(
        character.isalpha() and not has_italics(character) and not _is_wide(character)
        for character in text
    )


def _leaves_few(text: str, *, room: float) -> bool:
    """Tell whether a text without spaces would leave one or two characters on its last line."""
    rest = len(text) % int(room)
    return all(map(_is_wide, text)) and len(text) > room and rest in {1, 2}


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _lines(text: str, *, room: float) -> float:
    """Return how many lines of `room` em `text` takes; infinite when a word is too long."""
    lines, used = 1, 0.0
    for word in text.split():
        width = sum(map(_em, word))
        if width > room and not word.isascii():
            # Scripts without spaces break anywhere.
            lines, used = lines + int((used + width) // room), (used + width) % room
        elif width > room:
            return inf
        elif used + width > room:
            lines, used = lines + 1, width + _SPACE
        else:
            used += width + _SPACE
    return lines


def _em(character: str) -> float:
    """Return the width of a character in Noto Serif Display, in em."""
    if _is_wide(character) or character in "mwMW&%@—…":
        return 1.0
    if character in "iljtfrI.,:;'’!|()[]-":
        return 0.36
    return 0.66 if character.isupper() else 0.56
