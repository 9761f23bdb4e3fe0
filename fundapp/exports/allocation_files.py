"""A plan's question in the shape that `fundapp allocate` reads, so that anybody can re-run it."""

import json
from collections.abc import Mapping
from typing import Any

from fundapp.joint.allocation.instance import Instance
from fundapp.joint.allocation.stored import instance_from_json

CENTS = 100
"""Minor units in one unit of the file, whatever the currency."""


def allocation_file(
    inputs: Mapping[str, Any], *, names: Mapping[str, str], note: str
) -> dict[str, Any]:
    """Return the question of a stored plan, with `names` for its ids.

    Money is in hundreds of minor units: the currency itself where it has two decimals.
    """
    instance = instance_from_json(inputs["instance"])
    funders = [names[one.name] for one in instance.funders]
    ids = [one.name for one in instance.funders]
    return {
        "note": note,
        "funders": funders,
        "budgets": [_units(one.envelope) for one in instance.funders],
        "applications": [names[one.name] for one in instance.applications],
        "cost": [[_units(level.cost) for level in one.levels] for one in instance.applications],
        "value": [
            [[level.values.get(id_, 0.0) for level in one.levels] for one in instance.applications]
            for id_ in ids
        ],
        "eligible": [[int(id_ in one.may_pay) for one in instance.applications] for id_ in ids],
        "rank": [one.rank for one in instance.applications],
        "seed": instance.seed,
        **_wishes(instance, ids, names=names),
    }


def as_text(content: Mapping[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _wishes(instance: Instance, ids: list[str], *, names: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "opt_outs": [[names[f], names[a]] for f, a in sorted(instance.opt_outs)],
        "pins": [
            {"funder": names[pin.funder], "application": names[pin.application]}
            | ({} if pin.amount is None else {"amount": _units(pin.amount)})
            for pin in instance.pins
        ],
    }
    if instance.floors:
        found["floors"] = [instance.floors.get(id_, 0.0) for id_ in ids]
    return found


def _units(minor: int) -> float | int:
    return minor // CENTS if minor % CENTS == 0 else minor / CENTS
