"""Which pair to ask a judge next: the one whose answer tells most.

The answer on i and j adds w = p (1 - p) to what is known of their difference, whose variance
is v; it then tells log(1 + w v) / 2 nats (the D-optimal choice; Glickman and Jensen 2005).
"""

from collections.abc import Collection
from itertools import combinations
from math import log1p

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from fundapp.joint.pairwise.bradley_terry import FittedPairs


def pairs_to_ask(
    fitted: FittedPairs, *, judge: str, count: int = 1, barred: Collection[int] = ()
) -> list[tuple[int, int]]:
    """Return the `count` pairs to ask `judge` next, in order, fewer where no more are left.

    A judge is asked each pair once, and never about a `barred` entry. Pairs are chosen one by
    one, each as if the earlier ones had been answered. Of equal ones the first in the list. The
    entry that was seen less often stands first, so that neither side is always the known one.
    """
    done = {frozenset((one.first, one.second)) for one in fitted.comparisons if one.judge == judge}
    entries = range(len(fitted.merits))
    free = [
        pair
        for pair in combinations((entry for entry in entries if entry not in barred), 2)
        if frozenset(pair) not in done
    ]
    seen = np.zeros(len(fitted.merits), dtype=np.int64)
    for one in fitted.comparisons:
        seen[[one.first, one.second]] += 1
    covariance = fitted.covariance.copy()
    asked: list[tuple[int, int]] = []
    while free and len(asked) < count:
        first, second = max(free, key=lambda pair: round(_told(fitted, covariance, pair), 12))
        free.remove((first, second))
        covariance = _after(fitted, covariance, (first, second))
        asked.append((second, first) if seen[second] < seen[first] else (first, second))
        seen[[first, second]] += 1
    return asked


def _weight(fitted: FittedPairs, pair: tuple[int, int]) -> float:
    chance = float(expit(fitted.merits[pair[0]] - fitted.merits[pair[1]]))
    return chance * (1 - chance)


def _told(fitted: FittedPairs, covariance: NDArray[np.float64], pair: tuple[int, int]) -> float:
    i, j = pair
    variance = float(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j])
    return log1p(_weight(fitted, pair) * variance) / 2


def _after(
    fitted: FittedPairs, covariance: NDArray[np.float64], pair: tuple[int, int]
) -> NDArray[np.float64]:
    """Return the covariance once the pair is answered (a rank-one update)."""
    i, j = pair
    column = covariance[:, i] - covariance[:, j]
    weight = _weight(fitted, pair)
    gain = weight / (1 + weight * float(column[i] - column[j]))
    after: NDArray[np.float64] = covariance - gain * np.outer(column, column)
    return after
