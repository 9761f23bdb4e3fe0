"""The fund of `world.py`, built once per worker and put back for who changes it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.adapters import database
from fundapp.adapters.clock import FixedClock
from fundapp.extensions import db
from fundapp.models import SignIn
from fundapp.services.tokens import hash_of_token
from tests.builders import NOW
from tests.conftest import Installed
from tests.web.world import World, build_world

WorldOf = Callable[[], tuple[Flask, World]]


@pytest.fixture(scope="session")
def kept_world(installed: Installed) -> World:
    """Build the world once per worker and keep its database."""
    with installed.app.app_context():
        installed.database.put_back("fresh")
        session = db.session()
        database.begin_writing(session)
        world = build_world(session)
        for role, person_id in world.people.items():
            session.add(
                SignIn(
                    person_id=person_id,
                    token_hash=hash_of_token(role),
                    started_at=NOW,
                    expires_at=NOW.replace(year=NOW.year + 5),
                )
            )
        session.commit()
        db.session.remove()
        installed.database.keep("world")
    return world


@pytest.fixture
def fresh_world(installed: Installed, kept_world: World) -> Iterator[WorldOf]:
    """Put the world back as it was built."""
    app = installed.app

    def put_back() -> tuple[Flask, World]:
        with app.app_context():
            db.session.remove()
            installed.database.put_back("world")
        clock = app.extensions["installation"].clock
        assert isinstance(clock, FixedClock)
        clock.instant = NOW
        return app, kept_world

    yield put_back
    with app.app_context():
        db.engine.dispose()


def browser_as(app: Flask, role: str) -> FlaskClient:
    """Return the browser of somebody in a role of the world."""
    browser = app.test_client()
    if role != "stranger":
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = role
            cookie["_fresh"] = True
    return browser
