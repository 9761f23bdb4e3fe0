"""A floor for the worst served application, at almost no cost to the total.

The highest total may leave one application with reviewers who hardly match. This stage
raises the lowest sum of affinities over the applications as far as the total stays within a
share of the best. Finding the highest floor of all is hard; a floor that is given is easy,
so the floor is sought by bisection between the optimum's own and the relaxation's bound.
"""

from dataclasses import dataclass
from math import fsum
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.assignment.candidates import all_pairs
from fundapp.joint.assignment.flow_solvers import balance_of
from fundapp.joint.assignment.network import Network
from fundapp.joint.assignment.optimal_assignment import OptimalAssignment
from fundapp.joint.assignment.problem import Integers

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_MOST_NODES = 500
"""Branching steps for one floor: the same on every machine, unlike seconds."""

_CLOSE_ENOUGH = 0.002
_SLACK = 1e-9
_ANY_GAP = 1.0
_SMALL_GAP = 1e-6
_INFEASIBLE = 2


@dataclass(frozen=True, kw_only=True)
class FairAssignment:
    """Pairs by application and reviewer, the floor reached and what it cost.

    `floor` is the lowest sum of affinities of an application that wants reviews;
    `floor_before` that of the optimum, `bound` what no assignment exceeds within the share
    of the best total. `is_bound_proved` tells that no search was cut short and all allowed
    pairs took part; the floor itself is always reached by the pairs.
    """

    applications: Integers
    reviewers: Integers
    objective: float
    best_objective: float
    floor: float
    floor_before: float
    bound: float
    is_bound_proved: bool


@dataclass(frozen=True)
class _Model:
    """The network as a linear program over its arcs, with the sum of each application."""

    network: Network
    values: NDArray[np.float64]
    sums: "csr_array[np.float64]"
    rules: "csr_array[np.float64]"
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    upper: NDArray[np.float64]


def fair_assignment(
    best: OptimalAssignment, *, share: float = 0.995, seconds: float = 60.0
) -> FairAssignment:
    """Return an assignment with a high floor whose total is at least `share` of the best.

    Deterministic unless `seconds` run out, which `is_bound_proved` then denies. Raises
    ValueError for an incomplete assignment, a share outside 0..1 and affinities below 0.
    """
    if not best.is_complete:
        raise ValueError("Fairness starts from a complete assignment")
    if not 0 <= share <= 1:
        raise ValueError("The share of the best total lies between 0 and 1")
    model = _model(best, share)
    if model.values.min(initial=0) < 0:
        raise ValueError("Fairness needs affinities of 0 or more")
    chosen = np.flatnonzero(best.staged.flow[best.staged.network.first_pair :])
    return _bisect(best, model, chosen, ends=monotonic() + seconds)


def _model(best: OptimalAssignment, share: float) -> _Model:
    from scipy.sparse import csr_array, vstack

    network = best.staged.network
    problem = best.problem
    values = problem.affinity[network.applications, network.reviewers].astype(np.float64)
    arcs = network.first_pair + np.arange(len(values))
    total = len(network.capacity)
    sums = csr_array((values, (network.applications, arcs)), shape=(len(problem.reviews), total))[
        np.flatnonzero(problem.reviews)
    ]
    balance = balance_of(network.tail, network.head, nodes=network.node_count)
    everything = csr_array((values, (np.zeros_like(arcs), arcs)), shape=(1, total))
    at_least = share * best.objective - _SLACK * max(1.0, abs(best.objective))
    upper = network.capacity.astype(np.float64)
    upper[network.fixed.misses_funder] = upper[network.fixed.misses_review] = 0
    return _Model(
        network=network,
        values=values,
        sums=sums,
        rules=csr_array(vstack([balance, everything])),
        lowest=np.append(network.supply, at_least),
        highest=np.append(network.supply, np.inf),
        upper=upper,
    )


def _bisect(
    best: OptimalAssignment, model: _Model, chosen: Integers, *, ends: float
) -> FairAssignment:
    before = floor = _floor(model, chosen)
    upper = bound = max(floor, _highest_relaxed_floor(model))
    is_proved = _has_all_pairs(best)
    while upper - floor > _CLOSE_ENOUGH * upper:
        tried = (floor + upper) / 2
        found, is_sure = _with_floor(model, tried, gap=_ANY_GAP, ends=ends)
        if found is not None:
            chosen, floor = found, max(floor, _floor(model, found))
            continue
        upper = tried
        is_proved = is_proved and is_sure
        bound = tried if is_proved else bound
    polished, _ = _with_floor(model, floor - _SLACK, gap=_SMALL_GAP, ends=ends)
    if polished is not None and model.values[polished].sum() > model.values[chosen].sum():
        chosen = polished
    applications, reviewers = (
        part[chosen] for part in (model.network.applications, model.network.reviewers)
    )
    order = np.lexsort((reviewers, applications))
    return FairAssignment(
        applications=applications[order],
        reviewers=reviewers[order],
        objective=fsum(model.values[chosen].tolist()),
        best_objective=best.objective,
        floor=_floor(model, chosen),
        floor_before=before,
        bound=bound,
        is_bound_proved=is_proved,
    )


def _with_floor(
    model: _Model, floor: float, *, gap: float, ends: float
) -> tuple[Integers | None, bool]:
    """Return the pairs of an assignment with this floor, and whether no answer means none."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    left = ends - monotonic()
    if left <= 0:
        return None, False
    is_pair = np.arange(len(model.upper)) >= model.network.first_pair
    costs = np.zeros(len(model.upper))
    costs[is_pair] = -model.values
    found = milp(
        costs,
        constraints=[
            LinearConstraint(model.rules, model.lowest, model.highest),
            LinearConstraint(model.sums, floor, np.inf),
        ],
        bounds=Bounds(0, model.upper),
        integrality=is_pair.astype(np.int64),
        options={"node_limit": _MOST_NODES, "time_limit": left, "mip_rel_gap": gap},
    )
    if found.x is None:
        return None, bool(found.status == _INFEASIBLE)
    return np.flatnonzero(np.rint(found.x[model.network.first_pair :])), True


def _highest_relaxed_floor(model: _Model) -> float:
    """Return the highest floor when reviews may be split: no assignment has a higher one."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack

    rows = model.sums.shape[0]
    if not rows:
        return 0.0
    one = csr_array(np.ones((rows, 1)))
    none = csr_array((model.rules.shape[0], 1), dtype=np.float64)
    costs = np.zeros(len(model.upper) + 1)
    costs[-1] = -1.0
    found = milp(
        costs,
        constraints=[
            LinearConstraint(hstack([model.rules, none]), model.lowest, model.highest),
            LinearConstraint(hstack([model.sums, -one]), 0, np.inf),
        ],
        bounds=Bounds(0, np.append(model.upper, np.inf)),
    )
    if found.x is None:
        raise ValueError(f"No bound on the floor: {found.message}")
    return float(found.x[-1])


def _floor(model: _Model, chosen: Integers) -> float:
    sums = np.bincount(
        model.network.applications[chosen],
        weights=model.values[chosen],
        minlength=len(model.network.problem.reviews),
    )
    return float(sums[model.network.problem.reviews > 0].min(initial=np.inf))


def _has_all_pairs(best: OptimalAssignment) -> bool:
    return len(best.staged.network.applications) == len(all_pairs(best.problem)[0])
