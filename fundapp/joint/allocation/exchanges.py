"""A list improved by exchanges: one option in, and at most one out, while the welfare rises."""

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.affordability import Affordability
from fundapp.joint.allocation.options import Chosen, Options
from fundapp.joint.allocation.welfare import FLOOR_SLACK, Welfare

ROUNDS = 60
WORTHWHILE = 1e-9


def exchanged(options: Options, afford: Affordability, goal: Welfare, *, chosen: Chosen) -> Chosen:
    """Return a list that can be paid and that no such exchange improves, or ROUNDS better.

    No exchange brings a funder below a floor that it had reached.
    """
    chosen = chosen.copy()
    for _ in range(ROUNDS):
        better = _best_exchange(options, afford, goal, chosen=chosen)
        if better is None:
            break
        out, into = better
        if out >= 0:
            chosen[out] = False
        chosen[into] = True
    return chosen


def _best_exchange(
    options: Options, afford: Affordability, goal: Welfare, *, chosen: Chosen
) -> tuple[int, int] | None:
    """Return the option to leave (-1: none) and the one to enter, or None."""
    held = np.flatnonzero(chosen & ~np.isin(options.owner, options.forced))
    absent = np.flatnonzero(~chosen)
    if not len(absent) or not len(goal.weights):
        return None
    leave = np.concatenate([[-1], held])
    freed = np.zeros((len(afford.room), len(leave)), np.int64)
    freed[:, 1:] = afford.need[:, held]
    room = -afford.over(chosen)[:, None] + freed
    fits = np.ones((len(leave), len(absent)), bool)
    for row in np.flatnonzero(afford.binding):
        fits &= afford.need[row, absent][None, :] <= room[row][:, None]
    owners = np.concatenate([[-1], options.owner[held]])
    has_level = np.isin(options.owner[absent], options.owner[chosen])
    fits &= ~has_level[None, :] | (owners[:, None] == options.owner[absent][None, :])
    change = np.zeros(fits.shape)
    for weight, gain in zip(goal.weights, goal.gain, strict=True):
        ratio = gain[chosen].sum()
        after = _after(gain, ratio, held, absent=absent)
        change += weight * np.log(np.maximum(after, 1e-9) / max(ratio, 1e-9))
    for floor in goal.floors:
        reached = floor[chosen].sum()
        fits &= _after(floor, reached, held, absent=absent) >= min(reached, 1.0) - FLOOR_SLACK
    change[~fits] = -np.inf
    best = int(change.argmax())
    if change.flat[best] <= WORTHWHILE:
        return None
    out, into = divmod(best, len(absent))
    return int(leave[out]), int(absent[into])


def _after(
    row: NDArray[np.float64],
    reached: float,
    held: NDArray[np.int64],
    *,
    absent: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the sum of a row after each exchange, shape (leaving, entering)."""
    left = np.concatenate([[reached], reached - row[held]])
    return left[:, None] + row[absent][None, :]
