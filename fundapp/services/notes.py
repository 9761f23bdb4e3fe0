"""Short typed notes: cleaned, and not longer than a note should be."""

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.text import one_line, plain

LONGEST = 2_000
LONGEST_TIME = 60


def read_note(typed: str, *, field: str, if_missing: str = "") -> str:
    """Return the note as plain text of at most LONGEST characters.

    Raises InvalidInput for `field` when it is longer, or empty where `if_missing` (the
    sentence to say then) is given.
    """
    text = plain(typed).strip()
    if len(text) > LONGEST:
        sentence = f"Shorten this to {LONGEST:,} characters. It has {len(text):,}."
        raise InvalidInput([Problem(field, sentence)])
    if not text and if_missing:
        raise InvalidInput([Problem(field, if_missing)])
    return text


def read_paid_when(typed: str, *, field: str = "paid_when") -> str:
    """Return when a funder pays ("on acceptance") as one line; InvalidInput where it is longer."""
    text = one_line(typed)
    if len(text) > LONGEST_TIME:
        sentence = f"Shorten this to {LONGEST_TIME} characters. It has {len(text):,}."
        raise InvalidInput([Problem(field, sentence)])
    return text
