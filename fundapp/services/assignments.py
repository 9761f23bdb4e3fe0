"""Who reviews what, step by step: asking one reviewer, taking one off, and the answers.

Every step that adds or takes away a reviewer holds the round's row locked, so that two
managers, or a double click, create nothing twice; a partial unique index on active
assignments is the last guard.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.assignments import require_assigning
from fundapp.domain.errors import InvalidInput, Problem, WrongState
from fundapp.domain.permissions import Action, Actor, ReviewFacts, require
from fundapp.domain.states import (
    ACTIVE_ASSIGNMENT_STATES,
    ASSIGNMENT_TRANSITIONS,
    OPEN_ASSIGNMENT_STATES,
    AssignmentState,
    advance,
)
from fundapp.models import Assignment
from fundapp.queries.access import application_facts
from fundapp.services.assignment_rows import (
    active_assignment,
    active_seat,
    assignment_row,
    lock_application,
    obstacle_to,
)
from fundapp.services.audit import record_event
from fundapp.services.notes import read_note
from fundapp.services.offers import Offer, offer_reviews, take_back

BY_HAND = "by hand"


def assign_reviewer(
    session: Session,
    application_id: UUID,
    person_id: UUID,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Assignment:
    """Ask one reviewer by hand, even beyond their load; asking twice changes nothing.

    Raises InvalidInput("person_id") when they cannot be asked: no seat, or a conflict.
    """
    facts, round_ = lock_application(session, application_id, actor=actor)
    require_assigning(round_.state)
    active = active_assignment(session, application_id, person_id)
    if active is not None:
        return active
    seat = active_seat(session, round_.id, person_id)
    sentence = obstacle_to(session, facts, person_id, seat=seat)
    if seat is None or sentence:
        raise InvalidInput([Problem("person_id", sentence)])
    offer = Offer(application_id, person_id, seat.funder_id, read_note(reason, field="reason"))
    return offer_reviews(session, round_, [offer], method=BY_HAND, actor=actor, now=now)[0]


def reassign_review(
    session: Session, assignment_id: UUID, person_id: UUID, *, actor: Actor, now: datetime
) -> Assignment:
    """Give an open review to somebody else, in one step."""
    assignment = assignment_row(session, assignment_id)
    if assignment.person_id == person_id:
        raise InvalidInput([Problem("person_id", "Choose somebody else: this is their review.")])
    withdraw_assignment(
        session, assignment_id, reason="Somebody else reviews it.", actor=actor, now=now
    )
    return assign_reviewer(session, assignment.application_id, person_id, actor=actor, now=now)


def withdraw_assignment(
    session: Session, assignment_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Assignment:
    """Take a reviewer off an application, with a mail. A review that is in cannot be."""
    assignment = assignment_row(session, assignment_id)
    lock_application(session, assignment.application_id, actor=actor)
    session.refresh(assignment, with_for_update=True)
    if assignment.state is AssignmentState.WITHDRAWN:
        return assignment
    if assignment.state is AssignmentState.DONE:
        raise WrongState("This review is in, so it stays. Record a conflict if it must not count.")
    note = read_note(reason, field="reason") or "It is no longer needed."
    take_back(session, [assignment], reason=note, actor=actor, now=now)
    return assignment


def withdraw_open_assignments(
    session: Session, application_ids: Sequence[UUID], *, reason: str, actor: Actor, now: datetime
) -> int:
    """Take back what is open on applications that left review; return how many.

    For services that have asked the permission table themselves.
    """
    found = session.scalars(
        select(Assignment)
        .where(
            Assignment.application_id.in_(application_ids),
            Assignment.state.in_(OPEN_ASSIGNMENT_STATES),
        )
        .order_by(Assignment.id)
        .with_for_update()
    ).all()
    take_back(session, found, reason=reason, actor=actor, now=now)
    return len(found)


def accept_assignment(
    session: Session, assignment_id: UUID, *, actor: Actor, now: datetime
) -> Assignment:
    """The reviewer says yes. Saying it twice changes nothing."""
    assignment = _own_assignment(session, assignment_id, actor=actor)
    if assignment.state is not AssignmentState.OFFERED:
        return assignment
    _answer(session, assignment, AssignmentState.ACCEPTED, actor=actor, now=now)
    return assignment


def refuse_assignment(
    session: Session, assignment_id: UUID, *, note: str, actor: Actor, now: datetime
) -> Assignment:
    """The reviewer says no, before or after having accepted; `note` may be empty."""
    text = read_note(note, field="note")
    assignment = assignment_row(session, assignment_id, for_update=True)
    if assignment.state is AssignmentState.REFUSED and assignment.person_id == actor.person_id:
        return assignment
    _own_assignment(session, assignment_id, actor=actor)
    if assignment.state is AssignmentState.DONE:
        raise WrongState("Your review is in, so it cannot be refused any more.")
    assignment.answer_note = text
    _answer(session, assignment, AssignmentState.REFUSED, actor=actor, now=now)
    return assignment


def _own_assignment(session: Session, assignment_id: UUID, *, actor: Actor) -> Assignment:
    assignment = assignment_row(session, assignment_id, for_update=True)
    facts = application_facts(session, assignment.application_id)
    is_assigned = assignment.state in ACTIVE_ASSIGNMENT_STATES
    about = ReviewFacts(assignment.person_id, facts, is_assigned=is_assigned)
    require(actor, Action.WRITE_REVIEW, about)
    return assignment


def _answer(
    session: Session,
    assignment: Assignment,
    state: AssignmentState,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    assignment.state = advance(
        ASSIGNMENT_TRANSITIONS, assignment.state, state, what="This assignment"
    )
    assignment.answered_at = now
    record_event(session, f"assignment.{state}", assignment, actor=actor, now=now)
