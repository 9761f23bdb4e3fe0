"""Who pays what: the transportation problem over a list of grants, in whole minor units.

A unit paid by f for i brings v_fi / (cost_i * sum_j v_fj): money goes where its owner wants
it. Successive cheapest paths on integers (Busacker and Gowen 1961), so that every sum is
exact at any size. Of all payments that are as welcome, the funders pay the most even part of
their envelopes (`evenness`), in at most grants + F - 1 payments (`vertices`). So the names
decide nothing, and the order of the funders only what is alike in everything.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.evenness import even_sums
from fundapp.joint.allocation.instance import NoPlan
from fundapp.joint.allocation.options import Chosen, Options
from fundapp.joint.allocation.vertices import Payments, to_vertex

PRICE_STEPS = 2.0**32
"""Prices are whole numbers up to this, exact in floats: nearly equal is equal, not rounding."""


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

    Every payment is between `least` and `most`. Among equally welcome ones each funder pays
    the most even part of its envelope. Raises NoPlan where there are none.
    """
    if not len(cost):
        return least.copy()
    largest = float(welcome.max()) or 1.0
    limits = _Limits(np.round(-welcome / largest * PRICE_STEPS), most, least)
    paid = _cheapest(cost, envelopes, limits)
    as_welcome, emptied = _as_welcome(paid, envelopes - paid.sum(axis=1), limits)
    most, least = as_welcome.most, as_welcome.least
    if (most == least).all():
        return least.copy()
    sums = even_sums(cost, envelopes, most=most, least=least, emptied=emptied)
    return to_vertex(_cheapest(cost, sums, as_welcome), most=most, least=least)


@dataclass(frozen=True)
class _Limits:
    """The `price` of a unit, and the `most` and `least` that is paid, by funder and grant."""

    price: NDArray[np.float64]
    most: Payments
    least: Payments


def _cheapest(cost: NDArray[np.int64], envelopes: NDArray[np.int64], limits: _Limits) -> Payments:
    """Return the cheapest payments, the first grant and the first funder first. Raises NoPlan."""
    paid = limits.least.copy()
    left = envelopes - paid.sum(axis=1)
    missing = cost - paid.sum(axis=0)
    if (left < 0).any() or (missing < 0).any():
        raise NoPlan("More is pinned than an envelope or a grant holds.")
    for grant in range(len(cost)):
        while missing[grant] > 0:
            path = _cheapest_path(paid, left, grant, limits=limits)
            amount = min(int(missing[grant]), _capacity(path, paid, left, limits=limits))
            left[path[0][0]] -= amount
            for payer, column, relieved in path:
                paid[payer, column] += amount
                if relieved is not None:
                    paid[relieved, column] -= amount
            missing[grant] -= amount
    return paid


def _as_welcome(
    paid: Payments, left: NDArray[np.int64], limits: _Limits
) -> tuple[_Limits, NDArray[np.bool_]]:
    """Return the limits of all payments as cheap as `paid`, and who spends all in each of them.

    By complementary slackness: with a price of each funder's money and of each grant, a
    payment that costs more than it is worth stands at its least, one that costs less at its
    most. Inside the limits all payments cost the same.
    """
    step, _ = _steps(paid, limits)
    far = 4 * PRICE_STEPS * len(left)
    of_money, _ = _distances(np.where(left > 0, 0.0, far), step)
    price = limits.price + of_money[:, None]
    more, less = paid < limits.most, paid > limits.least
    of_grant = np.where(
        less.any(axis=0),
        np.where(less, price, -np.inf).max(axis=0),
        np.where(more, price, np.inf).min(axis=0),
    )
    most = np.where(price > of_grant, limits.least, limits.most)
    least = np.where(price < of_grant, limits.most, limits.least)
    return _Limits(np.zeros_like(price), most, least), of_money > 0


Path = list[tuple[int, int, int | None]]
"""Steps (payer, grant, relieved): the payer takes over money of the relieved funder, who then
pays in the next step; in the last step nobody is relieved."""


def _cheapest_path(paid: Payments, left: NDArray[np.int64], grant: int, *, limits: _Limits) -> Path:
    """Return the cheapest way to bring money to a grant, through other grants if need be."""
    step, via = _steps(paid, limits)
    distance, before = _distances(np.where(left > 0, 0.0, np.inf), step)
    more = paid[:, grant] < limits.most[:, grant]
    total = np.where(more, distance + limits.price[:, grant], np.inf)
    payer = int(total.argmin())
    if not np.isfinite(total[payer]):
        raise NoPlan("The grants of this list cannot all be paid.")
    path: Path = [(payer, grant, None)]
    while before[payer] >= 0:
        giver = int(before[payer])
        path.append((giver, int(via[giver, payer]), payer))
        payer = giver
    return path[::-1]


def _steps(paid: Payments, limits: _Limits) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the price of one funder's unit taking another's place, and in which grant, (F, F)."""
    price, more, less = limits.price, paid < limits.most, paid > limits.least
    swap = np.where(
        more[:, None, :] & less[None, :, :], price[:, None, :] - price[None, :, :], np.inf
    )
    swap[np.arange(len(paid)), np.arange(len(paid))] = np.inf
    return swap.min(axis=2), swap.argmin(axis=2)


def _distances(
    start: NDArray[np.float64], step: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the cheapest way to each funder's money, and through whom it goes, -1 for nobody."""
    distance, before = start, np.full(len(start), -1)
    for _ in range(len(start)):
        through = distance[:, None] + step
        shorter = through.min(axis=0) < distance
        before[shorter] = through.argmin(axis=0)[shorter]
        distance = np.where(shorter, through.min(axis=0), distance)
    return distance, before


def _capacity(path: Path, paid: Payments, left: NDArray[np.int64], *, limits: _Limits) -> int:
    room = [int(left[path[0][0]])]
    for payer, grant, relieved in path:
        room.append(int(limits.most[payer, grant] - paid[payer, grant]))
        if relieved is not None:
            room.append(int(paid[relieved, grant] - limits.least[relieved, grant]))
    return min(room)
