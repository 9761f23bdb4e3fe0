"""`fundapp assign`: who reviews what, by a matrix of matches in a file."""

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from fundapp.cli.opening import JSON_OPTION
from fundapp.cli.plain_files.reading import FILE_TYPE, answer, read_or_refuse, refuse
from fundapp.domain.csv_files import BadCell

if TYPE_CHECKING:
    from fundapp.cli.plain_files.assign_file import Matrix
    from fundapp.cli.plain_files.assign_report import AnsweredAssignment

INFEASIBLE = 3
"""Exit code where not every application can get its reviews."""

DEFAULT_SEED = "fundapp"


@click.command()
@click.argument("matrix", type=FILE_TYPE)
@click.option("--reviews", type=click.IntRange(1, 1000), required=True, help="Per application.")
@click.option("--funders", type=click.IntRange(1, 1000), default=1, help="At least so many.")
@click.option("--load", type=click.IntRange(0, 1_000_000), help="Most reviews of each reviewer.")
@click.option("--fair", is_flag=True, help="Raise the worst served application (0.5 % of total).")
@click.option("--cap", type=float, metavar="Q", help="No pair is surer than Q; the rest is drawn.")
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="Seed of ties and draws.")
@JSON_OPTION
def assign(
    matrix: Path,
    *,
    reviews: int,
    funders: int,
    load: int | None,
    fair: bool,
    cap: float | None,
    seed: str,
    json_path: Path | None,
) -> None:
    """Assign reviewers by MATRIX, a CSV file with a line per reviewer.

    Columns: reviewer, where wanted funder and load, then one per application with the match;
    a number below 0 is a conflict. The total match is the highest possible. Exit code 3 where
    not every application can get its reviews: then an incomplete draft, and why.
    """
    from fundapp.cli.plain_files.assign_file import read_matrix
    from fundapp.cli.plain_files.assign_report import (
        assign_data,
        assign_lines,
        infeasible_sentences,
    )

    if fair and cap is not None:
        raise click.UsageError("Choose --fair or --cap, not both.")
    if funders > reviews:
        raise click.UsageError(
            f"{reviews} reviews cannot come from {funders} funders. Lower --funders."
        )
    file = read_or_refuse(matrix, read_matrix)
    _refuse_missing(file, funders=funders, load=load)
    try:
        answered = _answered(
            file, reviews=reviews, funders=funders, load=load, fair=fair, cap=cap, seed=seed
        )
    except ValueError as error:
        refuse([BadCell(0, "", str(error))])
    answer(json_path, assign_data(answered))
    for line in assign_lines(answered):
        click.echo(line)
    if not answered.best.is_complete:
        for sentence in infeasible_sentences(answered):
            click.echo(sentence, err=True)
        sys.exit(INFEASIBLE)


def _refuse_missing(file: "Matrix", *, funders: int, load: int | None) -> None:
    if funders > 1 and file.funders is None:
        refuse([BadCell(1, "funder", "--funders above 1 needs the column funder. Add it.")])
    if load is None and file.loads is None:
        refuse([BadCell(1, "load", "Give the column load, or --load for everybody.")])


def _answered(
    file: "Matrix",
    *,
    reviews: int,
    funders: int,
    load: int | None,
    fair: bool,
    cap: float | None,
    seed: str,
) -> "AnsweredAssignment":
    """Solve in the order of the draw, so that the order of the file changes nothing."""
    import numpy as np

    from fundapp.cli.plain_files.assign_report import AnsweredAssignment
    from fundapp.joint.assignment.diagnosis import narrow_places
    from fundapp.joint.assignment.fairness import fair_assignment
    from fundapp.joint.assignment.optimal_assignment import optimal_assignment
    from fundapp.joint.assignment.probability_cap import capped_assignment
    from fundapp.joint.assignment.problem import TieKeys, problem_of, tie_keys

    keys = tie_keys(file.applications, file.reviewers, seed)
    rows, columns = np.argsort(keys.applications), np.argsort(keys.reviewers)
    affinity = np.ascontiguousarray(file.affinity.T[np.ix_(rows, columns)])
    names = sorted(set(file.funders or ()))
    homes = [names.index(funder) for funder in file.funders or ()] or [0] * len(columns)
    loads = (
        np.array(file.loads or (), dtype=np.int64) if load is None else np.full(len(homes), load)
    )
    begun = perf_counter()
    best = optimal_assignment(
        problem_of(
            affinity,
            funder_of=np.array(homes, dtype=np.int64)[columns],
            load=loads[columns],
            reviews=reviews,
            funders=funders,
            forbidden=affinity < 0,
            keys=TieKeys(keys.applications[rows], keys.reviewers[columns]),
        )
    )
    complete = best.is_complete
    return AnsweredAssignment(
        matrix=file,
        applications=[file.applications[row] for row in rows],
        reviewers=[file.reviewers[column] for column in columns],
        best=best,
        fair=fair_assignment(best) if fair and complete else None,
        capped=capped_assignment(best, cap=cap, seed=seed)
        if cap is not None and complete
        else None,
        places=() if complete else narrow_places(best),
        seconds=perf_counter() - begun,
    )
