"""The whole line in a real browser: from the open call to the accepted award.

Narrow and wide, without scripts and with them. Whoever acts signs in and clicks; nothing is
written past the pages. Only the clock is moved by hand, past the deadlines.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import running_chromium
from tests.browser.fund_site import FundSite, running_fund_site
from tests.browser.visitor import Lobby, Visitor, open_lobby
from tests.journeys.setting_up import (
    FUNDERS,
    MANAGER,
    PASSWORD,
    newest_link,
    officer_of,
    reviewer_of,
    set_up_fund,
)

pytestmark = pytest.mark.browser

CALL = "Seed grants for AI evaluation start-ups"
TITLE = "How well do triage assistants hear Swahili?"
LOG = b'{"samples": 120, "score": 0.41}\n'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FundSite, str]]:
    """A site with an open call, kept, and the path of its round."""
    with running_fund_site(tmp_path_factory.mktemp("fund")) as site:
        round_path = set_up_fund(site.app).round_path
        site.keep("open_call")
        yield site, round_path


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("has_scripts", [False, True], ids=["plain", "scripts"])
def test_from_the_call_to_the_accepted_award(
    tmp_path: Path,
    browser: Browser,
    served: tuple[FundSite, str],
    *,
    width: int,
    has_scripts: bool,
) -> None:
    site, round_path = served
    site.put_back("open_call")
    site.clock.instant += timedelta(days=2)
    with open_lobby(browser, site, width=width, has_scripts=has_scripts) as lobby:
        ada = register(lobby)
        apply_for_grant(ada, file=tmp_path / "pilot.txt")
        site.clock.instant += timedelta(weeks=7)
        cleo = lobby.visitor("Cleo", MANAGER)
        screen(cleo, round_path)
        reviewers = [lobby.visitor("Rita", reviewer_of(funder)) for funder in FUNDERS]
        for reviewer, mark in zip(reviewers, (5, 4), strict=True):
            review(reviewer, mark=mark)
        read_each_other(reviewers[0])
        decide(cleo, round_path)
        officers = [lobby.visitor("Jon", officer_of(funder)) for funder in FUNDERS]
        for officer in officers:
            approve(officer)
        release(cleo, round_path)
        site.work()
        accept_award(ada)
        finish(cleo, round_path)
        look_around(cleo, ada, reviewers[0], officers[0])


def register(lobby: Lobby) -> Visitor:
    ada = lobby.visitor("Ada")
    ada.open("/")
    ada.follow("See the open call")
    ada.reads("Lilliput Foundation")
    ada.follow("All questions before you sign in")
    ada.open("/register")
    ada.write("Your name", "Ada Sample")
    ada.write("Mail address", ada.email)
    ada.write("Password", PASSWORD)
    ada.press("Open an account")
    ada.open(newest_link(ada.site.app, ada.email))
    ada.write("Your password", PASSWORD)
    ada.press("Confirm and sign in")
    return ada


def apply_for_grant(ada: Visitor, *, file: Path) -> None:
    ada.open("/")
    ada.follow(CALL)
    ada.follow("Start an application")
    ada.write("Name of your organisation", "Zembla Gauge")
    ada.page.get_by_label("Country of your registered office").select_option("KE")
    ada.press("Save and go on")
    ada.press("Begin")
    ada.follow("Go on writing")
    while "/sections/" in ada.path():
        fill_section(ada, file=file)
    ada.reads("Check your answers, then submit")
    ada.press("Submit")
    ada.reads("We have your application EVF-2026-001")


ANSWERS = {
    "Title": TITLE,
    "First day of work": "2027-03-01",
    "Months of work": "12",
    "Samples run so far": "120",
    "How much do you ask for?": "80,000",
    "Cost of one full run": "1,200.50",
}
LINES = {
    "Who does the work?": [
        ("Ada Sample", "ada@zembla.example", "Leads"),
        ("Ben Sample", "ben@zembla.example", "Measures"),
    ],
    "What will be there, and when?": [
        ("A first test set", "2027-06-01", "Items and grades are published"),
        ("The report", "2028-02-01", "The report is published"),
    ],
    "What is it for?": [("Two people", "2", "35,000"), ("Computing", "1", "10,000")],
}


def fill_section(ada: Visitor, *, file: Path) -> None:
    """Answer every question of the page, whatever its kind, then go on."""
    page = ada.page
    for area in page.locator("main textarea").all():
        area.fill(
            "We measure how often a triage assistant mishears Swahili. \u0645\u062b\u0627\u0644"
        )
    for label, text in ANSWERS.items():
        if page.get_by_label(label, exact=True).count():
            ada.write(label, text)
    write_lines(ada)
    for answer in ("Yes", "Report and results", "Health and medicine", "English"):
        for choice in page.get_by_label(answer, exact=True).all():
            choice.check()
    if page.locator("input[type=file]").count():
        file.write_bytes(LOG)
        page.locator("input[type=file]").set_input_files(file)
        ada.press("Attach")
        ada.reads(file.name)
    ada.press("Save and go on")


def write_lines(ada: Visitor) -> None:
    """Fill the repeating lines of the page, adding those that are not there yet."""
    for label, rows in LINES.items():
        group = ada.page.get_by_role("group", name=label)
        for place, row in enumerate(rows if group.count() else ()):
            if group.locator(".line").count() <= place:
                ada.press("Add a line")
            cells = group.locator(".line").nth(place).locator("input")
            for number, text in enumerate(row):
                cells.nth(number).fill(text)


def screen(cleo: Visitor, round_path: str) -> None:
    """End the call, check eligibility, look for conflicts, assign, begin reviewing."""
    cleo.sign_in()
    take_step(cleo, round_path, "Close the call")
    cleo.follow("Screening")
    cleo.choose("Choose EVF-2026-001")
    cleo.page.get_by_label("Eligible", exact=True).check()
    cleo.press("See who would get which mail")
    cleo.press("Mark 1 as eligible")
    cleo.follow("Conflicts")
    cleo.press("Look for ties in the data")
    cleo.open(f"{round_path}/assignments")
    cleo.press("Propose assignments")
    cleo.reads("Ask 2 reviewers for 2 reviews?")
    cleo.press("Apply: send 2 mails")
    take_step(cleo, round_path, "Begin reviewing")


def take_step(cleo: Visitor, round_path: str, name: str) -> None:
    cleo.open(round_path)
    cleo.follow(name)
    cleo.press(name)


def review(reviewer: Visitor, *, mark: int) -> None:
    """Accept, mark every criterion, save, send in."""
    reviewer.sign_in()
    reviewer.open("/reviews")
    reviewer.press("Accept")
    reviewer.follow(TITLE)
    page = reviewer.page
    text, marks = page.locator("#read"), page.locator("#mark")
    if page.get_by_role("link", name="Mark, 0 of 7").is_visible():
        for tab, shown, hidden in (("Read", text, marks), ("Mark, 0 of 7", marks, text)):
            page.get_by_role("link", name=tab).click()
            expect(shown).to_be_visible()
            expect(hidden).to_be_hidden()
            reviewer.look()
    for criterion in page.locator("[data-criterion]").all():
        criterion.get_by_text(str(mark), exact=True).first.click()
    page.locator("#shared_comment").fill("A clear plan. Say how you choose the speakers.")
    page.locator("#private_comment").fill("Ask for the consent forms.")
    reviewer.press("Save")
    reviewer.press("Submit")


def read_each_other(reviewer: Visitor) -> None:
    reviewer.open("/reviews")
    reviewer.follow(TITLE)
    reviewer.follow("All reviews of this application")
    reviewer.reads("2 reviews are in.")


def decide(cleo: Visitor, round_path: str) -> None:
    """Freeze the ranking, enter a plan, look at the decision."""
    take_step(cleo, round_path, "End reviewing")
    cleo.follow("Ranking")
    cleo.press("Freeze this ranking")
    cleo.follow("Decisions")
    cleo.follow("Work out a plan")
    cleo.press("Work out a plan")
    cleo.reads("Plan A funds 1 grant")
    cleo.press("Enter Plan A")
    cleo.follow("Decisions")
    cleo.follow(TITLE)
    cleo.reads("Stands now. Award, \u20ac80,000")


def approve(officer: Visitor) -> None:
    officer.sign_in()
    officer.open("/decisions")
    officer.follow(CALL)
    officer.follow("Answer")
    officer.press("Approve")


def release(cleo: Visitor, round_path: str) -> None:
    cleo.open(f"{round_path}/release")
    cleo.reads("Release 1 letter? 1 award, 0 decline, 0 reserve")
    cleo.press("Release 1 letter")


def accept_award(ada: Visitor) -> None:
    ada.sign_in()
    ada.open("/applications")
    ada.follow(TITLE)
    ada.follow("Read our letter")
    ada.reads("You are offered \u20ac80,000")
    assert ada.download("Award letter").startswith(b"%PDF-")
    ada.press("Accept the award")
    ada.reads("You accepted \u20ac80,000")


def finish(cleo: Visitor, round_path: str) -> None:
    """Announce, then take the exports."""
    cleo.open(f"{round_path}/letters")
    cleo.follow("Announce")
    cleo.press("Announce")
    cleo.site.work()
    cleo.open(round_path)
    cleo.follow("Exports")
    assert b",award,80000.00," in cleo.download("Decisions")
    assert cleo.download("Spreadsheet (XLSX)").startswith(b"PK")


def look_around(*visitors: Visitor) -> None:
    """Open what the links at the top of the page lead to."""
    for visitor in visitors:
        visitor.open("/")
        links = visitor.page.locator("header nav[aria-label=Menu] a").all()
        for path in [link.get_attribute("href") for link in links]:
            visitor.open(str(path))
