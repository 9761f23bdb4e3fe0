"""Who reviews what: plans that are previewed and applied, single steps, and the answers.

Every step that adds or takes away a reviewer holds the round's row locked, so that two
managers, or a double click, create nothing twice; a partial unique index on active
assignments is the last guard.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from fundapp.models import Assignment, AssignmentPlan
from fundapp.queries.access import application_facts
from fundapp.queries.panel import Pair, Panel, panel_of_round
from fundapp.services.assignment_drafts import (
    PlanDraft,
    draft_automatically,
    draft_from_pairs,
)
from fundapp.services.assignment_rows import (
    active_assignment,
    active_seat,
    assignment_row,
    lock_application,
    lock_plan,
    lock_round,
    obstacle_to,
    open_plans,
)
from fundapp.services.audit import record_event
from fundapp.services.notes import read_note
from fundapp.services.offers import Offer, offer_reviews, take_back

BY_HAND = "by hand"


@dataclass(frozen=True)
class AppliedPlan:
    """What applying did. `left_out` are sentences on pairs that could not be asked any more."""

    assignments: tuple[Assignment, ...]
    left_out: tuple[str, ...]
    was_applied_before: bool = False


def propose_assignments(
    session: Session, round_id: UUID, *, actor: Actor, now: datetime
) -> AssignmentPlan:
    """Draft and store an automatic plan; see `store_plan`."""
    require(actor, Action.ASSIGN_REVIEWERS)
    draft = draft_automatically(panel_of_round(session, round_id))
    return store_plan(session, draft, actor=actor, now=now)


def plan_from_pairs(
    session: Session,
    round_id: UUID,
    pairs: Sequence[Pair],
    *,
    method: str,
    actor: Actor,
    now: datetime,
) -> AssignmentPlan:
    """Store a plan of exactly these pairs (application id, person id).

    Raises InvalidInput with one problem "pair-<place>" for each pair that cannot be asked
    or would exceed a reviewer's load; nothing is stored then.
    """
    require(actor, Action.ASSIGN_REVIEWERS)
    draft = draft_from_pairs(panel_of_round(session, round_id), pairs, method=method)
    return store_plan(session, draft, actor=actor, now=now)


def store_plan(
    session: Session, draft: PlanDraft, *, actor: Actor, now: datetime
) -> AssignmentPlan:
    """Keep a draft as the round's open plan; an older open plan is discarded.

    WrongState when the draft would change nothing and leaves nothing short.
    """
    require(actor, Action.ASSIGN_REVIEWERS)
    round_ = lock_round(session, draft.round_id)
    require_assigning(round_.state)
    if not draft.pairs and not draft.shortfalls:
        raise WrongState("Every application has the reviewers it wants. There is nothing to add.")
    for older in open_plans(session, round_.id):
        _discard(session, older, actor=actor, now=now)
    plan = AssignmentPlan(
        round_id=round_.id,
        method=draft.method,
        pairs=[
            {
                "application_id": str(pair.application_id),
                "person_id": str(pair.person_id),
                "reason": pair.reason,
            }
            for pair in draft.pairs
        ],
        shortfalls=list(draft.shortfalls),
        note=draft.note,
        made_by_id=actor.person_id,
        made_at=now,
    )
    session.add(plan)
    session.flush()
    record_event(
        session,
        "assignment_plan.made",
        plan,
        actor=actor,
        now=now,
        method=plan.method,
        pairs=len(plan.pairs),
    )
    return plan


def apply_plan(session: Session, plan_id: UUID, *, actor: Actor, now: datetime) -> AppliedPlan:
    """Ask the reviewers of a plan, one mail each.

    Every pair is checked again; one that has become impossible is left out and told.
    Applying a plan twice asks nobody twice.
    """
    plan, round_ = lock_plan(session, plan_id, actor=actor)
    if plan.applied_at is not None:
        return AppliedPlan((), (), was_applied_before=True)
    if plan.discarded_at is not None:
        raise WrongState("This plan was discarded. Make a new one.")
    require_assigning(round_.state)
    panel = panel_of_round(session, round_.id)
    offers, left_out = _still_possible(panel, plan)
    assignments = offer_reviews(session, round_, offers, method=plan.method, actor=actor, now=now)
    plan.applied_at = now
    record_event(
        session,
        "assignment_plan.applied",
        plan,
        actor=actor,
        now=now,
        offered=len(assignments),
        left_out=left_out,
    )
    return AppliedPlan(tuple(assignments), tuple(left_out))


def discard_plan(session: Session, plan_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Put a plan away. Discarding twice changes nothing; an applied plan cannot be."""
    plan, _ = lock_plan(session, plan_id, actor=actor)
    if plan.applied_at is not None:
        raise WrongState("This plan was applied. Take single reviewers off instead.")
    if plan.discarded_at is None:
        _discard(session, plan, actor=actor, now=now)


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


def _discard(session: Session, plan: AssignmentPlan, *, actor: Actor, now: datetime) -> None:
    plan.discarded_at = now
    record_event(session, "assignment_plan.discarded", plan, actor=actor, now=now)


def _still_possible(panel: Panel, plan: AssignmentPlan) -> tuple[list[Offer], list[str]]:
    """Split a plan's pairs into offers and sentences on those that became impossible."""
    offers, left_out = [], []
    for pair in plan.pairs:
        application_id, person_id = UUID(pair["application_id"]), UUID(pair["person_id"])
        sentence = panel.obstacle_of((application_id, person_id))
        if sentence:
            left_out.append(sentence)
        else:
            funder_id = panel.seat_of[person_id].funder_id
            offers.append(Offer(application_id, person_id, funder_id, pair["reason"]))
    return offers, left_out
