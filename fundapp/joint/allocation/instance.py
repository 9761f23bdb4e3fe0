"""What is asked of an allocation: the funders, the applications and what each may pay.

Money is in whole minor units of the round's currency. Values are numbers of any scale,
0 for "would not fund"; only ratios within one funder matter.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

MOST_FUNDERS = 12
"""Who can afford a list is told by a row for each group of funders, 2**funders in all."""

MOST_MONEY = 10**15
"""Minor units in all envelopes, or in all requests: beyond it floats are not exact enough."""

MOST_VALUE = 1e100
"""The largest value of a grant to a funder; sums stay far from overflow."""


class NoPlan(ValueError):
    """The pins and floors cannot be kept together; the message tells which stand in the way."""


@dataclass(frozen=True, kw_only=True)
class Funder:
    """A funder and its `envelope` in minor units. `label` is what sentences call it."""

    name: str
    envelope: int
    label: str = ""

    @property
    def shown(self) -> str:
        """Return what sentences call the funder."""
        return self.label or self.name


@dataclass(frozen=True, kw_only=True)
class Level:
    """One size of an award: what it costs, and its value to each funder (absent: 0)."""

    cost: int
    values: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Application:
    """An application with the sizes it may be funded at, the smallest first.

    `may_pay` names the funders that may pay for it (theme, country, conflict, legal form);
    `caps` the most that some of them may pay. `rank` is the place in the published order,
    1 the best, equal ranks drawn by the seed: it decides only between equally good plans.
    """

    name: str
    levels: tuple[Level, ...]
    may_pay: frozenset[str]
    caps: Mapping[str, int] = field(default_factory=dict)
    rank: int = 1
    label: str = ""

    @property
    def shown(self) -> str:
        """Return what sentences call the application."""
        return self.label or self.name


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A funder wants a grant made and pays at least `amount` of it; None is the whole."""

    funder: str
    application: str
    amount: int | None = None


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A whole question.

    - `opt_outs`: pairs of a funder and an application that it will not pay for.
    - `pins`: grants that a funder wants made, against its own envelope.
    - `floors`: the value that each funder keeps at least, from the last agreed plan.
    - `required`: applications to be funded whoever pays, to learn what that costs.
    - `smallest_slice`: the least that a funder pays of a grant (or the whole, if that is less).
    - `lead_share`: the part of each grant that one of its funders pays at least, 0 to 1.
    - `seed`: of the draw between applications of equal rank.
    """

    funders: tuple[Funder, ...]
    applications: tuple[Application, ...]
    opt_outs: frozenset[tuple[str, str]] = frozenset()
    pins: tuple[Pin, ...] = ()
    floors: Mapping[str, float] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    smallest_slice: int = 0
    lead_share: Fraction = Fraction(0)
    seed: str = ""


def refuse_impossible(instance: Instance) -> None:
    """Raise ValueError, with a sentence, for a question that makes no sense."""
    funders = _known("funder", (funder.name for funder in instance.funders))
    applications = _known("application", (one.name for one in instance.applications))
    if not 1 <= len(funders) <= MOST_FUNDERS:
        raise ValueError(f"An allocation takes 1 to {MOST_FUNDERS} funders, not {len(funders)}.")
    _refuse_money("envelope", {funder.name: funder.envelope for funder in instance.funders})
    _refuse_money("request", {one.name: one.levels[-1].cost for one in _sized(instance)})
    for application in instance.applications:
        _refuse_application(application, funders)
    pairs = {*instance.opt_outs, *((pin.funder, pin.application) for pin in instance.pins)}
    _refuse_unknown({funder for funder, _ in pairs} | {*instance.floors}, funders)
    _refuse_unknown({name for _, name in pairs} | instance.required, applications)
    if not all(math.isfinite(floor) for floor in instance.floors.values()):
        raise ValueError("A floor is no finite number.")
    if instance.smallest_slice < 0 or not 0 <= instance.lead_share <= 1:
        raise ValueError("The smallest slice is 0 or more, the lead's share between 0 and 1.")
    _refuse_pins(instance)


def _known(kind: str, names: Iterable[str]) -> set[str]:
    known: set[str] = set()
    for name in names:
        if name in known:
            raise ValueError(f"The {kind} “{name}” comes twice. Give each its own name.")
        known.add(name)
    return known


def _sized(instance: Instance) -> Iterable[Application]:
    for application in instance.applications:
        if not application.levels:
            raise ValueError(f"“{application.name}” asks for nothing. Give it a cost.")
        yield application


def _refuse_money(kind: str, amounts: Mapping[str, int]) -> None:
    least = 0 if kind == "envelope" else 1
    for name, amount in amounts.items():
        if amount < least:
            raise ValueError(f"The {kind} of “{name}” is {amount}; the least is {least}.")
    if sum(amounts.values()) > MOST_MONEY:
        raise ValueError(
            f"The {kind}s come to more than {MOST_MONEY:,} minor units, "
            "more than can be computed exactly."
        )


def _refuse_application(application: Application, funders: Collection[str]) -> None:
    shown = f"“{application.name}”"
    _refuse_unknown({*application.may_pay, *application.caps}, funders)
    if any(cap < 0 for cap in application.caps.values()):
        raise ValueError(f"A cap on {shown} is below zero.")
    reached: Mapping[str, float] = {}
    cost = 0
    for level in application.levels:
        _refuse_unknown(level.values, funders)
        if level.cost <= cost:
            raise ValueError(f"The costs of {shown} do not rise. Give the smallest first.")
        if not all(0 <= value <= MOST_VALUE for value in level.values.values()):
            raise ValueError(f"A value of {shown} is not between 0 and {MOST_VALUE:g}.")
        if any(level.values.get(funder, 0.0) < value for funder, value in reached.items()):
            raise ValueError(f"More money for {shown} is worth less to a funder.")
        reached, cost = level.values, level.cost


def _refuse_unknown(names: Iterable[str], known: Collection[str]) -> None:
    for name in sorted(names):
        if name not in known:
            raise ValueError(f"“{name}” is named and not known.")


def _refuse_pins(instance: Instance) -> None:
    may_pay = {one.name: one.may_pay for one in instance.applications}
    largest = {one.name: one.levels[-1].cost for one in instance.applications}
    seen = set()
    for pin in instance.pins:
        pair = pin.funder, pin.application
        if pair in seen:
            raise ValueError(f"“{pin.funder}” pins “{pin.application}” twice.")
        seen.add(pair)
        if pin.funder not in may_pay[pin.application] or pair in instance.opt_outs:
            raise ValueError(f"“{pin.funder}” pins “{pin.application}”, and may not pay for it.")
        if pin.amount is not None and not 0 < pin.amount <= largest[pin.application]:
            raise ValueError(
                f"“{pin.funder}” pins {pin.amount} of “{pin.application}”, "
                f"which is not between 1 and {largest[pin.application]}."
            )
