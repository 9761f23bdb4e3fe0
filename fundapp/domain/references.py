"""Short references for paper and speech: EVF-2026, EVF-2026-014, EVF-2026-014-A1.

They name things to people. Addresses and keys use UUIDs.
"""

import re
from enum import StrEnum

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.languages import DEFAULT

_PREFIX = re.compile("[A-Z][A-Z0-9]{1,7}")
_ANNOUNCEMENT = re.compile("-N[0-9]+(?:-([A-Z]+))?$")


class LetterKind(StrEnum):
    """What a letter tells; the value is its sign in the letter's reference."""

    AWARD = "A"
    DECLINE = "D"
    RESERVE = "R"
    WITHDRAWAL = "W"


def round_reference(prefix: str, *, year: int, ordinal: int = 1) -> str:
    """Return EVF-2026, and EVF-2026B, EVF-2026C for the 2nd and 3rd round of a year.

    After Z comes AA. Raises InvalidInput for a prefix that is not two to eight capital
    letters and digits, ValueError for an ordinal below 1.
    """
    if not _PREFIX.fullmatch(prefix):
        sentence = "Use two to eight capital letters or digits, the first a letter, such as EVF."
        raise InvalidInput([Problem("prefix", sentence)])
    if ordinal < 1:
        raise ValueError("The rounds of a year are numbered from 1")
    return f"{prefix}-{year}{'' if ordinal == 1 else _letters(ordinal)}"


def application_reference(round_reference: str, *, number: int) -> str:
    """Return EVF-2026-014 for the 14th submitted application of a round. Numbers begin at 1."""
    if number < 1:
        raise ValueError("Applications are numbered from 1")
    return f"{round_reference}-{number:03d}"


def letter_reference(application_reference: str, kind: LetterKind, *, version: int) -> str:
    """Return EVF-2026-014-A1: the first version of the award letter on this application."""
    return f"{application_reference}-{kind.value}{_checked_version(version)}"


def certificate_reference(application_reference: str, *, version: int) -> str:
    """Return EVF-2026-014-C1: the first version of a winner's certificate."""
    return f"{application_reference}-C{_checked_version(version)}"


def announcement_reference(round_reference: str, *, version: int, language: str = DEFAULT) -> str:
    """Return EVF-2026-N1: the first version of the round's announcement, -N1-FR in French."""
    suffix = "" if language == DEFAULT else f"-{language.upper()}"
    return f"{round_reference}-N{_checked_version(version)}{suffix}"


def announcement_language(reference: str) -> str:
    """Return the language of an announcement by its reference: "fr" of EVF-2026-N1-FR."""
    found = _ANNOUNCEMENT.search(reference)
    return (found[1] or DEFAULT).lower() if found else DEFAULT


def _checked_version(version: int) -> int:
    if version < 1:
        raise ValueError("Versions are numbered from 1")
    return version


def _letters(number: int) -> str:
    """Return A to Z for 1 to 26, then AA, AB and so on."""
    before, last = divmod(number - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)
