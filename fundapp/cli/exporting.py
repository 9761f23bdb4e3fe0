"""`fundapp export`."""

import sys
from pathlib import Path

import click

from fundapp.cli.opening import AS_OPTION, BAD_INPUT, WHICH, acting_manager, writing_session
from fundapp.domain.errors import FundError

TABLES = ("decisions", "contributions", "envelopes", "scores")


@click.command(epilog=WHICH)
@click.argument("round_reference", metavar="ROUND")
@click.option("--format", "format_", type=click.Choice(["csv", "xlsx", "json"]), default="csv")
@click.option("--table", type=click.Choice(TABLES), default="decisions", help="Table of a CSV.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Else: printed.")
@AS_OPTION
def export(
    round_reference: str, *, format_: str, table: str, output: Path | None, email: str | None
) -> None:
    """Export the decisions of ROUND; who took the export is recorded.

    CSV is one table; XLSX and JSON hold all of them.
    """
    from fundapp.exports.formats import ExportFormat
    from fundapp.queries.listing import round_called
    from fundapp.services.exports import export_round

    try:
        with writing_session() as (session, now):
            round_ = round_called(session, round_reference)
            actor = acting_manager(session, round_, email)
            made = export_round(
                session,
                round_.id,
                table=table,
                format=ExportFormat(format_),
                actor=actor,
                now=now,
            )
    except FundError as error:
        click.echo(str(error), err=True)
        sys.exit(BAD_INPUT)
    if output is None:
        sys.stdout.buffer.write(made.content)
    else:
        output.write_bytes(made.content)
        click.echo(f"{output}: {len(made.content):,} bytes.", err=True)
