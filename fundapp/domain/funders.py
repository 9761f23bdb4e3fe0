"""Funders: what is kept of one, and what must be mended in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.text import one_line, quoted, shorten, slug


class FunderKind(StrEnum):
    """What sort of organisation brings the money."""

    GOVERNMENT = "government"
    FOUNDATION = "foundation"
    COMPANY = "company"
    OTHER = "other"


LONGEST_NAME = 200
LONGEST_CODE = 24
LONGEST_WEBSITE = 500


@dataclass(frozen=True, kw_only=True)
class FunderProfile:
    """What is kept of a funder. `code` is its short name in exports; "" = made from the name."""

    name: str
    kind: str = FunderKind.FOUNDATION.value
    code: str = ""
    website: str = ""


def checked_funder(profile: FunderProfile) -> FunderProfile:
    """Return the profile as it is stored; raise InvalidInput with a sentence per field."""
    name = one_line(profile.name)
    website = one_line(profile.website)
    if website and "://" not in website:
        website = f"https://{website}"
    code = slug(one_line(profile.code) or shorten(name, LONGEST_CODE), fallback="funder")
    tidy = replace(profile, name=name, website=website, code=code[:LONGEST_CODE].strip("-"))
    problems = [*_name(tidy), *_website(tidy)]
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


def _website(profile: FunderProfile) -> Iterator[Problem]:
    link = profile.website
    if not link:
        return
    if len(link) > LONGEST_WEBSITE:
        yield Problem("website", f"Shorten the address to {LONGEST_WEBSITE} characters.")
        return
    try:
        parts = urlsplit(link)
        is_good = parts.scheme in {"http", "https"} and "." in (parts.hostname or "").strip(".")
    except ValueError:
        is_good = False
    if not is_good or " " in link:
        sentence = f"Enter an address such as https://example.org. You entered {quoted(link)}."
        yield Problem("website", sentence)
