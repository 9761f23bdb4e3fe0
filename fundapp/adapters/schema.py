"""Brings the database to the newest schema, with Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData

from config import ROOT
from fundapp.adapters.database import WRITES


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run every migration up to `revision` in one transaction."""
    with _writing(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Undo migrations down to `revision`."""
    with _writing(engine) as connection:
        command.downgrade(_config(connection), revision)


def write_revision(engine: Engine, message: str, revision_id: str) -> None:
    """Write a migration that takes the database to the models, for a developer to edit."""
    with engine.connect() as connection:
        command.revision(
            _config(connection), message=message, rev_id=revision_id, autogenerate=True
        )


def differences(engine: Engine, wanted: MetaData) -> list[object]:
    """Return what the database and the `wanted` tables differ in (nothing, if all is well)."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, wanted))


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with (
        engine.connect().execution_options(**{WRITES: True}) as connection,
        _without_foreign_keys(connection),
        connection.begin(),
    ):
        yield connection


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a table without deleting the rows that point at it.

    SQLite changes a table by making it anew, and it heeds the switch only outside of
    transactions.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _config(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
