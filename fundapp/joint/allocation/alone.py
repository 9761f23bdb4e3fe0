"""What a funder reaches without the others: one knapsack with at most one level each.

Exact by dynamic programming over the efficient pairs of (money, value), Nemhauser and
Ullmann 1969, with the Lagrangian bound of the knapsack: at the best price of money every
choice has a regret, and a partial list whose regrets exceed the gap between the bound and
the best list at hand cannot win. Choices of small regret (the core) come last.
"""

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.options import Options

MOST_STATES = 50_000
"""Partial lists kept at once; where there are more, every second is dropped (as in sums of
many odd amounts of equal worth, where a list within a hair of the bound is then found)."""


@dataclass(frozen=True)
class Alone:
    """The best list of one funder on its own: its `value`, and the `chosen` options."""

    value: float
    chosen: tuple[int, ...]


@dataclass(frozen=True)
class _Choices:
    """The choices of one application: costs, values and regrets; the first is nothing."""

    options: tuple[int, ...]
    cost: NDArray[np.int64]
    value: NDArray[np.float64]
    regret: NDArray[np.float64]

    @property
    def best(self) -> int:
        """Return the choice of no regret."""
        return int(self.regret.argmin())

    @property
    def margin(self) -> float:
        """Return what the second-best choice loses."""
        return float(np.partition(self.regret, 1)[1])


def alone(options: Options, funder: int) -> Alone:
    """Return what a funder reaches with its envelope on options that it may pay in full.

    Its own pins hold: the money of a pinned part is spent, a grant pinned whole is made.
    An envelope below its pins reaches nothing.
    """
    value, least = options.value[funder], options.least[funder]
    is_pinned = least > 0
    made = [
        int(group[least[group] == options.cost[group]][-1])
        for group in options.groups()
        if (least[group] == options.cost[group]).any() and is_pinned[group].all()
    ]
    pinned = sum(int(least[group].min()) for group in options.groups())
    budget = int(options.envelopes[funder]) - pinned
    if budget < 0:
        return Alone(0.0, ())
    open_to_it = (options.most[funder] >= options.cost) & (value > 0) & (options.cost <= budget)
    usable = np.flatnonzero(open_to_it & ~is_pinned)
    picked = knapsack(options.cost[usable], value[usable], options.owner[usable], budget=budget)
    chosen = tuple(sorted([*made, *(int(usable[one]) for one in picked)]))
    return Alone(fsum(value[list(chosen)]), chosen)


def knapsack(
    cost: NDArray[np.int64],
    value: NDArray[np.float64],
    owner: NDArray[np.int64],
    *,
    budget: int,
) -> list[int]:
    """Return the indices of the best choice, at most one of each `owner` (sorted), in `budget`.

    Exact to rounding as long as MOST_STATES suffice.
    """
    if not len(cost):
        return []
    scaled = value / value.max()
    price = _price(cost, scaled, owner, budget=budget)
    classes = _classes(cost, scaled, owner, price=price)
    picked = _search(classes, price, budget)
    chosen = (one.options[choice] for one, choice in zip(classes, picked, strict=True) if choice)
    return sorted(chosen)


def _price(
    cost: NDArray[np.int64],
    value: NDArray[np.float64],
    owner: NDArray[np.int64],
    *,
    budget: int,
) -> float:
    """Return the value of one more unit of money: the slope where the relaxed list just fits."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    low, high = 0.0, float((value / cost).max())
    for _ in range(60):
        price = (low + high) / 2
        gain = value - price * cost
        best = np.maximum.reduceat(gain, starts)
        spent = cost[(gain == np.repeat(best, np.diff([*starts, len(cost)]))) & (gain > 0)].sum()
        low, high = (price, high) if spent > budget else (low, price)
    return high


def _classes(
    cost: NDArray[np.int64],
    value: NDArray[np.float64],
    owner: NDArray[np.int64],
    *,
    price: float,
) -> list[_Choices]:
    """Return the choices of each owner, those of the largest margin first."""
    classes = []
    for members in np.split(np.arange(len(owner)), np.flatnonzero(np.diff(owner)) + 1):
        costs = np.concatenate([[0], cost[members]])
        values = np.concatenate([[0.0], value[members]])
        gain = values - price * costs
        choices = (-1, *(int(one) for one in members))
        classes.append(_Choices(choices, costs, values, gain.max() - gain))
    return sorted(classes, key=lambda one: -one.margin)


def _greedy(classes: list[_Choices], price: float, budget: int) -> list[int]:
    """Return a good choice of each class: what regrets least, then whatever still fits."""
    picked = [0] * len(classes)
    left = budget
    density = [one.value[one.best] / max(1, one.cost[one.best]) for one in classes]
    for index in sorted(range(len(classes)), key=lambda index: -density[index]):
        one = classes[index]
        worth = np.where(one.cost <= left, one.value - price * (1 - 1e-9) * one.cost, -1.0)
        picked[index] = int(worth.argmax())
        left -= int(one.cost[picked[index]])
    return picked


def _search(classes: list[_Choices], price: float, budget: int) -> list[int]:
    """Return the best choice of each class."""
    best = _greedy(classes, price, budget)
    at_hand = fsum(one.value[choice] for one, choice in zip(classes, best, strict=True))
    defaults = [one.best for one in classes]
    rest = _Rest(classes, defaults, price)
    spent, reached = np.zeros(1, np.int64), np.zeros(1)
    trail: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for place, one in enumerate(classes, start=1):
        count = len(spent)
        spent = (spent[None, :] + one.cost[:, None]).ravel()
        reached = (reached[None, :] + one.value[:, None]).ravel()
        bound = reached + price * (budget - spent) + rest.gain[place]
        alive = np.flatnonzero((spent <= budget) & (bound > at_hand + rest.rounding))
        alive = alive[_efficient(spent[alive], reached[alive])]
        if not len(alive):
            break
        while len(alive) > MOST_STATES:
            alive = alive[::2]
        trail.append((alive % count, alive // count))
        spent, reached = spent[alive], reached[alive]
        whole = np.where(spent + rest.cost[place] <= budget, reached + rest.value[place], -1.0)
        if whole.max() > at_hand:
            at_hand = float(whole.max())
            best = _followed(trail, int(whole.argmax())) + defaults[place:]
    return best


class _Rest:
    """What the classes from each place on bring when each takes its choice of no regret."""

    def __init__(self, classes: list[_Choices], defaults: list[int], price: float) -> None:
        costs = [one.cost[choice] for one, choice in zip(classes, defaults, strict=True)]
        values = [one.value[choice] for one, choice in zip(classes, defaults, strict=True)]
        self.cost = np.array([sum(costs[place:]) for place in range(len(classes) + 1)])
        self.value = np.array([fsum(values[place:]) for place in range(len(classes) + 1)])
        self.gain = self.value - price * self.cost
        self.rounding = 1e-13 * self.value[0]


def _efficient(spent: NDArray[np.int64], reached: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the states for which no other reaches as much with as little money."""
    order = np.lexsort((-reached, spent))
    ordered = reached[order]
    before = np.concatenate([[-1.0], np.maximum.accumulate(ordered)[:-1]])
    return order[ordered > before]


def _followed(trail: list[tuple[NDArray[np.int64], NDArray[np.int64]]], state: int) -> list[int]:
    """Return the choices that led to a state, the first class first."""
    picked = []
    for parents, choices in reversed(trail):
        picked.append(int(choices[state]))
        state = int(parents[state])
    return picked[::-1]
