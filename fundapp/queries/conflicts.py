"""The register of conflicts of interest, and one conflict of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from fundapp.domain.errors import NotFound
from fundapp.domain.states import ConflictSource, ConflictState
from fundapp.models import (
    Application,
    Conflict,
    Envelope,
    Funder,
    Office,
    Organisation,
    PanelSeat,
    Person,
    Round,
)
from fundapp.queries.paging import Page, page_of

PAGE_SIZE = 50

_Concerned = aliased(Person)
_Recorder = aliased(Person)
_Resolver = aliased(Person)


@dataclass(frozen=True)
class ConflictRow:
    """One conflict. What it says is empty for a reader recused from the application."""

    id: UUID
    round_id: UUID
    application_id: UUID
    is_recused: bool
    reference: str
    title: str
    organisation: str
    person: str
    funder: str
    source: ConflictSource
    state: ConflictState
    note: str
    recorded_by: str
    recorded_at: datetime
    resolved_by: str
    resolved_at: datetime | None
    resolution: str

    @property
    def party(self) -> str:
        """Whom it concerns: a person's or a funder's name."""
        return self.person or self.funder


@dataclass(frozen=True)
class RegisterHead:
    """The round of a register and its conflicts counted by state."""

    id: UUID
    reference: str
    title: str
    notice: str
    counts: dict[ConflictState, int]


def register_head(session: Session, round_id: UUID) -> RegisterHead:
    """Return the round and the counts. 2 statements."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    rows = session.execute(
        select(Conflict.state, func.count().label("number"))
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round_id)
        .group_by(Conflict.state)
    )
    found = {row.state: row.number for row in rows}
    return RegisterHead(
        id=round_.id,
        reference=round_.reference,
        title=round_.title,
        notice=round_.notice,
        counts={state: found.get(state, 0) for state in ConflictState},
    )


def register_page(
    session: Session,
    round_id: UUID,
    *,
    state: ConflictState | None,
    reader_id: UUID,
    number: int,
) -> Page[ConflictRow]:
    """Return one page of the round's conflicts by application. 2 statements."""
    statement = _conflicts(reader_id).where(Application.round_id == round_id)
    if state is not None:
        statement = statement.where(Conflict.state == state)
    return page_of(session, statement, _row, number=number, size=PAGE_SIZE)


def register_of_recusals(session: Session, round_id: UUID, *, reader_id: UUID) -> list[ConflictRow]:
    """Return every conflict of the round by application, for the export. 1 statement."""
    statement = _conflicts(reader_id).where(Application.round_id == round_id)
    return [_row(row) for row in session.execute(statement)]


def conflict_row(session: Session, conflict_id: UUID, *, reader_id: UUID) -> ConflictRow:
    """Return one conflict. 1 statement."""
    row = session.execute(_conflicts(reader_id).where(Conflict.id == conflict_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such conflict.")
    return _row(row)


@dataclass(frozen=True)
class PossibleParty:
    """Somebody, or a funder, that a conflict can be recorded for."""

    value: str
    label: str


def possible_parties(session: Session, round_id: UUID) -> list[PossibleParty]:
    """Return funders, then reviewers, officers and managers of the round. 2 statements.

    `value` is "funder:<id>" or "person:<id>".
    """
    funders = session.execute(
        select(Funder.id, Funder.name)
        .join(Envelope, Envelope.funder_id == Funder.id)
        .where(Envelope.round_id == round_id)
        .order_by(Funder.name)
    )
    seated = select(PanelSeat.person_id).where(PanelSeat.round_id == round_id)
    officers = (
        select(Office.person_id)
        .join(Envelope, Envelope.funder_id == Office.funder_id)
        .where(Envelope.round_id == round_id)
    )
    people = session.execute(
        select(Person.id, Person.name, Person.email)
        .where(
            or_(Person.id.in_(seated), Person.id.in_(officers), Person.is_fund_manager.is_(True)),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.name, Person.email)
    )
    return [
        *(PossibleParty(f"funder:{id_}", f"{name} (the whole funder)") for id_, name in funders),
        *(PossibleParty(f"person:{id_}", f"{name}, {email}") for id_, name, email in people),
    ]


def _conflicts(reader_id: UUID) -> Select[*tuple[Any, ...]]:
    own = aliased(Conflict)
    is_recused = exists().where(
        own.application_id == Conflict.application_id,
        own.person_id == reader_id,
        own.state != ConflictState.DISMISSED,
    )
    return (
        select(
            Conflict,
            Application.round_id,
            Application.reference,
            Application.title,
            Organisation.name.label("organisation"),
            _Concerned.name.label("person"),
            Funder.name.label("funder"),
            _Recorder.name.label("recorded_by"),
            _Resolver.name.label("resolved_by"),
            is_recused.label("is_recused"),
        )
        .join(Application, Application.id == Conflict.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(_Recorder, _Recorder.id == Conflict.recorded_by_id)
        .outerjoin(_Concerned, _Concerned.id == Conflict.person_id)
        .outerjoin(Funder, Funder.id == Conflict.funder_id)
        .outerjoin(_Resolver, _Resolver.id == Conflict.resolved_by_id)
        .order_by(Application.number, Conflict.recorded_at, Conflict.id)
    )


def _row(row: Any) -> ConflictRow:
    conflict: Conflict = row.Conflict
    hidden = row.is_recused

    def shown(text: str | None) -> str:
        return "" if hidden else text or ""

    return ConflictRow(
        id=conflict.id,
        round_id=row.round_id,
        application_id=conflict.application_id,
        is_recused=hidden,
        reference=row.reference or "",
        title=shown(row.title),
        organisation=shown(row.organisation),
        person=shown(row.person),
        funder=shown(row.funder),
        source=conflict.source,
        state=conflict.state,
        note=shown(conflict.note),
        recorded_by=shown(row.recorded_by),
        recorded_at=conflict.recorded_at,
        resolved_by=shown(row.resolved_by),
        resolved_at=conflict.resolved_at,
        resolution=shown(conflict.resolution),
    )
