"""`fundapp allocate`: which grants several funders pay together, on a plain file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundapp.cli.opening import JSON_OPTION
from fundapp.cli.plain_files.reading import FILE_TYPE, answer, read_or_refuse

if TYPE_CHECKING:
    from fundapp.cli.plain_files.allocate_instance import AllocateFile
    from fundapp.cli.plain_files.allocate_report import Reruns
    from fundapp.joint.allocation.explanations import Explanations
    from fundapp.joint.allocation.plan import Plan

NO_PLAN = 3
"""Exit code where pins and floors cannot be kept together."""


@click.command()
@click.argument("instance", type=FILE_TYPE, metavar="INSTANCE.json")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1, max=86_400),
    default=60.0,
    show_default=True,
    help="Time limit; the best plan so far is given then, with its proven gap.",
)
@click.option(
    "--reruns",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Also price the N nearest misses, the N largest grants and 5 % more of each envelope.",
)
@JSON_OPTION
def allocate(instance: Path, seconds: float, reruns: int, *, json_path: Path | None) -> None:
    """Find the best plan in which no funder gets less than it gets alone, and who pays what.

    INSTANCE.json holds funders, budgets, applications, cost, value[funder][application] and
    eligible[funder][application]; see docs/joint-evaluation.md for what else it may hold.
    Exit code 3 when pins and floors cannot be kept together.
    """
    from fundapp.cli.plain_files.allocate_instance import read_instance
    from fundapp.cli.plain_files.allocate_report import lines, money_text, report
    from fundapp.joint.allocation.allocate import allocate as allocated
    from fundapp.joint.allocation.explanations import explain
    from fundapp.joint.allocation.instance import NoPlan

    asked = read_or_refuse(instance, read_instance)
    try:
        plan = allocated(asked.instance, seconds=seconds)
    except NoPlan as none:
        click.echo(str(none), err=True)
        sys.exit(NO_PLAN)
    explained = explain(asked.instance, plan, show=money_text)
    changes = _reruns(asked, plan, explained, count=reruns)
    answer(json_path, report(asked, plan, explained, reruns=changes))
    for line in lines(asked, plan, explained, reruns=changes):
        click.echo(line)


def _reruns(
    asked: "AllocateFile", plan: "Plan", explained: "Explanations", *, count: int
) -> "Reruns":
    from fundapp.cli.plain_files.allocate_report import Reruns
    from fundapp.joint.allocation.reruns import (
        price_of_funding,
        price_of_leaving_out,
        value_of_more_money,
    )

    if not count:
        return Reruns()
    question = asked.instance
    largest = sorted(plan.grants, key=lambda grant: -grant.amount)[:count]
    return Reruns(
        tuple(
            price_of_funding(question, plan, miss.application)
            for miss in explained.near_misses[:count]
        ),
        tuple(price_of_leaving_out(question, plan, grant.application) for grant in largest),
        tuple(value_of_more_money(question, plan, funder) for funder in asked.funders),
    )
