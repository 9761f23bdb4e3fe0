"""Drafts of plans: who would pay what, and why. Pure: nothing is read or written here."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from fundapp.domain.decisions import shown
from fundapp.domain.errors import InvalidInput, WrongState
from fundapp.domain.states import DecisionKind
from fundapp.joint.allocation.allocate import SECONDS, allocate, preview
from fundapp.joint.allocation.explanations import explain
from fundapp.joint.allocation.instance import Instance, NoPlan
from fundapp.joint.allocation.plan import Plan
from fundapp.joint.allocation.reruns import price_of_funding
from fundapp.joint.allocation.robustness import funding_shares
from fundapp.joint.allocation.stored import instance_from_json, plan_as_json
from fundapp.queries.allocation_inputs import AllocationInputs
from fundapp.queries.joint_evaluations import RoundEstimates
from fundapp.services.allocation_draws import drawn_values
from fundapp.services.allocation_questions import (
    WhatIf,
    check_what_if,
    instance_of,
    question_as_json,
)

AT_ONCE = 400
"""Options times funders up to which the exact plan is made while the person waits: 1 to 2 s."""

AT_ONCE_SECONDS = 5.0
PRICED = 3
"""How many of the nearest misses are priced."""

PRICE_SECONDS = 20.0
ROBUSTNESS_SECONDS = 20.0


@dataclass(frozen=True)
class PlanDraft:
    """What a stored plan will hold; `seconds` it took."""

    round_id: UUID
    method: str
    is_exact: bool
    inputs: dict[str, Any]
    result: dict[str, Any]
    seconds: float

    @property
    def sha256(self) -> str:
        """Return the fingerprint of what entering it would do, and of what it rests on."""
        return plan_hash(self.inputs, self.result)


def plan_hash(inputs: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a plan: its inputs, who pays what, and the decisions it makes.

    What is said about a plan later (how robust it is, prices) does not change it.
    """
    content = [inputs, result["plan"], result["decisions"]]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def draft_plan(inputs: AllocationInputs, what_if: WhatIf) -> PlanDraft:
    """Return the exact plan where that takes a second or two, else the one by equal shares.

    Raises InvalidInput for changes that make no sense, WrongState where pins and floors
    cannot be kept together.
    """
    started = monotonic()
    problems = check_what_if(inputs, what_if)
    if problems:
        raise InvalidInput(problems)
    instance = instance_of(inputs, what_if)
    kept = question_as_json(inputs, what_if, instance)
    try:
        plan = _at_once(instance)
    except NoPlan as none:
        raise WrongState(named(str(none), _names(inputs))) from none
    result = result_of(kept, plan, quick=preview(instance))
    is_exact = plan.gap is not None
    return PlanDraft(
        inputs.head.id, plan.method, is_exact, kept, result, round(monotonic() - started, 3)
    )


def _at_once(instance: Instance) -> Plan:
    options = sum(len(one.levels) for one in instance.applications)
    if options * len(instance.funders) > AT_ONCE:
        return preview(instance)
    return allocate(instance, seconds=AT_ONCE_SECONDS)


def result_of(inputs: Mapping[str, Any], plan: Plan, *, quick: Plan) -> dict[str, Any]:
    """Return what is kept of a plan: itself, its decisions, and its reasons as sentences.

    Sentences name funders and applications by id, so that a page shows each reader no more
    than they may see. `quick` is the plan by equal shares, kept beside the exact one.
    """
    instance = instance_from_json(inputs["instance"])
    said = explain(instance, plan, show=lambda minor: shown(minor, inputs["currency"]))
    return {
        "plan": plan_as_json(plan),
        "quick": plan_as_json(quick),
        "decisions": _decisions(inputs, plan),
        "grants": {one.application: one.sentence for one in said.grants},
        "funders": {
            one.funder: {"gain": one.gain, "left": one.left, "sentence": one.sentence}
            for one in said.funders
        },
        "near_misses": [
            {
                "application": one.application,
                "cost": one.cost,
                "missing": one.missing,
                "if_added": list(one.if_added),
                "if_left": list(one.if_left),
                "sentence": one.sentence,
            }
            for one in said.near_misses
        ],
        "left_out": dict(said.left_out),
        "binding": list(said.binding),
        "notes": list(said.notes),
        "robustness": None,
        "prices": {},
        "finished": False,
    }


def _decisions(inputs: Mapping[str, Any], plan: Plan) -> list[dict[str, Any]]:
    """Return what entering the plan would decide, in the order of the ranking."""
    places = iter(inputs["reserve_places"])
    decisions = []
    for application in inputs["instance"]["applications"]:
        name = application["name"]
        place = None if name in plan.funded else next(places, None)
        if name in plan.funded:
            kind = DecisionKind.AWARD
        else:
            kind = DecisionKind.DECLINE if place is None else DecisionKind.RESERVE
        decisions.append(
            {
                "application_id": name,
                "kind": kind.value,
                "contributions": dict(plan.payers.get(name, {})),
                "reserve_place": place,
            }
        )
    return decisions


def finished(
    inputs: Mapping[str, Any],
    result: Mapping[str, Any],
    plan: Plan,
    *,
    estimates: RoundEstimates | None,
) -> dict[str, Any]:
    """Return the result with what takes longer: how robust each grant is, prices. Slow.

    `estimates` hold draws for all applications together, made from the reviews of the
    ranking of `inputs`; None where the reviews are others by now.
    """
    instance = instance_from_json(inputs["instance"])
    return {
        **result,
        "robustness": _robustness(inputs, instance, plan, estimates=estimates),
        "prices": _prices(instance, plan, result),
        "finished": True,
    }


def exact_plan(inputs: Mapping[str, Any]) -> Plan:
    """Return the exact plan of stored inputs; NoPlan where there is none. Up to a minute."""
    return allocate(instance_from_json(inputs["instance"]), seconds=SECONDS)


def _robustness(
    inputs: Mapping[str, Any],
    instance: Instance,
    plan: Plan,
    *,
    estimates: RoundEstimates | None,
) -> dict[str, Any] | None:
    """Return in what share of draws of the scores each grant is made; None without doubt."""
    if not any(inputs["deviations"]):
        return None
    found = funding_shares(
        instance,
        drawn_values(inputs, instance, estimates=estimates),
        funded=[grant.application for grant in plan.grants],
        budget=ROBUSTNESS_SECONDS,
    )
    return {
        "shares": dict(found.shares),
        "noisy": list(found.noisy),
        "draws": found.draws,
        "is_joint": estimates is not None,
    }


def _prices(instance: Instance, plan: Plan, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return for the nearest misses who would leave and what each funder would lose."""
    found = {}
    for miss in result["near_misses"][:PRICED]:
        name = miss["application"]
        price = price_of_funding(instance, plan, name, seconds=PRICE_SECONDS)
        change = price.comparison
        found[name] = {
            "why_none": price.why_none,
            "leaving": list(change.leaving) if change else [],
            "entering": list(change.entering) if change else [],
            "gains": {one.funder: one.gain for one in change.funders} if change else {},
        }
    return found


def _names(inputs: AllocationInputs) -> dict[str, str]:
    names = {str(one.funder_id): one.name for one in inputs.funders}
    return names | {str(one.id): one.reference for one in inputs.requests}


def named(sentence: str, names: Mapping[str, str]) -> str:
    """Return the sentence with names for ids."""
    for id_, name in names.items():
        sentence = sentence.replace(id_, name)
    return sentence
