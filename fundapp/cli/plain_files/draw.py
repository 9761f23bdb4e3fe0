"""`fundapp draw`: who is selected, by lot where intervals of quality overlap."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundapp.cli.opening import JSON_OPTION
from fundapp.cli.plain_files.reading import FILE_TYPE, answer, number_in, read_or_refuse
from fundapp.domain.csv_files import BadCell, FileRefused, Line, read_table

if TYPE_CHECKING:
    from fundapp.joint.lottery.partial_lottery import Interval

COLUMNS = ("item", "lower", "upper")
OWN_RANDOMNESS = "this machine's own randomness"
GIVEN = "given on the command line"


@click.command()
@click.argument("intervals", type=FILE_TYPE)
@click.option("--select", type=click.IntRange(min=0), required=True, metavar="K", help="Places.")
@click.option(
    "--seed",
    metavar="TEXT",
    help="A public value that nobody knew when INTERVALS was published. Else a random one.",
)
@click.option("--round", "round_id", default="", metavar="TEXT", help="Name of the round.")
@JSON_OPTION
def draw(
    intervals: Path, *, select: int, seed: str | None, round_id: str, json_path: Path | None
) -> None:
    """Select K items of INTERVALS, a CSV file with the columns item, lower and upper.

    Intervals are of quality, higher is better. Whoever is surely among the best is selected;
    where the intervals overlap at the line, chances are drawn that are best at worst. The same
    file and seed give the same draw, so anybody can repeat it.
    """
    from fundapp.cli.plain_files.draw_report import draw_data, draw_lines
    from fundapp.joint.lottery.draw import freeze_lottery, run_draw
    from fundapp.joint.lottery.partial_lottery import plan_lottery, plan_snsf_lottery

    for name, text in (("--seed", seed or "-"), ("--round", round_id)):
        if not text.isprintable():
            raise click.BadParameter("Give a text of one line.", param_hint=name)
    if seed is not None and not seed.strip():
        raise click.BadParameter("Give a text, or leave --seed out.", param_hint="--seed")
    items = read_or_refuse(intervals, read_intervals)
    if select > len(items):
        raise click.BadParameter(
            f"The file has {len(items)} items. Select at most so many.", param_hint="--select"
        )
    lottery = plan_lottery(items, select=select)
    record = run_draw(
        freeze_lottery(lottery, round_id=round_id),
        public_value=seed or secrets.token_hex(16),
        source=GIVEN if seed else OWN_RANDOMNESS,
    )
    order = [interval.item for interval in items]
    by_line = plan_snsf_lottery(items, select=select)
    answer(json_path, draw_data(lottery, record, order=order, by_line=by_line))
    for line in draw_lines(lottery, record, by_line=by_line, is_seed_given=seed is not None):
        click.echo(line)


def read_intervals(content: bytes) -> list["Interval"]:
    """Return the intervals in the order of the file. Raises FileRefused with all that is wrong."""
    from fundapp.joint.lottery.partial_lottery import Interval

    table = read_table(content, needed=COLUMNS)
    bad_cells: list[BadCell] = []
    first_lines: dict[str, int] = {}
    found = []
    for line in table.lines:
        item = line.cell("item")
        if not item:
            bad_cells.append(BadCell(line.number, "item", "Name the item."))
        elif item in first_lines:
            sentence = f"“{item[:40]}” stands in line {first_lines[item]} too. Remove one."
            bad_cells.append(BadCell(line.number, "item", sentence))
        first_lines.setdefault(item, line.number)
        lower, upper = _ends(line, bad_cells)
        found.append(Interval(item, lower, upper))
    if bad_cells:
        raise FileRefused(bad_cells)
    return found


def _ends(line: Line, bad_cells: list[BadCell]) -> tuple[float, float]:
    known = len(bad_cells)
    lower = number_in(line, "lower", bad_cells=bad_cells)
    upper = number_in(line, "upper", bad_cells=bad_cells)
    if len(bad_cells) == known and lower > upper:
        sentence = f"The upper end {upper:g} is below the lower end {lower:g}. Swap or mend them."
        bad_cells.append(BadCell(line.number, "upper", sentence))
    return lower, upper
