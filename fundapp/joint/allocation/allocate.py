"""The way in: the best plan with its proof, and the instant preview."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import fsum, log
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.affordability import Affordability, open_options
from fundapp.joint.allocation.alone import Alone, alone
from fundapp.joint.allocation.equal_shares import equal_shares
from fundapp.joint.allocation.exchanges import exchanged
from fundapp.joint.allocation.instance import Instance, NoPlan
from fundapp.joint.allocation.nash_welfare import Search, search_best
from fundapp.joint.allocation.options import Chosen, Options, options_of
from fundapp.joint.allocation.plan import EXACT, PREVIEW, Grant, Payment, Plan
from fundapp.joint.allocation.program import alike_groups, rows_of
from fundapp.joint.allocation.slices import has_rules, ruled_payments
from fundapp.joint.allocation.ties import settle
from fundapp.joint.allocation.welfare import Welfare, welfare

SECONDS = 60.0
"""Time limit of the exact method, as long as nothing else is said."""


@dataclass(frozen=True)
class Question:
    """An instance made ready.

    `every` holds all options, `options` those that matter, at the places `kept` of `every`.
    `reached` is what each funder reaches alone, in places of `every`.
    """

    instance: Instance
    every: Options
    kept: NDArray[np.int64]
    options: Options
    afford: Affordability
    reached: tuple[Alone, ...]
    goal: Welfare

    def is_payable(self, chosen: Chosen) -> bool:
        """Tell whether a list can be paid to the minor unit, under every rule."""
        if not self.afford.fits(chosen) or not has_rules(self.instance):
            return self.afford.fits(chosen)
        return ruled_payments(self.instance, self.options, chosen) is not None


def prepare(instance: Instance) -> Question:
    """Return the question of an instance. Raises ValueError where it is impossible, and NoPlan."""
    every = options_of(instance)
    reached = tuple(alone(every, funder) for funder in range(len(every.funders)))
    keep, afford = open_options(every)
    options = every.kept(keep)
    floors = [instance.floors.get(funder.name, 0.0) for funder in options.funders]
    goal = welfare(options, reached, floors)
    return Question(instance, every, np.flatnonzero(keep), options, afford, reached, goal)


def preview(instance: Instance) -> Plan:
    """Return the plan of equal shares, at once; it may leave a funder below its floor."""
    question = prepare(instance)
    chosen = _canonical(question, _equal_shares(question))
    if not question.is_payable(chosen):
        chosen = _canonical(question, _union_of_lists(question))
    return _plan(question, chosen, method=PREVIEW, gap=None, decided_by="welfare")


def allocate(instance: Instance, *, seconds: float = SECONDS) -> Plan:
    """Return the plan of largest Nash welfare in which nobody is below what it gets alone.

    Exact, and the same for the input in any order. When `seconds` run out: the best plan
    so far with its proven gap. Raises ValueError for impossible input, and NoPlan where pins
    and floors cannot be kept together or time ran out before any plan was found.
    """
    until = monotonic() + seconds
    question = prepare(instance)
    if not question.options.count:
        return _empty_plan(question)
    starts = [_canonical(question, start) for start in _starts(question)]
    rows = rows_of(question.options, question.afford, question.goal)
    search = search_best(question.goal, rows, starts, is_payable=question.is_payable, until=until)
    if search is None or search.best is None:
        raise NoPlan(_why_none(question, search))
    chosen, decided_by = _settled(search, search.best)
    return _plan(question, chosen, method=EXACT, gap=_gap(search, chosen), decided_by=decided_by)


def _empty_plan(question: Question) -> Plan:
    """Return the plan without a grant, where nothing can be paid that anybody values."""
    nothing = np.zeros(0, bool)
    if not question.goal.keeps_floors(nothing):
        raise NoPlan(_why_none(question, None))
    return _plan(question, nothing, method=EXACT, gap=0.0, decided_by="welfare")


def _settled(search: Search, best: Chosen) -> tuple[Chosen, str]:
    if not search.is_whole:
        return best, "unsettled"
    if not search.rivals:
        return best, "welfare"
    first = settle(search)
    return (best, "unsettled") if first is None else (first, "order")


def _gap(search: Search, chosen: Chosen) -> float:
    return max(0.0, search.bound - search.goal.of(chosen))


def _starts(question: Question) -> list[Chosen]:
    starts = [_union_of_lists(question)]
    with suppress(NoPlan):
        starts.append(_equal_shares(question))
    return starts


def _equal_shares(question: Question) -> Chosen:
    scale = np.array([one.value for one in question.reached])
    whole = question.options.value.sum(axis=1)
    shared = equal_shares(question.options, question.afford, np.where(scale > 0, scale, whole))
    return exchanged(question.options, question.afford, question.goal, chosen=shared)


def _union_of_lists(question: Question) -> Chosen:
    """Return what the funders would fund without each other: the plan that keeps every floor."""
    options = question.options
    chosen = np.zeros(question.every.count, bool)
    for one in question.reached:
        chosen[list(one.chosen)] = True
    wanted = chosen[question.kept]
    for group in options.groups():
        if options.owner[group[0]] in options.forced and not wanted[group].any():
            wanted[group[-1]] = True
        wanted[group[np.flatnonzero(wanted[group])[1:]]] = False
    return wanted


def _canonical(question: Question, chosen: Chosen) -> Chosen:
    """Return the list with, of applications alike in everything, the earlier ones served first."""
    chosen = chosen.copy()
    for alike in alike_groups(question.options):
        levels = sorted((chosen[group].tolist() for group in alike), reverse=True)
        for group, level in zip(alike, levels, strict=True):
            chosen[group] = level
    return chosen


def _plan(
    question: Question, chosen: Chosen, *, method: str, gap: float | None, decided_by: str
) -> Plan:
    options = question.options
    names = [funder.name for funder in options.funders]
    payments = ruled_payments(question.instance, options, chosen)
    if payments is None:
        raise NoPlan("The grants of this list cannot all be paid.")
    values = {name: fsum(row[chosen]) for name, row in zip(names, options.value, strict=True)}
    alone_values = {name: one.value for name, one in zip(names, question.reached, strict=True)}
    funded = [int(option) for option in np.flatnonzero(chosen)]
    application = [options.applications[owner].name for owner in options.owner]
    owners = question.every.owner
    return Plan(
        method,
        tuple(Grant(application[o], int(options.level[o]), int(options.cost[o])) for o in funded),
        tuple(
            Payment(names[f], application[o], int(payments[f, o]))
            for o in funded
            for f in np.flatnonzero(payments[:, o])
        ),
        values,
        alone_values,
        {
            name: frozenset(options.applications[owners[o]].name for o in one.chosen)
            for name, one in zip(names, question.reached, strict=True)
        },
        _outside(question),
        _objective(question, values),
        gap,
        question.goal.keeps_floors(chosen),
        decided_by,
    )


def _objective(question: Question, values: Mapping[str, float]) -> float:
    inside = [question.options.funders[f].name for f in question.goal.inside]
    terms = zip(question.goal.weights, inside, strict=True)
    return fsum(w * log(values[name]) if values[name] > 0 else -np.inf for w, name in terms)


def _outside(question: Question) -> dict[str, str]:
    """Return the sentence for each funder that reaches nothing alone."""
    found = {}
    every = question.every
    for f, one in enumerate(question.reached):
        if one.value > 0:
            continue
        wanted = every.value[f] > 0
        if not wanted.any():
            why = "values none of the applications"
        elif not (wanted & (every.most[f] >= every.cost)).any():
            why = "may not pay in full for any application that it values"
        else:
            why = "has less money than the cheapest grant that it values and may pay for"
        found[every.funders[f].name] = f"{every.funders[f].shown} {why}."
    return found


def _why_none(question: Question, search: Search | None) -> str:
    if search is not None and not search.is_whole:
        return "No plan was found in the time given. Give more time, or take pins away."
    pins, floors = question.options.forced, question.instance.floors
    if pins and floors:
        return "No plan keeps every floor and every pinned grant. Lower a floor or take a pin away."
    if floors:
        return "No plan keeps what was agreed before. Lower a floor, or find more money."
    return "The pinned grants leave somebody below what it gets alone. Take a pin away."
