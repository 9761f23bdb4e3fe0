"""Few payments instead of many: cycles of payments emptied until a forest is left.

Optimal payments may go around in circles that cost nothing. A circle of payments that could
each be more or less is turned until one of them meets its bound; what is left is a vertex of
the transportation polytope: at most grants + F - 1 payments where no cap or pin binds.
"""

import numpy as np
from numpy.typing import NDArray

Payments = NDArray[np.int64]
"""Minor units by funder and grant, shape (F, g)."""

Arc = tuple[int, int]
"""A funder and a grant."""


def to_vertex(paid: Payments, *, most: Payments, least: Payments) -> Payments:
    """Return payments of the same sums by funder and by grant that are a vertex."""
    paid = paid.copy()
    while (circle := _circle(_movable(paid, most=most, least=least))) is not None:
        more, less = circle[::2], circle[1::2]
        room = min(
            [int(most[arc] - paid[arc]) for arc in more]
            + [int(paid[arc] - least[arc]) for arc in less]
        )
        for arc in more:
            paid[arc] += room
        for arc in less:
            paid[arc] -= room
    return paid


def _movable(paid: Payments, *, most: Payments, least: Payments) -> list[Arc]:
    return [(int(f), int(i)) for f, i in np.argwhere((paid > least) & (paid < most))]


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
