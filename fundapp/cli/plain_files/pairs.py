"""`fundapp pairs`: the order that follows from comparisons of pairs in a file."""

from pathlib import Path

import click

from fundapp.cli.opening import JSON_OPTION
from fundapp.cli.plain_files.reading import FILE_TYPE, answer, read_or_refuse


@click.command("pairs")
@click.argument("verdicts", type=FILE_TYPE, metavar="FILE.csv")
@click.option(
    "--sides",
    is_flag=True,
    help="Left is what was shown first: take out how far each judge leans to it.",
)
@click.option(
    "--prior-sd",
    type=click.FloatRange(min=0.01, max=1_000),
    default=1.5,
    show_default=True,
    help="Spread of scores before any comparison, in logits; a large one is no prior.",
)
@JSON_OPTION
def pairs(verdicts: Path, *, sides: bool, prior_sd: float, json_path: Path | None) -> None:
    """Order what judges compared pair by pair, with intervals (Bradley and Terry, Davidson).

    FILE.csv has the columns judge, left, right and verdict: left, right or equal. A score is in
    logits: who is one above the other wins 73 of 100 decided pairs.
    """
    from fundapp.cli.plain_files.pairs_file import read_pairs
    from fundapp.cli.plain_files.pairs_report import pairs_data, pairs_lines
    from fundapp.joint.pairwise.bradley_terry import LEANING_SD, fit_pairs

    file = read_or_refuse(verdicts, read_pairs)
    fitted = fit_pairs(
        len(file.entries),
        file.words,
        prior_sd=prior_sd,
        leaning_sd=LEANING_SD if sides else 0.0,
    )
    data = pairs_data(file, fitted, prior_sd=prior_sd)
    answer(json_path, data)
    for line in pairs_lines(data):
        click.echo(line)
