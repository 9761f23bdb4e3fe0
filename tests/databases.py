"""The test's database, put back to a known state before each test: SQLite or PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import make_url

from fundapp.extensions import db
from tests.postgres import running_postgres


class TestDatabase(Protocol):
    """A live database at `url` that can be kept under a name and put back."""

    url: str

    def keep(self, name: str) -> None:
        """Remember the database as it stands. Needs an app context."""
        ...

    def put_back(self, name: str) -> None:
        """Make the database what was kept under `name`. Needs an app context."""
        ...


class SqliteFiles:
    """A file that is copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.live = folder / "fundapp.sqlite3"
        self.url = f"sqlite:///{self.live}"

    def keep(self, name: str) -> None:
        """Copy the file away, its log written back first."""
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
        shutil.copyfile(self.live, self.folder / f"{name}.kept")

    def put_back(self, name: str) -> None:
        """Copy the kept file back."""
        db.engine.dispose()
        for leftover in ("", "-wal", "-shm"):
            self.live.with_name(self.live.name + leftover).unlink(missing_ok=True)
        shutil.copyfile(self.folder / f"{name}.kept", self.live)


class PostgresDatabases:
    """A database that is made anew from a template."""

    def __init__(self, server_url: str) -> None:
        url = make_url(server_url)
        self.server = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.url = url.set(database="live").render_as_string(hide_password=False)
        self._run("CREATE DATABASE live")

    def keep(self, name: str) -> None:
        """Make the live database a template."""
        db.engine.dispose()
        self._run(f"CREATE DATABASE {name}_kept TEMPLATE live")

    def put_back(self, name: str) -> None:
        """Make the live database from the template."""
        db.engine.dispose()
        self._run("DROP DATABASE IF EXISTS live WITH (FORCE)")
        self._run(f"CREATE DATABASE live TEMPLATE {name}_kept")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_database(kind: str, folder: Path) -> Iterator[TestDatabase]:
    """Give an empty database of `kind` ("sqlite" or "postgresql")."""
    if kind == "sqlite":
        yield SqliteFiles(folder)
        return
    with running_postgres() as url:
        yield PostgresDatabases(url)
