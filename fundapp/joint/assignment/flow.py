"""The flow that meets several aims in order, over few pairs or all of them, with its proof."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from fundapp.joint.assignment.candidates import bargains
from fundapp.joint.assignment.costs import Stage
from fundapp.joint.assignment.flow_duals import lowered, node_prices, reduced_costs
from fundapp.joint.assignment.flow_solvers import FlowQuestion, FlowSolver
from fundapp.joint.assignment.network import Network
from fundapp.joint.assignment.problem import Integers

MOST_PRICING_ROUNDS = 30


@dataclass
class StagedFlow:
    """A flow through a network, optimal for its stages so far.

    `lower` and `upper` bound each arc to the flows of all optima so far. `prices` are the
    node prices of each stage. `is_certified` tells that the prices prove each stage optimal
    among all allowed pairs, also those that are not in the network.
    """

    network: Network
    flow: Integers
    lower: Integers
    upper: Integers
    prices: list[Integers] = field(default_factory=list)
    is_certified: bool = True
    pricing_rounds: int = 0

    @property
    def chosen(self) -> tuple[Integers, Integers]:
        """Return the pairs that carry a review: applications, reviewers."""
        carries = self.flow[self.network.first_pair :] > 0
        return self.network.applications[carries], self.network.reviewers[carries]

    @property
    def missing(self) -> tuple[int, int]:
        """Return how many reviews and how many funders stay missing."""
        fixed = self.network.fixed
        return int(self.flow[fixed.misses_review].sum()), int(self.flow[fixed.misses_funder].sum())

    @property
    def is_short(self) -> bool:
        """Tell whether a review or a funder stays missing."""
        return self.missing != (0, 0)


def staged_flow(
    network: Network, stages: Sequence[Stage], solver: FlowSolver, *, is_partial: bool
) -> StagedFlow:
    """Return the flow that is optimal for the first stage, among those for the second, ...

    `is_partial` says that the network lacks allowed pairs: after each solution all lacking
    pairs that its prices call a bargain are added, until there are none.
    """
    capacity = network.capacity
    found = StagedFlow(network, np.zeros_like(capacity), np.zeros_like(capacity), capacity)
    for number, stage in enumerate(stages):
        prices = _settle(found, stages[: number + 1], solver, is_partial=is_partial)
        found.prices.append(prices)
        reduced = reduced_costs(_question(found, stage), prices)
        found.lower = np.where(reduced < 0, found.flow, found.lower)
        found.upper = np.where(reduced > 0, found.flow, found.upper)
    return found


def _settle(
    found: StagedFlow, stages: Sequence[Stage], solver: FlowSolver, *, is_partial: bool
) -> Integers:
    """Solve the last of `stages` with ever more pairs; return its node prices."""
    start = np.full(found.network.node_count, stages[-1].missing_review, dtype=np.int64)
    start[-1] = 0
    while True:
        question = _question(found, stages[-1])
        found.flow = solver.solve(question)
        prices = node_prices(question, found.flow, start=start)
        if not is_partial:
            return prices
        prices = lowered(question, found.flow, prices, nodes=found.network.seats)
        applications, reviewers = bargains(found.network, stages, [*found.prices, prices])
        if not len(applications):
            return prices
        if found.pricing_rounds == MOST_PRICING_ROUNDS:
            found.is_certified = False
            return prices
        found.pricing_rounds += 1
        _add(found, applications, reviewers)


def _question(found: StagedFlow, stage: Stage) -> FlowQuestion:
    network = found.network
    return FlowQuestion(
        network.tail, network.head, found.lower, found.upper, stage.costs(network), network.supply
    )


def _add(found: StagedFlow, applications: Integers, reviewers: Integers) -> None:
    found.network = found.network.with_pairs(applications, reviewers)
    nothing = np.zeros_like(applications)
    found.lower = np.concatenate([found.lower, nothing])
    found.upper = np.concatenate([found.upper, nothing + 1])
