"""Which lists of grants can be paid, without saying by whom.

By max-flow and min-cut (Gale 1957), payments exist exactly when, for every group S of
funders, the money that the list needs from S (what no funder outside S may pay, and what the
members of S have pinned) fits in the envelopes of S. These 2**F - 1 rows in whole minor
units replace the payments in the search for the best list, and they are linear in the list.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.options import Chosen, Options, worth_paying


@dataclass(frozen=True)
class Affordability:
    """A row for each group of funders: `members` (R, F), `need` (R, m) and `room` (R,).

    `binding` (R,) marks the rows that some list can break, the tightest of equal ones.
    """

    members: NDArray[np.bool_]
    need: NDArray[np.int64]
    room: NDArray[np.int64]
    binding: NDArray[np.bool_]

    def over(self, chosen: Chosen) -> NDArray[np.int64]:
        """Return by how much a list exceeds the room of each group; at most 0 where it fits."""
        needed: NDArray[np.int64] = self.need[:, chosen].sum(axis=1)
        return needed - self.room

    def fits(self, chosen: Chosen) -> bool:
        """Tell whether a list can be paid."""
        return bool((self.over(chosen) <= 0).all())


def affordability(options: Options) -> Affordability:
    """Return the rows of `options`."""
    count = len(options.funders)
    groups = np.arange(1, 2**count)
    members = (groups[:, None] >> np.arange(count) & 1).astype(bool)
    pinned = options.least.sum(axis=0)
    more = options.most - options.least
    outside = (~members).astype(np.int64) @ more
    need = np.maximum(0, options.cost - pinned - outside) + members.astype(np.int64) @ options.least
    room = members.astype(np.int64) @ options.envelopes
    return Affordability(members, need, room, _binding(options, need, room))


def open_options(every: Options) -> tuple[Chosen, Affordability]:
    """Return which options somebody values and can be paid at least when nothing else is.

    With them the rows of `every.kept(...)`. Raises NoPlan where a forced one has no option.
    """
    keep = worth_paying(every)
    rows = affordability(every)
    keep &= np.all(rows.need <= rows.room[:, None], axis=0)
    return keep, affordability(every.kept(keep))


def _binding(
    options: Options, need: NDArray[np.int64], room: NDArray[np.int64]
) -> NDArray[np.bool_]:
    largest = np.zeros(len(need), np.int64)
    for group in options.groups():
        largest += need[:, group].max(axis=1)
    binding = largest > room
    tightest: dict[bytes, int] = {}
    for row in sorted(np.flatnonzero(binding), key=lambda row: (room[row], row)):
        kept = tightest.setdefault(need[row].tobytes(), int(row))
        binding[row] = kept == row
    return binding
