"""The search for the best list as a 0-1 program, and its relaxation.

Columns are the options; then one t for each funder inside the product, its part of the
welfare, kept below tangents of the logarithm (outer approximation, Duran and Grossmann 1986).
Every row reads "at most", and is scaled so that the solver's tolerance of 1e-6 means little.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from math import gcd, log

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.affordability import Affordability
from fundapp.joint.allocation.options import Chosen, Options
from fundapp.joint.allocation.welfare import FLOOR_SLACK, Welfare

SCALE = 1e4
"""Units of welfare in the program: the solver's 1e-6 is then 1e-10 of welfare."""

LARGEST_WHOLE = 10**6
"""Money rows stay whole numbers (which cut better) up to this size."""

Row = tuple[NDArray[np.float64], float]
"""A row over the options, and what it is at most."""


@dataclass(frozen=True)
class Rows:
    """Rows over the m options: `matrix` times the list is at most `upper`."""

    matrix: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass
class Tangents:
    """Where the logarithm is replaced by its tangents, for each funder inside: ratios above 0."""

    at: list[list[float]] = field(default_factory=list)

    def add(self, ratios: Iterable[float]) -> None:
        """Add a tangent for each funder at its ratio."""
        for points, ratio in zip(self.at, ratios, strict=True):
            if ratio > 0 and ratio not in points:
                points.append(float(ratio))

    def rows(
        self, goal: Welfare
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """Return slopes (T, m), funders (T,) and heights (T,): t <= height + slope @ list."""
        funder = np.array([f for f, points in enumerate(self.at) for _ in points], np.int64)
        point = np.array([point for points in self.at for point in points])
        slopes = (
            goal.gain[funder] / point[:, None] if len(point) else np.zeros((0, goal.gain.shape[1]))
        )
        return slopes, funder, np.array([log(one) - 1 for one in point])


def rows_of(options: Options, afford: Affordability, goal: Welfare) -> Rows:
    """Return money, floors, one level each, forced grants, and the order of equal applications."""
    parts = [
        _money(afford),
        (-SCALE * goal.floors, np.full(len(goal.floors), -SCALE * (1 - FLOOR_SLACK))),
    ]
    parts += [_levels(options), _forced(options), _equals(options)]
    matrices, limits = zip(*parts, strict=True)
    return Rows(np.vstack(matrices), np.concatenate(limits))


_Part = tuple[NDArray[np.float64], NDArray[np.float64]]


def _money(afford: Affordability) -> _Part:
    need, room = afford.need[afford.binding], afford.room[afford.binding]
    scaled, upper = need.astype(float), room.astype(float)
    for row, (needs, limit) in enumerate(zip(need, room, strict=True)):
        unit = gcd(*(int(one) for one in needs))
        limit = int(limit) // unit
        factor = 1.0 if limit <= LARGEST_WHOLE else LARGEST_WHOLE / limit
        scaled[row] = needs // unit * factor
        upper[row] = limit * factor
    return scaled, upper


def _levels(options: Options) -> _Part:
    several = [(group, np.ones(len(group))) for group in options.groups() if len(group) > 1]
    return _filled(options.count, several), np.ones(len(several))


def _forced(options: Options) -> _Part:
    groups = [np.flatnonzero(options.owner == one) for one in options.forced]
    forced = [(group, -np.ones(len(group))) for group in groups]
    return _filled(options.count, forced), -np.ones(len(forced))


def _equals(options: Options) -> _Part:
    """Return rows by which, of applications alike in everything, the earlier gets no less."""
    rows = [
        (np.concatenate([first, second]), np.concatenate([-_steps(first), _steps(second)]))
        for alike in alike_groups(options)
        for first, second in pairwise(alike)
    ]
    return _filled(options.count, rows), np.zeros(len(rows))


def _steps(group: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.arange(len(group), 0, -1.0)


def alike_groups(options: Options) -> list[list[NDArray[np.int64]]]:
    """Return the options of applications that nothing tells apart, in the published order.

    Forced applications are alike to none.
    """
    found: dict[bytes, list[NDArray[np.int64]]] = {}
    columns = (options.value, options.most, options.least, options.cost[None, :])
    for group in options.groups():
        if options.owner[group[0]] not in options.forced:
            key = b"".join(np.ascontiguousarray(one[:, group]).tobytes() for one in columns)
            found.setdefault(key, []).append(group)
    return [alike for alike in found.values() if len(alike) > 1]


def _filled(
    width: int, rows: list[tuple[NDArray[np.int64], NDArray[np.float64]]]
) -> NDArray[np.float64]:
    matrix = np.zeros((len(rows), width))
    for row, (columns, numbers) in zip(matrix, rows, strict=True):
        row[columns] = numbers
    return matrix


def no_list_with(chosen: Chosen) -> Row:
    """Return the row that forbids funding all of `chosen` at once."""
    return chosen.astype(float), float(chosen.sum()) - 1


def not_this_list(chosen: Chosen) -> Row:
    """Return the row that forbids exactly this list."""
    return np.where(chosen, 1.0, -1.0), float(chosen.sum()) - 1


def over_parts(
    plain: NDArray[np.float64],
    slopes: NDArray[np.float64],
    funder: NDArray[np.int64],
    *,
    inside: int,
) -> NDArray[np.float64]:
    """Return rows over options and each t: the plain ones, then a tangent of each `funder`."""
    parts = np.zeros((len(plain) + len(slopes), inside))
    parts[len(plain) + np.arange(len(funder)), funder] = 1.0
    return np.hstack([np.vstack([plain, slopes]), parts])
