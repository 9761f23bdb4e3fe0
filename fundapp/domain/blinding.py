"""Names that give an applicant away in what the reviewers of a blind round read.

A blind round hides the organisation, the people, the answers that tell who applies and the
names of files. Nobody can hide what stands in other answers, so they are searched, and
whoever wrote them is told. A find is a hint, never a refusal: the name may be a common word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from fundapp.domain.conflicts import domain_of

SHARED_HOSTS = frozenset(
    {
        "facebook.com",
        "github.com",
        "gitlab.com",
        "huggingface.co",
        "linkedin.com",
        "medium.com",
        "sites.google.com",
        "twitter.com",
        "x.com",
        "youtube.com",
    }
)
"""Sites of many, where only the part after the host says whose page it is."""

LEGAL_FORMS = frozenset(
    {
        *("ab", "ag", "aps", "as", "bv", "co", "company", "corp"),
        *("corporation", "ev", "gmbh", "inc", "incorporated", "kg", "kk", "limited"),
        *("llc", "llp", "ltd", "nv", "ou", "oy", "plc", "pty"),
        *("pvt", "sa", "sarl", "sas", "se", "spa", "srl", "ug"),
    }
)
"""Ends of an organisation's name that people leave out."""

SHORTEST_WORD = 3
SHORTEST_JOINED = 6

_EAST_ASIAN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+")
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DOT_OF_INITIAL = re.compile(r"\b(\w)\.(?=\w\b)")


@dataclass(frozen=True)
class Member:
    """Somebody of the organisation; `email` is "" for an imported contact."""

    name: str
    email: str


@dataclass(frozen=True)
class Identity:
    """By what an applicant can be recognised."""

    organisation: str
    website: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class ReadText:
    """Something a reviewer reads, and the code and label of its question."""

    code: str
    label: str
    text: str
    is_filename: bool = False


@dataclass(frozen=True)
class Trace:
    """A text that gives the applicant away, and by which names, as they are known to us."""

    read: ReadText
    names: tuple[str, ...]


def find_traces(identity: Identity, texts: Iterable[ReadText]) -> tuple[Trace, ...]:
    """Return every text in which a name of the applicant stands, in the order of `texts`.

    Searched are the organisation's name without its legal form, the members' full names
    (also surname first, or with an initial), their mail domains (the whole address at a
    public provider) and the website; whatever the accents, case and punctuation. A name
    of one word counts only with its capital letter, except in the name of a file.
    """
    signs = tuple(_signs(identity))
    found = ((read, _names_in(_Searched(read), signs)) for read in texts)
    return tuple(Trace(read, names) for read, names in found if names)


@dataclass(frozen=True)
class _Sign:
    """A name and the ways in which it may be written: words in a row, or an address.

    initialled: words with an initial among them, whose capitals count ("a sample" is no name).
    """

    name: str
    phrases: tuple[tuple[str, ...], ...] = ()
    initialled: tuple[tuple[str, ...], ...] = ()
    address: str = ""

    def stands_in(self, searched: "_Searched") -> bool:
        if self.address:
            pattern = rf"(?<![\w-]){re.escape(self.address)}(?![\w-]|\.\w)"
            return re.search(pattern, searched.lower) is not None
        return any(_spaced(words) in searched.as_written for words in self.initialled) or any(
            self._is_written(phrase, searched) for phrase in self.phrases
        )

    def _is_written(self, phrase: tuple[str, ...], searched: "_Searched") -> bool:
        if any(map(_EAST_ASIAN.search, phrase)):
            return "".join(phrase) in searched.unspaced
        if len(phrase) == 1 and self.name[:1].isupper() and not searched.is_filename:
            return phrase[0] in searched.capitalised
        return _spaced(phrase) in searched.spaced


class _Searched:
    """A text prepared for searching."""

    def __init__(self, read: ReadText) -> None:
        self.is_filename = read.is_filename
        self._text = _bare(read.text)

    @cached_property
    def lower(self) -> str:
        return self._text.casefold()

    @cached_property
    def as_written(self) -> str:
        return _spaced(_WORD.findall(self._text))

    @cached_property
    def spaced(self) -> str:
        return _spaced(_WORD.findall(self.lower))

    @cached_property
    def unspaced(self) -> str:
        return self.spaced.replace(" ", "")

    @cached_property
    def capitalised(self) -> frozenset[str]:
        words = _WORD.findall(self._text)
        return frozenset(word.casefold() for word in words if word[0].isupper())


def _names_in(searched: _Searched, signs: tuple[_Sign, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sign.name for sign in signs if sign.stands_in(searched)))


def _signs(identity: Identity) -> Iterator[_Sign]:
    name = _IN_BRACKETS.sub(" ", identity.organisation).strip()
    yield _Sign(name, tuple(_ways_to_write_organisation(name)))
    for member in identity.members:
        person = _IN_BRACKETS.sub(" ", member.name).strip()
        yield _Sign(person, tuple(_ways_to_write_person(person)), tuple(_ways_with_initial(person)))
    addresses = [domain_of(member.email) or member.email for member in identity.members]
    for address in dict.fromkeys([*addresses, _own_part(identity.website)]):
        if address:
            yield _Sign(address, address=address.casefold())


def _ways_to_write_organisation(name: str) -> Iterator[tuple[str, ...]]:
    words = _words(_DOT_OF_INITIAL.sub(r"\1", name))
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words = words[:-1]
    joined = "".join(words)
    if len(joined) >= SHORTEST_WORD or _EAST_ASIAN.search(joined):
        yield words
    if len(words) > 1 and len(joined) >= SHORTEST_JOINED:
        yield (joined,)


def _ways_to_write_person(name: str) -> Iterator[tuple[str, ...]]:
    words = _words(name)
    if len(words) < 2:
        if any(map(_EAST_ASIAN.search, words)):
            yield words
        return
    *given, surname = words
    yield words
    yield (surname, *given)
    yield (given[0], surname)
    yield (surname, given[0])


def _ways_with_initial(name: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(_bare(name))
    if len(words) > 1 and len(words[-1]) >= SHORTEST_WORD:
        initial, surname = words[0][0], words[-1]
        yield (initial, surname)
        yield (surname, initial)


def _own_part(website: str) -> str:
    """Return the part of an address that is the applicant's own, "" when there is none."""
    try:
        parts = urlsplit(website if "//" in website else f"//{website}")
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    if host not in SHARED_HOSTS:
        return host if "." in host else ""
    page = "/".join(parts.path.strip("/").split("/")[: 2 if host == "linkedin.com" else 1])
    return f"{host}/{page}" if page else ""


def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_bare(name).casefold()))


def _spaced(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _bare(text: str) -> str:
    """Return the text without accents and other marks on its letters."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
