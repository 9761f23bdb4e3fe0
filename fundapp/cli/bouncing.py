"""`fundapp bounces`: notes which mails came back, from the reports of mail servers."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import click

from fundapp.cli.opening import BAD_INPUT, JSON_OPTION, WHICH, write_json, writing_session

LARGEST_INPUT = 100_000_000
"""Bytes of standard input."""


@click.command("bounces", epilog=WHICH)
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
)
@JSON_OPTION
def bounces(paths: tuple[Path, ...], json_path: Path | None) -> None:
    """Read delivery reports and note which of our mails came back for good.

    FILE is one mail (.eml), an mbox, a Maildir folder, or - for standard input. Delays and mails
    that are no reports are passed over, so the same mailbox can be read again and again. The JSON
    has `mails`, `new`, `known` and `foreign`.
    """
    from fundapp.domain.delivery_reports import Bounce, read_report
    from fundapp.services.bounces import note_bounces

    found: list[Bounce] = []
    mails = 0
    for path in paths:
        try:
            for raw in _mails(path):
                mails += 1
                bounce = read_report(raw)
                found += [bounce] if bounce else []
        except (OSError, ValueError) as error:
            click.echo(f"{path} cannot be read: {error}", err=True)
            sys.exit(BAD_INPUT)
    with writing_session() as (session, now):
        noted = note_bounces(session, found, now=now)
    told: dict[str, Any] = {"mails": mails, **vars(noted)}
    write_json(json_path, told)
    click.echo(
        f"{mails} mails read: {noted.new} of ours came back, {noted.known} were known, "
        f"{noted.foreign} reports are about other mails."
    )


def _mails(path: Path) -> Iterator[bytes]:
    from fundapp.adapters.mailboxes import mails_in

    with _as_file(path) as file:
        yield from mails_in(file)


@contextmanager
def _as_file(path: Path) -> Iterator[Path]:
    """Give a path that can be read twice: standard input goes to a file first."""
    if str(path) != "-":
        yield path
        return
    with NamedTemporaryFile(prefix="fundapp-mails-") as file:
        content = sys.stdin.buffer.read(LARGEST_INPUT + 1)
        if len(content) > LARGEST_INPUT:
            raise ValueError(f"more than {LARGEST_INPUT // 1_000_000} MB")
        file.write(content)
        file.flush()
        yield Path(file.name)
