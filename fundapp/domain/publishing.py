"""Who publishes the fund's open data, and under which licence."""

from collections.abc import Mapping
from dataclasses import dataclass

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.identifiers import Reader, read_each, read_org_id, read_prefix
from fundapp.domain.text import one_line
from fundapp.domain.websites import read_website

LICENCES: Mapping[str, str] = {
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0: anybody may use it and names us",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0: anybody may use it",
}
"""Licences by their address: those that people who reuse such data expect."""

SAMPLE_PREFIX = "360G-sample"
"""Stands in until the fund has a prefix of its own; it belongs to nobody."""

LONGEST_NAME = 200

_READERS: Mapping[str, Reader] = {
    "prefix": read_prefix,
    "org_id": read_org_id,
    "website": read_website,
}


@dataclass(frozen=True, kw_only=True)
class PublisherProfile:
    """What is said of the publisher. org_id: "" where the fund stands in no register."""

    prefix: str
    name: str
    org_id: str = ""
    website: str = ""
    licence: str = next(iter(LICENCES))


def checked_publisher(profile: PublisherProfile) -> PublisherProfile:
    """Return the profile as it is stored; InvalidInput with a sentence per field."""
    typed = {name: getattr(profile, name) for name in _READERS}
    read = read_each(_READERS, typed)
    problems = list(read.problems)
    own_name = one_line(profile.name)
    if not own_name:
        problems.append(Problem("name", "Enter the name under which the fund publishes."))
    if len(own_name) > LONGEST_NAME:
        over = len(own_name) - LONGEST_NAME
        problems.append(Problem("name", f"{len(own_name):,} characters. Shorten by {over:,}."))
    if profile.licence not in LICENCES:
        problems.append(Problem("licence", "Choose a licence."))
    if problems:
        raise InvalidInput(problems)
    return PublisherProfile(**read.texts, name=own_name, licence=profile.licence)
