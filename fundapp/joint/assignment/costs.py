"""What flow costs: whole numbers, so that an optimum is exact and can be checked exactly.

Aims come in order: no missing review, no missing funder, the highest sum of affinities, even
loads with a draw. Each is met among the optima of those before, so no weight has to be chosen
that is large enough for the one and small enough for the solver's range.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.assignment.network import Network
from fundapp.joint.assignment.problem import AssignmentProblem, Integers, row_blocks

MOST_DRAWN = 15
"""The draw adds 0..15 to a pair; a step of load counts 16: evenness goes before the draw."""

FINEST_BITS = 24
"""Affinities of many digits are rounded to the range / 2**24: below 1e-7 of the range."""

_MOST_DECIMALS = 6
_SLACK = 1e-6


@dataclass(frozen=True)
class AffinityUnits:
    """How affinities become whole numbers: `(top - affinity) * scale`, 0 for the highest."""

    top: float
    scale: float
    largest: int


@dataclass(frozen=True)
class Stage:
    """One or more aims as the cost of a unit on every arc.

    A pair costs `unit` for each unit of affinity below the highest, plus `draw` times 0..15.
    An arc to the sink costs `draw` * 16 for each step of load.
    """

    problem: AssignmentProblem
    units: AffinityUnits
    unit: int
    draw: int
    missing_review: int
    missing_funder: int

    @property
    def largest_pair_cost(self) -> int:
        """Return what no pair costs more than."""
        return self.unit * self.units.largest + self.draw * MOST_DRAWN

    def costs(self, network: Network) -> Integers:
        """Return the cost of each arc."""
        fixed = network.fixed.step * (self.draw * (MOST_DRAWN + 1))
        fixed[network.fixed.misses_funder] = self.missing_funder
        fixed[network.fixed.misses_review] = self.missing_review
        return np.concatenate([fixed, self.pair_costs(network.applications, network.reviewers)])

    def pair_costs(self, applications: Integers, reviewers: Integers) -> Integers:
        """Return the costs of these pairs (any shapes that broadcast)."""
        shape = np.broadcast_shapes(applications.shape, reviewers.shape)
        costs = np.zeros(shape, dtype=np.int64)
        if self.unit:
            values = self.problem.affinity[applications, reviewers].astype(np.float64)
            costs += np.rint((self.units.top - values) * self.units.scale).astype(np.int64)
            costs *= self.unit
        if self.draw:
            costs += self.draw * drawn(self.problem, applications, reviewers)
        return costs


def drawn(problem: AssignmentProblem, applications: Integers, reviewers: Integers) -> Integers:
    """Return 0..15 for each pair: the last step of SplitMix64 over the keys of the two."""
    keys = problem.keys
    with np.errstate(over="ignore"):
        mixed = keys.applications[applications] * np.uint64(0x9E3779B97F4A7C15)
        mixed = mixed ^ keys.reviewers[reviewers]
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed >> np.uint64(60)).astype(np.int64)


def priced_stages(problem: AssignmentProblem, limit: int) -> list[Stage]:
    """Return the aims with prices on what is missing, for costs of at most `limit`.

    A missing funder costs as much as four of the worst matches, a missing review eight. The
    optimum is exact whenever it misses as few as is possible, above all when that is none.
    """
    units = affinity_units(problem, min(2**FINEST_BITS, limit // 16))
    price = 4 * (units.largest + 1)
    return [Stage(problem, units, 1, 0, 2 * price, price), Stage(problem, units, 0, 1, 0, 0)]


def ordered_stages(problem: AssignmentProblem, limit: int) -> list[Stage]:
    """Return the aims one by one, what is missing first: exact always, but slower."""
    by_affinity, by_evenness = priced_stages(problem, limit)
    fewest = Stage(problem, by_affinity.units, 0, 0, int(problem.funders.sum()) + 1, 1)
    return [fewest, replace(by_affinity, missing_review=0, missing_funder=0), by_evenness]


def order_of_candidates(stage: Stage) -> Stage:
    """Return costs that sort pairs by affinity, and by the draw among equal ones."""
    return replace(stage, unit=MOST_DRAWN + 1, draw=1)


def strict_stage(stage: Stage) -> Stage:
    """Return costs under which only the number of empty seats counts."""
    return replace(stage, unit=0, draw=0, missing_review=1, missing_funder=1)


def affinity_units(problem: AssignmentProblem, most: int) -> AffinityUnits:
    """Return units in which the affinities of allowed pairs are at most `most`.

    Affinities with up to six decimals become whole exactly where `most` has room for them.
    """
    blocks = [values for values in _allowed_blocks(problem) if values.size]
    top = max((float(values.max()) for values in blocks), default=0.0)
    low = min((float(values.min()) for values in blocks), default=0.0)
    if top == low:
        return AffinityUnits(top, 0.0, 0)
    for decimals in range(_MOST_DECIMALS + 1):
        scale = 10.0**decimals
        if (top - low) * scale > most:
            break
        slack = min(_SLACK, (top - low) * scale / 2**FINEST_BITS)
        if all(_is_whole((top - values) * scale, slack=slack) for values in blocks):
            return AffinityUnits(top, scale, int(np.rint((top - low) * scale)))
    return AffinityUnits(top, max(1, most) / (top - low), max(1, most))


def _allowed_blocks(problem: AssignmentProblem) -> Iterator[NDArray[np.float64]]:
    for rows in row_blocks(problem):
        yield problem.affinity[rows][problem.allowed[rows]].astype(np.float64)


def _is_whole(numbers: NDArray[np.float64], *, slack: float) -> bool:
    return bool((np.abs(numbers - np.rint(numbers)) <= slack).all())
