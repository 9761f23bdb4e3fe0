"""Questions and plans as JSON, to be kept and read back without losing anything."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from fundapp.joint.allocation.instance import Application, Funder, Instance, Level, Pin
from fundapp.joint.allocation.plan import Grant, Payment, Plan

Json = Mapping[str, Any]


def instance_as_json(instance: Instance) -> dict[str, Any]:
    """Return an instance as JSON, in the order of the instance, sets in the order of names."""
    return {
        "funders": [{"name": one.name, "envelope": one.envelope} for one in instance.funders],
        "applications": [
            {
                "name": one.name,
                "levels": [
                    {"cost": level.cost, "values": dict(level.values)} for level in one.levels
                ],
                "may_pay": sorted(one.may_pay),
                "caps": dict(one.caps),
                "rank": one.rank,
            }
            for one in instance.applications
        ],
        "opt_outs": [list(pair) for pair in sorted(instance.opt_outs)],
        "pins": [[pin.funder, pin.application, pin.amount] for pin in instance.pins],
        "floors": dict(instance.floors),
        "required": sorted(instance.required),
        "smallest_slice": instance.smallest_slice,
        "lead_share": str(instance.lead_share),
        "seed": instance.seed,
    }


def instance_from_json(data: Json) -> Instance:
    """Return the instance that `instance_as_json` wrote."""
    return Instance(
        funders=tuple(Funder(**one) for one in data["funders"]),
        applications=tuple(
            Application(
                name=one["name"],
                levels=tuple(Level(**level) for level in one["levels"]),
                may_pay=frozenset(one["may_pay"]),
                caps=one["caps"],
                rank=one["rank"],
            )
            for one in data["applications"]
        ),
        opt_outs=frozenset((funder, application) for funder, application in data["opt_outs"]),
        pins=tuple(
            Pin(funder=funder, application=application, amount=amount)
            for funder, application, amount in data["pins"]
        ),
        floors=data["floors"],
        required=frozenset(data["required"]),
        smallest_slice=data["smallest_slice"],
        lead_share=Fraction(data["lead_share"]),
        seed=data["seed"],
    )


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON."""
    return {
        "method": plan.method,
        "grants": [[one.application, one.level, one.amount] for one in plan.grants],
        "payments": [[one.funder, one.application, one.amount] for one in plan.payments],
        "values": dict(plan.values),
        "alone": dict(plan.alone),
        "alone_lists": {funder: sorted(names) for funder, names in plan.alone_lists.items()},
        "outside": dict(plan.outside),
        "objective": plan.objective,
        "gap": plan.gap,
        "floors_kept": plan.floors_kept,
        "decided_by": plan.decided_by,
    }


def plan_from_json(data: Json) -> Plan:
    """Return the plan that `plan_as_json` wrote."""
    return Plan(
        method=data["method"],
        grants=tuple(Grant(*one) for one in data["grants"]),
        payments=tuple(Payment(*one) for one in data["payments"]),
        values=data["values"],
        alone=data["alone"],
        alone_lists={funder: frozenset(names) for funder, names in data["alone_lists"].items()},
        outside=data["outside"],
        objective=data["objective"],
        gap=data["gap"],
        floors_kept=data["floors_kept"],
        decided_by=data["decided_by"],
    )
