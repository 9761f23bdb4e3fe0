"""`fundapp verify`: whether a PDF is a letter or an announcement of this fund, unchanged."""

import sys
from pathlib import Path

import click

from fundapp.cli.opening import (
    BAD_INPUT,
    JSON_OPTION,
    WHICH,
    installed_config,
    opened_app,
    write_json,
)
from fundapp.cli.plain_files.reading import FILE_TYPE

LARGEST = 50_000_000
"""Bytes."""


@click.command("verify", epilog=WHICH)
@click.argument("file", type=FILE_TYPE)
@JSON_OPTION
def verify(file: Path, json_path: Path | None) -> None:
    """Say whether FILE is a document of this fund, unchanged and in force.

    Ends with 0 for genuine, with 1 for altered, foreign, amended or withdrawn, with 2 when FILE
    is no PDF. The JSON has `verdict`, `reference` and `why`.
    """
    from fundapp.documents.seals import NoDocument
    from fundapp.domain.seals import Verdict
    from fundapp.extensions import db
    from fundapp.services.verification import check_file
    from fundapp.web.installation import installation

    if file.stat().st_size > LARGEST:
        click.echo(f"{file.name} is larger than any document of ours.", err=True)
        sys.exit(BAD_INPUT)
    with opened_app(installed_config()).app_context():
        try:
            found = check_file(
                db.session(), file.read_bytes(), certificate=installation().seal_key.certificate
            )
        except NoDocument as error:
            click.echo(str(error), err=True)
            sys.exit(BAD_INPUT)
    reference = found.document.reference if found.document else None
    told = {"verdict": found.verdict.value, "reference": reference, "why": found.why}
    write_json(json_path, told)
    click.echo(f"{found.verdict.value}: {reference or file.name}. {found.why}")
    if found.verdict is not Verdict.GENUINE:
        sys.exit(1)
