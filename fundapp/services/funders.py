"""Funders, the officers who speak for them, and their stakes in applicants."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem
from fundapp.domain.funders import FunderProfile, checked_funder
from fundapp.domain.permissions import Action, Actor, require
from fundapp.models import Funder, Investment, Office, Organisation, Person
from fundapp.services.audit import record_event
from fundapp.services.notes import read_note
from fundapp.services.round_drafts import refuse_stale, stamp_of


def add_funder(
    session: Session,
    profile: FunderProfile,
    *,
    actor: Actor,
    now: datetime,
    is_fictional: bool = False,
) -> Funder:
    """Add a funder. InvalidInput when another one has the same name or short name."""
    require(actor, Action.RUN_ROUNDS)
    tidy = checked_funder(profile)
    _refuse_twin(session, tidy, funder_id=None)
    funder = Funder(**asdict(tidy), is_fictional=is_fictional, created_at=now)
    session.add(funder)
    session.flush()
    record_event(session, "funder.added", funder, actor=actor, now=now, name=funder.name)
    return funder


def update_funder(
    session: Session,
    funder_id: UUID,
    profile: FunderProfile,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Funder:
    """Change what is kept of a funder. `version` is the `funder_stamp` that the form showed."""
    require(actor, Action.RUN_ROUNDS)
    tidy = checked_funder(profile)
    funder = _locked(session, funder_id)
    stored = profile_of(funder)
    if tidy == stored:
        return funder
    refuse_stale(stored, columns=asdict(stored), stamp=version)
    _refuse_twin(session, tidy, funder_id=funder_id)
    for name, text in asdict(tidy).items():
        setattr(funder, name, text)
    record_event(session, "funder.updated", funder, actor=actor, now=now, name=funder.name)
    session.flush()
    return funder


def profile_of(funder: Funder) -> FunderProfile:
    """Return what is kept of a funder."""
    return FunderProfile(**{name: getattr(funder, name) for name in FunderProfile.__annotations__})


def funder_stamp(profile: FunderProfile) -> int:
    """Return the number by which a form says which text it showed."""
    return stamp_of(asdict(profile))


def add_officer(
    session: Session,
    funder_id: UUID,
    *,
    person_id: UUID,
    actor: Actor,
    now: datetime,
    title: str = "Programme officer",
) -> Office:
    """Let a person speak for a funder. Twice changes nothing."""
    require(actor, Action.RUN_ROUNDS)
    _locked(session, funder_id)
    if session.get(Person, person_id) is None:
        raise NotFound("There is no such person.")
    held = select(Office).where(Office.funder_id == funder_id, Office.person_id == person_id)
    office = session.scalar(held)
    if office is not None:
        return office
    office = Office(funder_id=funder_id, person_id=person_id, title=title, since_at=now)
    session.add(office)
    session.flush()
    record_event(session, "office.given", office, actor=actor, now=now, person_id=person_id)
    return office


def remove_officer(
    session: Session, funder_id: UUID, person_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """End a person's office; what they have approved stays approved."""
    require(actor, Action.RUN_ROUNDS)
    _locked(session, funder_id)
    office = session.scalar(
        select(Office).where(Office.funder_id == funder_id, Office.person_id == person_id)
    )
    if office is None:
        raise NotFound("This person does not speak for this funder.")
    record_event(session, "office.ended", office, actor=actor, now=now, person_id=person_id)
    session.delete(office)
    session.flush()


def record_investment(
    session: Session,
    funder_id: UUID,
    organisation_id: UUID,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> Investment:
    """Note that a funder holds a stake in an applicant: a conflict of interest by itself."""
    require(actor, Action.RUN_ROUNDS)
    text = read_note(note, field="note")
    _locked(session, funder_id)
    if session.get(Organisation, organisation_id) is None:
        raise NotFound("There is no such organisation.")
    investment = session.scalar(
        select(Investment).where(
            Investment.funder_id == funder_id, Investment.organisation_id == organisation_id
        )
    )
    if investment is None:
        investment = Investment(funder_id=funder_id, organisation_id=organisation_id)
        session.add(investment)
    elif investment.note == text:
        return investment
    investment.note, investment.recorded_at = text, now
    investment.recorded_by_id = actor.person_id
    session.flush()
    record_event(
        session,
        "investment.recorded",
        investment,
        actor=actor,
        now=now,
        funder_id=funder_id,
        organisation_id=organisation_id,
    )
    return investment


def remove_investment(
    session: Session, investment_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a stake off the record: sold, or noted by mistake."""
    require(actor, Action.RUN_ROUNDS)
    investment = session.get(Investment, investment_id, with_for_update=True)
    if investment is None:
        raise NotFound("This was removed in the meantime. Reload the page.")
    record_event(
        session,
        "investment.removed",
        investment,
        actor=actor,
        now=now,
        funder_id=investment.funder_id,
        organisation_id=investment.organisation_id,
    )
    session.delete(investment)
    session.flush()


def _locked(session: Session, funder_id: UUID) -> Funder:
    funder = session.get(Funder, funder_id, with_for_update=True)
    if funder is None:
        raise NotFound("There is no such funder.")
    return funder


def _refuse_twin(session: Session, profile: FunderProfile, *, funder_id: UUID | None) -> None:
    twins = session.scalars(
        select(Funder).where((Funder.code == profile.code) | (Funder.name == profile.name))
    )
    for twin in twins:
        if twin.id == funder_id:
            continue
        if twin.name == profile.name:
            raise InvalidInput([Problem("name", "A funder of this name is there already.")])
        sentence = f"{twin.name} has this short name. Choose another."
        raise InvalidInput([Problem("code", sentence)])
