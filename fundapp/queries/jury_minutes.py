"""The minutes of a round's jury: its entries, oldest first, and who can have been there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed, NotFound
from fundapp.domain.permissions import Actor, hides_applicants
from fundapp.domain.prize_rules import CATEGORY_CODE
from fundapp.models import Envelope, JuryMinute, Office, PanelSeat, Person, Question
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import RoundHead, seen_by

CLOSED = "You have a conflict of interest in this round, so the jury’s minutes are closed to you."
NO_JURY = "In this round no jury meets, so there are no minutes."


@dataclass(frozen=True, kw_only=True)
class Juror:
    """Somebody who can have been there: a judge or an officer. label: for blind rounds."""

    id: UUID
    name: str
    label: str
    is_judge: bool


@dataclass(frozen=True, kw_only=True)
class Minute:
    """One entry. present: who was there, as the reader may know them."""

    id: UUID
    category: str
    text: str
    present: tuple[str, ...]
    written_by: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """All entries, oldest first; jurors by name; categories that an entry can be about."""

    head: RoundHead
    entries: tuple[Minute, ...]
    jurors: tuple[Juror, ...]
    categories: tuple[str, ...]
    hides_names: bool


def minutes_of(session: Session, head: RoundHead, *, reader: Actor) -> Minutes:
    """Return the minutes as this reader may see them. 5 statements.

    NotAllowed for who has any conflict in the round, since entries speak of all; NotFound for a
    round without a jury.
    """
    if not head.has_jury:
        raise NotFound(NO_JURY)
    if is_closed_to(session, head, reader=reader):
        raise NotAllowed(CLOSED)
    hides_names = hides_applicants(reader, head.facts)
    jurors = jurors_of(session, head.id)
    names = {str(one.id): one.label if hides_names and one.is_judge else one.name for one in jurors}
    return Minutes(
        head=head,
        entries=_entries(session, head.id, names),
        jurors=jurors,
        categories=categories_asked(session, head.id),
        hides_names=hides_names,
    )


def is_closed_to(session: Session, head: RoundHead, *, reader: Actor) -> bool:
    """Tell whether a conflict closes the minutes to the reader. 1 statement."""
    return bool(seen_by(reader, head, barred_pairs(session, head.id)).recused)


def jurors_of(session: Session, round_id: UUID) -> tuple[Juror, ...]:
    """Return the panel's judges and the funders' officers by name, each once. 1 statement."""
    roles = union_all(
        select(PanelSeat.person_id, PanelSeat.label).where(PanelSeat.round_id == round_id),
        select(Office.person_id, literal(""))
        .join(Envelope, Envelope.funder_id == Office.funder_id)
        .where(Envelope.round_id == round_id),
    ).subquery()
    rows = session.execute(
        select(Person.id, Person.name, roles.c.label)
        .join(roles, roles.c.person_id == Person.id)
        .order_by(Person.name, Person.id, roles.c.label)
    )
    # A judge who is an officer too comes twice; the label of the seat comes last and stays.
    found = {
        id_: Juror(id=id_, name=name, label=label, is_judge=bool(label))
        for id_, name, label in rows
    }
    return tuple(found.values())


def categories_asked(session: Session, round_id: UUID) -> tuple[str, ...]:
    """Return the prize categories that the form offers. 1 statement."""
    settings = session.scalar(
        select(Question.settings).where(
            Question.round_id == round_id, Question.code == CATEGORY_CODE
        )
    )
    return tuple(str(option) for option in (settings or {}).get("options", ()))


def _entries(session: Session, round_id: UUID, names: Mapping[str, str]) -> tuple[Minute, ...]:
    rows = session.execute(
        select(JuryMinute, Person.name)
        .join(Person, Person.id == JuryMinute.written_by_id)
        .where(JuryMinute.round_id == round_id)
        .order_by(JuryMinute.written_at, JuryMinute.id)
    )
    return tuple(
        Minute(
            id=row.id,
            category=row.category,
            text=row.text,
            present=tuple(names.get(one, "a former member") for one in row.present),
            written_by=writer,
            written_at=row.written_at,
        )
        for row, writer in rows
    )
