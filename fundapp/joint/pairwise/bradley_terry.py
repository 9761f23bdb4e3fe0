"""The order that follows from comparisons of pairs, with its doubt.

Each entry has a merit m (Bradley and Terry 1952). With the gap d = m_i - m_j + b between i, shown
first, and j, a judge prefers i, j or neither in the proportions exp(d/2) : exp(-d/2) : v (Davidson
1970). b is the judge's leaning to what stands first, 0 unless leanings are asked for; v says how
readily "equal" is said, 0 where nobody said it. Merits have a normal prior around 0, so that an
entry that won all of its pairs, or was in none, has a finite merit and an honest interval. What is
returned is the posterior mode and the normal approximation around it (inverse of the Hessian).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array
from scipy.special import expit, ndtr, ndtri

PRIOR_SD = 1.5
"""Spread of merits before any comparison: the better of two random entries then wins 80 % of
the time."""

LEANING_SD = 2.0
"""Spread of leanings where they are fitted: wide, so that the word of a judge who always takes the
first counts for next to nothing."""

EQUAL_SD = 3.0
"""Spread of log v, so that it stays finite where judges only ever say "equal"."""

EQUAL = 0.5
LEVEL = 0.9
_STEPS = 100
_TOLERANCE = 1e-10

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """One judge's word on two entries, by their places in the list of entries.

    first: the one that was shown first. first_share: 1 = the first is better, 0 = the second,
    0.5 = the judge cannot tell.
    """

    judge: str
    first: int
    second: int
    first_share: float = 1.0

    @property
    def is_decided(self) -> bool:
        """Tell whether the judge put one first."""
        return self.first_share != EQUAL


@dataclass(frozen=True, eq=False)
class FittedPairs:
    """What the comparisons say together.

    merits: (n,), mean 0, in logits. covariance: (n, n). comparisons: those that were fitted.
    leanings: by judge, in logits; above 0 = takes what stands first. Empty where not fitted.
    equals: v, how readily "equal" is said.
    """

    merits: Vector
    covariance: Vector
    comparisons: tuple[Comparison, ...]
    leanings: dict[str, float] = field(default_factory=dict)
    equals: float = 0.0

    def interval(self, entry: int, level: float = LEVEL) -> tuple[float, float]:
        """Return the ends of the interval that has the merit with chance `level`."""
        half = float(ndtri((1 + level) / 2)) * sqrt(self.covariance[entry, entry])
        return float(self.merits[entry]) - half, float(self.merits[entry]) + half

    def chance_better(self, first: int, second: int) -> float:
        """Return the chance that the first entry's merit is above the second's."""
        spread = self.spread(first, second)
        if spread == 0.0:
            return 0.5
        return float(ndtr((self.merits[first] - self.merits[second]) / spread))

    def spread(self, first: int, second: int) -> float:
        """Return the standard deviation of the difference of two merits."""
        cov = self.covariance
        variance = cov[first, first] + cov[second, second] - 2 * cov[first, second]
        return sqrt(max(0.0, float(variance)))

    def wins(self, entry: int, merit: float | None = None) -> float:
        """Return the share of decided pairs that the entry would win, one with each other entry.

        merit: in place of its own, as for an end of its interval. 0.5 without any other.
        """
        own = float(self.merits[entry]) if merit is None else merit
        others = np.delete(self.merits, entry)
        return float(expit(own - others).mean()) if len(others) else 0.5


def fit_pairs(
    entries: int,
    comparisons: Sequence[Comparison],
    *,
    prior_sd: float = PRIOR_SD,
    leaning_sd: float = 0.0,
) -> FittedPairs:
    """Return the merits of `entries` entries. Order of comparisons and names change nothing.

    leaning_sd: fit how far each judge leans to what stands first, with this spread; the word of a
    judge who always takes the first then tells little. 0 = nobody leans. Raises ValueError for a
    pair of an entry with itself, an unknown entry, or another share than 0, 0.5 and 1.
    """
    for one in comparisons:
        _refuse_senseless(one, entries)
    kept = tuple(
        sorted(comparisons, key=lambda one: (one.first, one.second, one.judge, one.first_share))
    )
    judges = sorted({one.judge for one in kept}) if leaning_sd else []
    share = np.array([one.first_share for one in kept], dtype=np.float64)
    sds = [prior_sd] * entries + [leaning_sd] * len(judges) + [EQUAL_SD]
    asked = _Asked(
        _design(kept, entries, judges),
        share,
        1 / np.array(sds) ** 2,
        has_equals=bool((share == EQUAL).any()),
    )
    found = _mode(asked)
    covariance = cho_solve(cho_factor(asked.slopes(found)[1]), np.eye(len(found)))
    return FittedPairs(
        merits=found[:entries],
        covariance=covariance[:entries, :entries],
        comparisons=kept,
        leanings=dict(zip(judges, found[entries:-1].tolist(), strict=True)),
        equals=float(np.exp(found[-1])) if asked.has_equals else 0.0,
    )


def information(gaps: Vector, equals: float) -> Vector:
    """Return what one word tells of the gap of two merits: the variance of the first's share."""
    better, _, equal = _chances(gaps, equals)
    share = better + equal / 2
    told: Vector = better + equal / 4 - share**2
    return told


@dataclass(frozen=True, eq=False)
class _Asked:
    """The comparisons as numbers. precision: of the prior, for each merit, leaning and log v."""

    design: Any
    share: Vector
    precision: Vector
    has_equals: bool

    def slopes(self, found: Vector) -> tuple[Vector, Vector]:
        """Return the gradient of the log-posterior, and its second derivatives times -1."""
        equals = float(np.exp(found[-1])) if self.has_equals else 0.0
        gaps = self.design @ found[:-1]
        better, _, equal = _chances(gaps, equals)
        expected = better + equal / 2
        gradient = -self.precision * found
        gradient[:-1] += self.design.T @ (self.share - expected)
        hessian: Vector = np.diag(self.precision)
        told = better + equal / 4 - expected**2
        hessian[:-1, :-1] += (self.design.T @ self.design.multiply(told[:, None])).toarray()
        if self.has_equals:
            gradient[-1] += float(((self.share == EQUAL) - equal).sum())
            hessian[-1, -1] += float((equal * (1 - equal)).sum())
            cross = self.design.T @ (equal * (0.5 - expected))
            hessian[-1, :-1] += cross
            hessian[:-1, -1] += cross
        return gradient, hessian


def _chances(gaps: Vector, equals: float) -> tuple[Vector, Vector, Vector]:
    """Return the chances of "the first", "the second" and "equal"."""
    half = np.exp(-np.abs(gaps) / 2)
    whole = 1 + half**2 + equals * half
    more, less = 1 / whole, half**2 / whole
    is_ahead = gaps >= 0
    better, worse = np.where(is_ahead, more, less), np.where(is_ahead, less, more)
    return better, worse, equals * half / whole


def _design(kept: Sequence[Comparison], entries: int, judges: Sequence[str]) -> Any:
    """Return a row per comparison: 1 for its first entry and its judge, -1 for its second."""
    at = {judge: entries + place for place, judge in enumerate(judges)}
    rows, columns, values = [], [], []
    for row, one in enumerate(kept):
        cells = [(one.first, 1.0), (one.second, -1.0)]
        if judges:
            cells.append((at[one.judge], 1.0))
        for column, value in cells:
            rows.append(row)
            columns.append(column)
            values.append(value)
    shape = (len(kept), entries + len(judges))
    return csr_array((values, (rows, columns)), shape=shape, dtype=np.float64)


def _mode(asked: _Asked) -> Vector:
    found: Vector = np.zeros(len(asked.precision))
    for _ in range(_STEPS):
        gradient, hessian = asked.slopes(found)
        step = cho_solve(cho_factor(hessian), gradient)
        longest = float(np.abs(step).max(initial=0.0))
        # Far from the mode a whole step may overshoot; nothing moves by more than two at once.
        found = found + step * min(1.0, 2.0 / max(1e-12, longest))
        if longest < _TOLERANCE:
            break
    return found


def _refuse_senseless(one: Comparison, entries: int) -> None:
    if one.first == one.second:
        raise ValueError(f"Entry {one.first} cannot be compared with itself.")
    if not (0 <= one.first < entries and 0 <= one.second < entries):
        raise ValueError(f"There is no pair of {one.first} and {one.second}.")
    if one.first_share not in (0.0, EQUAL, 1.0):
        raise ValueError(f"A share is 0, 0.5 or 1, not {one.first_share}.")
