"""`fundapp import-applications` and `fundapp import-reviews`."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from fundapp.cli.opening import (
    AS_OPTION,
    BAD_INPUT,
    JSON_OPTION,
    WHICH,
    acting_manager,
    write_json,
    writing_session,
)
from fundapp.domain.csv_files import BadCell, FileRefused
from fundapp.domain.errors import FundError

_DRY_RUN = click.option("--dry-run", is_flag=True, help="Check everything and load nothing.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


class _DryRun(Exception):
    """Everything went well and nothing is to be kept."""


@click.command("import-applications", epilog=WHICH)
@click.argument("round_reference", metavar="ROUND")
@_FILE
@_DRY_RUN
@JSON_OPTION
@AS_OPTION
def load_applications(
    round_reference: str, file: Path, *, dry_run: bool, json_path: Path | None, email: str | None
) -> None:
    """Load the applications of FILE (CSV) into the open round ROUND.

    Columns: application, title, organisation, amount, currency; further columns are codes
    of questions. Answers may be missing: the application is then shown as imported and
    incomplete. With a bad row nothing is loaded, each is told, and the exit code is 2.
    """
    from fundapp.services.application_imports import import_applications

    loaded = _load(
        import_applications, round_reference, file, dry_run=dry_run, json_path=json_path,
        email=email,
    )  # fmt: skip
    missing = f", {loaded.incomplete} of them incomplete" if loaded.incomplete else ""
    click.echo(f"{_verb(dry_run)} {_counted(loaded.loaded, 'application')}{missing}.")


@click.command("import-reviews", epilog=WHICH)
@click.argument("round_reference", metavar="ROUND")
@_FILE
@_DRY_RUN
@JSON_OPTION
@AS_OPTION
def load_reviews(
    round_reference: str, file: Path, *, dry_run: bool, json_path: Path | None, email: str | None
) -> None:
    """Load the reviews of FILE (CSV) into the round ROUND, while it is reviewing.

    Columns: application, reviewer, funder, criterion, mark, confidence, comment; a line
    per mark, an empty mark abstains with the comment as its reason. Reviewers who are not
    on the panel are seated. With a bad row nothing is loaded and the exit code is 2.
    """
    from fundapp.services.review_imports import import_reviews

    loaded = _load(
        import_reviews, round_reference, file, dry_run=dry_run, json_path=json_path, email=email
    )
    new = f", {_counted(loaded.new_reviewers, 'new reviewer')}" if loaded.new_reviewers else ""
    click.echo(f"{_verb(dry_run)} {_counted(loaded.loaded, 'review')}{new}.")


def _load(
    load: Callable[..., Any],
    round_reference: str,
    file: Path,
    *,
    dry_run: bool,
    json_path: Path | None,
    email: str | None,
) -> Any:
    from fundapp.queries.listing import round_called

    loaded: Any = None
    try:
        with writing_session() as (session, now):
            round_ = round_called(session, round_reference)
            actor = acting_manager(session, round_, email)
            loaded = load(session, round_.id, file.read_bytes(), actor=actor, now=now)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    except FileRefused as refusal:
        _refuse(refusal.bad_cells, json_path)
    except FundError as error:
        _refuse([BadCell(0, "", str(error))], json_path)
    write_json(json_path, {"is_dry_run": dry_run, "problems": [], **asdict(loaded)})
    return loaded


def _refuse(bad_cells: Sequence[BadCell], json_path: Path | None) -> None:
    """Tell every bad cell and end with exit code 2."""
    write_json(json_path, {"loaded": 0, "problems": [asdict(cell) for cell in bad_cells]})
    for cell in bad_cells:
        where = f"line {cell.line}" if cell.line else "file"
        click.echo(f"{where}{f', {cell.column}' if cell.column else ''}: {cell.sentence}", err=True)
    click.echo(f"Nothing was loaded. To mend: {len(bad_cells)}.", err=True)
    sys.exit(BAD_INPUT)


def _verb(dry_run: bool) -> str:
    return "Dry run: would load" if dry_run else "Loaded"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
