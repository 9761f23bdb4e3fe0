"""Which installation a command works on, and for whom."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import ROOT, Config, config_from_environment
from fundapp.domain.permissions import Actor
from fundapp.queries.listing import ListedRound

if TYPE_CHECKING:
    from flask import Flask

DEMO_FOLDER = ROOT / "var" / "demo"
BAD_INPUT = 2
"""Exit code for a file or an argument that cannot be taken."""

WHICH = (
    "Works on the installation that FUNDAPP_DATA_FOLDER or FUNDAPP_DATABASE_URL names. "
    "When neither is set: on var/live, or on var/demo where only the demo was made."
)


def installed_config() -> Config:
    """Return the settings of the installation that a command works on; see WHICH."""
    config = config_from_environment()
    is_named = {"FUNDAPP_DATA_FOLDER", "FUNDAPP_DATABASE_URL"} & set(os.environ)
    if not is_named and not has_database(config.data_folder) and has_database(DEMO_FOLDER):
        return replace(config, data_folder=DEMO_FOLDER)
    return config


def opened_app(config: Config | None = None) -> "Flask":
    """Return the application for `config` (default: from the environment).

    A setting that cannot be used, such as a key that cannot be read, ends the command with a
    sentence that names it.
    """
    from fundapp import create_app

    try:
        return create_app(config)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def demand_printing() -> None:
    """End the command with what to install where this machine lacks fonts or libraries."""
    from fundapp.documents.fonts import missing_for_printing

    if missing := missing_for_printing():
        raise click.ClickException(missing)


def has_database(folder: Path) -> bool:
    """Tell whether a folder holds a database of its own."""
    return (folder / "fundapp.sqlite3").exists()


@contextmanager
def writing_session() -> Iterator[tuple[Session, datetime]]:
    """Open a writing session on the installation, committed at the end, and say what time it is."""
    from fundapp.adapters.database import begin_writing
    from fundapp.extensions import db
    from fundapp.web.installation import now

    with opened_app(installed_config()).app_context():
        session = db.session()
        begin_writing(session)
        try:
            yield session, now()
            session.commit()
        finally:
            session.rollback()


def acting_manager(session: Session, round_: ListedRound, email: str | None) -> Actor:
    """Return who acts: the person of `email`, else the manager who made the round."""
    from fundapp.models import Person
    from fundapp.queries.access import actor_for

    if email is None:
        return actor_for(session, round_.created_by_id)
    person_id = session.scalar(select(Person.id).where(Person.email == email.strip().lower()))
    if person_id is None:
        raise click.BadParameter(f"Nobody has the address {email}.", param_hint="--as")
    return actor_for(session, person_id)


def write_json(path: Path | None, data: Any) -> None:
    """Write `data` to `path`, when there is one."""
    if path is not None:
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


JSON_OPTION = click.option(
    "--json",
    "json_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="OUT",
    help="Also write what happened to the file OUT as JSON.",
)
AS_OPTION = click.option(
    "--as",
    "email",
    metavar="EMAIL",
    help="Mail address of the fund manager who acts; else who made the round.",
)
