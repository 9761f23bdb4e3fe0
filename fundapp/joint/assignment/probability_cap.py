"""No pair surer than q: an assignment drawn so that nobody can count on a certain reviewer.

Against arranged reviews (Jecmen et al. 2020): the fractional assignment of highest expected
affinity in which every pair has a probability of at most q, then a draw of whole reviews with
exactly these probabilities. The draw goes round cycles of fractional arcs (dependent
rounding, Gandhi et al. 2006), so loads, funders and numbers of reviews hold in every outcome.
"""

import random
from dataclasses import dataclass
from math import ceil, floor, fsum

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.assignment.candidates import all_pairs
from fundapp.joint.assignment.flow_solvers import balance_of
from fundapp.joint.assignment.network import Network, network_of
from fundapp.joint.assignment.optimal_assignment import OptimalAssignment
from fundapp.joint.assignment.problem import Integers

_WHOLE = 1e-7
"""Flows this close to a whole number are whole: HiGHS keeps its rows to 1e-7."""


@dataclass(frozen=True, kw_only=True)
class CappedAssignment:
    """The drawn pairs by application and reviewer, and what the cap costs.

    `probabilities` is (n, R), none above `cap`. `expected_objective` is the sum of affinities
    that the draw gives on average, `objective` that of this draw. `price` is the share of the
    best total that the cap costs on average.
    """

    applications: Integers
    reviewers: Integers
    cap: float
    probabilities: NDArray[np.float64]
    objective: float
    expected_objective: float
    best_objective: float

    @property
    def price(self) -> float:
        """Return 1 - expected / best; 0 where the best total is 0."""
        if not self.best_objective:
            return 0.0
        return 1 - self.expected_objective / self.best_objective


def capped_assignment(best: OptimalAssignment, *, cap: float, seed: str) -> CappedAssignment:
    """Return an assignment drawn with no pair more probable than `cap`; the same for a seed.

    `best` is the optimum without a cap, which the price is measured against. Raises
    ValueError for a cap outside 0..1, an incomplete optimum, and a cap so low that some
    application cannot get its reviews.
    """
    if not 0 < cap <= 1:
        raise ValueError("The cap on a pair's probability lies above 0 and at most at 1")
    if not best.is_complete:
        raise ValueError("A cap starts from a complete assignment")
    network = network_of(best.problem, *all_pairs(best.problem))
    flow = _fractional(network, cap)
    first = network.first_pair
    probabilities = np.zeros(best.problem.shape)
    probabilities[network.applications, network.reviewers] = flow[first:].clip(0, cap)
    drawn = np.flatnonzero(_drawn(network, flow, seed)[first:])
    applications, reviewers = network.applications[drawn], network.reviewers[drawn]
    affinity = best.problem.affinity
    values = affinity[network.applications, network.reviewers].astype(np.float64)
    order = np.lexsort((reviewers, applications))
    return CappedAssignment(
        applications=applications[order],
        reviewers=reviewers[order],
        cap=cap,
        probabilities=probabilities,
        objective=fsum(affinity[applications, reviewers].tolist()),
        expected_objective=fsum((flow[first:] * values).tolist()),
        best_objective=best.objective,
    )


def _fractional(network: Network, cap: float) -> NDArray[np.float64]:
    """Return the flow of highest expected affinity in which no pair exceeds the cap."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    values = network.problem.affinity[network.applications, network.reviewers]
    upper = network.capacity.astype(np.float64)
    upper[network.first_pair :] = cap
    upper[network.fixed.misses_funder] = upper[network.fixed.misses_review] = 0
    balance = balance_of(network.tail, network.head, nodes=network.node_count)
    found = milp(
        np.concatenate([np.zeros(network.first_pair), -values.astype(np.float64)]),
        constraints=LinearConstraint(balance, network.supply, network.supply),
        bounds=Bounds(0, upper),
    )
    if found.x is None:
        raise ValueError(
            f"With no pair surer than {cap:g} not every application gets its reviews. "
            "Choose a higher cap."
        )
    near = np.rint(found.x)
    flow: NDArray[np.float64] = np.where(np.abs(found.x - near) < _WHOLE, near, found.x)
    return flow


def _drawn(network: Network, flow: NDArray[np.float64], seed: str) -> Integers:
    """Return a flow in whole units whose mean on every arc is `flow`."""
    draw = random.Random(seed)  # noqa: S311 - a public draw that anybody can repeat
    rest = _Fractions(network, flow)
    while cycle := rest.cycle():
        rest.shift(cycle, draw.random())
    return np.array([round(value) for value in rest.flow], dtype=np.int64)


class _Fractions:
    """The arcs that carry a fraction, and the cycles among them.

    Supplies are whole, so a node with one fractional arc has two, and walking on always
    closes a cycle. A shift makes at least one arc whole; no arc leaves its two neighbours.
    """

    def __init__(self, network: Network, flow: NDArray[np.float64]) -> None:
        self.flow: list[float] = flow.tolist()
        self.ends = list(zip(network.tail.tolist(), network.head.tolist(), strict=True))
        self.at: dict[int, dict[int, None]] = {}
        for arc in np.flatnonzero(flow != np.rint(flow)).tolist():
            for node in self.ends[arc]:
                self.at.setdefault(node, {})[arc] = None

    def cycle(self) -> list[tuple[int, int]]:
        """Return arcs of a cycle with their direction (1 along, -1 against); [] for none."""
        start = next((node for node, arcs in self.at.items() if arcs), None)
        if start is None:
            return []
        place, path, last = {start: 0}, [], -1
        node = start
        while True:
            arc = next(one for one in self.at[node] if one != last)
            tail, head = self.ends[arc]
            direction, node = (1, head) if tail == node else (-1, tail)
            path.append((arc, direction))
            last = arc
            if node in place:
                return path[place[node] :]
            place[node] = len(path)

    def shift(self, cycle: list[tuple[int, int]], drawn: float) -> None:
        """Move flow round the cycle one way or the other, so that the mean stays."""
        ahead = min(self._room(arc, direction) for arc, direction in cycle)
        back = min(self._room(arc, -direction) for arc, direction in cycle)
        by = ahead if drawn * (ahead + back) < back else -back
        for arc, direction in cycle:
            value = self.flow[arc] + by * direction
            if abs(value - round(value)) < _WHOLE:
                value = float(round(value))
                for node in self.ends[arc]:
                    del self.at[node][arc]
            self.flow[arc] = value

    def _room(self, arc: int, direction: int) -> float:
        value = self.flow[arc]
        return ceil(value) - value if direction > 0 else value - floor(value)
