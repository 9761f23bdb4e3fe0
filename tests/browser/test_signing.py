"""From the release to the export in a real browser: release, co-sign, verify, export."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.states import DecisionKind
from fundapp.extensions import db
from fundapp.models import IssuedDocument, Person
from fundapp.services.decisions import resolve_application
from fundapp.services.rankings import freeze_ranking
from fundapp.web.installation import installation
from tests.browser.chromium import running_chromium
from tests.browser.fund_site import FundSite, running_fund_site
from tests.browser.visitor import Visitor, open_lobby
from tests.builders import NOW
from tests.journeys.setting_up import PASSWORD
from tests.services.deliberating import Deliberating, a_deliberation
from tests.services.signing import give_word

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Decided:
    """Who works in the decided round, where it is, and the reference of its one award."""

    manager: str
    officers: tuple[str, ...]
    path: str
    reference: str


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FundSite, Decided]]:
    """A site whose round is decided and asks for signatures; nothing is released."""
    with running_fund_site(tmp_path_factory.mktemp("fund")) as site:
        decided = a_decided_round(site.app)
        site.keep("decided")
        yield site, decided


def a_decided_round(app: Flask) -> Decided:
    """Award the first application by both funders; everybody may sign in."""
    with app.app_context():
        session = db.session()
        database.begin_writing(session)
        room = a_deliberation(session, needs_signatures=True)
        freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
        resolve_all(session, room)
        give_word(session, room)
        password_hash = installation().passwords.hash_of(PASSWORD)
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
        decided = Decided(
            manager=room.manager.email,
            officers=tuple(person.email for person in room.officers),
            path=f"/rounds/{room.round.id}",
            reference=room.applications[0].reference or "",
        )
        session.commit()
        return decided


def resolve_all(session: Session, room: Deliberating) -> None:
    sums = dict(zip((one.id for one in room.funders), (12_000_000, 8_000_000), strict=True))
    kinds = (DecisionKind.AWARD, DecisionKind.DECLINE, DecisionKind.DECLINE)
    for application, kind in zip(room.applications, kinds, strict=True):
        resolve_application(
            session,
            application.id,
            kind=kind,
            contributions=sums if kind is DecisionKind.AWARD else {},
            actor=room.actor(session),
            now=NOW,
        )


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("has_scripts", [False, True], ids=["plain", "scripts"])
def test_release_sign_verify_export(
    browser: Browser, served: tuple[FundSite, Decided], *, width: int, has_scripts: bool
) -> None:
    site, decided = served
    site.put_back("decided")
    with open_lobby(browser, site, width=width, has_scripts=has_scripts) as lobby:
        cleo = lobby.visitor("Cleo", decided.manager)
        cleo.sign_in()
        release(cleo, decided)
        first, second = (lobby.visitor("Jon", email) for email in decided.officers)
        sign_one(first, decided)
        cleo.open(f"{decided.path}/signatures")
        cleo.reads("Erewhon Trust")
        sign_all(second)
        site.work()
        stranger = lobby.visitor("Nia")
        verify(stranger, site, decided)
        export(cleo, decided)


def release(cleo: Visitor, decided: Decided) -> None:
    cleo.open(f"{decided.path}/release")
    cleo.press("Release 3 letters")
    cleo.open(f"{decided.path}/signatures")
    cleo.reads("1 letter waits for signatures")
    cleo.press("Ask the officers again")
    cleo.reads("2 officers are asked.")


def sign_one(officer: Visitor, decided: Decided) -> None:
    """Read what the letter will say, then sign it."""
    officer.sign_in()
    officer.open("/letters-to-sign")
    officer.reads("1 letter waits for your signature")
    officer.follow(f"{decided.reference}-A1")
    officer.reads(f"What {decided.reference}-A1 will say")
    officer.reads("on acceptance")
    officer.write("Your password", PASSWORD)
    officer.press("Sign the letter")
    officer.reads("You signed 1 letter.")
    officer.reads("Nothing waits for your signature")


def sign_all(officer: Visitor) -> None:
    officer.sign_in()
    officer.open("/letters-to-sign")
    officer.page.get_by_label("Sign EVF").first.check()
    officer.write("Your password", PASSWORD)
    officer.press("Sign the chosen letters")
    officer.reads("You signed 1 letter.")


def verify(stranger: Visitor, site: FundSite, decided: Decided) -> None:
    with site.app.app_context(), Session(db.engine) as session:
        letter = session.scalars(
            select(IssuedDocument).where(IssuedDocument.reference == f"{decided.reference}-A1")
        ).one()
    stranger.open("/verify")
    stranger.write("Reference on the paper", letter.reference)
    stranger.write("Code on the paper", letter.code)
    stranger.press("Check the paper")
    stranger.reads("This document is genuine")
    stranger.reads("€200,000")


def export(cleo: Visitor, decided: Decided) -> None:
    cleo.open(f"{decided.path}/exports")
    assert b",award,200000.00," in cleo.download("Decisions")
