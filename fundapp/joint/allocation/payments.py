"""Who pays what: the transportation problem over a list of grants, in whole minor units.

A unit paid by f for i brings v_fi / (cost_i * sum_j v_fj): money goes where its owner wants
it. Successive cheapest paths on integers (Busacker and Gowen 1961), so that every sum is
exact at any size; `vertices` then leaves at most grants + F - 1 payments.
"""

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.instance import NoPlan
from fundapp.joint.allocation.options import Chosen, Options
from fundapp.joint.allocation.vertices import Payments, to_vertex

_FASTER = 1e-12
"""A way around that is cheaper by less is no way around but rounding."""


def pay(
    options: Options,
    chosen: Chosen,
    *,
    most: Payments | None = None,
    least: Payments | None = None,
) -> Payments:
    """Return the payments (F, m) for a list, zero for what is not funded.

    `most` and `least` (F, m) replace those of the options. Raises NoPlan where the list
    cannot be paid.
    """
    columns = np.flatnonzero(chosen)
    payments = np.zeros_like(options.most)
    payments[:, columns] = transport(
        options.cost[columns],
        options.envelopes,
        welcome=welcome(options, chosen)[:, columns],
        most=(options.most if most is None else most)[:, columns],
        least=(options.least if least is None else least)[:, columns],
    )
    return payments


def welcome(options: Options, chosen: Chosen) -> NDArray[np.float64]:
    """Return what a unit of each funder's money brings it in each option, (F, m)."""
    total = (options.value * chosen).sum(axis=1, keepdims=True)
    return options.value / np.where(total > 0, total, 1.0) / options.cost


def transport(
    cost: NDArray[np.int64],
    envelopes: NDArray[np.int64],
    *,
    welcome: NDArray[np.float64],
    most: Payments,
    least: Payments,
) -> Payments:
    """Return payments (F, g) of largest total welcome: columns add up to `cost`, rows fit.

    Every payment is between `least` and `most`. Raises NoPlan where there are none.
    """
    price = -welcome / max(welcome.max(initial=0.0), 1e-300)
    paid = least.copy()
    left = envelopes - paid.sum(axis=1)
    missing = cost - paid.sum(axis=0)
    if (left < 0).any() or (missing < 0).any():
        raise NoPlan("More is pinned than an envelope or a grant holds.")
    for grant in range(len(cost)):
        while missing[grant] > 0:
            path = _cheapest_path(paid, left, grant, price=price, most=most, least=least)
            amount = min(int(missing[grant]), _capacity(path, paid, left, most=most, least=least))
            left[path[0][0]] -= amount
            for payer, column, relieved in path:
                paid[payer, column] += amount
                if relieved is not None:
                    paid[relieved, column] -= amount
            missing[grant] -= amount
    return to_vertex(paid, left, price=price, most=most, least=least)


Path = list[tuple[int, int, int | None]]
"""Steps (payer, grant, relieved): the payer takes over money of the relieved funder, who then
pays in the next step; in the last step nobody is relieved."""


def _cheapest_path(
    paid: Payments,
    left: NDArray[np.int64],
    grant: int,
    *,
    price: NDArray[np.float64],
    most: Payments,
    least: Payments,
) -> Path:
    """Return the cheapest way to bring money to a grant, through other grants if need be."""
    more, less = paid < most, paid > least
    swap = np.where(
        more[:, None, :] & less[None, :, :], price[:, None, :] - price[None, :, :], np.inf
    )
    swap[np.arange(len(left)), np.arange(len(left))] = np.inf
    via = swap.argmin(axis=2)
    step = swap.min(axis=2)
    distance = np.where(left > 0, 0.0, np.inf)
    before = np.full(len(left), -1)
    for _ in range(len(left)):
        through = distance[:, None] + step
        shorter = through.min(axis=0) < distance - _FASTER
        before[shorter] = through.argmin(axis=0)[shorter]
        distance = np.where(shorter, through.min(axis=0), distance)
    total = np.where(more[:, grant], distance + price[:, grant], np.inf)
    payer = int(total.argmin())
    if not np.isfinite(total[payer]):
        raise NoPlan("The grants of this list cannot all be paid.")
    path: Path = [(payer, grant, None)]
    while before[payer] >= 0:
        giver = int(before[payer])
        path.append((giver, int(via[giver, payer]), payer))
        payer = giver
    return path[::-1]


def _capacity(
    path: Path, paid: Payments, left: NDArray[np.int64], *, most: Payments, least: Payments
) -> int:
    room = [int(left[path[0][0]])]
    for payer, grant, relieved in path:
        room.append(int(most[payer, grant] - paid[payer, grant]))
        if relieved is not None:
            room.append(int(paid[relieved, grant] - least[relieved, grant]))
    return min(room)
