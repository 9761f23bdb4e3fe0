"""A whole installation on loopback: its own database, files, mail and clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

from config import Config
from fundapp import create_app
from fundapp.adapters import database, schema
from fundapp.adapters.clock import FixedClock
from fundapp.extensions import db
from fundapp.services.people import bootstrap_administrator
from fundapp.worker import run_until_idle
from tests.databases import SqliteFiles

BEGINNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FundSite:
    """A running installation. Set `clock.instant` to move its time."""

    app: Flask
    address: str
    clock: FixedClock
    database: SqliteFiles

    def keep(self, name: str) -> None:
        """Remember the site as it stands."""
        with self.app.app_context():
            db.session.remove()
            self.database.keep(name)

    def put_back(self, name: str) -> None:
        """Make the site what was kept under `name`, and its clock BEGINNING."""
        with self.app.app_context():
            self.database.put_back(name)
        self.clock.instant = BEGINNING

    def work(self) -> None:
        """Print what waits and send what waits."""
        run_until_idle(self.app)

    def add_manager(self, email: str, name: str) -> str:
        """Make somebody a fund manager as on the shell; return the link that sets the password."""
        with self.app.app_context():
            database.begin_writing(db.session())
            made = bootstrap_administrator(
                db.session(), email=email, name=name, now=self.clock.now()
            )
            db.session.commit()
        return f"/reset-password/{made.token}"


@contextmanager
def running_fund_site(folder: Path) -> Iterator[FundSite]:
    """Serve an empty installation, the tokens of forms switched on, until the block ends."""
    clock = FixedClock(BEGINNING)
    files = SqliteFiles(folder)
    config = Config(
        data_folder=folder, database_url=files.url, secret_key="x" * 64, is_testing=True
    )
    app = create_app(config, clock=clock)
    with app.app_context():
        schema.upgrade(db.engine)
    with make_server("127.0.0.1", 0, app, threaded=True) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield FundSite(app, f"http://127.0.0.1:{server.server_port}", clock, files)
        finally:
            server.shutdown()
            thread.join()
            with app.app_context():
                db.engine.dispose()
