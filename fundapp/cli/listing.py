"""`fundapp rounds` and `fundapp check`."""

import sys
from pathlib import Path

import click

from fundapp.cli.opening import JSON_OPTION, WHICH, write_json, writing_session


@click.command(epilog=WHICH)
@JSON_OPTION
def rounds(json_path: Path | None) -> None:
    """List the rounds: reference, kind, state, title."""
    from fundapp.queries.listing import listed_rounds

    with writing_session() as (session, _):
        found = listed_rounds(session)
    shown = [
        {"reference": one.reference, "title": one.title, "kind": one.kind, "state": one.state}
        for one in found
    ]
    write_json(json_path, shown)
    for one in found:
        click.echo(f"{one.reference:<12} {one.kind:<6} {one.state:<13} {one.title}")
    if not found:
        click.echo("There is no round yet.")


@click.command(epilog=WHICH)
@JSON_OPTION
def check(json_path: Path | None) -> None:
    """Check what must always hold: envelopes, contributions, letters, jobs; and the fonts.

    Exit code 1 when something does not hold.
    """
    from fundapp.documents.fonts import missing_for_printing
    from fundapp.queries.checks import Finding, findings

    with writing_session() as (session, _):
        found = findings(session)
    if missing := missing_for_printing():
        found = (*found, Finding("printing", missing))
    write_json(json_path, [vars(finding) for finding in found])
    for finding in found:
        click.echo(f"{finding.check}: {finding.sentence}")
    if found:
        sys.exit(1)
    click.echo("Everything holds.")
