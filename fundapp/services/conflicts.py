"""Conflicts of interest: declared, recorded for somebody, found in the data, resolved.

A conflict bars from the moment it is written until somebody unconcerned dismisses it.
Once it stands (declared or confirmed), an assignment it concerns becomes `conflicted`:
a review that is in stays stored and no longer counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.conflicts import FoundConflict, find_conflicts
from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, Problem
from fundapp.domain.permissions import Action, Actor, ApplicationFacts, require
from fundapp.domain.states import (
    ACTIVE_ASSIGNMENT_STATES,
    ASSIGNMENT_TRANSITIONS,
    AssignmentState,
    ConflictSource,
    ConflictState,
    advance,
)
from fundapp.models import Application, Assignment, Conflict, Person
from fundapp.queries.access import application_facts
from fundapp.queries.ties import known_ties
from fundapp.services.assignment_rows import lock_round
from fundapp.services.audit import record_event
from fundapp.services.notes import read_note

SAY_WHAT = "Say in a few words what the tie is. Only fund managers read it."


@dataclass(frozen=True)
class Party:
    """Whom a conflict concerns: one person or one whole funder."""

    person_id: UUID | None = None
    funder_id: UUID | None = None


def declare_conflict(
    session: Session,
    application_id: UUID,
    *,
    note: str,
    actor: Actor,
    now: datetime,
    funder_id: UUID | None = None,
) -> Conflict:
    """Declare one's own conflict or, as an officer, that of one's whole funder.

    It stands at once. Declaring twice changes nothing.
    """
    facts = application_facts(session, application_id, for_update=True)
    require(actor, Action.DECLARE_CONFLICT, facts)
    if funder_id is not None and funder_id not in actor.offices & facts.round.funder_ids:
        raise NotAllowed("Only an officer of a funder declares a conflict for the whole funder.")
    party = Party(funder_id=funder_id) if funder_id else Party(person_id=actor.person_id)
    text = read_note(note, field="note", if_missing=SAY_WHAT)
    return _write(session, facts, party, note=text, event="declared", actor=actor, now=now)


def record_conflict(
    session: Session,
    application_id: UUID,
    *,
    note: str,
    actor: Actor,
    now: datetime,
    person_id: UUID | None = None,
    funder_id: UUID | None = None,
) -> Conflict:
    """Write down a conflict of somebody else, or of a funder, as a fund manager.

    Raises InvalidInput unless exactly one party is named and takes part in the round.
    """
    facts = application_facts(session, application_id, for_update=True)
    require(actor, Action.RESOLVE_CONFLICT, facts)
    if (person_id is None) == (funder_id is None):
        raise _problem("party", "Choose one person or one funder.")
    if person_id is not None and session.get(Person, person_id) is None:
        raise _problem("party", "There is no such person.")
    if funder_id is not None and funder_id not in facts.round.funder_ids:
        raise _problem("party", "Choose a funder that takes part in this round.")
    text = read_note(note, field="note", if_missing=SAY_WHAT)
    party = Party(person_id, funder_id)
    return _write(session, facts, party, note=text, event="recorded", actor=actor, now=now)


def propose_conflicts(
    session: Session, round_id: UUID, *, actor: Actor, now: datetime
) -> list[Conflict]:
    """Look for ties in the data and propose those that nobody has looked at yet."""
    found = find_ties(session, round_id, actor=actor)
    return store_found(session, round_id, found, actor=actor, now=now)


def find_ties(session: Session, round_id: UUID, *, actor: Actor) -> list[FoundConflict]:
    """Return every tie that the data show. Reads only."""
    require(actor, Action.RESOLVE_CONFLICT)
    ties = known_ties(session, round_id)
    return find_conflicts(ties.applicants, ties.judges, ties.stakes)


def store_found(
    session: Session,
    round_id: UUID,
    found: Sequence[FoundConflict],
    *,
    actor: Actor,
    now: datetime,
) -> list[Conflict]:
    """Propose what was found, except where the same tie was proposed or resolved before."""
    require(actor, Action.RESOLVE_CONFLICT)
    lock_round(session, round_id)
    known = _known(session, round_id)
    conflicts = [
        Conflict(
            application_id=tie.application_id,
            person_id=tie.person_id,
            funder_id=tie.funder_id,
            source=tie.source,
            state=ConflictState.PROPOSED,
            note=tie.evidence,
            recorded_by_id=actor.person_id,
            recorded_at=now,
        )
        for tie in found
        if (tie.application_id, tie.person_id, tie.funder_id, tie.source) not in known
    ]
    session.add_all(conflicts)
    session.flush()
    for conflict in conflicts:
        record_event(
            session,
            "conflict.proposed",
            conflict,
            actor=actor,
            now=now,
            round_id=round_id,
            application_id=conflict.application_id,
            source=conflict.source,
        )
    return conflicts


def resolve_conflict(
    session: Session,
    conflict_id: UUID,
    *,
    state: ConflictState,
    note: str,
    actor: Actor,
    now: datetime,
) -> Conflict:
    """Confirm or dismiss a conflict, as a manager whom it does not concern.

    A dismissal needs a note. Either can be changed later. Confirming takes the person, or
    the funder's reviewers, off the application.
    """
    conflict = session.get(Conflict, conflict_id)
    if conflict is None:
        raise NotFound("There is no such conflict.")
    facts = application_facts(session, conflict.application_id, for_update=True)
    require(actor, Action.RESOLVE_CONFLICT, facts)
    if conflict.person_id == actor.person_id:
        raise NotAllowed("This conflict is your own. Another fund manager must resolve it.")
    if state is ConflictState.PROPOSED:
        raise _problem("state", "Choose whether the conflict stands or is dismissed.")
    needed = "Say why this tie does not matter." if state is ConflictState.DISMISSED else ""
    text = read_note(note, field="note", if_missing=needed)
    session.refresh(conflict, with_for_update=True)
    if conflict.state is state:
        return conflict
    conflict.state, conflict.resolution = state, text
    conflict.resolved_by_id, conflict.resolved_at = actor.person_id, now
    _record(session, conflict, facts, event=state.value, actor=actor, now=now)
    if state is ConflictState.CONFIRMED:
        _take_off(session, conflict, facts, actor=actor, now=now)
    return conflict


def _write(
    session: Session,
    facts: ApplicationFacts,
    party: Party,
    *,
    note: str,
    event: str,
    actor: Actor,
    now: datetime,
) -> Conflict:
    """Write a conflict that stands, once for a party; a dismissed one stands again."""
    conflict = _declared(session, facts.id, party)
    if conflict is not None and conflict.state is not ConflictState.DISMISSED:
        return conflict
    if conflict is None:
        conflict = Conflict(
            application_id=facts.id,
            person_id=party.person_id,
            funder_id=party.funder_id,
            source=ConflictSource.DECLARED,
        )
        session.add(conflict)
    conflict.state, conflict.note = ConflictState.CONFIRMED, note
    conflict.recorded_by_id, conflict.recorded_at = actor.person_id, now
    session.flush()
    _record(session, conflict, facts, event=event, actor=actor, now=now)
    _take_off(session, conflict, facts, actor=actor, now=now)
    return conflict


def _declared(session: Session, application_id: UUID, party: Party) -> Conflict | None:
    return session.scalar(
        select(Conflict).where(
            Conflict.application_id == application_id,
            Conflict.person_id.is_not_distinct_from(party.person_id),
            Conflict.funder_id.is_not_distinct_from(party.funder_id),
            Conflict.source == ConflictSource.DECLARED,
        )
    )


def _take_off(
    session: Session,
    conflict: Conflict,
    facts: ApplicationFacts,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Mark the assignments that the conflict concerns, so that they no longer count."""
    concerned = (
        Assignment.person_id == conflict.person_id
        if conflict.person_id
        else Assignment.funder_id == conflict.funder_id
    )
    for assignment in session.scalars(
        select(Assignment)
        .where(
            Assignment.application_id == facts.id,
            Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
            concerned,
        )
        .order_by(Assignment.id)
        .with_for_update()
    ):
        assignment.state = advance(
            ASSIGNMENT_TRANSITIONS,
            assignment.state,
            AssignmentState.CONFLICTED,
            what="This assignment",
        )
        assignment.answered_at = now
        record_event(session, "assignment.conflicted", assignment, actor=actor, now=now)


def _known(
    session: Session, round_id: UUID
) -> set[tuple[UUID, UUID | None, UUID | None, ConflictSource]]:
    rows = session.execute(
        select(Conflict.application_id, Conflict.person_id, Conflict.funder_id, Conflict.source)
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round_id)
    )
    return {(application, person, funder, source) for application, person, funder, source in rows}


def _record(
    session: Session,
    conflict: Conflict,
    facts: ApplicationFacts,
    *,
    event: str,
    actor: Actor,
    now: datetime,
) -> None:
    record_event(
        session,
        f"conflict.{event}",
        conflict,
        actor=actor,
        now=now,
        round_id=facts.round.id,
        application_id=facts.id,
        source=conflict.source,
    )


def _problem(field: str, sentence: str) -> InvalidInput:
    return InvalidInput([Problem(field, sentence)])
