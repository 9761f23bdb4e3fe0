"""Few payments instead of many: cycles of payments emptied until a forest is left.

Optimal payments may go around in circles that cost nothing. A circle of payments that could
each be more or less (through the envelopes' unspent money too) is turned until one of them
meets its bound; what is left is a vertex of the transportation polytope.
"""

import numpy as np
from numpy.typing import NDArray

Payments = NDArray[np.int64]
"""Minor units by funder and grant, shape (F, g)."""

Arc = tuple[int, int]
"""A funder and a grant, or a funder and PURSE: its unspent money."""

PURSE = -1


def to_vertex(
    paid: Payments,
    left: NDArray[np.int64],
    *,
    price: NDArray[np.float64],
    most: Payments,
    least: Payments,
) -> Payments:
    """Return payments of the same sums, as cheap or cheaper, that are a vertex.

    `left` (F,) is the unspent money; `price` is per unit.
    """
    paid, left = paid.copy(), left.copy()
    while (circle := _circle(_movable(paid, left, most=most, least=least))) is not None:
        signs = [1 if place % 2 == 0 else -1 for place in range(len(circle))]
        cost = sum(
            sign * float(price[arc])
            for sign, arc in zip(signs, circle, strict=True)
            if arc[1] != PURSE
        )
        if cost > 0:
            signs = [-sign for sign in signs]
        rooms = [
            _room(arc, sign, paid, left=left, most=most, least=least)
            for sign, arc in zip(signs, circle, strict=True)
        ]
        for sign, (funder, grant) in zip(signs, circle, strict=True):
            if grant == PURSE:
                left[funder] += sign * min(rooms)
            else:
                paid[funder, grant] += sign * min(rooms)
    return paid


def _movable(
    paid: Payments, left: NDArray[np.int64], *, most: Payments, least: Payments
) -> list[Arc]:
    arcs = [(int(f), int(i)) for f, i in np.argwhere((paid > least) & (paid < most))]
    return arcs + [(int(f), PURSE) for f in np.flatnonzero(left > 0)]


def _room(
    arc: Arc,
    sign: int,
    paid: Payments,
    *,
    left: NDArray[np.int64],
    most: Payments,
    least: Payments,
) -> int:
    funder, grant = arc
    if grant == PURSE:
        return int(left[funder]) if sign < 0 else int(np.iinfo(np.int64).max)
    return int(most[arc] - paid[arc] if sign > 0 else paid[arc] - least[arc])


def _circle(arcs: list[Arc]) -> list[Arc] | None:
    """Return a circle among the arcs, in the order of walking it, or None for a forest.

    Arcs next to each other share a funder or a grant in turn, so that adding to one and
    taking from the next keeps every sum.
    """
    way: dict[tuple[str, int], tuple[tuple[str, int], Arc] | None] = {}
    neighbours: dict[tuple[str, int], list[tuple[tuple[str, int], Arc]]] = {}
    for arc in arcs:
        ends = ("funder", arc[0]), ("grant", arc[1])
        neighbours.setdefault(ends[0], []).append((ends[1], arc))
        neighbours.setdefault(ends[1], []).append((ends[0], arc))
    for root in neighbours:
        if root in way:
            continue
        way[root] = None
        stack = [root]
        while stack:
            node = stack.pop()
            came = way[node]
            for other, arc in neighbours[node]:
                if came is not None and arc == came[1]:
                    continue
                if other in way:
                    return _joined(_ancestors(way, node), _ancestors(way, other), arc)
                way[other] = (node, arc)
                stack.append(other)
    return None


def _ancestors(
    way: dict[tuple[str, int], tuple[tuple[str, int], Arc] | None], node: tuple[str, int]
) -> list[Arc]:
    found = []
    while (came := way[node]) is not None:
        found.append(came[1])
        node = came[0]
    return found


def _joined(one: list[Arc], other: list[Arc], closing: Arc) -> list[Arc]:
    """Return the circle that `closing` makes of two ways to the root."""
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return [closing, *one, *other[::-1]]
