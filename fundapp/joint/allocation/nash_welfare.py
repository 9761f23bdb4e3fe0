"""The list of grants of largest Nash welfare under its floors, with a proof.

Relaxation and a good first list settle most options; a small program over the core improves
the list; a last program over what is still open proves that nothing beats it, or finds what
does. It asks at once for any other list that is as good within TIE, so that the common case
of one best list takes one proof.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from fundapp.joint.allocation.milp import Found, Wanted, find
from fundapp.joint.allocation.options import Chosen
from fundapp.joint.allocation.program import Row, Rows, Tangents, no_list_with, not_this_list
from fundapp.joint.allocation.relaxation import Relaxation, relax
from fundapp.joint.allocation.welfare import Welfare

TIE = 1e-7
"""Welfare that two lists may differ by and still count as equally good."""

EXACT = 1e-9
"""Welfare below which the search for a better list ends."""

CORE = 25
CORE_NODES = 3_000
AROUND = (0.92, 0.96, 0.98, 0.99, 0.995, 1.0, 1.005, 1.01, 1.02, 1.04)
"""Where tangents are laid first, relative to the relaxed ratios."""


@dataclass
class Search:
    """What is known while the best list is searched, before the monotonic time `until`.

    `is_payable` has the last word on a list: whole minor units, slices and leads. `cuts`
    forbid what it refused. `bound` is on the welfare of every list, `rivals` are as good as
    the `best` within TIE, `is_whole` tells that the search came to its end.
    """

    goal: Welfare
    rows: Rows
    is_payable: Callable[[Chosen], bool]
    until: float
    relaxation: Relaxation
    tangents: Tangents
    cuts: list[Row] = field(default_factory=list)
    best: Chosen | None = None
    best_welfare: float = -np.inf
    bound: float = np.inf
    rivals: list[Chosen] = field(default_factory=list)
    is_whole: bool = False

    @property
    def as_good(self) -> float:
        """Return the welfare from which a list is as good as the best."""
        return self.best_welfare - TIE

    def offer(self, chosen: Chosen) -> None:
        """Take a list that is allowed: as the best if it is better by more than EXACT."""
        lists = [one for one in (self.best, *self.rivals) if one is not None]
        if any((chosen == one).all() for one in lists):
            return
        if self.goal.of(chosen) > self.best_welfare + EXACT:
            self.best, self.best_welfare = chosen, self.goal.of(chosen)
        lists.append(chosen)
        self.rivals = [
            one for one in lists if one is not self.best and self.goal.of(one) >= self.as_good
        ]

    def allows(self, chosen: Chosen) -> bool:
        """Tell whether a list keeps every row and can be paid."""
        slack = 1e-6 * (1 + np.abs(self.rows.upper))
        return (
            bool((self.rows.matrix @ chosen.astype(float) <= self.rows.upper + slack).all())
            and self.goal.keeps_floors(chosen)
            and self.is_payable(chosen)
        )

    def learn(self, chosen: Chosen) -> bool:
        """Lay tangents at a list and cut it off where it is not allowed; tell if it is."""
        self.tangents.add(self.goal.ratios(chosen))
        if self.allows(chosen):
            return True
        cut = not_this_list if self.is_payable(chosen) else no_list_with
        self.cuts.append(cut(chosen))
        return False

    def find(self, wanted: Wanted) -> Found:
        """Ask the solver."""
        return find(self.goal, self.rows, self.tangents, wanted=wanted, until=self.until)


def search_best(
    goal: Welfare,
    rows: Rows,
    starts: Sequence[Chosen],
    *,
    is_payable: Callable[[Chosen], bool],
    until: float,
) -> Search | None:
    """Return the search for the best list, or None where even parts of grants keep no row.

    `starts` are lists to begin with. When time runs out, `best` is the best list so far (or
    None) and `bound` what is proven; a whole search without a `best` proves that none exists.
    """
    relaxation = relax(goal, rows)
    if relaxation is None:
        return None
    tangents = Tangents([[ratio * k for k in AROUND] for ratio in relaxation.ratios])
    search = Search(goal, rows, is_payable, until, relaxation, tangents, bound=relaxation.bound)
    for start in starts:
        if search.allows(start):
            search.offer(start)
    _improve_in_core(search)
    _prove(search)
    return search


def _improve_in_core(search: Search) -> None:
    """Search among the options that the prices leave open, for a good list to start from."""
    core = search.relaxation.core(CORE)
    keep = search.relaxation.parts > 0.5
    settled = ~core & ~keep, ~core & keep
    found = search.find(Wanted(search.best_welfare, settled, nodes=CORE_NODES))
    if found.chosen is not None and search.learn(found.chosen):
        search.offer(found.chosen)


def _prove(search: Search) -> None:
    """Ask for any other list that is as good, until there is none, or only equally good ones."""
    seen: list[Row] = []
    while True:
        known = [] if search.best is None else [not_this_list(search.best)]
        settled = search.relaxation.settled(search.as_good)
        wanted = Wanted(search.as_good, settled, cuts=[*search.cuts, *seen, *known])
        found = search.find(wanted)
        search.bound = min(search.bound, max(found.bound, search.best_welfare))
        if found.chosen is None:
            search.is_whole = found.is_whole
            return
        if search.learn(found.chosen):
            seen.append(not_this_list(found.chosen))
            search.offer(found.chosen)
        if search.rivals and search.bound <= search.best_welfare + EXACT:
            search.is_whole = True
            return
