"""A release whose worker is killed on the way: nothing is missing and nothing is twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from fundapp import create_app
from fundapp.adapters import database, schema
from fundapp.extensions import db
from fundapp.services.releases import release_decisions
from tests.databases import running_database
from tests.killing import (
    Progress,
    family_of,
    faults_of,
    is_running,
    progress,
    running_worker,
    wait_until,
)
from tests.services.decided import a_decided_round

LETTERS = 24
SECONDS = 240


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An installation of its own, whose database and folder other processes can share."""
    kind = request.config.getoption("--database")
    with running_database(kind, tmp_path) as test_database:
        config = Config(data_folder=tmp_path, database_url=test_database.url, secret_key="x" * 64)
        app = create_app(replace(config, is_testing=True))
        with app.app_context():
            schema.upgrade(db.engine)
            yield app
            db.session.remove()
            db.engine.dispose()


def test_a_release_is_whole_after_three_kills(place: Flask) -> None:
    installation = place.extensions["installation"]
    session = db.session()
    database.begin_writing(session)
    room = a_decided_round(session, LETTERS)
    round_id, actor = room.round.id, room.actor(session)
    release_decisions(session, round_id, actor=actor, now=datetime.now(UTC))
    session.commit()

    def now() -> Progress:
        return progress(session, round_id)

    def kill_when(is_reached) -> None:
        with running_worker(installation.config) as worker:
            wait_until(lambda: is_reached(now()), seconds=SECONDS)
            family = family_of(worker.pid)
            worker.kill()
        wait_until(lambda: not any(map(is_running, family)), seconds=10)

    kill_when(lambda found: found.issued >= LETTERS // 4)
    kill_when(lambda found: found.issued >= LETTERS // 2)
    kill_when(lambda found: found.sending or found.sent)
    with running_worker(installation.config):
        wait_until(lambda: now().sent == LETTERS, seconds=SECONDS)
    faults = faults_of(
        session,
        round_id,
        letters=LETTERS,
        read=installation.files.get,
        mails=installation.config.mail_folder,
    )
    assert faults == []
