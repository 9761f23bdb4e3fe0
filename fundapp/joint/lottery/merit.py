"""MERIT: the chances whose worst case over all qualities within the intervals is best.

Goldberg, Fanti, Shah 2025, "MERIT: a partial lottery for peer review". The chances that reach the
best worst case are many; three steps make them one, whatever the order of the input:

1. the largest worst case v: the expected number of selected among the true best, at worst;
2. of the chances that reach it, those that get most sure comparisons right: the largest sum over
   pairs "a lies wholly above b" of (chance of a - chance of b). Moving chance from b to a never
   lowers v and raises this sum, so nobody surely worse can be selected in place of a surely
   better one (ex-post validity), without repairs afterwards;
3. of those, the most even: the smallest sum of squares, which is unique (Wolfe 1976).

Nobody gets less than another whose both interval ends are no higher: swapping them would be as
good in 1 and 2, and evening them out better in 3.
"""

from dataclasses import dataclass

import numpy as np

from fundapp.joint.lottery.interval_order import (
    IntervalOrder,
    Numbers,
    Values,
    by_lower_end,
    surely_above,
    surely_below,
)
from fundapp.joint.lottery.merit_program import AtLeast, BestSetProgram
from fundapp.joint.lottery.nearest_point import nearest_to_origin

EVENNESS = 1e-7
"""Squared chances: differences of evenness that are not worth a step."""


@dataclass(frozen=True)
class Merit:
    """Chances (n,) in the order of the input, and the worst case v that they reach.

    `sure` are in every set that could be the best: a number; likewise `out` in none.
    """

    chances: Numbers
    worst_case: float
    sure: int
    out: int


def merit(lower: Numbers, upper: Numbers, *, select: int) -> Merit:
    """Return MERIT's chances of intervals [lower, upper], each (n,), for `select` places.

    The chances sum to `select` up to rounding. Raises ArithmeticError where the solver gives up.
    """
    below, above = surely_below(lower, upper), surely_above(lower, upper)
    is_sure, is_out = below >= len(lower) - select, above >= select
    contested = np.flatnonzero(~is_sure & ~is_out)
    places = select - int(is_sure.sum())
    chances = is_sure.astype(np.float64)
    worst_case = float(select)
    if len(contested):
        inner = contested[by_lower_end(lower[contested], upper[contested])]
        order = IntervalOrder(lower[inner], upper[inner], places)
        chances[inner], contested_case = _contested(BestSetProgram(order))
        worst_case = select - places + contested_case
    return Merit(chances, worst_case, int(is_sure.sum()), int(is_out.sum()))


def _contested(program: BestSetProgram) -> tuple[Numbers, float]:
    """Return the chances of the contested applications, in their order, and their worst case."""
    worst_case = program.best_worst_case()
    rightest = program.best_chances(program.standing, worst_case=worst_case)
    keep = AtLeast(program.standing, float(program.standing @ rightest))
    root = np.sqrt(program.sizes)

    def farthest_against(point: Numbers) -> Numbers:
        return root * program.best_chances(-root * point, worst_case=worst_case, keep=(keep,))

    even = nearest_to_origin(root * rightest, farthest_against, tolerance=EVENNESS) / root
    return even[program.class_of], worst_case


def worst_case(values: Values, lower: Numbers, upper: Numbers, *, select: int) -> float:
    """Return the least expected number of selected among the true best that `values` allow.

    Exact where `values` are integers. Zero places have a worst case of zero.
    """
    order = by_lower_end(lower, upper)
    intervals = IntervalOrder(lower[order], upper[order], select)
    return float(intervals.least_in_a_best_set(values[order]).min())
