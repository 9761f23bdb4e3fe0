"""Which of several equally good lists: the one that anybody else would also find.

Among lists within TIE of the best welfare: the largest sum of joint-over-alone values; among
those, the first in the published order (an earlier application funded rather than not, at a
larger level rather than a smaller).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.milp import Wanted
from fundapp.joint.allocation.nash_welfare import Search
from fundapp.joint.allocation.options import Chosen
from fundapp.joint.allocation.program import SCALE, Row, not_this_list

SAME = 1e-9
"""Relative difference of two sums that count as equal."""

AT_ONCE = 16
"""Options whose order one program settles: weights up to 2**16."""


def settle(search: Search) -> Chosen | None:
    """Return the list that stands first among the equally good ones, or None in need of time."""
    settled = search.relaxation.settled(search.as_good)
    ahead = search.goal.second * (SCALE / (search.goal.second.sum() or 1.0))
    wanted = Wanted(search.as_good, settled, linear=ahead)
    largest = _found(search, wanted)
    if largest is None:
        return None
    least = float(ahead @ largest) * (1 - SAME)
    return _first(search, replace(wanted, cuts=[(-ahead, -least)]), largest)


def _first(search: Search, wanted: Wanted, chosen: Chosen) -> Chosen | None:
    """Return the first list in the published order, a block of options at a time."""
    out, fixed = (one.copy() for one in wanted.settled)
    open_ones = np.flatnonzero(~(out | fixed))
    for start in range(0, len(open_ones), AT_ONCE):
        block = open_ones[start : start + AT_ONCE]
        if not chosen[block].all():
            weights = _weights(block, len(chosen))
            found = _found(search, replace(wanted, settled=(out, fixed), linear=weights))
            if found is None:
                return None
            chosen = found
        fixed[block] = chosen[block]
        out[block] = ~chosen[block]
    return chosen


def _weights(block: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    weights = np.zeros(count)
    weights[block] = 2.0 ** np.arange(len(block) - 1, -1, -1)
    return weights


def _found(search: Search, wanted: Wanted) -> Chosen | None:
    """Return the best list of a kind that also passes the exact checks; None without time."""
    near: list[Row] = []
    while True:
        found = search.find(replace(wanted, cuts=[*wanted.cuts, *search.cuts, *near]))
        if found.chosen is None or not found.is_whole:
            return None
        if search.learn(found.chosen) and search.goal.of(found.chosen) >= search.as_good - SAME:
            return found.chosen
        near.append(not_this_list(found.chosen))
