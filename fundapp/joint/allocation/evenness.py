"""Who pays how much in all where many payments are equally welcome: evenly, by envelope.

Whoever pays for what, the sums by funder that a list of grants can be paid with are told by a
lower bound for every group of funders (Gale 1957), and form a base polytope. In it exactly one
point uses the envelopes most evenly: the largest used part is as small as can be, then the
next, and so on (Fujishige 1980). It is found group by group, the neediest first, in fractions;
whole minor units then differ from it by less than one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.vertices import Payments


@dataclass(frozen=True)
class _Groups:
    """Every group of funders: `members` (2**F, F) and what it pays at least, `need` (2**F,)."""

    members: NDArray[np.bool_]
    need: NDArray[np.int64]

    def hold(self, low: NDArray[np.int64], high: NDArray[np.int64]) -> bool:
        """Tell whether some sums between `low` and `high` pay the list."""
        members = self.members.astype(np.int64)
        most = self.need[-1] - self.need[::-1]
        return bool((members @ high >= self.need).all() and (members @ low <= most).all())


def even_sums(
    cost: NDArray[np.int64],
    envelopes: NDArray[np.int64],
    *,
    most: Payments,
    least: Payments,
    emptied: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return what each funder pays in all, in minor units: as even parts of envelopes as can be.

    Payments are between `least` and `most` (F, g), some of which pay `cost` within the
    envelopes; the `emptied` funders pay all that they have. Where a unit cannot be split, it
    falls on the larger fraction, then on the funder that stands first.
    """
    groups = _groups(cost, most, least)
    exact = _exact_sums(groups, envelopes, emptied)
    return _whole_sums(groups, exact)


def _groups(cost: NDArray[np.int64], most: Payments, least: Payments) -> _Groups:
    count = len(most)
    members = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(bool)
    inside, outside = members.astype(np.int64), (~members).astype(np.int64)
    need = np.maximum(inside @ least, cost - outside @ most).sum(axis=1)
    return _Groups(members, need)


def _exact_sums(
    groups: _Groups, envelopes: NDArray[np.int64], emptied: NDArray[np.bool_]
) -> list[Fraction]:
    sums = [Fraction(one) for one in np.where(emptied, envelopes, 0).tolist()]
    is_open = ~emptied & (envelopes > 0)
    while is_open.any():
        group, part = _neediest(groups, envelopes, sums, is_open=is_open)
        for funder in np.flatnonzero(group).tolist():
            sums[funder] = part * int(envelopes[funder])
        is_open &= ~group
    return sums


def _neediest(
    groups: _Groups,
    envelopes: NDArray[np.int64],
    sums: Sequence[Fraction],
    *,
    is_open: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], Fraction]:
    """Return the open funders that must use the largest part of their envelopes, and the part."""
    room = groups.members.astype(np.int64) @ (envelopes * is_open)
    rows = np.flatnonzero(room)
    rest = groups.need[rows] - groups.members[rows] @ np.array([float(one) for one in sums])
    # Floats single out the few groups that are then compared exactly.
    part, slack = rest / room[rows], 2.0 / room[rows]
    near = rows[part + slack >= (part - slack).max()]

    def exact(row: int) -> Fraction:
        held = sum((sums[f] for f in np.flatnonzero(groups.members[row]).tolist()), Fraction(0))
        return (int(groups.need[row]) - held) / int(room[row])

    best = max(near.tolist(), key=exact)
    return groups.members[best] & is_open, exact(best)


def _whole_sums(groups: _Groups, exact: Sequence[Fraction]) -> NDArray[np.int64]:
    low = np.array([floor(one) for one in exact], np.int64)
    high = np.array([ceil(one) for one in exact], np.int64)
    for funder in sorted(range(len(exact)), key=lambda f: (floor(exact[f]) - exact[f], f)):
        trial = low.copy()
        trial[funder] = high[funder]
        if groups.hold(trial, high):
            low = trial
        else:
            high[funder] = low[funder]
    return low
