"""The linear programme behind MERIT: chances whose sum over every possible best set is large.

Applications of one class stand above and below the same others, so they share one chance. The
condition for one threshold, "the cheapest `need` of the eligible", is a linear programme itself;
its dual (one level, one excess per class) makes the condition exact with a few rows:

    ahead . p + need * level - eligible . excess >= worst case,   excess >= level - p,   excess >= 0

Thresholds join when an answer breaks them. This replaces cuts set by set, of which ties need
exponentially many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from fundapp.joint.lottery.interval_order import (
    Integers,
    IntervalOrder,
    Numbers,
    surely_above,
    surely_below,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

OPTIONS = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}

SLACKS = (1e-12, 1e-9, 1e-7)
"""What is asked less of an optimum that was found, so that it can be found again: as little as
the solver allows, or the answer would make use of it."""

BROKEN = 1e-8
"""A threshold joins when an answer falls short of it by more, in applications."""

NEW_THRESHOLDS = 8
NEARLY_TIGHT = 0.02
"""Thresholds with more slack than this share of the places are let go while the bound falls."""


@dataclass(frozen=True)
class AtLeast:
    """A condition that stays: `weights` (class) times the chances is at least `total`."""

    weights: Numbers
    total: float


class BestSetProgram:
    """Questions about the chances (one per class) of the contested applications."""

    def __init__(self, order: IntervalOrder) -> None:
        self.order = order
        standing = np.stack(
            [surely_above(order.lower, order.upper), surely_below(order.lower, order.upper)], axis=1
        )
        kinds, self.class_of = np.unique(standing, axis=0, return_inverse=True)
        self.sizes: Integers = np.bincount(self.class_of, minlength=len(kinds))
        self.standing: Numbers = (kinds[:, 1] - kinds[:, 0]) * self.sizes / len(order.lower)
        self._joined: list[int] = []

    @cached_property
    def even(self) -> Numbers:
        """The same chance for everybody."""
        return np.full(len(self.sizes), self.order.places / self.sizes.sum())

    def best_worst_case(self) -> float:
        """Return the largest worst case, in contested applications among the best."""
        chances, bound, previous = self.even, float(self.order.places) + 1.0, np.inf
        while self._join_broken(chances, bound):
            if bound < previous - BROKEN:
                self._let_go_slack(chances, bound)
            previous = bound
            chances, bound = self._answer(np.zeros(len(self.sizes)), None, ())
        return bound

    def best_chances(
        self, gain: Numbers, *, worst_case: float, keep: Sequence[AtLeast] = ()
    ) -> Numbers:
        """Return chances (class) of the largest `gain` that reach `worst_case` and `keep`."""
        while True:
            chances, _ = self._answer(gain, worst_case, keep)
            if not self._join_broken(chances, worst_case):
                return chances

    def _join_broken(self, chances: Numbers, worst_case: float) -> bool:
        """Add the thresholds that `chances` break, the dips of their profile; tell if any."""
        least = self.order.least_in_a_best_set(chances[self.class_of])
        around = np.concatenate([[np.inf], least, [np.inf]])
        is_broken = least < worst_case - BROKEN
        is_broken &= ~np.isin(self.order.thresholds, self._joined)
        is_dip = (least <= around[:-2]) & (least < around[2:])
        chosen = np.flatnonzero(is_broken & is_dip)
        if not len(chosen):
            chosen = np.flatnonzero(is_broken)
        worst_first = chosen[np.argsort(least[chosen], kind="stable")][:NEW_THRESHOLDS]
        self._joined = sorted([*self._joined, *self.order.thresholds[worst_first].tolist()])
        return len(worst_first) > 0

    def _let_go_slack(self, chances: Numbers, bound: float) -> None:
        """Forget joined thresholds far from tight; they can join again."""
        least = self.order.least_in_a_best_set(chances[self.class_of])
        tight = self.order.thresholds[least <= bound + NEARLY_TIGHT * self.order.places].tolist()
        self._joined = [threshold for threshold in self._joined if threshold in tight]

    def _answer(
        self, gain: Numbers, floor: float | None, keep: Sequence[AtLeast]
    ) -> tuple[Numbers, float]:
        """Maximise `gain`, or the worst case where no `floor` is set; return chances and it."""
        from scipy.optimize import linprog

        solve: Any = linprog  # the stubs know no sparse matrices
        rows, limits = self._rows(keep)
        classes, columns = len(gain), rows.shape[1]
        objective = np.zeros(columns)
        objective[:classes] = -gain
        objective[classes] = 0.0 if floor is not None else -1.0
        total = np.zeros((1, columns))
        total[0, :classes] = self.sizes
        bounds = np.tile([0.0, 1.0], (columns, 1))
        for slack, method in product(SLACKS, ("highs-ipm", "highs-ds")):
            bounds[classes] = (max(0.0, (floor or 0.0) - slack), self.order.places)
            limits[: len(keep)] = [slack - condition.total for condition in keep]
            found = solve(
                objective,
                A_ub=rows,
                b_ub=limits,
                A_eq=total,
                b_eq=[self.order.places],
                bounds=bounds,
                method=method,
                options=OPTIONS,
            )
            if found.status == 0:
                return np.clip(found.x[:classes], 0.0, 1.0), float(found.x[classes])
        raise ArithmeticError(f"The chances could not be computed: {found.message}")

    def _rows(self, keep: Sequence[AtLeast]) -> "tuple[csr_array, Numbers]":
        """Return the joined thresholds and `keep` as rows (r, columns) with limits (r,).

        Columns: a chance per class, the worst case, then a level and excesses per threshold.
        """
        from scipy.sparse import csr_array

        entries = _Entries(columns=len(self.sizes) + 1)
        for condition in keep:
            named = np.flatnonzero(condition.weights)
            entries.add_row(named, -condition.weights[named], limit=-condition.total)
        for threshold in self._joined:
            self._add_threshold(entries, threshold)
        shape = (len(entries.limits), entries.columns)
        placed = (np.concatenate(entries.row), np.concatenate(entries.column))
        rows = csr_array((np.concatenate(entries.value), placed), shape=shape)
        return rows, np.array(entries.limits)

    def _add_threshold(self, entries: "_Entries", threshold: int) -> None:
        classes = len(self.sizes)
        ahead = np.bincount(self.class_of[:threshold], minlength=classes)
        eligible = np.bincount(self.class_of[self.order.eligible(threshold)], minlength=classes)
        before, may_fill = np.flatnonzero(ahead), np.flatnonzero(eligible)
        level = entries.new_columns(1)
        excess = entries.new_columns(len(may_fill))
        need = float(self.order.places - threshold)
        entries.add_row(
            np.concatenate([before, [classes], level, excess]),
            np.concatenate([-ahead[before], [1.0], [-need], eligible[may_fill]]),
            limit=0.0,
        )
        for one, class_ in zip(excess.tolist(), may_fill.tolist(), strict=True):
            entries.add_row(
                np.array([level[0], one, class_]), np.array([1.0, -1.0, -1.0]), limit=0.0
            )


class _Entries:
    """A sparse matrix as it grows, row by row."""

    def __init__(self, *, columns: int) -> None:
        self.columns = columns
        self.limits: list[float] = []
        self.row: list[Integers] = []
        self.column: list[Integers] = []
        self.value: list[Numbers] = []

    def new_columns(self, count: int) -> Integers:
        first, self.columns = self.columns, self.columns + count
        return np.arange(first, self.columns)

    def add_row(self, column: Integers, value: Numbers, *, limit: float) -> None:
        self.row.append(np.full(len(column), len(self.limits)))
        self.column.append(column)
        self.value.append(value)
        self.limits.append(limit)
