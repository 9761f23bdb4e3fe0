"""A fund is set up in a real browser: funders, a round, its panel, up to the open call.

Narrow without scripts and wide with them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import running_chromium
from tests.browser.fund_site import running_fund_site
from tests.browser.visitor import Lobby, Visitor, open_lobby
from tests.journeys.setting_up import (
    ENVELOPES,
    FUNDERS,
    MANAGER,
    PASSWORD,
    newest_link,
    officer_of,
    reviewer_of,
)

pytestmark = pytest.mark.browser

CALL = "Seed grants for AI evaluation start-ups"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.mark.parametrize(
    ("width", "has_scripts"), [(320, False), (1280, True)], ids=["narrow-plain", "wide-scripts"]
)
def test_from_an_empty_fund_to_the_open_call(
    tmp_path: Path, browser: Browser, *, width: int, has_scripts: bool
) -> None:
    with (
        running_fund_site(tmp_path) as site,
        open_lobby(browser, site, width=width, has_scripts=has_scripts) as lobby,
    ):
        cleo = greet_manager(lobby)
        for funder in FUNDERS:
            add_funder(cleo, lobby, funder)
        round_path = make_round(cleo)
        for funder in FUNDERS:
            invite_reviewer(cleo, lobby, round_path, funder=funder)
        open_call(cleo, round_path)


def greet_manager(lobby: Lobby) -> Visitor:
    cleo = lobby.visitor("Cleo", MANAGER)
    cleo.open(lobby.site.add_manager(cleo.email, "Cleo Sample"))
    cleo.write("New password", PASSWORD)
    cleo.press("Save and sign in")
    return cleo


def add_funder(cleo: Visitor, lobby: Lobby, funder: str) -> None:
    """Add a funder and invite its officer, who opens an account."""
    cleo.open("/rounds")
    cleo.follow("Funders")
    cleo.follow("Add a funder")
    cleo.write("Name", funder)
    cleo.press("Save the funder")
    cleo.follow("Add an officer")
    officer = lobby.visitor("Jon", officer_of(funder))
    cleo.write("Name", "Jon Sample")
    cleo.write("Mail address", officer.email)
    cleo.press("Invite by mail")
    accept_invitation(officer)


def accept_invitation(guest: Visitor) -> None:
    guest.open(newest_link(guest.site.app, guest.email))
    guest.write("Choose a password", PASSWORD)
    guest.press("Accept and open an account")


def make_round(cleo: Visitor) -> str:
    cleo.open("/rounds")
    cleo.follow("Make a round")
    cleo.choose(f"Template: {CALL}")
    cleo.write("First day of the call", "2026-11-03")
    cleo.press("Make the draft")
    round_path = cleo.path().removesuffix("/settings")
    cleo.write("Reviews of each application", "2")
    cleo.press("Save the settings")
    cleo.open(f"{round_path}/funders")
    for name, amount in ENVELOPES.items():
        cleo.page.get_by_label("Funder").first.select_option(label=name)
        cleo.write("Envelope", amount)
        cleo.press("Save the envelope")
    for part in ("form", "rubric"):
        cleo.open(f"{round_path}/{part}")
    return round_path


def invite_reviewer(cleo: Visitor, lobby: Lobby, round_path: str, *, funder: str) -> None:
    reviewer = lobby.visitor("Rita", reviewer_of(funder))
    cleo.open(f"{round_path}/panel")
    cleo.write("Name", "Rita Sample")
    cleo.write("Mail address", reviewer.email)
    cleo.page.get_by_label("Reviews for").select_option(label=funder)
    cleo.press("Invite by mail")
    accept_invitation(reviewer)


def open_call(cleo: Visitor, round_path: str) -> None:
    cleo.open(f"{round_path}/opening")
    cleo.press("Freeze the rules and open the call")
