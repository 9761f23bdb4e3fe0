"""The point of a polytope nearest to the origin, where only a linear question can be asked of it.

Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976). The answer is
unique. A polytope of one point costs one question.
"""

from collections.abc import Callable

import numpy as np

from fundapp.joint.interval_order import Numbers

MOST_CORNERS = 1_000
SMALL = 1e-12


def nearest_to_origin(
    corner: Numbers, farthest_against: Callable[[Numbers], Numbers], *, tolerance: float
) -> Numbers:
    """Return the point of least length, starting at a `corner` (d,).

    `farthest_against(x)` returns a point of the polytope that minimises its product with x.
    `tolerance` is on squared lengths. Raises ArithmeticError when it does not end.
    """
    corners = corner[np.newaxis]
    weights = np.ones(1)
    for _ in range(MOST_CORNERS):
        point: Numbers = weights @ corners
        new = farthest_against(point)
        if point @ point <= point @ new + tolerance:
            return point
        corners, weights = _nearest_within(np.vstack([corners, new]), np.append(weights, 0.0))
    raise ArithmeticError("The most even chances were not found")


def _nearest_within(corners: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Return the corners (c, d) that span the nearest point of their hull, and its weights."""
    while True:
        flat = _nearest_in_plane(corners)
        if (flat > SMALL).all():
            return corners, flat
        shrinking = flat <= SMALL
        steps = weights[shrinking] / (weights[shrinking] - flat[shrinking])
        weights = weights + float(np.clip(steps.min(), 0.0, 1.0)) * (flat - weights)
        kept = weights > SMALL
        corners, weights = corners[kept], weights[kept] / weights[kept].sum()


def _nearest_in_plane(corners: Numbers) -> Numbers:
    """Return the weights (c,), of any sign, of the nearest point in the corners' plane."""
    count = len(corners)
    system = np.ones((count + 1, count + 1))
    system[0, 0] = 0.0
    system[1:, 1:] = corners @ corners.T
    answer = np.linalg.lstsq(system, np.eye(count + 1)[0], rcond=None)[0]
    weights: Numbers = answer[1:]
    return weights
