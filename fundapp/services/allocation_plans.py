"""Plans of who pays what: made, looked at beside others, entered as decisions, discarded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import shown
from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import DecisionKind, RoundKind, RoundState
from fundapp.models import AllocationPlan, Decision, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.allocation_inputs import AllocationInputs, allocation_inputs
from fundapp.queries.barred import barred_pairs
from fundapp.services.allocation_drafts import PlanDraft
from fundapp.services.allocation_jobs import FINISH_PLAN
from fundapp.services.audit import record_event
from fundapp.services.decisions import resolve_application, take_back_decision
from fundapp.services.envelopes import lock_envelopes
from fundapp.services.jobs import queue_job

OVERTAKEN = (
    "Decisions, wishes, envelopes or the ranking changed since this plan was made, so nothing "
    "was entered. Work out a new plan."
)


def read_inputs(session: Session, round_id: UUID, *, actor: Actor) -> AllocationInputs:
    """Return what a plan would be worked out from, for somebody who may decide the round.

    Raises WrongState unless it is a grant round in deliberation with a frozen ranking.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    _refuse_unplannable(round_)
    inputs = allocation_inputs(session, round_id)
    if inputs.head.frozen is None:
        raise WrongState("Freeze the ranking first, then work out a plan.")
    return inputs


def store_plan(
    session: Session, draft: PlanDraft, *, actor: Actor, now: datetime
) -> AllocationPlan:
    """Keep a draft under the next letter, and queue what takes longer. Changes no decision."""
    lock_envelopes(session, draft.round_id)
    round_ = session.get_one(Round, draft.round_id, populate_existing=True)
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    _refuse_unplannable(round_)
    made = select(func.count()).where(AllocationPlan.round_id == round_.id)
    plan = AllocationPlan(
        round_id=round_.id,
        name=f"Plan {_letters(session.scalar(made) or 0)}",
        method=draft.method,
        is_exact=draft.is_exact,
        inputs=draft.inputs,
        result=draft.result,
        sha256=draft.sha256,
        seconds=draft.seconds,
        made_by_id=actor.person_id,
        made_at=now,
    )
    session.add(plan)
    session.flush()
    _record(session, "allocation_plan.made", plan, actor=actor, now=now)
    payload = {"plan_id": str(plan.id)}
    queue_job(
        session, FINISH_PLAN, payload, now=now, actor=actor, once_key=f"{FINISH_PLAN}:{plan.id}"
    )
    return plan


@dataclass(frozen=True)
class EnteredDecisions:
    """What entering a plan did: decisions entered, kept as they stood, closed to the actor."""

    entered: int
    kept: int
    closed: int


def enter_plan(
    session: Session, plan_id: UUID, *, sha256: str, actor: Actor, now: datetime
) -> EnteredDecisions:
    """Enter the plan's decisions, all or none; each stays pending and can be changed by hand.

    sha256: of the plan that was looked at. Decisions that stand as the plan has them keep
    their approvals; others that an earlier plan made are replaced. Applications that are
    closed to the actor are left to another manager. Twice changes nothing. Raises WrongState
    when what the plan rests on has changed.
    """
    plan = _locked_plan(session, plan_id, actor=actor)
    if plan.discarded_at is not None:
        raise WrongState("This plan was discarded. Work out a new one.")
    if sha256 != plan.sha256:
        raise WrongState(
            f"{plan.name} changed since you opened it: the exact plan is ready. Look at it "
            "again, then enter it."
        )
    inputs = allocation_inputs(session, plan.round_id)
    if inputs.entered is not None and inputs.entered.id == plan.id:
        return EnteredDecisions(0, len(plan.result["decisions"]), 0)
    if plan.inputs["basis_sha256"] != inputs.sha256:
        raise WrongState(OVERTAKEN)
    closed = barred_pairs(session, plan.round_id).applications_closed_to(actor.person_id)
    before = inputs.entered.decisions if inputs.entered else {}
    standing = {one.id: one.version for one in inputs.requests}
    refused = {one.id for one in inputs.requests if one.refused_by}
    wanted = [one for one in plan.result["decisions"] if UUID(one["application_id"]) not in closed]
    changed = [one for one in wanted if _is_changed(one, before, standing, refused=refused)]
    # Money is freed first, so that no envelope looks overdrawn while sums move about.
    for one in changed:
        id_ = UUID(one["application_id"])
        if standing[id_]:
            take_back_decision(session, id_, version=standing[id_], actor=actor, now=now)
    for one in changed:
        _enter(session, one, plan=plan, actor=actor, now=now)
    plan.entered_by_id, plan.entered_at = actor.person_id, now
    counts = EnteredDecisions(
        len(changed), len(wanted) - len(changed), len(plan.result["decisions"]) - len(wanted)
    )
    _record(session, "allocation_plan.entered", plan, actor=actor, now=now, decisions=len(changed))
    return counts


def discard_plan(session: Session, plan_id: UUID, *, actor: Actor, now: datetime) -> AllocationPlan:
    """Put a plan away; decisions stay as they are. Twice changes nothing."""
    plan = _locked_plan(session, plan_id, actor=actor)
    if plan.entered_at is not None:
        raise WrongState(f"{plan.name} was entered, so it stays.")
    if plan.discarded_at is None:
        plan.discarded_at = now
        _record(session, "allocation_plan.discarded", plan, actor=actor, now=now)
    return plan


def _refuse_unplannable(round_: Round) -> None:
    if round_.kind is RoundKind.PRIZE:
        raise WrongState("Prizes go down the ranking: ask for the proposal of the prizes.")
    if round_.state is not RoundState.DELIBERATING:
        raise WrongState("Plans are made while the round is deliberating.")


def _locked_plan(session: Session, plan_id: UUID, *, actor: Actor) -> AllocationPlan:
    round_id = session.scalar(select(AllocationPlan.round_id).where(AllocationPlan.id == plan_id))
    if round_id is None:
        raise NotFound("There is no such plan.")
    lock_envelopes(session, round_id)
    plan = session.get_one(AllocationPlan, plan_id, with_for_update=True, populate_existing=True)
    round_ = session.get_one(Round, round_id, populate_existing=True)
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    _refuse_unplannable(round_)
    return plan


def _is_changed(
    one: Mapping[str, Any],
    before: Mapping[UUID, Mapping[str, Any]],
    standing: Mapping[UUID, int],
    *,
    refused: set[UUID],
) -> bool:
    """Tell whether a decision must be entered, or stands already as an earlier plan put it."""
    id_ = UUID(one["application_id"])
    return not standing[id_] or id_ in refused or dict(before[id_]) != dict(one)


def _enter(
    session: Session, one: Mapping[str, Any], *, plan: AllocationPlan, actor: Actor, now: datetime
) -> Decision:
    return resolve_application(
        session,
        UUID(one["application_id"]),
        kind=DecisionKind(one["kind"]),
        contributions={UUID(funder): sum_ for funder, sum_ in one["contributions"].items()},
        reserve_place=one["reserve_place"],
        reason=_why_reduced(one, plan.inputs),
        actor=actor,
        now=now,
        method=f"{plan.name}, {plan.method}",
    )


def _why_reduced(one: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Return what a letter says of an award below the request, "" for any other decision."""
    amount = sum(one["contributions"].values())
    asked = next(
        application["levels"][-1]["cost"]
        for application in inputs["instance"]["applications"]
        if application["name"] == one["application_id"]
    )
    if not 0 < amount < asked:
        return ""
    sums = shown(amount, inputs["currency"]), shown(asked, inputs["currency"])
    return f"The award is {sums[0]} of the {sums[1]} asked for: the sum that the reviews suggest."


def _letters(count: int) -> str:
    """Return A to Z, then AA, AB and so on, for the count of plans so far."""
    letters = ""
    count += 1
    while count:
        count, place = divmod(count - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _record(
    session: Session,
    event: str,
    plan: AllocationPlan,
    *,
    actor: Actor,
    now: datetime,
    **details: Any,
) -> None:
    grants = len(plan.result["plan"]["grants"])
    record_event(
        session,
        event,
        plan,
        actor=actor,
        now=now,
        plan=plan.name,
        method=plan.method,
        sha256=plan.sha256,
        grants=grants,
        **details,
    )
