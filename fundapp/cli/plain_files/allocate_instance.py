"""Reads the JSON file of `fundapp allocate`: names, money to the cent, values, wishes."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fundapp.cli.plain_files.json_reading import Shape, WrongShape, number, read_object, text
from fundapp.domain.csv_files import BadCell, FileRefused
from fundapp.joint.allocation.instance import (
    MOST_MONEY,
    MOST_VALUE,
    Application,
    Funder,
    Instance,
    Level,
    Pin,
    refuse_impossible,
)

CENTS = 100
"""Minor units in one unit of the file."""

NEEDED = ("funders", "budgets", "applications", "cost", "value", "eligible")
OPTIONAL = ("caps", "opt_outs", "pins", "floors", "rank", "seed", "smallest_slice", "lead_share")
UNREAD = ("note",)


@dataclass(frozen=True)
class AllocateFile:
    """What a file asks, the names in its order, and the keys that nothing reads."""

    instance: Instance
    funders: tuple[str, ...]
    applications: tuple[str, ...]
    unread: tuple[str, ...]


def read_instance(content: bytes) -> AllocateFile:
    """Return what the file asks. Raises FileRefused with the line or the key that is wrong."""
    data = read_object(content, needed=NEEDED)
    shape = Shape(data)
    funders = _names(shape, "funders")
    applications = _names(shape, "applications")
    instance = Instance(
        funders=_funders(shape, funders),
        applications=_applications(shape, funders, applications),
        **_wishes(shape, funders),
    )
    shape.refuse_if_bad()
    try:
        refuse_impossible(instance)
    except ValueError as impossible:
        raise FileRefused([BadCell(0, "", str(impossible))]) from None
    known = {*NEEDED, *OPTIONAL, *UNREAD}
    unread = tuple(sorted(key for key in data if key not in known))
    return AllocateFile(instance, tuple(funders), tuple(applications), unread)


def _names(shape: Shape, key: str) -> list[str]:
    names = shape.row(key, shape.data[key], text)
    shape.refuse_if_bad()
    for place, name in enumerate(names):
        if name in names[:place]:
            sentence = f"“{name[:40]}” comes twice. Give each its own name."
            shape.bad.append(BadCell(0, f"{key}[{place}]", sentence))
    shape.refuse_if_bad()
    return names


def _funders(shape: Shape, names: list[str]) -> tuple[Funder, ...]:
    budgets = shape.row("budgets", shape.data["budgets"], _money, length=len(names))
    shape.refuse_if_bad()
    pairs = zip(names, budgets, strict=True)
    return tuple(Funder(name=name, envelope=budget) for name, budget in pairs)


def _applications(shape: Shape, funders: list[str], names: list[str]) -> tuple[Application, ...]:
    count = len(names)
    costs = shape.row("cost", shape.data["cost"], lambda one: _each(one, _money), length=count)
    values = _table(shape, "value", lambda one: _each(one, _value), sizes=(len(funders), count))
    eligible = _table(shape, "eligible", _yes, sizes=(len(funders), count))
    caps = [[_NO_CAP] * count for _ in funders]
    if "caps" in shape.data:
        caps = _table(shape, "caps", _cap, sizes=(len(funders), count))
    ranks = [1] * count
    if "rank" in shape.data:
        ranks = shape.row("rank", shape.data["rank"], _rank, length=count)
    shape.refuse_if_bad()
    return tuple(
        Application(
            name=name,
            levels=_levels(
                shape,
                i,
                costs[i],
                values={f: row[i] for f, row in zip(funders, values, strict=True)},
            ),
            may_pay=frozenset(f for f, row in zip(funders, eligible, strict=True) if row[i]),
            caps={f: row[i] for f, row in zip(funders, caps, strict=True) if row[i] != _NO_CAP},
            rank=ranks[i],
        )
        for i, name in enumerate(names)
    )


def _levels(
    shape: Shape, place: int, costs: list[int], *, values: dict[str, list[float]]
) -> tuple[Level, ...]:
    for f, (_, row) in enumerate(values.items()):
        if len(row) != len(costs):
            sentence = f"{len(row)} values for {len(costs)} costs of this application."
            shape.bad.append(BadCell(0, f"value[{f}][{place}]", sentence))
    shape.refuse_if_bad()
    return tuple(
        Level(cost=cost, values={f: row[level] for f, row in values.items()})
        for level, cost in enumerate(costs)
    )


def _wishes(shape: Shape, funders: list[str]) -> dict[str, Any]:
    """Return the optional keys as arguments of an Instance."""
    data = shape.data
    found: dict[str, Any] = {}
    if "opt_outs" in data:
        found["opt_outs"] = frozenset(shape.row("opt_outs", data["opt_outs"], _pair))
    if "pins" in data:
        found["pins"] = tuple(shape.row("pins", data["pins"], _pin))
    if "floors" in data:
        floors = shape.row("floors", data["floors"], _value, length=len(funders))
        found["floors"] = dict(zip(funders, floors, strict=False))
    readers = {"seed": text, "smallest_slice": _money, "lead_share": _share}
    for key, read in readers.items():
        if key in data:
            found[key] = shape.one(key, data[key], read)
    shape.refuse_if_bad()
    return found


def _table(shape: Shape, key: str, read: Any, *, sizes: tuple[int, int]) -> list[list[Any]]:
    rows = shape.row(key, shape.data[key], lambda row: row, length=sizes[0])
    found = [shape.row(f"{key}[{f}]", row, read, length=sizes[1]) for f, row in enumerate(rows)]
    shape.refuse_if_bad()
    return found


def _each(value: Any, read: Any) -> list[Any]:
    """Return one thing, or the list of things where there are several levels."""
    if isinstance(value, list):
        if not value:
            raise WrongShape("This list of levels is empty.")
        return [read(one) for one in value]
    return [read(value)]


_NO_CAP = -1


def _cap(value: Any) -> int:
    return _NO_CAP if value is None else _money(value)


def _money(value: Any) -> int:
    amount = number(value)
    if amount < 0:
        raise WrongShape("Money is 0 or more.")
    if amount * CENTS > MOST_MONEY:
        raise WrongShape(f"Money above {MOST_MONEY // CENTS:,} cannot be computed exactly.")
    cents = Fraction(amount) * CENTS
    if cents.denominator != 1:
        raise WrongShape("Money has two decimals at most.")
    return cents.numerator


def _value(value: Any) -> float:
    worth = float(number(value))
    if not 0 <= worth <= MOST_VALUE:
        raise WrongShape(f"A value is between 0 and {MOST_VALUE:g}.")
    return worth


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal) and value in {0, 1}:
        return bool(value)
    raise WrongShape("Write 1 where the funder may pay, 0 where it may not.")


def _rank(value: Any) -> int:
    rank = number(value)
    if not 1 <= rank <= 10**6 or rank != int(rank):
        raise WrongShape("A rank is a whole number from 1, the best.")
    return int(rank)


def _share(value: Any) -> Fraction:
    share = number(value)
    if not 0 <= share <= 1:
        raise WrongShape("A share is between 0 and 1.")
    return Fraction(share)


def _pair(value: Any) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise WrongShape("Write [funder, application].")
    return text(value[0]), text(value[1])


def _pin(value: Any) -> Pin:
    if not isinstance(value, dict) or not {"funder", "application"} <= value.keys():
        raise WrongShape('Write {"funder": ..., "application": ..., "amount": ...}.')
    amount = value.get("amount")
    return Pin(
        funder=text(value["funder"]),
        application=text(value["application"]),
        amount=None if amount is None else _money(amount),
    )
