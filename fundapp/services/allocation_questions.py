"""The question of a plan: the inputs of the round with what the person who asks changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from fundapp.domain.decisions import shown
from fundapp.domain.errors import Problem
from fundapp.domain.joint_evaluation import WishKind
from fundapp.domain.money import minor_digits
from fundapp.joint.allocation.instance import (
    MOST_FUNDERS,
    Application,
    Funder,
    Instance,
    Level,
    Pin,
)
from fundapp.joint.allocation.stored import instance_as_json
from fundapp.queries.allocation_inputs import AllocationInputs
from fundapp.queries.allocation_requests import Request


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What the person who asks for a plan changes. Money in minor units.

    envelopes: a funder's money, where it shall be less than what there is. marks: the score
    up to which a funder would not fund (default: the lowest mark). reserves: how many of those
    left out go to the reserve list. allows_reduced: a smaller award, where reviewers suggest
    one, may be made. keeps_floors: no funder gets less than in the last entered plan.
    """

    envelopes: Mapping[UUID, int] = field(default_factory=dict)
    marks: Mapping[UUID, float] = field(default_factory=dict)
    reserves: int = 0
    allows_reduced: bool = False
    keeps_floors: bool = False


def check_what_if(inputs: AllocationInputs, what_if: WhatIf) -> list[Problem]:
    """Return a sentence for each change that makes no sense."""
    problems = []
    pins = _pins(inputs)
    if len(inputs.funders) > MOST_FUNDERS:
        problems.append(Problem("", f"Plans take up to {MOST_FUNDERS} funders. Decide by hand."))
    if not inputs.requests:
        problems.append(
            Problem("", "Every application has a decision, so there is nothing to plan.")
        )
    for funder in inputs.funders:
        money = inputs.available[funder.funder_id]
        wanted = what_if.envelopes.get(funder.funder_id, money)
        if wanted > money:
            has = shown(money, inputs.head.currency)
            sentence = f"{funder.name} has {has} for this. Enter that or less."
            problems.append(Problem(f"envelope-{funder.funder_id}", sentence))
        pinned = sum(pin.amount or 0 for pin in pins if pin.funder == str(funder.funder_id))
        if pinned > wanted:
            sums = shown(pinned, inputs.head.currency), shown(wanted, inputs.head.currency)
            sentence = f"{funder.name} pins {sums[0]} and has {sums[1]} here. Take a pin away."
            problems.append(Problem(f"envelope-{funder.funder_id}", sentence))
        low, high = inputs.scale
        if not low <= what_if.marks.get(funder.funder_id, low) <= high:
            sentence = f"Enter a score from {low} to {high}."
            problems.append(Problem(f"mark-{funder.funder_id}", sentence))
    return problems


def instance_of(inputs: AllocationInputs, what_if: WhatIf) -> Instance:
    """Return the question that the engine answers; funders and applications named by their ids."""
    instance = Instance(
        funders=tuple(
            Funder(
                name=str(one.funder_id),
                envelope=what_if.envelopes.get(one.funder_id, inputs.available[one.funder_id]),
            )
            for one in inputs.funders
        ),
        applications=tuple(_application(inputs, what_if, one) for one in inputs.requests),
        opt_outs=frozenset(
            (str(wish.funder_id), str(wish.application_id))
            for wish in inputs.wishes
            if wish.kind is WishKind.OPT_OUT
        )
        | {(str(f), str(request.id)) for request in inputs.requests for f in request.refused_by},
        pins=_pins(inputs),
        seed=inputs.head.seed,
    )
    if not what_if.keeps_floors or inputs.entered is None:
        return instance
    return _with_floors(instance, inputs.entered.grants)


def _application(inputs: AllocationInputs, what_if: WhatIf, request: Request) -> Application:
    costs = [request.amount]
    if what_if.allows_reduced and request.reduced:
        costs = [request.reduced, request.amount]
    unit = 10 ** minor_digits(inputs.head.currency) * 100
    above = {
        str(funder.funder_id): max(
            0.0,
            request.quality.to(funder.funder_id)
            - what_if.marks.get(funder.funder_id, inputs.scale[0]),
        )
        for funder in inputs.funders
    }
    return Application(
        name=str(request.id),
        levels=tuple(
            Level(cost=cost, values={f: margin * cost / unit for f, margin in above.items()})
            for cost in costs
        ),
        may_pay=frozenset(map(str, request.may_pay)),
        rank=request.quality.rank,
    )


def _own_scores(inputs: AllocationInputs) -> dict[str, list[float]]:
    """Return the scores that count for each funder that has own ones, as `scores` stand."""
    own = {funder for one in inputs.requests for funder in one.quality.own}
    return {
        str(funder): [one.quality.to(funder) for one in inputs.requests]
        for funder in sorted(own, key=str)
    }


def _pins(inputs: AllocationInputs) -> tuple[Pin, ...]:
    requests = {request.id: request for request in inputs.requests}
    return tuple(
        Pin(
            funder=str(wish.funder_id),
            application=str(wish.application_id),
            amount=min(wish.amount or 1, request.amount),
        )
        for wish in inputs.wishes
        if wish.kind is WishKind.PIN
        and wish.funder_id in (request := requests[wish.application_id]).may_pay
        and wish.funder_id not in request.refused_by
    )


def _with_floors(instance: Instance, grants: Any) -> Instance:
    """Return the instance in which nobody gets less than the grants of the last entered plan."""
    levels = {one.name: one.levels for one in instance.applications}
    floors = {one.name: 0.0 for one in instance.funders}
    for name, _, amount in grants:
        for level in levels.get(name, ()):
            if level.cost == amount:
                for funder in floors:
                    floors[funder] += level.values.get(funder, 0.0)
    # Sums in another order may differ in the last digit, which must not make a plan impossible.
    return replace(instance, floors={name: floor * (1 - 1e-9) for name, floor in floors.items()})


def question_as_json(
    inputs: AllocationInputs, what_if: WhatIf, instance: Instance
) -> dict[str, Any]:
    """Return all that a plan is worked out from, to be kept with it."""
    places = (place for place in range(1, 10_000) if place not in inputs.reserve_places)
    return {
        "basis_sha256": inputs.sha256,
        "ranking_sha256": inputs.ranking_sha256,
        "currency": inputs.head.currency,
        "available": {str(funder): amount for funder, amount in inputs.available.items()},
        "marks": {
            str(one.funder_id): what_if.marks.get(one.funder_id, float(inputs.scale[0]))
            for one in inputs.funders
        },
        "scale": list(inputs.scale),
        "reserve_places": [next(places) for _ in range(what_if.reserves)],
        "allows_reduced": what_if.allows_reduced,
        "keeps_floors": bool(instance.floors),
        "scores": [one.quality.score for one in inputs.requests],
        "own_scores": _own_scores(inputs),
        "deviations": [one.quality.deviation for one in inputs.requests],
        "left_to_people": list(inputs.left_to_people),
        "instance": instance_as_json(instance),
    }
