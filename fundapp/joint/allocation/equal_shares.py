"""The instant preview: the method of equal shares, the envelopes as endowments.

Peters, Pierczynski and Skowron 2021, for cardinal values: round after round the grant is
made for which its supporters pay the least per unit of value, each in proportion to its value
as far as its money lasts. Grants that no longer find enough from their supporters are then
added while anybody who may pay can, by what they add to the welfare per unit of money.
"""

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.affordability import Affordability
from fundapp.joint.allocation.options import Chosen, Options
from fundapp.joint.allocation.payments import pay

Money = NDArray[np.int64]


def equal_shares(options: Options, afford: Affordability, scale: NDArray[np.float64]) -> Chosen:
    """Return a list that can be paid; `scale` (F,) is what each funder's value is measured by.

    Forced applications come first, at their smallest level. Raises NoPlan where these cannot
    be paid.
    """
    chosen = np.zeros(options.count, bool)
    left = options.envelopes.copy()
    for application in options.forced:
        chosen[np.flatnonzero(options.owner == application)[-1]] = True
    if chosen.any():
        left -= pay(options, chosen).sum(axis=1)
    value = options.value / np.where(scale > 0, scale, 1.0)[:, None]
    open_ones = ~np.isin(options.owner, options.forced)
    while open_ones.any():
        price, payments = _prices(options, value, left, open_ones=open_ones)
        option = int(price.argmin())
        if not np.isfinite(price[option]):
            break
        chosen[option] = True
        left -= _whole(
            payments[:, option], np.minimum(options.most[:, option], left), options.cost[option]
        )
        open_ones &= options.owner != options.owner[option]
    _complete(options, afford, value, chosen=chosen)
    return chosen


def _prices(
    options: Options, value: NDArray[np.float64], left: Money, *, open_ones: Chosen
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the price per unit of value of each option (inf: too dear), and who would pay what.

    Supporters pay min(what they may, price * value); adding them in the order in which they
    run out of money finds the price.
    """
    limit = np.where(value > 0, np.minimum(options.most, left[:, None]), 0).astype(float)
    runs_out = np.divide(limit, value, out=np.full(value.shape, np.inf), where=value > 0)
    order = np.argsort(runs_out, axis=0, kind="stable")
    limits = np.take_along_axis(limit, order, axis=0)
    values = np.take_along_axis(value, order, axis=0)
    exhausted = np.cumsum(limits, axis=0) - limits
    paying = values.sum(axis=0) - (np.cumsum(values, axis=0) - values)
    price = np.divide(
        options.cost - exhausted, paying, out=np.full(value.shape, np.inf), where=paying > 0
    )
    within = price <= np.take_along_axis(runs_out, order, axis=0) * (1 + 1e-12)
    enough = open_ones & (limit.sum(axis=0) >= options.cost)
    first = within.argmax(axis=0)
    lowest = np.where(enough & within.any(axis=0), price[first, np.arange(options.count)], np.inf)
    return lowest, np.minimum(limit, np.where(np.isfinite(lowest), lowest, 0.0) * value)


def _whole(shares: NDArray[np.float64], limit: Money, cost: int) -> Money:
    """Round shares to whole units that add up to `cost`, none above its limit."""
    parts = np.minimum(np.floor(shares).astype(np.int64), limit)
    for funder in np.argsort(-(shares - parts), kind="stable"):
        parts[funder] += min(int(cost - parts.sum()), int(limit[funder] - parts[funder]), 1)
    for funder in np.argsort(-(limit - parts), kind="stable"):
        parts[funder] += min(int(cost - parts.sum()), int(limit[funder] - parts[funder]))
    return parts


def _complete(
    options: Options, afford: Affordability, value: NDArray[np.float64], *, chosen: Chosen
) -> None:
    """Add, or raise to a larger level, what can still be paid, the most welcome first."""
    weights = options.envelopes / max(1, int(options.envelopes.sum()))
    while options.count:
        reached = value[:, chosen].sum(axis=1)
        at_level = np.zeros(len(options.applications), np.int64)
        at_level[options.owner[chosen]] = np.flatnonzero(chosen) + 1
        held = at_level[options.owner] - 1
        has = held >= 0
        need = afford.need - np.where(has, afford.need[:, held], 0)
        room = afford.room - afford.need[:, chosen].sum(axis=1)
        more = value - np.where(has, value[:, held], 0.0)
        cost = options.cost - np.where(has, options.cost[held], 0)
        can = (need <= room[:, None]).all(axis=0) & (cost > 0)
        worth = (weights / np.maximum(reached, 1e-9)) @ more / np.maximum(cost, 1)
        worth = np.where(can, worth, 0.0)
        option = int(worth.argmax())
        if worth[option] <= 0:
            return
        chosen[options.owner == options.owner[option]] = False
        chosen[option] = True
