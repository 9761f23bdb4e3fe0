"""The order that follows from comparisons of pairs (Bradley and Terry 1952), with its doubt.

Each entry has a merit m; a judge prefers i to j with chance 1 / (1 + exp(m_j - m_i)). Merits
have a normal prior around 0, so that an entry that won all of its pairs, or was in none, has a
finite merit and an honest interval. What is returned is the posterior mode and the normal
approximation around it (inverse of the Hessian).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit, ndtr, ndtri

PRIOR_SD = 1.5
"""Spread of merits before any comparison: the better of two random entries then wins 80 % of
the time."""

LEVEL = 0.9
_STEPS = 100
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Comparison:
    """One judge's word on two entries, by their places in the list of entries.

    first_share: 1 = the first is better, 0 = the second, 0.5 = the judge cannot tell.
    """

    judge: str
    first: int
    second: int
    first_share: float = 1.0


@dataclass(frozen=True, eq=False)
class FittedPairs:
    """What the comparisons say together.

    merits: (n,), mean 0, in logits. covariance: (n, n). comparisons: those that were fitted.
    """

    merits: NDArray[np.float64]
    covariance: NDArray[np.float64]
    comparisons: tuple[Comparison, ...]

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


def fit_pairs(
    entries: int, comparisons: Sequence[Comparison], *, prior_sd: float = PRIOR_SD
) -> FittedPairs:
    """Return the merits of `entries` entries. Order of comparisons and names change nothing.

    Raises ValueError for a pair of an entry with itself, an unknown entry, or a share outside
    of 0 to 1.
    """
    for one in comparisons:
        _refuse_senseless(one, entries)
    kept = tuple(
        sorted(comparisons, key=lambda one: (one.first, one.second, one.judge, one.first_share))
    )
    pairs = np.array([(one.first, one.second) for one in kept], dtype=np.intp).reshape(-1, 2)
    first, second = pairs.T
    share = np.array([one.first_share for one in kept], dtype=np.float64)
    merits, prior = np.zeros(entries), np.eye(entries) / prior_sd**2
    for _ in range(_STEPS):
        chance = expit(merits[first] - merits[second])
        gradient = -prior @ merits
        np.add.at(gradient, first, share - chance)
        np.add.at(gradient, second, chance - share)
        weight = chance * (1 - chance)
        step = cho_solve(cho_factor(_hessian(pairs, weight, prior=prior)), gradient)
        # Far from the mode a whole step may overshoot; merits move by at most two logits at once.
        merits = merits + step * min(1.0, 2.0 / max(1e-12, float(np.abs(step).max(initial=0.0))))
        if float(np.abs(step).max(initial=0.0)) < _TOLERANCE:
            break
    chance = expit(merits[first] - merits[second])
    factor = cho_factor(_hessian(pairs, chance * (1 - chance), prior=prior))
    return FittedPairs(
        merits=merits, covariance=cho_solve(factor, np.eye(entries)), comparisons=kept
    )


def near_ties(fitted: FittedPairs, *, level: float = LEVEL) -> list[list[int]]:
    """Return the entries from best to worst in groups that cannot be told apart.

    An entry opens a new group when the best of the group before is better with a chance of at
    least `level`. Equal merits keep the order of the entries.
    """
    order = sorted(range(len(fitted.merits)), key=lambda entry: (-fitted.merits[entry], entry))
    groups: list[list[int]] = []
    for entry in order:
        if groups and fitted.chance_better(groups[-1][0], entry) < level:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def disagreements(fitted: FittedPairs) -> dict[str, float]:
    """Return by judge how surprising their word is: the mean of -log2 of its chance.

    A judge who says what all say has under 1 bit, one who throws a coin about 1 or more.
    """
    bits: dict[str, list[float]] = {}
    for one in fitted.comparisons:
        chance = float(expit(fitted.merits[one.first] - fitted.merits[one.second]))
        told = one.first_share * np.log2(chance) + (1 - one.first_share) * np.log2(1 - chance)
        bits.setdefault(one.judge, []).append(-float(told))
    return {judge: sum(found) / len(found) for judge, found in sorted(bits.items())}


def _hessian(
    pairs: NDArray[np.intp], weight: NDArray[np.float64], *, prior: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the second derivatives of the loss: pairs (m, 2), weight (m,), prior (n, n)."""
    first, second = pairs.T
    hessian: NDArray[np.float64] = prior.copy()
    np.add.at(hessian, (first, first), weight)
    np.add.at(hessian, (second, second), weight)
    np.add.at(hessian, (first, second), -weight)
    np.add.at(hessian, (second, first), -weight)
    return hessian


def _refuse_senseless(one: Comparison, entries: int) -> None:
    if one.first == one.second:
        raise ValueError(f"Entry {one.first} cannot be compared with itself.")
    if not (0 <= one.first < entries and 0 <= one.second < entries):
        raise ValueError(f"There is no pair of {one.first} and {one.second}.")
    if not 0.0 <= one.first_share <= 1.0:
        raise ValueError(f"A share of {one.first_share} is not between 0 and 1.")
