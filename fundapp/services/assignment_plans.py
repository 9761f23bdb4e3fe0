"""Plans of assignments: proposed or loaded, kept, applied once, or discarded.

The round's row is locked by every step that adds reviewers, so that two managers, or a
double click, create nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from fundapp.domain.assignments import require_assigning
from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.models import Assignment, AssignmentPlan
from fundapp.queries.matching import match_facts
from fundapp.queries.panel import Pair, Panel, panel_of_round
from fundapp.services.assignment_drafts import PlanDraft, draft_from_pairs
from fundapp.services.assignment_rows import lock_plan, lock_round, open_plans
from fundapp.services.audit import record_event
from fundapp.services.automatic_drafts import draft_automatically
from fundapp.services.offers import Offer, offer_reviews


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
    draft = draft_automatically(panel_of_round(session, round_id), match_facts(session, round_id))
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
    session: Session,
    draft: PlanDraft,
    *,
    plan_id: UUID | None = None,
    replaces: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> AssignmentPlan:
    """Keep a draft as the round's open plan; an older open plan is discarded.

    WrongState when the draft would change nothing and leaves nothing short, and when the
    plan that it `replaces` is no longer the open one.
    """
    require(actor, Action.ASSIGN_REVIEWERS)
    round_ = lock_round(session, draft.round_id)
    require_assigning(round_.state)
    if not draft.pairs and not draft.shortfalls:
        raise WrongState("Every application has the reviewers it wants. There is nothing to add.")
    older_plans = open_plans(session, round_.id)
    if replaces is not None and replaces not in {older.id for older in older_plans}:
        raise WrongState("This plan is no longer open. Look at the newest one on the board.")
    for older in older_plans:
        _discard(session, older, actor=actor, now=now)
    plan = _plan_row(draft, plan_id=plan_id or uuid4(), actor=actor, now=now)
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


def _plan_row(draft: PlanDraft, *, plan_id: UUID, actor: Actor, now: datetime) -> AssignmentPlan:
    return AssignmentPlan(
        id=plan_id,
        round_id=draft.round_id,
        method=draft.method,
        pairs=[
            {
                "application_id": str(pair.application_id),
                "person_id": str(pair.person_id),
                "reason": pair.reason,
                "match": pair.match,
                "level": pair.level,
                "is_by_hand": pair.is_by_hand,
            }
            for pair in draft.pairs
        ],
        shortfalls=list(draft.shortfalls),
        note=draft.note,
        details=dict(draft.details),
        made_by_id=actor.person_id,
        made_at=now,
    )


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
