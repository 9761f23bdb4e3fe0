"""Fixtures of the whole suite: one application per worker, a fresh database per test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config import Config
from fundapp import create_app
from fundapp.adapters import database, schema
from fundapp.adapters.clock import FixedClock
from fundapp.extensions import db
from fundapp.models import Person, SignIn
from fundapp.services.tokens import hash_of_token
from tests.builders import NOW
from tests.databases import TestDatabase, running_database

# The same examples everywhere, and no time limit per example on a busy machine.
settings.register_profile("fundapp", deadline=None, derandomize=True)
settings.load_profile("fundapp")


@dataclass(frozen=True)
class Installed:
    """The worker's application and the database behind it."""

    app: Flask
    database: TestDatabase


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the same tests run on the other database."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.fixture(scope="session")
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installed]:
    """Build the application once per worker, on a migrated database that can be put back."""
    folder = tmp_path_factory.mktemp("fundapp")
    with running_database(request.config.getoption("--database"), folder) as test_database:
        config = Config(
            data_folder=folder,
            database_url=test_database.url,
            secret_key="x" * 64,
            is_testing=True,
        )
        app = create_app(config, clock=FixedClock(NOW))
        app.config["WTF_CSRF_ENABLED"] = False  # tests/web/test_permissions.py turns it on
        app.test_client_class = Browser
        with app.app_context():
            schema.upgrade(db.engine)
            test_database.keep("fresh")
        yield Installed(app, test_database)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(installed: Installed) -> Iterator[Flask]:
    """The application, its clock set to NOW, its database empty."""
    application = installed.app
    application.extensions["installation"].clock.instant = NOW
    with application.app_context():
        installed.database.put_back("fresh")
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def clock(app: Flask) -> FixedClock:
    """The application's clock; set `clock.instant` to move it."""
    clock = app.extensions["installation"].clock
    assert isinstance(clock, FixedClock)
    return clock


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A writing session on the test's database. Commit what a request should see."""
    with app.app_context():
        session = db.session()
        database.begin_writing(session)
        yield session
        session.rollback()


class Browser(FlaskClient):
    """A browser of its own: the person of the test's last request is forgotten.

    Flask-Login remembers the person in the app context, which the test's session holds open.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request."""
        if has_app_context():
            g.pop("_login_user", None)
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def client_of(app: Flask, session: Session) -> Callable[[Person], FlaskClient]:
    """Make the browser of a signed-in person; commits what the session holds."""

    def make(person: Person) -> FlaskClient:
        token = f"token of {person.id}"
        session.add(
            SignIn(
                person_id=person.id,
                token_hash=hash_of_token(token),
                started_at=NOW,
                expires_at=NOW.replace(year=NOW.year + 5),
            )
        )
        session.commit()
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return browser

    return make
