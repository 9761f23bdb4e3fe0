"""Which pair to ask a judge next: the one whose answer tells most.

The answer on i and j adds w to what is known of their difference, whose variance is v; it then
tells log(1 + w v) / 2 nats (the D-optimal choice; Glickman and Jensen 2005). w is p (1 - p) where
nobody says "equal".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.pairwise.bradley_terry import FittedPairs, information

WORTH_ASKING = 0.05
"""Nats: an answer that tells less narrows the doubt on the pair by under a twentieth."""


@dataclass(frozen=True)
class PairToAsk:
    """Two entries, the smaller place first, and the nats that the answer would tell."""

    first: int
    second: int
    tells: float


def pairs_to_ask(
    fitted: FittedPairs,
    *,
    judge: str,
    count: int = 1,
    barred: Collection[int] = (),
    left_out: Collection[tuple[int, int]] = (),
    groups: Sequence[str] | None = None,
) -> list[PairToAsk]:
    """Return the `count` pairs to ask `judge` next, in order, fewer where no more are left.

    A judge is asked each pair once, never about a `barred` entry, not about pairs `left_out`, and
    where `groups` gives each entry's group only about two of one group. Pairs are chosen one by
    one, each as if the earlier ones had been answered. Of equal ones the first in the list. Who
    shows a pair chooses the sides.
    """
    free = _free(fitted, judge, barred=barred, left_out=left_out, groups=groups)
    weight = information(fitted.merits[:, None] - fitted.merits[None, :], fitted.equals)
    covariance = fitted.covariance.copy()
    asked: list[PairToAsk] = []
    while free.any() and len(asked) < count:
        own = np.diag(covariance)
        variance = own[:, None] + own[None, :] - 2 * covariance
        tells = np.where(free, np.round(np.log1p(weight * variance) / 2, 12), -1.0)
        i, j = map(int, np.unravel_index(int(np.argmax(tells)), tells.shape))
        asked.append(PairToAsk(i, j, float(tells[i, j])))
        free[i, j] = False
        column = covariance[:, i] - covariance[:, j]
        gain = weight[i, j] / (1 + weight[i, j] * float(column[i] - column[j]))
        covariance = covariance - gain * np.outer(column, column)
    return asked


def _free(
    fitted: FittedPairs,
    judge: str,
    *,
    barred: Collection[int],
    left_out: Collection[tuple[int, int]],
    groups: Sequence[str] | None,
) -> NDArray[np.bool_]:
    """Return which pairs may be asked, above the diagonal."""
    count = len(fitted.merits)
    free = np.triu(np.ones((count, count), dtype=np.bool_), k=1)
    for entry in barred:
        free[entry, :] = free[:, entry] = False
    own = [(one.first, one.second) for one in fitted.comparisons if one.judge == judge]
    for one, other in (*own, *left_out):
        free[min(one, other), max(one, other)] = False
    if groups is not None:
        names = np.array(groups, dtype=object)
        free &= (names[:, None] == names[None, :]).astype(np.bool_)
    return free
