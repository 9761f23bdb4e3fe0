"""`fundapp export`."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from fundapp.cli.opening import (
    AS_OPTION,
    BAD_INPUT,
    WHICH,
    acting_manager,
    installed_config,
    writing_session,
)
from fundapp.domain.errors import FundError

TABLES = ("decisions", "scores", "contributions", "envelopes")
FORMATS = ("csv", "jsonl", "xlsx", "json")


class Exports(click.Group):
    """Takes a round's reference where a kind of export is left out: its decisions."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the kind before arguments that do not name one."""
        is_named = not args or args[0] in {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if is_named else ["decisions", *args])


@click.group(cls=Exports, options_metavar="", subcommand_metavar="[decisions|360giving] ROUND ...")
def export() -> None:
    """Export the decisions of a round, or its awards as open data.

    Without a kind: the decisions.
    """


@export.command(epilog=WHICH)
@click.argument("round_reference", metavar="ROUND")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="csv")
@click.option("--table", type=click.Choice(TABLES), default="decisions", help="Which table.")
@click.option("--columns", default="", help="Columns of the table, in your order: a,b,c.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Else: printed.")
@AS_OPTION
def decisions(
    round_reference: str,
    *,
    format_: str,
    table: str,
    columns: str,
    output: Path | None,
    email: str | None,
) -> None:
    """Export the decisions of ROUND; who took the export is recorded.

    CSV and JSON Lines are one table; XLSX and JSON hold all of them.
    """
    from fundapp.exports.column_sets import read_columns
    from fundapp.exports.formats import ExportFormat
    from fundapp.queries.listing import round_called
    from fundapp.services.exports import WantedExport, export_round

    try:
        with writing_session() as (session, now):
            round_ = round_called(session, round_reference)
            actor = acting_manager(session, round_, email)
            wanted = WantedExport(ExportFormat(format_), table, tuple(read_columns(columns)))
            made = export_round(session, round_.id, wanted=wanted, actor=actor, now=now)
            _write(made.pieces, output)
    except FundError as error:
        click.echo(str(error), err=True)
        sys.exit(BAD_INPUT)
    told = f"SHA-256 {made.sha256}, state {made.state.sha256} of {made.state.changed}"
    click.echo(f"{output or made.filename}: {made.size:,} bytes. {told}.", err=True)


@export.command("360giving", epilog=WHICH)
@click.argument("round_reference", metavar="ROUND")
@click.option("--format", "format_", type=click.Choice(["json", "csv"]), default="json")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Else: printed.")
def giving360(round_reference: str, *, format_: str, output: Path | None) -> None:
    """Write the awards of ROUND as open data by 360Giving, once they are public."""
    from fundapp.queries.fund import fund_identity
    from fundapp.services.publishing import OpenFormat, open_data_file

    try:
        with writing_session() as (session, now):
            made = open_data_file(
                session,
                round_reference,
                format=OpenFormat(format_),
                fund=fund_identity(installed_config()),
                now=now,
            )
    except FundError as error:
        click.echo(str(error), err=True)
        sys.exit(BAD_INPUT)
    _write([made.content], output)
    click.echo(f"{output or made.filename}: {len(made.content):,} bytes.", err=True)


def _write(pieces: Iterable[bytes], output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        return
    with output.open("wb") as file:
        file.writelines(pieces)
