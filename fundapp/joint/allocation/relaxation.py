"""The relaxed question, with parts of grants allowed: a bound, and what it says of each option.

By weak duality any prices at or above zero give a bound on every list, and by how much an
option moves away from what the prices say lowers that bound. An option whose move costs more
than the gap to the best list at hand is settled (fixing by reduced cost).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from fundapp.joint.allocation.options import Chosen
from fundapp.joint.allocation.program import Rows, Tangents, over_parts
from fundapp.joint.allocation.welfare import Welfare

ROUNDS = 25
CLOSE = 1e-7


@dataclass(frozen=True)
class Relaxation:
    """`bound` on the welfare of every list; `reduced` (m,), what funding an option adds to it.

    `parts` (m,) is the relaxed list, `ratios` (P,) its joint-over-alone values.
    """

    bound: float
    reduced: NDArray[np.float64]
    parts: NDArray[np.float64]
    ratios: NDArray[np.float64]

    def settled(self, at_least: float) -> tuple[Chosen, Chosen]:
        """Return which options are in no list and in every list of welfare `at_least`."""
        costly = np.abs(self.reduced) > self.bound - at_least
        return costly & (self.reduced < 0), costly & (self.reduced > 0)

    def core(self, size: int) -> Chosen:
        """Return the options of which the prices say least, and all that are parted."""
        core = (self.parts > 1e-7) & (self.parts < 1 - 1e-7)
        core[np.argsort(np.abs(self.reduced), kind="stable")[:size]] = True
        return core


def relax(goal: Welfare, rows: Rows) -> Relaxation | None:
    """Return the relaxation, or None where even parts of grants keep no floor or pin."""
    whole = np.maximum(goal.gain.sum(axis=1), 1.0)
    tangents = Tangents([list(np.geomspace(1.0, top, 6)) if top > 1 else [1.0] for top in whole])
    best: Relaxation | None = None
    reached = -np.inf
    for _ in range(ROUNDS):
        found = _solved(goal, rows, tangents)
        if found is None:
            return best
        if best is None or found.bound < best.bound:
            best = found
        welfare = float(goal.weights @ np.log(np.maximum(found.ratios, 1e-300)))
        reached = max(reached, welfare)
        if best.bound - reached < CLOSE:
            break
        tangents.add(found.ratios)
    return best


def _solved(goal: Welfare, rows: Rows, tangents: Tangents) -> Relaxation | None:
    slopes, funder, heights = tangents.rows(goal)
    count, inside = goal.gain.shape[1], len(goal.weights)
    matrix = over_parts(rows.matrix, -slopes, funder, inside=inside)
    upper = np.concatenate([rows.upper, heights])
    found = linprog(
        np.concatenate([np.zeros(count), -goal.weights]),
        A_ub=matrix,
        b_ub=upper,
        bounds=[(0, 1)] * count + [(None, None)] * inside,
        method="highs-ds",
    )
    if found.x is None:
        return None
    parts = np.clip(found.x[:count], 0, 1)
    prices = np.maximum(-found.ineqlin.marginals, 0.0)
    row_prices, tangent_prices = prices[: len(rows.upper)], prices[len(rows.upper) :]
    per_funder = np.bincount(funder, tangent_prices, inside) if inside else np.zeros(0)
    exact = tangent_prices * (goal.weights / per_funder)[funder] if inside else tangent_prices
    reduced = exact @ slopes - row_prices @ rows.matrix
    bound = row_prices @ rows.upper + exact @ heights + np.maximum(reduced, 0).sum()
    return Relaxation(float(bound), reduced, parts, goal.gain @ parts)
