"""The same questions answered by trying everything, with none of the code under test.

Only the draw between equal ranks is shared: it is the published order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import fsum, log

import numpy as np
from scipy.optimize import linprog

from fundapp.joint.allocation.instance import Application, Instance
from fundapp.joint.allocation.options import published_order

Pick = tuple[int | None, ...]
"""A level (or None) for each application in the published order."""


@dataclass(frozen=True)
class Listed:
    """A list that keeps every rule, and what it is worth."""

    pick: Pick
    values: Mapping[str, float]
    objective: float


def allowed(instance: Instance, funder: str, application: Application) -> int:
    """Return the most that a funder may pay for an application."""
    if funder not in application.may_pay or (funder, application.name) in instance.opt_outs:
        return 0
    return application.caps.get(funder, application.levels[-1].cost)


def best_lists(instance: Instance, alone: Mapping[str, float]) -> list[Listed]:
    """Return all lists within 1e-7 of the best that floors, pins and money allow."""
    order = published_order(instance)
    pinned = {pin.application for pin in instance.pins} | instance.required
    choices = [_choices(one, one.name in pinned) for one in order]
    listed = [_listed(instance, order, pick, alone=alone) for pick in product(*choices)]
    floors = {f: max(v, instance.floors.get(f, 0.0)) for f, v in alone.items()}
    kept = [one for one in listed if all(one.values[f] >= floors[f] - 1e-9 for f in floors)]
    found: list[Listed] = []
    for one in sorted(kept, key=lambda one: -one.objective):
        if found and one.objective < found[0].objective - 1e-7:
            break
        if is_payable(instance, order, one.pick):
            found.append(one)
    return found


def _choices(application: Application, is_pinned: bool) -> list[int | None]:
    wanted = [i for i, one in enumerate(application.levels) if max(one.values.values()) > 0]
    return [*range(len(application.levels))] if is_pinned else [None, *wanted]


def _listed(
    instance: Instance, order: list[Application], pick: Pick, *, alone: Mapping[str, float]
) -> Listed:
    total = sum(funder.envelope for funder in instance.funders)
    values = {
        f: fsum(
            one.levels[level].values.get(f, 0.0)
            for one, level in zip(order, pick, strict=True)
            if level is not None
        )
        for f in alone
    }
    envelopes = {funder.name: funder.envelope for funder in instance.funders}
    inside = [f for f in alone if alone[f] > 0]
    objective = (
        fsum(envelopes[f] / total * log(values[f]) for f in inside)
        if all(values[f] > 0 for f in inside)
        else -np.inf
    )
    return Listed(pick, values, objective)


def is_payable(instance: Instance, order: list[Application], pick: Pick) -> bool:
    """Tell by a linear program whether a list can be paid."""
    grants = [(one, level) for one, level in zip(order, pick, strict=True) if level is not None]
    pins = {(pin.funder, pin.application): pin.amount for pin in instance.pins}
    funders = [funder.name for funder in instance.funders]
    bounds = []
    for f in funders:
        for one, level in grants:
            cost = one.levels[level].cost
            least = pins.get((f, one.name), 0)
            least = cost if least is None else least
            most = min(cost, allowed(instance, f, one))
            if least > most:
                return False
            bounds.append((least, most))
    if not grants:
        return True
    size = len(grants)
    columns = np.tile(np.eye(size), len(funders))
    rows = np.kron(np.eye(len(funders)), np.ones(size))
    found = linprog(
        np.zeros(len(bounds)),
        A_ub=rows,
        b_ub=[funder.envelope for funder in instance.funders],
        A_eq=columns,
        b_eq=[one.levels[level].cost for one, level in grants],
        bounds=bounds,
    )
    return bool(found.status == 0)


def best_alone(instance: Instance, funder: str) -> float:
    """Return what a funder without pins reaches on what it may pay in full."""
    envelope = next(one.envelope for one in instance.funders if one.name == funder)
    choices = [
        [(0, 0.0)]
        + [
            (level.cost, level.values.get(funder, 0.0))
            for level in one.levels
            if level.cost <= allowed(instance, funder, one)
        ]
        for one in instance.applications
    ]
    return max(
        fsum(value for _, value in pick)
        for pick in product(*choices)
        if sum(cost for cost, _ in pick) <= envelope
    )


def first_listed(lists: list[Listed], scale: Mapping[str, float]) -> Listed:
    """Return the list that the tie rule names: largest sum of gains, then published order."""
    gains = [fsum(one.values[f] / scale[f] for f in scale) for one in lists]
    largest = max(gains)
    even = [one for one, gain in zip(lists, gains, strict=True) if gain >= largest * (1 - 1e-9)]
    return max(even, key=lambda one: [-1 if level is None else level for level in one.pick])
