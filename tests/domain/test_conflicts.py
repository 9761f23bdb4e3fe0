"""Ties that data show."""

from uuid import UUID, uuid4

import pytest

from fundapp.domain.conflicts import (
    Applicant,
    FoundConflict,
    Judge,
    Stake,
    TeamMember,
    domain_of,
    find_conflicts,
    normalised_name,
    shared_domain,
)
from fundapp.domain.states import ConflictSource

APPLICATION, ORGANISATION, PERSON, FUNDER = (UUID(int=number) for number in range(1, 5))


def an_applicant(*emails: str, team: tuple[TeamMember, ...] = ()) -> Applicant:
    return Applicant(APPLICATION, ORGANISATION, "Zembla Gauge", emails, team)


def a_judge(email: str = "rita@lilliput.example", *organisations: UUID) -> Judge:
    return Judge(PERSON, "Rita Sample", email, frozenset(organisations))


def told(found: list[FoundConflict]) -> list[tuple[ConflictSource, str]]:
    return [(tie.source, tie.evidence) for tie in found]


def test_a_member_of_the_applicant_is_found_once() -> None:
    applicant = an_applicant("ada@zembla.example")
    judge = a_judge("rita@zembla.example", ORGANISATION)
    assert told(find_conflicts([applicant], [judge], [])) == [
        (ConflictSource.SAME_ORGANISATION, "Rita Sample is a member of Zembla Gauge.")
    ]


def test_a_shared_mail_domain_is_found() -> None:
    applicant = an_applicant("ada@gmail.com", "ada@Zembla.example")
    judge = a_judge("rita@lab.zembla.example")
    assert told(find_conflicts([applicant], [judge], [])) == [
        (
            ConflictSource.SAME_MAIL_DOMAIN,
            "Rita Sample and Zembla Gauge have mail addresses at zembla.example.",
        )
    ]


def test_a_public_provider_shows_no_tie() -> None:
    assert find_conflicts([an_applicant("ada@gmail.com")], [a_judge("rita@gmail.com")], []) == []


@pytest.mark.parametrize(
    ("member", "evidence"),
    [
        (TeamMember("", " RITA@lilliput.example"), "Rita Sample's mail address"),
        (TeamMember("Sample, Rita", ""), "“Sample, Rita”, the name of Rita Sample"),
        (TeamMember("Dr Rita Sample", ""), None),
        (TeamMember("Rita", "other@zembla.example"), None),
        (TeamMember("", ""), None),
    ],
)
def test_a_named_team_member_is_found(member: TeamMember, evidence: str | None) -> None:
    found = find_conflicts([an_applicant(team=(member,))], [a_judge()], [])
    expected = f"The team of Zembla Gauge names {evidence}."
    assert told(found) == (
        [(ConflictSource.NAMED_TEAM_MEMBER, expected)] if evidence is not None else []
    )


def test_a_stake_concerns_the_whole_funder() -> None:
    stakes = [
        Stake(FUNDER, "Lilliput Foundation", ORGANISATION, "Seed round of 2025."),
        Stake(FUNDER, "Lilliput Foundation", uuid4(), ""),
    ]
    found = find_conflicts([an_applicant()], [a_judge()], stakes)
    assert found == [
        FoundConflict(
            APPLICATION,
            None,
            FUNDER,
            ConflictSource.FUNDER_INVESTED,
            "Lilliput Foundation holds a stake in Zembla Gauge. Seed round of 2025.",
        )
    ]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Dario Sämple", "SAMPLE, Dario", True),
        ("Ada B. Sample", "Ada Sample", True),
        ("Ada Sample", "Adam Sample", False),
        ("王小明", "王小明", True),
        ("محمد علي", "علي محمد", True),
    ],
)
def test_names_are_compared_without_order_and_accents(one: str, other: str, agree: bool) -> None:
    assert normalised_name(one)
    assert (normalised_name(one) == normalised_name(other)) is agree


@pytest.mark.parametrize("name", ["", "Rita", "R. S.", "<>", "🙂 🙂"])
def test_too_little_of_a_name_is_not_compared(name: str) -> None:
    assert normalised_name(name) == ()


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("a.example", "a.example", "a.example"),
        ("cs.a.example", "a.example", "a.example"),
        ("xa.example", "a.example", ""),
        ("", "a.example", ""),
        ("", "", ""),
    ],
)
def test_shared_domain(one: str, other: str, shared: str) -> None:
    assert shared_domain(one, other) == shared
    assert shared_domain(other, one) == shared


@pytest.mark.parametrize("email", ["", "nobody", "rita@localhost", "rita@GMail.com"])
def test_an_address_without_a_telling_domain(email: str) -> None:
    assert domain_of(email) == ""
