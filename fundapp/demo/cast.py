"""Who plays: the fund's people, four funders with their officers, reviewers, applicants."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.demo.stage import Stage, mark_fictional, token_in_newest_mail
from fundapp.demo.topics import describe
from fundapp.domain.funders import FunderKind, FunderProfile
from fundapp.services.funders import add_funder
from fundapp.services.invitations import accept_as_new_person, invite_officer
from fundapp.services.people import (
    FundRole,
    bootstrap_administrator,
    confirm_email,
    grant_role,
    register_person,
    reset_password,
)


@dataclass(frozen=True)
class FunderPart:
    """A fictional funder and the person who speaks for it."""

    code: str
    name: str
    kind: FunderKind
    officer: str


ADMINISTRATOR = "Ilse Grau (sample)"
MANAGER = "Cleo Okafor (sample)"
FUNDERS = (
    FunderPart(
        "ruritania",
        "Ruritania Science Office (fictional)",
        FunderKind.GOVERNMENT,
        "Rudolf Zenda (sample)",
    ),
    FunderPart(
        "lilliput",
        "Lilliput Foundation (fictional)",
        FunderKind.FOUNDATION,
        "Marta Flimnap (sample)",
    ),
    FunderPart(
        "erewhon", "Erewhon Trust (fictional)", FunderKind.FOUNDATION, "Samuel Higgs (sample)"
    ),
    FunderPart(
        "laputa", "Laputa Instruments (fictional)", FunderKind.COMPANY, "Lena Munodi (sample)"
    ),
)
REVIEWERS = (
    ("Strict Stella Marsh (sample)", "ruritania"),
    ("Nadia Perova (sample)", "ruritania"),
    ("Tomas Even (sample)", "lilliput"),
    ("Mild Milo Hart (sample)", "lilliput"),
    ("Aiko Brandt (sample)", "erewhon"),
    ("Severe Sven Dahl (sample)", "erewhon"),
    ("Gentle Gita Rao (sample)", "laputa"),
    ("Omar Wills (sample)", "laputa"),
)
"""Name and funder; their strictness stands in `marking`."""

NOMINATOR = "Nils Adeyemi (sample)"
VERIFIERS = ("Vera Lindqvist (sample)", "Yonas Tesfaye (sample)")
VERIFYING_TEAM = "second-look.example"
"""Where those who run evaluations again are at home."""


def mail_of(name: str, domain: str) -> str:
    """Return the address of somebody: "Cleo Okafor (sample)" at fund.example."""
    words = name.removesuffix(" (sample)").removesuffix(" (replay)").lower().split()
    return f"{words[-2]}.{words[-1]}@{domain}"


def set_the_cast(stage: Stage) -> str:
    """Open the accounts of the fund's people and of the funders' officers."""
    with stage.transaction() as session:
        _add_administrator(stage, session)
        manager = sign_up(stage, session, MANAGER, domain="fund.example")
        grant_role(
            session,
            manager,
            role=FundRole.FUND_MANAGER,
            actor=stage.actor(session, ADMINISTRATOR),
            now=stage.now,
        )
    for part in FUNDERS:
        with stage.transaction() as session:
            _add_funder(stage, session, part)
    for name, funder in REVIEWERS:
        with stage.transaction() as session:
            sign_up(stage, session, name, domain=f"{funder}.example")
            describe(stage, session, name)
    return f"{len(stage.people)} people have accounts; {len(FUNDERS)} funders have an officer each."


def sign_up(stage: Stage, session: Session, name: str, *, domain: str) -> UUID:
    """Open an account and confirm its address by the link in the mail."""
    address = mail_of(name, domain)
    register_person(
        session, email=address, name=name, password_hash=stage.password_hash, now=stage.now
    )
    person = confirm_email(session, token_in_newest_mail(session, address), now=stage.now)
    mark_fictional(session, person.id)
    stage.people[name] = person.id
    return person.id


def _add_administrator(stage: Stage, session: Session) -> None:
    address = mail_of(ADMINISTRATOR, "fund.example")
    added = bootstrap_administrator(session, email=address, name=ADMINISTRATOR, now=stage.now)
    reset_password(session, added.token, password_hash=stage.password_hash, now=stage.now)
    mark_fictional(session, added.person.id)
    stage.people[ADMINISTRATOR] = added.person.id


def _add_funder(stage: Stage, session: Session, part: FunderPart) -> None:
    manager = stage.actor(session, MANAGER)
    profile = FunderProfile(name=part.name, kind=part.kind.value, code=part.code)
    funder = add_funder(session, profile, actor=manager, now=stage.now, is_fictional=True)
    stage.funders[part.code] = funder.id
    address = mail_of(part.officer, f"{part.code}.example")
    invite_officer(
        session, funder.id, email=address, name=part.officer, actor=manager, now=stage.now
    )
    person = accept_as_new_person(
        session,
        token_in_newest_mail(session, address),
        name=part.officer,
        password_hash=stage.password_hash,
        now=stage.now,
    )
    mark_fictional(session, person.id)
    stage.people[part.officer] = person.id
