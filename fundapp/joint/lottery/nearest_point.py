"""The point of a polytope nearest to the origin, where only a linear question can be asked of it.

Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976). The answer is
unique. A polytope of one point costs one question.
"""

from collections.abc import Callable

import numpy as np

from fundapp.joint.lottery.interval_order import Numbers

MOST_STEPS = 100
SMALL = 1e-12


def nearest_to_origin(
    corner: Numbers, farthest_against: Callable[[Numbers], Numbers], *, tolerance: float
) -> Numbers:
    """Return the point of least length, starting at a `corner` (d,).

    `farthest_against(x)` returns a point of the polytope that minimises its product with x. Ends
    when no point is shorter by more than `tolerance`, in squares, when steps no longer shorten,
    and after MOST_STEPS with the shortest point so far.
    """
    corners, weights = corner[np.newaxis], np.ones(1)
    point = corner
    for _ in range(MOST_STEPS):
        new = farthest_against(point)
        if point @ point <= point @ new + tolerance:
            break
        corners, weights = _nearest_within(np.vstack([corners, new]), np.append(weights, 0.0))
        shorter: Numbers = weights @ corners
        if shorter @ shorter >= point @ point:
            break
        point = shorter
    return point


def _nearest_within(corners: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Return the corners (c, d) that span the nearest point of their hull, and its weights."""
    while True:
        flat = _nearest_in_plane(corners)
        if len(corners) == 1 or (flat > SMALL).all():
            return corners, flat
        shrinking = np.flatnonzero(flat <= SMALL)
        steps = weights[shrinking] / np.maximum(weights[shrinking] - flat[shrinking], SMALL)
        weights = weights + min(1.0, float(steps.min())) * (flat - weights)
        kept = weights > SMALL
        kept[shrinking[np.argmin(steps)]] = False
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
