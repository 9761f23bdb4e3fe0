"""Funders: what is kept of one, and what must be mended in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.identifiers import Reader, read_each, read_org_id, read_ror
from fundapp.domain.text import one_line, shorten, slug
from fundapp.domain.websites import read_website


class FunderKind(StrEnum):
    """What sort of organisation brings the money."""

    GOVERNMENT = "government"
    FOUNDATION = "foundation"
    COMPANY = "company"
    OTHER = "other"


LONGEST_NAME = 200
LONGEST_CODE = 24
_READERS: Mapping[str, Reader] = {"website": read_website, "org_id": read_org_id, "ror": read_ror}


@dataclass(frozen=True, kw_only=True)
class FunderProfile:
    """What is kept of a funder. `code` is its short name in exports; "" = made from the name."""

    name: str
    kind: str = FunderKind.FOUNDATION.value
    code: str = ""
    website: str = ""
    org_id: str = ""
    ror: str = ""


def checked_funder(profile: FunderProfile) -> FunderProfile:
    """Return the profile as it is stored; raise InvalidInput with a sentence per field."""
    name = one_line(profile.name)
    read = read_each(_READERS, {field: getattr(profile, field) for field in _READERS})
    code = slug(one_line(profile.code) or shorten(name, LONGEST_CODE), fallback="funder")
    tidy = replace(profile, **read.texts, name=name, code=code[:LONGEST_CODE].strip("-"))
    problems = [*_name(tidy), *read.problems]
    if tidy.kind not in set(FunderKind):
        problems.append(Problem("kind", "Choose what sort of funder this is."))
    if len(code) > LONGEST_CODE and profile.code:
        sentence = f"Shorten the short name to {LONGEST_CODE} letters, digits and hyphens."
        problems.append(Problem("code", sentence))
    if problems:
        raise InvalidInput(problems)
    return tidy


def _name(profile: FunderProfile) -> Iterator[Problem]:
    if not profile.name:
        yield Problem("name", "Enter the funder’s name.")
    if len(profile.name) > LONGEST_NAME:
        over = len(profile.name) - LONGEST_NAME
        yield Problem("name", f"{len(profile.name):,} characters. Shorten by {over:,}.")
