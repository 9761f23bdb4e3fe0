"""Prizes in a real browser: enter with evidence, judge beside the rubric, verify and announce."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import ROOT
from fundapp.adapters import database
from fundapp.domain.prize_rules import Gate, GateCode, PrizeRules, prize_rules_as_data
from fundapp.domain.states import DecisionKind, RoundKind
from fundapp.extensions import db
from fundapp.models import Application, Criterion, OutboxMessage, Person
from fundapp.services.decisions import resolve_application
from fundapp.web.installation import installation
from tests.browser.chromium import running_chromium
from tests.browser.fund_site import BEGINNING, FundSite, running_fund_site
from tests.browser.visitor import Visitor, open_lobby
from tests.builders import NOW, a_question
from tests.journeys.setting_up import PASSWORD
from tests.services.deliberating import Deliberating
from tests.services.test_applications import Call
from tests.web.rerun_room import a_log, a_prize_room, approve_all, award
from tests.web.test_samples import Evidence, build

pytestmark = pytest.mark.browser

PARTIAL = ROOT / "fundapp" / "demo" / "data" / "evaluation-logs" / "metric-units.eval"
GATES = (GateCode.READABLE_LOG, GateCode.WHOLE_DATASET, GateCode.REVISION)
Made = TypeVar("Made")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FundSite]:
    """An empty installation, kept under “empty”."""
    with running_fund_site(tmp_path_factory.mktemp("fund")) as site:
        site.keep("empty")
        yield site


def make(site: FundSite, build_rows: Callable[[Session], Made]) -> Made:
    """Fill the emptied site; everybody may sign in."""
    site.put_back("empty")
    with site.app.app_context():
        session = db.session()
        database.begin_writing(session)
        made = build_rows(session)
        secret = installation().passwords.hash_of(PASSWORD)
        for person in session.scalars(select(Person)):
            person.password_hash = secret
        session.commit()
        session.expire_on_commit = False
        return made


def newest_link(app: Flask, pattern: str) -> str:
    with app.app_context():
        bodies = db.session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.queued_at))
        return [found[0] for body in bodies if (found := re.findall(pattern, body))][-1]


@pytest.mark.parametrize(("width", "has_scripts"), [(320, False), (1280, True)])
def test_enter_with_evidence(
    browser: Browser, site: FundSite, *, width: int, has_scripts: bool
) -> None:
    rules = PrizeRules(gates=tuple(map(Gate, GATES)), has_gallery=True)

    def a_draft(session: Session) -> tuple[str, str]:
        call = Call(session, kind=RoundKind.PRIZE, prize_rules=prize_rules_as_data(rules))
        a_question(session, call.section, code="logs", kind="file", is_required=False)
        application = call.finished()
        email = session.get_one(Person, application.contact_id).email
        at = f"/applications/{application.id}"
        return email, f"{at}/sections/{call.section.id}"

    email, section = make(site, a_draft)
    with open_lobby(browser, site, width=width, has_scripts=has_scripts) as lobby:
        entrant = lobby.visitor("Ada", email)
        entrant.sign_in()
        entrant.open(section)
        entrant.page.locator("input[type=file]").set_input_files(PARTIAL)
        entrant.press("Attach")
        entrant.reads("Only 20 of 60 samples of the data set were run.")
        entrant.follow("Look at samples")
        entrant.reads("20 samples.")
        entrant.press("Mark as sensitive")
        entrant.reads("is now looked at in the app only")
        entrant.open(f"{section.partition('/sections')[0]}/check")
        entrant.reads("What the evidence shows")
        entrant.choose("I know that one requirement fails")
        entrant.press("Submit")
        entrant.reads("EVF-2026")


@pytest.mark.parametrize(("width", "has_scripts"), [(320, False), (1280, True)])
def test_judge_with_evidence_beside_the_rubric(
    browser: Browser, site: FundSite, *, width: int, has_scripts: bool
) -> None:
    def a_desk(session: Session) -> Evidence:
        evidence = build(site.app, session)
        criterion = session.get_one(Criterion, evidence.room.validity.id)
        criterion.title, criterion.wants_evidence = "Validity", True
        criterion.facts = ["samples", "uncertainty", "revision"]
        return evidence

    evidence = make(site, a_desk)
    room = evidence.room
    with site.app.app_context():
        email = db.session.get_one(Person, room.mine.person_id).email
    with open_lobby(browser, site, width=width, has_scripts=has_scripts) as lobby:
        judge = lobby.visitor("Rita", email)
        judge.sign_in()
        judge.open(room.address)
        judge.follow("Look at samples")
        judge.write("Find words", "question 30")
        judge.press("Search")
        judge.reads("1 of 60 samples.")
        judge.page.get_by_role("link", name="30", exact=True).click()
        judge.look()
        judge.reads("Question 30 on")
        judge.open(f"{room.address}#mark")
        judge.reads("What the logs say")
        judge.reads("standard error 0.1 on accuracy")
        mark(judge, room.validity.code, "4")
        mark(judge, room.reach.code, "abstain")
        judge.page.locator(f"#reason-{room.reach.code}").fill("Not my field.")
        judge.press("Submit")
        judge.reads("Tick the logs that your mark on “Validity” rests on, or “No evidence”.")
        judge.open(f"{room.address}#mark")
        judge.page.locator(f'input[name="evidence-{room.validity.code}"]').first.check()
        judge.press("Submit")
        judge.reads("Your review is in.")
        judge.reads("1 log as evidence")


def mark(judge: Visitor, code: str, value: str) -> None:
    judge.page.locator(f'label[for="mark-{code}-{value}"]').first.click()


@pytest.mark.parametrize(("width", "has_scripts"), [(320, False), (1280, True)])
def test_verify_and_announce(
    browser: Browser, site: FundSite, tmp_path: Path, *, width: int, has_scripts: bool
) -> None:
    def two_winners(session: Session) -> Deliberating:
        room = a_prize_room(session)
        for number in (0, 1):
            award(session, room, number, number)
        resolve_application(
            session,
            room.applications[3].id,
            kind=DecisionKind.DECLINE,
            contributions={},
            actor=room.actor(session),
            now=NOW,
        )
        approve_all(session, room)
        return room

    room = make(site, two_winners)
    entries = room.applications
    at = f"/rounds/{room.round.id}"
    with open_lobby(browser, site, width=width, has_scripts=has_scripts) as lobby:
        cleo = lobby.visitor("Cleo", room.manager.email)
        cleo.sign_in()
        cleo.open(f"/applications/{entries[0].id}/rerun")
        cleo.page.locator('input[name="claim"]').first.check()
        cleo.write("Name of the verifier", "Vera Sample")
        cleo.write("Mail address of the verifier", "vera@lab.example")
        cleo.press("Ask by mail")
        vera = lobby.visitor("Vera", "vera@lab.example")
        vera.open(newest_link(site.app, r"/rerun-links/\S+"))
        vera.write("Password", PASSWORD)
        vera.press("Open an account and run it")
        log = tmp_path / "again.json"
        log.write_bytes(a_log(0.3, day=20))
        vera.page.locator("input[type=file]").set_input_files(log)
        vera.press("Send the log")
        vera.reads("The results differ")
        cleo.open(f"{at}/reruns")
        cleo.follow("Compare and settle")
        cleo.reads("The re-run is lower by more than chance explains.")
        cleo.choose("It fails: the next in line moves up")
        cleo.write("Why?", "The re-run found 0.3 where the entry says 0.5.")
        cleo.press("Settle the re-run")
        cleo.reads(f"{entries[0].reference} is declined.")
        for entry in entries[1:3]:
            cleo.open(f"/applications/{entry.id}/rerun")
            cleo.write("Why is no re-run needed?", "The panel ran it itself.")
            cleo.press("Award without a re-run")
        with site.app.app_context():
            database.begin_writing(db.session())
            approve_all(db.session(), room)
            db.session.commit()
        cleo.open(f"{at}/release")
        cleo.press("Release")
        site.work()
        announce(cleo, site, at, lobby.visitor("Nia"), entries[1])


def announce(
    cleo: Visitor,
    site: FundSite,
    at: str,
    stranger: Visitor,
    winner: Application,
) -> None:
    """Set the instant; before it nobody reads the winner, from then on everybody does."""
    award = f"/awards/{winner.reference}"
    cleo.open(f"{at}/announce")
    until = BEGINNING + timedelta(hours=6)
    cleo.page.locator('input[name="publish_at"]').fill(f"{until:%Y-%m-%dT%H:%M}")
    for box in cleo.page.locator('main input[type="checkbox"]').all():
        box.check()
    cleo.press("Announce")
    site.work()
    for path in ("/awards", "/announcements.atom"):
        assert winner.title not in text_at(stranger, site, path)
    assert stranger.page.request.get(f"{site.address}{award}").status == 404
    site.clock.instant = until
    for path in ("/awards", "/announcements.atom"):
        assert winner.title in text_at(stranger, site, path), path
    stranger.open(award)
    certificate = stranger.page.request.get(f"{site.address}{award}/certificate.pdf")
    assert certificate.body().startswith(b"%PDF")
    stranger.follow("The badge (Open Badges 3.0)")


def text_at(visitor: Visitor, site: FundSite, path: str) -> str:
    return visitor.page.request.get(site.address + path).text()
