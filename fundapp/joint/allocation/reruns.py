"""What would change: the allocation made anew with one thing different. Slow, on demand."""

from dataclasses import dataclass, replace

from fundapp.joint.allocation.allocate import SECONDS, allocate
from fundapp.joint.allocation.comparison import Comparison, compare
from fundapp.joint.allocation.instance import Instance, NoPlan
from fundapp.joint.allocation.plan import Plan


@dataclass(frozen=True)
class Price:
    """What a change costs the funders together.

    `drop` is how much lower the objective is (None where the two cannot be compared, as a
    funder enters or leaves the product, or no such plan exists: then `why_none` says why).
    """

    application: str
    drop: float | None
    changed: Plan | None
    comparison: Comparison | None
    why_none: str = ""


def price_of_funding(
    instance: Instance, plan: Plan, application: str, *, seconds: float = SECONDS
) -> Price:
    """Return what it costs to fund an application that `plan` leaves out."""
    required = replace(instance, required=instance.required | {application})
    return _price(required, plan, application, seconds=seconds)


def price_of_leaving_out(
    instance: Instance, plan: Plan, application: str, *, seconds: float = SECONDS
) -> Price:
    """Return what is lost when an application of `plan` is not there.

    Pins and opt-outs of it fall away, and what funders reach alone is without it too.
    """
    without = replace(
        instance,
        applications=tuple(one for one in instance.applications if one.name != application),
        opt_outs=frozenset(pair for pair in instance.opt_outs if pair[1] != application),
        pins=tuple(pin for pin in instance.pins if pin.application != application),
        required=instance.required - {application},
        floors={},
    )
    return _price(without, plan, application, seconds=seconds)


@dataclass(frozen=True)
class MoreMoney:
    """What `added` minor units in one funder's envelope change."""

    funder: str
    added: int
    comparison: Comparison


def value_of_more_money(
    instance: Instance, plan: Plan, funder: str, *, percent: int = 5, seconds: float = SECONDS
) -> MoreMoney:
    """Return what a larger envelope of one funder changes, with nobody below the plan.

    Raises NoPlan where time runs out first.
    """
    funders = []
    added = 0
    for one in instance.funders:
        more = one.envelope * percent // 100 if one.name == funder else 0
        funders.append(replace(one, envelope=one.envelope + more))
        added += more
    larger = replace(instance, funders=tuple(funders), floors=dict(plan.values))
    return MoreMoney(funder, added, compare(plan, allocate(larger, seconds=seconds)))


def _price(instance: Instance, plan: Plan, application: str, *, seconds: float) -> Price:
    try:
        changed = allocate(instance, seconds=seconds)
    except NoPlan as none:
        return Price(application, None, None, None, str(none))
    comparison = compare(plan, changed)
    if changed.outside.keys() != plan.outside.keys():
        why = "Another funder reaches something alone, or none: the two cannot be compared."
        return Price(application, None, changed, comparison, why)
    return Price(application, plan.objective - changed.objective, changed, comparison)
