"""What a list of grants is worth to the funders together: the goal and its floors.

Every funder's value is measured against what it reaches alone, so that a funder that
multiplies all its values by a number changes nothing. Nash welfare is the sum over funders
of envelope share times the logarithm of that ratio. Funders that reach nothing alone stay
out of it: a product with a zero cannot compare lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, log

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.alone import Alone
from fundapp.joint.allocation.options import Chosen, Options

FLOOR_SLACK = 1e-9
"""Relative: sums of floats in another order may differ by less."""


@dataclass(frozen=True)
class Welfare:
    """The goal over m options for the P funders inside the product.

    `inside` (P,) indexes the funders; `weights` (P,) are envelope shares; `gain` (P, m) is
    value over value alone. `floors` (G, m) are rows whose sum over the list is at least 1.
    `second` (m,) decides between lists of equal welfare: the sum of all funders' ratios,
    those outside measured against the value of everything.
    """

    inside: NDArray[np.int64]
    weights: NDArray[np.float64]
    gain: NDArray[np.float64]
    floors: NDArray[np.float64]
    second: NDArray[np.float64]

    def ratios(self, chosen: Chosen) -> NDArray[np.float64]:
        """Return joint over alone of each funder inside, summed exactly."""
        return np.array([fsum(row[chosen]) for row in self.gain])

    def of(self, chosen: Chosen) -> float:
        """Return the Nash welfare of a list, against the funders going alone (there: 0)."""
        ratios = self.ratios(chosen)
        if not (ratios > 0).all():
            return -np.inf
        return fsum(w * log(r) for w, r in zip(self.weights, ratios, strict=True))

    def keeps_floors(self, chosen: Chosen) -> bool:
        """Tell whether no funder is below its floor."""
        return all(fsum(row[chosen]) >= 1 - FLOOR_SLACK for row in self.floors)


def welfare(options: Options, reached: Sequence[Alone], floors: Sequence[float]) -> Welfare:
    """Return the goal, given what each funder reaches alone and must keep (0: nothing)."""
    alone = np.array([one.value for one in reached])
    inside = np.flatnonzero(alone > 0)
    envelopes = options.envelopes.astype(float)
    weights = envelopes[inside] / max(1.0, envelopes.sum())
    least = np.maximum(alone, np.array(floors))
    kept = np.flatnonzero(least > 0)
    scale = np.where(alone > 0, alone, options.value.sum(axis=1))
    second = (options.value / np.where(scale > 0, scale, 1.0)[:, None]).sum(axis=0)
    return Welfare(
        inside,
        weights,
        options.value[inside] / alone[inside, None],
        options.value[kept] / least[kept, None],
        second,
    )
