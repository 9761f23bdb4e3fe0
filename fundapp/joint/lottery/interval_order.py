"""What intervals of quality leave open: which sets of applications could be the true best.

A set of `places` applications could be the true best when some qualities within the intervals
make it so, ties allowed: no interval outside the set lies wholly above one inside. Such a
set is named by its threshold, the first application (by lower end) that is not in it: all before
are in, and those behind may be in whose upper end reaches the threshold's lower end.
Source: Goldberg, Fanti, Shah 2025 (MERIT), on interval orders as in Fishburn 1985.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Values = TypeVar("Values", Numbers, Integers)


def by_lower_end(lower: Numbers, upper: Numbers) -> Integers:
    """Return the positions of the intervals, highest lower end first, ties by upper end."""
    return np.lexsort((-upper, -lower))


def surely_below(lower: Numbers, upper: Numbers) -> Integers:
    """Return for each interval how many others lie wholly below it."""
    return np.searchsorted(np.sort(upper), lower, side="left")


def surely_above(lower: Numbers, upper: Numbers) -> Integers:
    """Return for each interval how many others lie wholly above it."""
    return len(lower) - np.searchsorted(np.sort(lower), upper, side="right")


@dataclass(frozen=True)
class IntervalOrder:
    """Intervals as `by_lower_end` sorts them, and how many places there are for them."""

    lower: Numbers
    upper: Numbers
    places: int

    @cached_property
    def thresholds(self) -> Integers:
        """The thresholds of sets that could be the best: positions from 0 to `places`."""
        return np.array(
            [
                threshold
                for threshold in range(self.places + 1)
                if len(self.eligible(threshold)) >= self.places - threshold
            ],
            dtype=np.int64,
        )

    def eligible(self, threshold: int) -> Integers:
        """Return who may fill the places behind `threshold`: positions in order."""
        if threshold == self.places:
            return np.empty(0, dtype=np.int64)
        reaches = self.upper[threshold + 1 :] >= self.lower[threshold]
        return threshold + 1 + np.flatnonzero(reaches)

    def least_in_a_best_set(self, values: Values) -> Values:
        """Return for each of `thresholds` the smallest sum of `values` over a set of its own.

        The smallest of all is the worst case of chances. Exact for integers.
        """
        ranked = np.argsort(values, kind="stable")
        before = np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values)])
        least = np.empty(len(self.thresholds), dtype=values.dtype)
        for place, threshold in enumerate(self.thresholds.tolist()):
            least[place] = before[threshold]
            if threshold < self.places:
                reaches = (ranked > threshold) & (self.upper[ranked] >= self.lower[threshold])
                cheapest = ranked[reaches][: self.places - threshold]
                least[place] += values[cheapest].sum()
        return least
