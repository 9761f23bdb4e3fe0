"""A whole installation on loopback: its own database, files, mail and clock."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from config import Config
from fundapp import create_app
from fundapp.adapters import database, schema
from fundapp.adapters.clock import FixedClock
from fundapp.extensions import db
from fundapp.models import OutboxMessage
from fundapp.services.people import bootstrap_administrator
from fundapp.worker import run_until_idle

BEGINNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FundSite:
    """A running installation. Set `clock.instant` to move its time."""

    app: Flask
    address: str
    clock: FixedClock

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

    def newest_link(self, email: str) -> str:
        """Return the path of the link in the newest mail to `email` that is not sent yet."""
        mails = (
            select(OutboxMessage.body)
            .where(OutboxMessage.to_address == email)
            .order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id.desc())
        )
        with self.app.app_context(), Session(db.engine) as session:
            for body in session.scalars(mails):
                if found := re.search(r"\{site\}(/\S+/\S+)", body):
                    return found[1]
        raise LookupError(f"no mail with a link went to {email}")

    def mails_sent(self) -> int:
        """Return how many mails lie in the folder."""
        folder: Path = self.app.extensions["installation"].config.mail_folder
        return len(list(folder.glob("*.eml")))


@contextmanager
def running_fund_site(folder: Path) -> Iterator[FundSite]:
    """Serve an empty installation, the tokens of forms switched on, until the block ends."""
    clock = FixedClock(BEGINNING)
    config = Config(data_folder=folder, secret_key="x" * 64, is_testing=True)
    app = create_app(config, clock=clock)
    with app.app_context():
        schema.upgrade(db.engine)
    with make_server("127.0.0.1", 0, app, threaded=True) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield FundSite(app, f"http://127.0.0.1:{server.server_port}", clock)
        finally:
            server.shutdown()
            thread.join()
            with app.app_context():
                db.engine.dispose()
