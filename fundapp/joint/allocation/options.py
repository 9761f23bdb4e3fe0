"""An instance as arrays in one fixed order, so that the order of the input never matters.

Funders stand by envelope, the largest first, equal ones as the seed draws; applications in the
published order (rank, then the keyed draw); the options of an application (its levels) from the
largest to the smallest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.instance import (
    Application,
    Funder,
    Instance,
    NoPlan,
    refuse_impossible,
)
from fundapp.joint.ties import keyed_order

Chosen = NDArray[np.bool_]
"""Which options are funded, shape (options,)."""


@dataclass(frozen=True)
class Options:
    """The m options of an instance, or some of them, for F funders.

    `owner` and `level` (m,) say of which application and level an option is; `cost` (m,),
    `most` and `least` (F, m: what each funder may and must pay of it) and `envelopes` (F,)
    are minor units; `value` (F, m). `forced` are applications that must be funded.
    """

    funders: tuple[Funder, ...]
    applications: tuple[Application, ...]
    owner: NDArray[np.int64]
    level: NDArray[np.int64]
    cost: NDArray[np.int64]
    value: NDArray[np.float64]
    most: NDArray[np.int64]
    least: NDArray[np.int64]
    envelopes: NDArray[np.int64]
    forced: tuple[int, ...]

    @property
    def count(self) -> int:
        """Return m."""
        return len(self.cost)

    def kept(self, keep: Chosen) -> "Options":
        """Return the options of `keep` alone. Raises NoPlan when a forced application has none."""
        for application in self.forced:
            if not (self.owner[keep] == application).any():
                shown = self.applications[application].shown
                raise NoPlan(f"“{shown}” must be funded, and nobody may pay or has the money.")
        return replace(
            self,
            owner=self.owner[keep],
            level=self.level[keep],
            cost=self.cost[keep],
            value=self.value[:, keep],
            most=self.most[:, keep],
            least=self.least[:, keep],
        )

    def groups(self) -> Iterator[NDArray[np.int64]]:
        """Yield the options of each application that has any, in the published order."""
        bounds = np.flatnonzero(np.diff(self.owner)) + 1
        if self.count:
            yield from np.split(np.arange(self.count), bounds)


def published_order(instance: Instance) -> list[Application]:
    """Return the applications by rank; equal ranks by a draw that the seed decides."""
    drawn = keyed_order(instance.seed)
    return sorted(instance.applications, key=lambda one: (one.rank, drawn(one.name), one.name))


def options_of(instance: Instance) -> Options:
    """Return every option of an instance. Raises ValueError where the instance is impossible."""
    refuse_impossible(instance)
    drawn = keyed_order(instance.seed)
    funders = tuple(
        sorted(instance.funders, key=lambda one: (-one.envelope, drawn(one.name), one.name))
    )
    applications = tuple(published_order(instance))
    sizes = [len(one.levels) for one in applications]
    owner = np.repeat(np.arange(len(applications)), sizes)
    level = np.concatenate([np.arange(size)[::-1] for size in sizes] or [np.arange(0)])
    levels = [
        one.levels[index] for one in applications for index in reversed(range(len(one.levels)))
    ]
    cost = np.array([one.cost for one in levels], np.int64)
    value = np.array(
        [[one.values.get(funder.name, 0.0) for one in levels] for funder in funders], np.float64
    )
    most, least = _payable(instance, funders, applications)
    pinned = {pin.application for pin in instance.pins} | instance.required
    forced = tuple(i for i, one in enumerate(applications) if one.name in pinned)
    return Options(
        funders,
        applications,
        owner,
        level,
        cost,
        value,
        np.minimum(most[:, owner], cost),
        np.where(least[:, owner] < 0, cost, least[:, owner]),
        np.array([funder.envelope for funder in funders], np.int64),
        forced,
    )


def _payable(
    instance: Instance, funders: tuple[Funder, ...], applications: tuple[Application, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the most and the least of each application by funder; a least of -1 is the whole."""
    most = np.zeros((len(funders), len(applications)), np.int64)
    for f, funder in enumerate(funders):
        for i, application in enumerate(applications):
            if (
                funder.name in application.may_pay
                and (funder.name, application.name) not in instance.opt_outs
            ):
                largest = application.levels[-1].cost
                most[f, i] = min(largest, application.caps.get(funder.name, largest))
    least = np.zeros_like(most)
    row = {funder.name: f for f, funder in enumerate(funders)}
    column = {application.name: i for i, application in enumerate(applications)}
    for pin in instance.pins:
        least[row[pin.funder], column[pin.application]] = -1 if pin.amount is None else pin.amount
    return most, least


def worth_paying(options: Options) -> Chosen:
    """Tell which options are valued by anybody (or forced) and can be paid as they are pinned."""
    wanted = (options.value > 0).any(axis=0) | np.isin(options.owner, options.forced)
    payable = (options.most.sum(axis=0) >= options.cost) & (
        options.least.sum(axis=0) <= options.cost
    )
    usable: Chosen = wanted & payable & (options.least <= options.most).all(axis=0)
    return usable
