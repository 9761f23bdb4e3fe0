"""Conflicts of interest that data show: found and proposed, never decided here.

Four ties are looked for: the person belongs to the applicant organisation; their mail
address and one of the applicant's share a domain that is nobody's public mail; the
application names them in its team; their funder holds a stake in the applicant. A tie
is proposed with its evidence in one sentence; a person confirms or dismisses it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from fundapp.domain.states import ConflictSource

PUBLIC_MAIL_DOMAINS = frozenset(
    {
        "126.com",
        "163.com",
        "aol.com",
        "fastmail.com",
        "gmail.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "naver.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rediffmail.com",
        "tuta.com",
        "web.de",
        "yahoo.co.in",
        "yahoo.co.jp",
        "yahoo.co.uk",
        "yahoo.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
    }
)
"""Providers that give an address to anybody, so that a shared domain shows no tie."""

SOURCE_WORDS: Mapping[ConflictSource, str] = {
    ConflictSource.DECLARED: "declared",
    ConflictSource.SAME_ORGANISATION: "same organisation",
    ConflictSource.SAME_MAIL_DOMAIN: "same mail domain",
    ConflictSource.FUNDER_INVESTED: "funder invested",
    ConflictSource.NAMED_TEAM_MEMBER: "named in the team",
}
"""How a conflict came to be known, in words."""

_EAST_ASIAN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class TeamMember:
    """Somebody whom an application names in its team; either part may be empty."""

    name: str
    email: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The name for comparison."""
        return normalised_name(self.name)


@dataclass(frozen=True)
class Applicant:
    """One application and the people behind it."""

    application_id: UUID
    organisation_id: UUID
    organisation: str
    member_emails: tuple[str, ...]
    team: tuple[TeamMember, ...]

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """Domains of the members' addresses that say something, in order."""
        found = sorted({domain_of(email) for email in self.member_emails})
        return tuple(domain for domain in found if domain)


@dataclass(frozen=True)
class Judge:
    """Somebody who reviews, speaks for a funder or runs the round."""

    person_id: UUID
    name: str
    email: str
    organisation_ids: frozenset[UUID]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The name for comparison."""
        return normalised_name(self.name)

    @cached_property
    def domain(self) -> str:
        """The domain of the address, "" when it says nothing."""
        return domain_of(self.email)


@dataclass(frozen=True)
class Stake:
    """A funder's stake in an organisation."""

    funder_id: UUID
    funder: str
    organisation_id: UUID
    note: str


@dataclass(frozen=True)
class FoundConflict:
    """A tie: of a person or of a whole funder, never both. `evidence` is one sentence."""

    application_id: UUID
    person_id: UUID | None
    funder_id: UUID | None
    source: ConflictSource
    evidence: str


def find_conflicts(
    applicants: Sequence[Applicant], judges: Sequence[Judge], stakes: Sequence[Stake]
) -> list[FoundConflict]:
    """Return every tie that the data show, at most one of a kind for a pair.

    Membership says more than a shared domain, so the domain is not told beside it.
    The order follows the input.
    """
    return [
        found
        for applicant in applicants
        for found in (
            *_stakes(applicant, stakes),
            *(tie for judge in judges for tie in _ties(applicant, judge)),
        )
    ]


def normalised_name(name: str) -> tuple[str, ...]:
    """Return a name's words for comparison, whatever their order, accents, case and commas.

    ("Dario Sämple" and "SAMPLE, Dario" agree; initials are left out.) A single word says
    too little to compare and gives (), unless its script writes a whole name as one.
    """
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(letter)
    )
    words = tuple(sorted(word for word in re.split(r"[\W_]+", bare) if len(word) > 1))
    is_whole = len(words) > 1 or any(map(_EAST_ASIAN.search, words))
    return words if is_whole else ()


def domain_of(email: str) -> str:
    """Return a mail address's domain in lower case; "" for a public provider's or none."""
    domain = email.rpartition("@")[2].casefold().strip(".")
    return "" if "." not in domain or domain in PUBLIC_MAIL_DOMAINS else domain


def shared_domain(one: str, other: str) -> str:
    """Return the domain that two domains share, "" when they share none.

    A department's domain counts as its university's: one may be part of the other.
    """
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return ""
    return shorter if longer == shorter or longer.endswith(f".{shorter}") else ""


def _stakes(applicant: Applicant, stakes: Iterable[Stake]) -> Iterator[FoundConflict]:
    for stake in stakes:
        if stake.organisation_id == applicant.organisation_id:
            note = f" {stake.note}" if stake.note else ""
            yield FoundConflict(
                applicant.application_id,
                None,
                stake.funder_id,
                ConflictSource.FUNDER_INVESTED,
                evidence=f"{stake.funder} holds a stake in {applicant.organisation}.{note}",
            )


def _ties(applicant: Applicant, judge: Judge) -> Iterator[FoundConflict]:
    is_member = applicant.organisation_id in judge.organisation_ids
    domain = next(filter(None, (shared_domain(judge.domain, d) for d in applicant.domains)), "")
    naming = next(filter(None, (_naming(member, judge) for member in applicant.team)), "")
    sentences = {
        ConflictSource.SAME_ORGANISATION: is_member
        and f"{judge.name} is a member of {applicant.organisation}.",
        ConflictSource.SAME_MAIL_DOMAIN: domain
        and not is_member
        and f"{judge.name} and {applicant.organisation} have mail addresses at {domain}.",
        ConflictSource.NAMED_TEAM_MEMBER: naming
        and f"The team of {applicant.organisation} names {naming}.",
    }
    for source, sentence in sentences.items():
        if sentence:
            yield FoundConflict(
                applicant.application_id, judge.person_id, None, source, evidence=sentence
            )


def _naming(member: TeamMember, judge: Judge) -> str:
    """Say how a team's line names the judge; "" when it does not."""
    if member.email and member.email.strip().casefold() == judge.email.casefold():
        return f"{judge.name}'s mail address"
    if member.words and member.words == judge.words:
        return f"“{member.name.strip()}”, the name of {judge.name}"
    return ""
