"""How much of a plan is noise: the share of draws of the scores in which a grant is made.

Every draw is a whole set of values that the reviews are compatible with; the allocation is
made anew for each. Exact where that is expected to take at most `budget` seconds in all, else
by equal shares with exchanges. What is expected depends on the size alone, not on how busy
the machine is, so that the same question gets the same method everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.allocate import allocate, preview
from fundapp.joint.allocation.instance import Application, Instance, NoPlan
from fundapp.joint.allocation.plan import EXACT, PREVIEW

NOISE = 0.6
"""A grant made in a smaller share of the draws is decided by noise."""

BUDGET = 20.0
"""Seconds in all that exact plans may be expected to take."""

SECONDS_EACH = 0.03
SECONDS_PER_OPTION_AND_FUNDER = 0.0004
"""Expected seconds of one exact plan on a slow machine: a constant, and by size."""


@dataclass(frozen=True)
class Robustness:
    """`shares` by application of the `draws` in which it is funded; `noisy` ones are below NOISE.

    `noisy` names only funded applications, in the order given. `method` is the one used;
    `failed` counts draws in which no plan kept the pins and floors.
    """

    shares: Mapping[str, float]
    noisy: tuple[str, ...]
    method: str
    draws: int
    failed: int


def funding_shares(
    instance: Instance,
    draws: NDArray[np.float64],
    *,
    funded: Sequence[str],
    budget: float = BUDGET,
) -> Robustness:
    """Return in what share of `draws` each application is funded.

    `draws` holds values of the largest level: shape (draws, funders, applications) in the
    order of the instance, or (draws, applications) for values that all funders share.
    Smaller levels keep their part of the largest. Agreed floors are left out: they are
    values under the scores at hand. Raises ValueError for another shape, for negative or
    infinite values, and for no draw.
    """
    values = _checked(instance, draws)
    method = EXACT if expected_seconds(instance, len(values)) <= budget else PREVIEW
    counts = dict.fromkeys((one.name for one in instance.applications), 0)
    failed = 0
    plain = replace(instance, floors={})
    for draw in values:
        drawn = with_values(plain, draw)
        try:
            plan = allocate(drawn) if method == EXACT else preview(drawn)
        except NoPlan:
            failed += 1
            continue
        for name in plan.funded:
            counts[name] += 1
    made = max(1, len(values) - failed)
    shares = {name: count / made for name, count in counts.items()}
    noisy = tuple(name for name in funded if shares[name] < NOISE)
    return Robustness(shares, noisy, method, len(values), failed)


def expected_seconds(instance: Instance, draws: int) -> float:
    """Return how long exact plans for so many draws are expected to take."""
    options = sum(len(one.levels) for one in instance.applications)
    each = SECONDS_EACH + SECONDS_PER_OPTION_AND_FUNDER * options * len(instance.funders)
    return draws * each


def with_values(instance: Instance, values: NDArray[np.float64]) -> Instance:
    """Return the instance with other values (funders, applications) of the largest levels."""
    names = [funder.name for funder in instance.funders]
    return replace(
        instance,
        applications=tuple(
            _revalued(application, dict(zip(names, map(float, values[:, i]), strict=True)))
            for i, application in enumerate(instance.applications)
        ),
    )


def _revalued(application: Application, values: Mapping[str, float]) -> Application:
    largest = application.levels[-1]
    levels = []
    for level in application.levels:
        parts = {
            name: level.values.get(name, 0.0) / largest.values[name]
            if largest.values.get(name, 0.0) > 0
            else level.cost / largest.cost
            for name in values
        }
        levels.append(replace(level, values={name: values[name] * parts[name] for name in values}))
    return replace(application, levels=tuple(levels))


def _checked(instance: Instance, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    shape = len(instance.funders), len(instance.applications)
    values = np.asarray(draws, float)
    if values.ndim == 2 and values.shape[1] == shape[1]:
        values = np.broadcast_to(values[:, None, :], (len(values), *shape))
    if values.ndim != 3 or values.shape[1:] != shape or not len(values):
        raise ValueError(
            f"Draws have the shape (draws, {shape[0]} funders, {shape[1]} applications), "
            f"or (draws, {shape[1]} applications), not {np.shape(draws)}."
        )
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("A drawn value is below zero or no finite number.")
    return values
