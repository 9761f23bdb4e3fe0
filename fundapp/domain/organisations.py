"""The profile of an applicant organisation: what it holds and what must be mended in it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.identifiers import Reader, read_each, read_org_id, read_ror
from fundapp.domain.text import one_line, plain
from fundapp.domain.websites import read_website

LONGEST: Mapping[str, int] = {
    "name": 200,
    "legal_form": 120,
    "registration": 120,
    "address": 1_000,
    "about": 5_000,
}
"""Most characters of each text of a profile."""

_SEVERAL_LINES = frozenset({"address", "about"})
_READERS: Mapping[str, Reader] = {"website": read_website, "org_id": read_org_id, "ror": read_ror}


@dataclass(frozen=True)
class OrganisationProfile:
    """What an organisation says of itself. country: ISO 3166 alpha-2, capital letters.

    is_individual: it is one person, who is named in public only where `may_be_named`.
    """

    name: str
    country: str = ""
    legal_form: str = ""
    registration: str = ""
    address: str = ""
    website: str = ""
    about: str = ""
    org_id: str = ""
    ror: str = ""
    is_individual: bool = False
    may_be_named: bool = False


def checked_profile(
    profile: OrganisationProfile, *, countries: Mapping[str, str]
) -> OrganisationProfile:
    """Return the profile as it is stored; raise InvalidInput with a sentence per field.

    `countries` maps the codes that may be chosen to their names.
    """
    texts = {name: text for name, text in asdict(profile).items() if isinstance(text, str)}
    read = read_each(_READERS, {name: _tidy(name, text) for name, text in texts.items()})
    stored: dict[str, Any] = dict(read.texts)
    tidy = replace(profile, **stored)
    problems = [*_too_long(tidy), *_missing_or_wrong(tidy, countries), *read.problems]
    if problems:
        raise InvalidInput(problems)
    return tidy


def _tidy(name: str, text: str) -> str:
    return plain(text).strip() if name in _SEVERAL_LINES else one_line(text)


def _too_long(profile: OrganisationProfile) -> list[Problem]:
    found = []
    for name, limit in LONGEST.items():
        length = len(getattr(profile, name))
        if length > limit:
            sentence = f"{length:,} characters. Shorten by {length - limit:,}."
            found.append(Problem(name, sentence))
    return found


def _missing_or_wrong(profile: OrganisationProfile, countries: Mapping[str, str]) -> list[Problem]:
    found = []
    if not profile.name:
        found.append(Problem("name", "Enter the name of your organisation."))
    if profile.country not in countries:
        found.append(Problem("country", "Choose the country of your registered office."))
    return found
