"""`fundapp rank`: what the reviews in a file say together."""

from pathlib import Path

import click

from fundapp.cli.opening import JSON_OPTION
from fundapp.cli.plain_files.reading import FILE_TYPE, answer, read_or_refuse, refuse
from fundapp.domain.csv_files import BadCell

DEFAULT_SEED = "fundapp"


@click.command()
@click.argument("scores", type=FILE_TYPE)
@click.option("--application", required=True, metavar="COL", help="Column of the application.")
@click.option("--reviewer", required=True, metavar="COL", help="Column of the reviewer.")
@click.option("--score", required=True, metavar="COL", help="Column of the score.")
@click.option("--lower-is-better", is_flag=True, help="The lowest score is the best.")
@click.option("--scale", nargs=2, type=float, metavar="LOW HIGH", help="Ends of the scale.")
@click.option("--fundable", type=click.IntRange(min=1), metavar="K", help="How many get money.")
@click.option("--confidence", metavar="COL", help="Column with high, medium, low or a weight.")
@click.option("--interest", metavar="COL", help="Column with yes where a funder has an interest.")
@click.option("--selected", is_flag=True, help="These were chosen by score: no agreement then.")
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="Seed of the draws.")
@JSON_OPTION
def rank(
    scores: Path,
    *,
    application: str,
    reviewer: str,
    score: str,
    lower_is_better: bool,
    scale: tuple[float, float] | None,
    fundable: int | None,
    confidence: str | None,
    interest: str | None,
    selected: bool,
    seed: str,
    json_path: Path | None,
) -> None:
    """Rank the applications in SCORES, a CSV file with one review a line.

    Corrects for strict reviewers where they can be told apart, and says how sure the ranks are.
    """
    from fundapp.cli.plain_files.rank_file import RankColumns, read_reviews
    from fundapp.cli.plain_files.rank_report import rank_data, rank_lines
    from fundapp.joint.evaluation.evaluate import evaluate
    from fundapp.joint.evaluation.extra_review import extra_reviews
    from fundapp.joint.evaluation.home_bias import home_bias

    if scale and not -float("inf") < scale[0] < scale[1] < float("inf"):
        raise click.BadParameter("Write the lowest score, then the highest.", param_hint="--scale")
    columns = RankColumns(application, reviewer, score, confidence, interest)
    file = read_or_refuse(scores, lambda content: read_reviews(content, columns, scale=scale))
    try:
        found = evaluate(
            file.reviews,
            fundable=fundable,
            seed=seed,
            weights=file.weights,
            scale=scale,
            higher_is_better=not lower_is_better,
            is_selection=selected,
        )
        bias = None
        if interest is not None:
            bias = home_bias(
                file.reviews,
                file.interested,
                weights=file.weights,
                higher_is_better=not lower_is_better,
            )
    except ValueError as error:
        refuse([BadCell(0, "", str(error))])
    extra = extra_reviews(found) if fundable else ()
    answer(json_path, rank_data(found, seed=seed, extra=extra, bias=bias))
    for line in rank_lines(found, extra=extra, bias=bias):
        click.echo(line)
