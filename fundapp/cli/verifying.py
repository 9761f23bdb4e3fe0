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
    """Say whether FILE is a document or a badge of this fund, unchanged and in force.

    Ends with 0 for genuine or valid, with 1 for altered, foreign, amended, withdrawn, revoked or
    unknown, with 2 when FILE is neither a PDF nor a badge (SVG or token). The JSON has `verdict`,
    `reference` and `why`.
    """
    from fundapp.documents.seals import NoDocument
    from fundapp.domain.seals import Verdict
    from fundapp.exports.badges import token_in
    from fundapp.extensions import db
    from fundapp.services.verification import check_file
    from fundapp.web.installation import installation

    if file.stat().st_size > LARGEST:
        click.echo(f"{file.name} is larger than any document of ours.", err=True)
        sys.exit(BAD_INPUT)
    with opened_app(installed_config()).app_context():
        if token := token_in(file.read_bytes()):
            verify_badge(token, file.name, json_path)
            return
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


BADGE_WORDS = {
    "valid": "We signed it, nothing in it was changed, and it is not revoked.",
    "revoked": "We signed it, and revoked it. It holds no more.",
    "unknown": "Our key signed it, but our record does not have it. Ask us before you rely on it.",
    "foreign": "Our key did not sign it, or what is in it was changed.",
}


def verify_badge(token: str, name: str, json_path: Path | None) -> None:
    """Print what we say of a badge, without any network; exit with 1 unless it is valid."""
    from fundapp.domain.credentials import BadgeVerdict
    from fundapp.extensions import db
    from fundapp.services.credentials import check_badge
    from fundapp.web.installation import installation, now

    key = installation().badge_key
    verdict, _, badge = check_badge(db.session(), token, key=key, now=now())
    reference = badge.reference or None if badge else None
    why = BADGE_WORDS[verdict.value]
    write_json(json_path, {"verdict": verdict.value, "reference": reference, "why": why})
    click.echo(f"{verdict.value}: {reference or name}. {why}")
    if verdict is not BadgeVerdict.VALID:
        sys.exit(1)
