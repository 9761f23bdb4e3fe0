"""One call of the solver: the best list under rows, a cut-off and what is settled.

HiGHS through scipy, one thread, no relative gap. What comes back is checked by the caller in
whole minor units and exact sums; nothing here is taken on trust but the bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from fundapp.joint.allocation.options import Chosen
from fundapp.joint.allocation.program import SCALE, Row, Rows, Tangents, over_parts
from fundapp.joint.allocation.welfare import Welfare

PROVEN_NONE = 2
"""The solver's status for a program without a solution."""

ENDLESS = 2**31 - 1
"""Nodes: the solver's own largest number."""


@dataclass(frozen=True)
class Wanted:
    """What a call asks for.

    `at_least`: the welfare of the list. `settled`: options in no list, options in every
    list. `cuts`: further rows. `linear` (m,): maximise this instead of welfare. `nodes`: stop
    after so many.
    """

    at_least: float
    settled: tuple[Chosen, Chosen]
    cuts: Sequence[Row] = ()
    linear: NDArray[np.float64] | None = None
    nodes: int = ENDLESS


@dataclass(frozen=True)
class Found:
    """A list, or None; `bound` on the goal of all such lists; `is_whole`: searched to the end."""

    chosen: Chosen | None
    bound: float
    is_whole: bool


def find(goal: Welfare, rows: Rows, tangents: Tangents, *, wanted: Wanted, until: float) -> Found:
    """Return the best list of a kind, before the monotonic time `until`."""
    left = until - monotonic()
    if left <= 0:
        return Found(None, np.inf, is_whole=False)
    out, fixed = wanted.settled
    free = ~(out | fixed)
    matrix, upper = _program(goal, rows, tangents, wanted=wanted)
    upper = upper - matrix[:, np.flatnonzero(fixed)].sum(axis=1)
    columns = np.concatenate([free, np.ones(len(goal.weights), bool)])
    objective = _objective(goal, wanted)
    found = milp(
        -objective[columns],
        constraints=LinearConstraint(matrix[:, np.flatnonzero(columns)], -np.inf, upper),
        integrality=np.concatenate([np.ones(free.sum()), np.zeros(len(goal.weights))]),
        bounds=Bounds(
            np.concatenate([np.zeros(free.sum()), np.full(len(goal.weights), -100 * SCALE)]),
            np.concatenate([np.ones(free.sum()), np.full(len(goal.weights), 100 * SCALE)]),
        ),
        options={"mip_rel_gap": 0.0, "time_limit": left, "node_limit": wanted.nodes},
    )
    base = float(objective[: len(fixed)][fixed].sum())
    if found.status == PROVEN_NONE:
        return Found(None, -np.inf, is_whole=True)
    dual = found.mip_dual_bound
    bound = np.inf if dual is None else (base - dual) / (SCALE if wanted.linear is None else 1.0)
    if found.x is None:
        return Found(None, bound, is_whole=False)
    chosen = fixed.copy()
    chosen[free] = np.round(found.x[: free.sum()]).astype(bool)
    return Found(chosen, bound, is_whole=found.status == 0)


def _objective(goal: Welfare, wanted: Wanted) -> NDArray[np.float64]:
    count = goal.gain.shape[1]
    if wanted.linear is None:
        return np.concatenate([np.zeros(count), goal.weights])
    return np.concatenate([wanted.linear, np.zeros(len(goal.weights))])


def _program(
    goal: Welfare, rows: Rows, tangents: Tangents, *, wanted: Wanted
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return all rows over the options and the scaled t of each funder."""
    slopes, funder, heights = tangents.rows(goal)
    count, inside = goal.gain.shape[1], len(goal.weights)
    cuts = np.array([row for row, _ in wanted.cuts]).reshape(len(wanted.cuts), count)
    matrix = over_parts(np.vstack([rows.matrix, cuts]), -SCALE * slopes, funder, inside=inside)
    upper = np.concatenate([rows.upper, [limit for _, limit in wanted.cuts], SCALE * heights])
    if not np.isfinite(wanted.at_least) or not inside:
        return matrix, upper
    cutoff = np.concatenate([np.zeros(count), -goal.weights])
    return np.vstack([matrix, cutoff]), np.append(upper, -SCALE * wanted.at_least)
