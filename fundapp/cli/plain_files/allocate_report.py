"""What `fundapp allocate` answers: the JSON and the table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fundapp.cli.plain_files.allocate_instance import CENTS, AllocateFile
from fundapp.joint.allocation.explanations import Explanations, FunderGain, GrantReason, NearMiss
from fundapp.joint.allocation.plan import Plan
from fundapp.joint.allocation.reruns import MoreMoney, Price
from fundapp.joint.allocation.wording import and_list, percent_text, value_text

NEAREST = 5
"""Near misses in the table; the JSON has all."""


@dataclass(frozen=True)
class Reruns:
    """What would change, as far as it was asked for."""

    funding: tuple[Price, ...] = ()
    leaving_out: tuple[Price, ...] = ()
    more_money: tuple[MoreMoney, ...] = ()


def money_text(minor: int) -> str:
    """Return money in the file's units: whole where it is whole."""
    return f"{minor // CENTS:,}" if minor % CENTS == 0 else f"{minor / CENTS:,.2f}"


def report(
    asked: AllocateFile, plan: Plan, explained: Explanations, *, reruns: Reruns
) -> dict[str, Any]:
    """Return the answer as JSON data, in the file's order and units."""
    amounts = {(one.application, one.funder): one.amount for one in plan.payments}
    return {
        "objective": plan.objective,
        "values": [plan.values[funder] for funder in asked.funders],
        "alone": [plan.alone[funder] for funder in asked.funders],
        "funded": [name for name in asked.applications if name in plan.funded],
        "payments": [
            {"funder": funder, "application": name, "amount": amounts[name, funder] / CENTS}
            for name in asked.applications
            for funder in asked.funders
            if (name, funder) in amounts
        ],
        "spent": plan.spent / CENTS,
        "gap": plan.gap,
        "certified_optimal": plan.certified_optimal,
        "explanations": {
            "method": plan.method,
            "decided_by": plan.decided_by,
            "notes": [*explained.notes],
            "grants": [_grant(one, plan) for one in explained.grants],
            "funders": [_funder(one) for one in explained.funders],
            "near_misses": [_near_miss(one) for one in explained.near_misses],
            "left_out": dict(explained.left_out),
            "binding": [*explained.binding],
            "price_of_funding": [_price(one) for one in reruns.funding],
            "price_of_leaving_out": [_price(one) for one in reruns.leaving_out],
            "more_money": [_more(one) for one in reruns.more_money],
        },
    }


def _grant(one: GrantReason, plan: Plan) -> dict[str, Any]:
    amount = next(grant.amount for grant in plan.grants if grant.application == one.application)
    return {
        "application": one.application,
        "amount": amount / CENTS,
        "wanted_by": [*one.wanted_by],
        "sentence": one.sentence,
    }


def _funder(one: FunderGain) -> dict[str, Any]:
    return {
        "funder": one.funder,
        "alone": one.alone,
        "joint": one.joint,
        "gain": one.gain,
        "from_others": [*one.from_others],
        "spent": one.spent / CENTS,
        "left": one.left / CENTS,
        "at_floor": one.at_floor,
        "sentence": one.sentence,
    }


def _near_miss(one: NearMiss) -> dict[str, Any]:
    return {
        "application": one.application,
        "cost": one.cost / CENTS,
        "missing": one.missing / CENTS,
        "if_added": [*one.if_added],
        "if_left": [*one.if_left],
        "sentence": one.sentence,
    }


def _price(one: Price) -> dict[str, Any]:
    changes = one.comparison
    return {
        "application": one.application,
        "drop": one.drop,
        "entering": [*changes.entering] if changes else [],
        "leaving": [*changes.leaving] if changes else [],
        "why_none": one.why_none,
    }


def _more(one: MoreMoney) -> dict[str, Any]:
    return {
        "funder": one.funder,
        "added": one.added / CENTS,
        "gains": {change.funder: change.gain for change in one.comparison.funders},
        "entering": [*one.comparison.entering],
        "leaving": [*one.comparison.leaving],
    }


def lines(
    asked: AllocateFile, plan: Plan, explained: Explanations, *, reruns: Reruns
) -> Iterator[str]:
    """Yield the readable table, line by line."""
    yield _headline(asked, plan)
    yield ""
    yield from _aligned(
        ["Funder", "Alone", "Joint", "Gain", "Pays", "Left"],
        [
            [
                one.funder,
                value_text(one.alone),
                value_text(one.joint),
                "-" if one.gain is None else percent_text(one.gain),
                money_text(one.spent),
                money_text(one.left),
            ]
            for one in sorted(explained.funders, key=lambda one: asked.funders.index(one.funder))
        ],
    )
    yield ""
    yield from _aligned(["Grant", "Amount", *asked.funders], _paid(asked, plan))
    sentences = [one.sentence for one in explained.near_misses[:NEAREST]]
    sentences += [*explained.left_out.values()][:NEAREST]
    sentences += [*explained.binding, *explained.notes, *_changes(reruns)]
    sentences += [f"Not read in the file: {and_list(asked.unread)}."] if asked.unread else []
    if sentences:
        yield ""
        yield from sentences


def _headline(asked: AllocateFile, plan: Plan) -> str:
    proof = (
        "proven best"
        if plan.certified_optimal
        else f"the best found in time, at most {plan.gap:.2g} below the best"
    )
    held = sum(funder.envelope for funder in asked.instance.funders)
    return (
        f"{len(plan.grants)} of {len(asked.applications)} applications funded, "
        f"{money_text(plan.spent)} of {money_text(held)} spent: {proof}."
    )


def _paid(asked: AllocateFile, plan: Plan) -> list[list[str]]:
    amounts = {grant.application: grant.amount for grant in plan.grants}
    return [
        [
            name,
            money_text(amounts[name]),
            *(
                money_text(plan.payers[name][funder]) if funder in plan.payers[name] else ""
                for funder in asked.funders
            ),
        ]
        for name in asked.applications
        if name in amounts
    ]


def _aligned(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        first, *others = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        yield "  ".join(cells).rstrip()


def _changes(reruns: Reruns) -> Iterator[str]:
    for one in reruns.funding:
        if one.drop is None or one.comparison is None:
            yield f"{one.application} cannot be funded too: {one.why_none}"
        else:
            left = and_list(one.comparison.leaving) or "nothing"
            yield f"Funding {one.application} lowers the objective by {one.drop:.2g}; out: {left}."
    for one in reruns.leaving_out:
        if one.drop is not None and one.comparison is not None:
            into = and_list(one.comparison.entering) or "nothing"
            yield f"Without {one.application} the objective falls by {one.drop:.2g}; in: {into}."
    for more in reruns.more_money:
        gains = [
            f"{change.funder} {percent_text(change.gain or 0.0)}"
            for change in more.comparison.funders
        ]
        yield f"{money_text(more.added)} more from {more.funder}: {and_list(gains)}."
