"""Accounts in a real browser: narrow and wide, with scripts and without."""

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from config import Config
from fundapp import create_app
from fundapp.adapters import schema
from fundapp.extensions import db
from fundapp.models import OutboxMessage
from tests.browser.chromium import assert_accessible, running_chromium

pytestmark = pytest.mark.browser

PASSWORD = "a walk along the river"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An installation of its own, with the tokens of forms switched on."""
    folder = tmp_path_factory.mktemp("accounts")
    app = create_app(Config(data_folder=Path(folder), secret_key="x" * 64, is_testing=True))
    with app.app_context():
        schema.upgrade(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with make_server("127.0.0.1", 0, app, threaded=True) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


def last_link(app: Flask) -> str:
    with app.app_context():
        newest = select(OutboxMessage.body).order_by(OutboxMessage.queued_at.desc())
        body = db.session.scalars(newest).first() or ""
        db.session.remove()
    found = re.search(r"\{site\}(/\S+/\S+)", body)
    assert found is not None
    return found[1]


def check(page: Page, *, has_scripts: bool) -> None:
    """The page fits its width and keeps the accessibility rules."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    expect(page.locator("h1")).to_have_count(1)
    if has_scripts:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert_accessible(page)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_register_confirm_and_look_around(
    app: Flask, site: str, browser: Browser, *, width: int, has_scripts: bool
) -> None:
    email = f"ada{width}{has_scripts}@sample.example".lower()
    with browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=has_scripts
    ) as context:
        page = context.new_page()
        page.goto(f"{site}/register")
        page.get_by_label("Your name").fill("Ada Sample")
        page.get_by_label("Mail address").fill("nonsense")
        page.get_by_role("button", name="Open an account").click()
        check(page, has_scripts=has_scripts)
        page.get_by_label("Mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Open an account").click()
        assert page.title() == "Look into your mail · Common Measure Fund"
        page.goto(site + last_link(app))
        page.get_by_label("Your password").fill(PASSWORD)
        check(page, has_scripts=has_scripts)
        page.get_by_role("button", name="Confirm and sign in").click()
        for address in ("/account", "/account/profile", "/account/deletion", "/privacy"):
            page.goto(site + address)
            check(page, has_scripts=has_scripts)
        page.goto(f"{site}/account")
        page.get_by_role("button", name="Sign out everywhere").click()
        check(page, has_scripts=has_scripts)
        page.get_by_label("Mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.goto(f"{site}/account")
        assert page.get_by_text(email).count() == 1
