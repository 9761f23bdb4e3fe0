"""The profile of an applicant organisation: what it holds and what must be mended in it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlsplit

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.text import one_line, plain, quoted

LONGEST: Mapping[str, int] = {
    "name": 200,
    "legal_form": 120,
    "registration": 120,
    "address": 1_000,
    "website": 500,
    "about": 5_000,
}
"""Most characters of each text of a profile."""

_SEVERAL_LINES = frozenset({"address", "about"})


@dataclass(frozen=True)
class OrganisationProfile:
    """What an organisation says of itself. country: ISO 3166 alpha-2, capital letters."""

    name: str
    country: str = ""
    legal_form: str = ""
    registration: str = ""
    address: str = ""
    website: str = ""
    about: str = ""


def checked_profile(
    profile: OrganisationProfile, *, countries: Mapping[str, str]
) -> OrganisationProfile:
    """Return the profile as it is stored; raise InvalidInput with a sentence per field.

    `countries` maps the codes that may be chosen to their names.
    """
    tidy = replace(
        profile,
        **{
            field.name: _tidy(field.name, getattr(profile, field.name)) for field in fields(profile)
        },
    )
    if tidy.website and "://" not in tidy.website:
        tidy = replace(tidy, website=f"https://{tidy.website}")
    problems = [*_too_long(tidy), *_missing_or_wrong(tidy, countries)]
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
    if profile.website and len(profile.website) <= LONGEST["website"]:
        found += _website(profile.website)
    return found


def _website(link: str) -> list[Problem]:
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", None
    if parts and parts.scheme in {"http", "https"} and "." in host.strip(".") and " " not in link:
        return []
    sentence = f"Enter an address such as https://example.org. You entered {quoted(link)}."
    return [Problem("website", sentence)]
