"""`fundapp demo` and `fundapp serve`: the demo made, and served on this machine."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import click

from config import Config, config_from_environment
from fundapp.cli.opening import DEMO_FOLDER, demand_printing

BAR = 30


class Terminal:
    """Tells the story line by line; long steps get a bar."""

    def __init__(self) -> None:
        self._bar_shown = False
        self._last_bar = ""

    def say(self, line: str) -> None:
        """Print one line, over the bar of the step."""
        self._wipe()
        click.echo(line)

    def progress(self, done: int, total: int) -> None:
        """Draw the bar anew; where output goes to a file, only when the step is done."""
        if not total or (not sys.stdout.isatty() and done < total):
            return
        filled = BAR * done // total
        bar = f"  {'█' * filled}{'·' * (BAR - filled)} {done} of {total}"
        if sys.stdout.isatty():
            click.echo(f"\r\033[K{bar}", nl=False)
            self._bar_shown = True
        elif bar != self._last_bar:
            click.echo(bar)
        self._last_bar = bar

    def _wipe(self) -> None:
        self._last_bar = ""
        if self._bar_shown:
            click.echo("\r\033[K", nl=False)
            self._bar_shown = False


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEMO_FOLDER,
    help="Where to build it; the folder is emptied first. Default: var/demo.",
)
def demo(folder: Path) -> None:
    """Play the whole demo: seven rounds, from open calls to letters and exports.

    Starts over each time. Exit code 1 when something does not hold at the end.
    """
    demand_printing()
    began = monotonic()
    found = _build(folder)
    click.echo(f"Done in {monotonic() - began:.0f} seconds: {folder}")
    if found:
        sys.exit(1)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--anew", is_flag=True, help="Build the demo again first.")
def serve(host: str, port: int, *, anew: bool) -> None:
    """Serve the demo on this machine, with its worker; builds it when it is not there.

    To run a fund for real use gunicorn and `fundapp worker`; the README says how.
    """
    from fundapp import create_app
    from fundapp.cli.serving import serve_site
    from fundapp.demo.stage import PASSWORD
    from fundapp.demo.waiting import sign_ins
    from fundapp.extensions import db

    demand_printing()
    if anew or not (DEMO_FOLDER / "summary.json").exists():
        _build(DEMO_FOLDER)
    config = replace(_demo_config(DEMO_FOLDER), public_url=f"http://{host}:{port}")
    app = create_app(config)
    with app.app_context():
        people = sign_ins(db.session(), now=datetime.now(UTC))
        # The site's processes are forked: none may inherit an open connection.
        db.engine.dispose()
    click.echo(f"\nThe demo is at {config.public_url}/ until you press Ctrl+C.")
    click.echo(f"Password of everybody: {PASSWORD}\n")
    for person in people:
        click.echo(f"  {person.role:<14} {person.address:<34} {person.waiting}")
    click.echo()
    serve_site(app, config, host=host, port=port)


def _build(folder: Path) -> bool:
    """Play the demo into `folder`; tell what does not hold and return whether anything."""
    from fundapp.demo.story import play
    from fundapp.queries.checks import findings

    terminal = Terminal()
    with _alone(folder):
        stage = play(_demo_config(folder), terminal)
        with stage.reading() as session:
            found = findings(session)
    for finding in found:
        terminal.say(f"DOES NOT HOLD: {finding.check}: {finding.sentence}")
    if not found:
        terminal.say("Checked: no envelope is overdrawn, contributions equal their awards.")
    return bool(found)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Refuse to build where another process is building."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sentence = f"Another process is building {folder}. Wait until it is done."
            raise click.ClickException(sentence) from None
        yield


def _demo_config(folder: Path) -> Config:
    """Return the demo's settings: database, mails and files of its own, whatever is set."""
    return replace(
        config_from_environment(),
        data_folder=folder.resolve(),
        database_url="",
        smtp_url="",
        file_store="",
    )
