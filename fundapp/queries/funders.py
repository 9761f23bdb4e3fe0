"""Funders with their officers, stakes and rounds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import Envelope, Funder, Investment, Office, Organisation, Person, Round
from fundapp.queries.paging import Page, page_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class FunderRow:
    """A funder in the list: how many officers it has and in how many rounds it takes part."""

    id: UUID
    code: str
    name: str
    kind: str
    is_fictional: bool
    officers: int
    rounds: int


@dataclass(frozen=True)
class OfficerRow:
    """A person who speaks for a funder."""

    person_id: UUID
    name: str
    email: str
    title: str
    since_at: datetime


@dataclass(frozen=True)
class StakeRow:
    """A funder's stake in an applicant."""

    id: UUID
    organisation_id: UUID
    organisation: str
    note: str
    recorded_at: datetime


@dataclass(frozen=True)
class EnvelopeRow:
    """A funder's envelope in a round, in minor units of its currency."""

    round_id: UUID
    reference: str
    title: str
    amount: int
    committed: int
    currency: str


@dataclass(frozen=True)
class FunderRecord:
    """Everything on one funder."""

    id: UUID
    code: str
    name: str
    kind: str
    website: str
    org_id: str
    ror: str
    is_fictional: bool
    officers: tuple[OfficerRow, ...]
    stakes: tuple[StakeRow, ...]
    envelopes: tuple[EnvelopeRow, ...]


def funders_page(session: Session, *, number: int = 1) -> Page[FunderRow]:
    """Return one page of the funders by name. 2 statements."""
    officers = _count_of(Office)
    rounds = _count_of(Envelope)
    statement = select(Funder, officers, rounds).order_by(Funder.name, Funder.id)
    return page_of(session, statement, _as_row, number=number, size=PAGE_SIZE)


def funder_names(session: Session) -> list[tuple[UUID, str]]:
    """Return every funder's id and name, by name. 1 statement."""
    rows = session.execute(select(Funder.id, Funder.name).order_by(Funder.name, Funder.id))
    return [(id_, name) for id_, name in rows]


def funder_record(session: Session, funder_id: UUID) -> FunderRecord:
    """Return one funder. 4 statements. NotFound when there is none."""
    funder = session.get(Funder, funder_id)
    if funder is None:
        raise NotFound("There is no such funder.")
    return FunderRecord(
        id=funder.id,
        code=funder.code,
        name=funder.name,
        kind=funder.kind,
        website=funder.website,
        org_id=funder.org_id,
        ror=funder.ror,
        is_fictional=funder.is_fictional,
        officers=_officers(session, funder_id),
        stakes=_stakes(session, funder_id),
        envelopes=_envelopes(session, funder_id),
    )


def organisation_names(session: Session, *, limit: int = 500) -> list[tuple[UUID, str]]:
    """Return applicants' ids and names, by name, at most `limit`. 1 statement."""
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .order_by(Organisation.name, Organisation.id)
        .limit(limit)
    )
    return [(id_, name) for id_, name in rows]


def _count_of(table: type[Office] | type[Envelope]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(table)
        .where(table.funder_id == Funder.id)
        .correlate(Funder)
        .scalar_subquery()
    )


def _as_row(row: Any) -> FunderRow:
    funder, officers, rounds = row
    return FunderRow(
        id=funder.id,
        code=funder.code,
        name=funder.name,
        kind=funder.kind,
        is_fictional=funder.is_fictional,
        officers=officers,
        rounds=rounds,
    )


def _officers(session: Session, funder_id: UUID) -> tuple[OfficerRow, ...]:
    rows = session.execute(
        select(Person.id, Person.name, Person.email, Office.title, Office.since_at)
        .join(Person, Person.id == Office.person_id)
        .where(Office.funder_id == funder_id)
        .order_by(Person.name, Person.id)
    )
    return tuple(OfficerRow(*row) for row in rows)


def _stakes(session: Session, funder_id: UUID) -> tuple[StakeRow, ...]:
    rows = session.execute(
        select(
            Investment.id,
            Organisation.id,
            Organisation.name,
            Investment.note,
            Investment.recorded_at,
        )
        .join(Organisation, Organisation.id == Investment.organisation_id)
        .where(Investment.funder_id == funder_id)
        .order_by(Organisation.name, Organisation.id)
    )
    return tuple(StakeRow(*row) for row in rows)


def _envelopes(session: Session, funder_id: UUID) -> tuple[EnvelopeRow, ...]:
    rows = session.execute(
        select(
            Round.id,
            Round.reference,
            Round.title,
            Envelope.amount,
            Envelope.committed,
            Round.currency,
        )
        .join(Round, Round.id == Envelope.round_id)
        .where(Envelope.funder_id == funder_id)
        .order_by(Round.created_at.desc(), Round.id)
    )
    return tuple(EnvelopeRow(*row) for row in rows)
