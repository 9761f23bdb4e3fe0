"""People, their sign-ins and their mailed links."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import OneTimeLink, Person, SignIn
from fundapp.queries.paging import Page, page_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Credentials:
    """What a password is checked against. No hash = no password can be right."""

    person_id: UUID
    password_hash: str | None


@dataclass(frozen=True)
class PersonRow:
    """A person as lists and the account page show them."""

    id: UUID
    name: str
    email: str
    time_zone: str
    orcid: str
    language: str
    is_administrator: bool
    is_fund_manager: bool
    is_fictional: bool
    email_confirmed_at: datetime | None
    created_at: datetime
    deletion_requested_at: datetime | None
    anonymised_at: datetime | None


@dataclass(frozen=True)
class SignInRow:
    """One signed-in browser."""

    id: UUID
    browser: str
    started_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class LinkRow:
    """A mailed link and whom it was mailed to; the hash is that of a registration."""

    email: str
    password_hash: str | None
    used_at: datetime | None
    expires_at: datetime


def credentials_of(session: Session, address: str) -> Credentials | None:
    """Return what signs the holder of a stored address in."""
    row = session.execute(
        select(Person.id, Person.password_hash).where(
            Person.email == address,
            Person.email_confirmed_at.is_not(None),
            Person.anonymised_at.is_(None),
        )
    ).one_or_none()
    return Credentials(row.id, row.password_hash) if row else None


def person_row(session: Session, person_id: UUID) -> PersonRow:
    """Return one person; NotFound when there is none."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    return _row(person)


def people_page(session: Session, *, search: str, number: int) -> Page[PersonRow]:
    """Return people by name, those whose name or address contains `search`. 2 statements."""
    statement = select(Person).order_by(Person.name, Person.email)
    if search:
        found = [
            column.icontains(search, autoescape=True) for column in (Person.name, Person.email)
        ]
        statement = statement.where(found[0] | found[1])
    return page_of(session, statement, lambda row: _row(row[0]), number=number, size=PAGE_SIZE)


def running_sign_ins(session: Session, person_id: UUID, *, now: datetime) -> list[SignInRow]:
    """Return the browsers in which a person is signed in, the newest first."""
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.started_at.desc(), SignIn.id)
    )
    return [SignInRow(row.id, row.browser, row.started_at, row.expires_at) for row in rows]


def link_row(session: Session, token_hash: str, purpose: str) -> LinkRow | None:
    """Return a mailed link by the hash of its token."""
    row = session.execute(
        select(OneTimeLink, Person.email)
        .join(Person, Person.id == OneTimeLink.person_id)
        .where(OneTimeLink.token_hash == token_hash, OneTimeLink.purpose == purpose)
    ).one_or_none()
    if row is None:
        return None
    link, email = row
    return LinkRow(email, link.details.get("password_hash"), link.used_at, link.expires_at)


def _row(person: Person) -> PersonRow:
    return PersonRow(
        id=person.id,
        name=person.name,
        email=person.email,
        time_zone=person.time_zone,
        orcid=person.orcid,
        language=person.language,
        is_administrator=person.is_administrator,
        is_fund_manager=person.is_fund_manager,
        is_fictional=person.is_fictional,
        email_confirmed_at=person.email_confirmed_at,
        created_at=person.created_at,
        deletion_requested_at=person.deletion_requested_at,
        anonymised_at=person.anonymised_at,
    )
