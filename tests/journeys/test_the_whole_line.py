"""The whole line through the application: two apply, one is funded, both get their letter.

Walked twice: with the files in a folder, and with the files in a bucket.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from flask import Flask

from fundapp.adapters.clock import FixedClock
from fundapp.adapters.files import store_for
from fundapp.worker import run_until_idle
from tests.journeys.setting_up import (
    FUNDERS,
    MANAGER,
    PASSWORD,
    newest_link,
    officer_of,
    reviewer_of,
    set_up_fund,
    sign_in,
)
from tests.journeys.walker import Walker
from tests.s3_server import BUCKET, CREDENTIALS, running_s3

PILOT = b'{"samples": 120}\n'


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The application with the tokens of its forms switched on."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def with_bucket(guarded: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The same with its files in a real bucket, reached as an installation would."""
    whole = guarded.extensions["installation"]
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with running_s3() as endpoint:
        files = store_for(f"s3://{BUCKET}/fund", Path("unused"), endpoint=endpoint)
        guarded.extensions["installation"] = replace(whole, files=files)
        yield guarded
    guarded.extensions["installation"] = whole


def test_from_an_empty_fund_to_two_letters(guarded: Flask, clock: FixedClock) -> None:
    everybody = walk_the_line(guarded, clock)
    run_until_idle(guarded)
    assert [person.dead_links("/") for person in everybody] == [[]] * len(everybody)


def test_the_same_with_the_files_in_a_bucket(with_bucket: Flask, clock: FixedClock) -> None:
    walk_the_line(with_bucket, clock)


def walk_the_line(app: Flask, clock: FixedClock) -> list[Walker]:
    """Go from an empty fund to its exports; return all who took part, and a stranger."""
    fund = set_up_fund(app)
    manager, round_path = fund.manager, fund.round_path
    clock.instant += timedelta(days=2)
    applicants = [
        apply_for_grant(app, "zembla", amount="90000"),
        apply_for_grant(app, "avalon", amount="80000"),
    ]
    clock.instant += timedelta(weeks=7)
    prepare_reviewing(manager, round_path)
    for reviewer, funder in zip(fund.reviewers, FUNDERS, strict=True):
        sign_in(reviewer, reviewer_of(funder))
        write_reviews(reviewer)
    decide(manager, round_path)
    for officer, funder in zip(fund.officers, FUNDERS, strict=True):
        sign_in(officer, officer_of(funder))
        officer.open("/decisions")
        officer.follow("Seed grants")
        officer.press("Approve")
    release(app, manager, round_path)
    read_letters(*applicants)
    export(manager, round_path)
    stranger = Walker(app.test_client())
    return [manager, *fund.officers, *fund.reviewers, *applicants, stranger]


def apply_for_grant(app: Flask, name: str, *, amount: str) -> Walker:
    applicant = Walker(app.test_client())
    applicant.open("/register")
    email = f"ada@{name}.example"
    applicant.press("Open an account", name="Ada Sample", email=email, password=PASSWORD)
    applicant.open(newest_link(app, email))
    applicant.press("Confirm and sign in", password=PASSWORD)
    applicant.follow("Seed grants")
    applicant.follow("Start an application")
    applicant.press("Save and go on", name=name.capitalize(), country="KE")
    applicant.press("Begin")
    applicant.follow("Go on writing")
    while "/sections/" in applicant.path:
        applicant.press("Save and go on", **answers(applicant, amount=amount))
    assert applicant.heading == "Check your answers, then submit"
    applicant.press("Submit")
    run_until_idle(app)
    applicant.open("/applications")
    applicant.follow("How well")
    assert applicant.download("exactly what you sent").startswith(b"%PDF-")
    return applicant


def answers(applicant: Walker, *, amount: str) -> dict[str, object]:
    """Answer what the page asks."""
    known = {
        "title": "How well do triage assistants hear Swahili?",
        "begins_on": "2027-03-01",
        "months": "12",
        "samples_run": "120",
        "amount": amount,
        "cost_of_run": "1,200.50",
        "evidence": (BytesIO(PILOT), "pilot.txt"),
        "openness": ["Code"],
        "topics": ["Health and medicine", "Languages and cultures"],
        "language": "English",
    }
    cells = {
        "email": "ada@zembla.example",
        "due_on": "2027-06-01",
        "quantity": "1",
        "price": amount,
    }
    given: dict[str, object] = {}
    names = {name: field for field in applicant.page.iter() if (name := field.get("name"))}
    for name, field in names.items():
        code = name.removesuffix("-option")
        if code in known:
            given[name] = known[code]
        elif field.tag == "textarea":
            given[name] = "We measure how often a triage assistant mishears Swahili."
        elif field.get("type") == "radio":
            given[name] = "Yes"
        elif name.count("-") == 2:
            given[name] = cells.get(name.split("-")[2], "Two people")
    return given


def prepare_reviewing(manager: Walker, round_path: str) -> None:
    sign_in(manager, MANAGER)
    take_step(manager, round_path, "Close the call")
    manager.follow("Screening")
    chosen = [
        field.get("value")
        for field in manager.page.iter("input")
        if field.get("name") == "application_ids"
    ]
    manager.press("See who would get which mail", application_ids=chosen, verdict="eligible")
    manager.press("Mark 2 as eligible", application_ids=chosen)
    manager.follow("Assignment")
    manager.press("Propose assignments")
    manager.press("Apply: send 2 mails")
    take_step(manager, round_path, "Begin reviewing")


def take_step(manager: Walker, round_path: str, name: str) -> None:
    manager.open(round_path)
    manager.follow(name)
    manager.press(name)


def write_reviews(reviewer: Walker) -> None:
    """Mark the first application with fives and the other with twos."""
    for mark in ("5", "2"):
        reviewer.open("/reviews")
        reviewer.follow("Next:")
        assert reviewer.download("pilot.txt") == PILOT
        marks = {
            name: mark
            for field in reviewer.page.iter("input")
            if (name := field.get("name") or "").startswith("mark-")
        }
        shared = "A clear plan. Say how you choose the speakers."
        reviewer.press("Submit", **marks, shared_comment=shared)


def decide(manager: Walker, round_path: str) -> None:
    take_step(manager, round_path, "End reviewing")
    manager.follow("Ranking")
    manager.press("Freeze this ranking")
    manager.follow("Decisions")
    manager.follow("Work out a plan")
    manager.press("Work out a plan", reserves="0")
    assert manager.heading == "Plan A funds 1 grant and leaves €10,000"
    manager.press("Enter Plan A")
    manager.follow("Decisions")
    assert manager.heading == "1 grant, €10,000 left"


def release(app: Flask, manager: Walker, round_path: str) -> None:
    manager.open(f"{round_path}/release")
    assert manager.heading == "Release 2 letters? 1 award, 1 decline, 0 reserve"
    manager.press("Release 2 letters")
    run_until_idle(app)


def read_letters(funded: Walker, declined: Walker) -> None:
    headings = []
    for applicant, email in ((funded, "zembla"), (declined, "avalon")):
        sign_in(applicant, f"ada@{email}.example")
        applicant.open("/applications")
        applicant.follow("How well")
        applicant.follow("Read our letter")
        headings.append(applicant.heading)
        assert applicant.download("letter").startswith(b"%PDF-")
    funded.press("Accept the award")
    assert funded.heading == "You accepted €90,000"
    assert headings == ["You are offered €90,000", "Your application is not funded this time"]


def export(manager: Walker, round_path: str) -> None:
    manager.open(f"{round_path}/announce")
    manager.press("Announce")
    manager.open(round_path)
    manager.follow("Exports")
    rows = list(csv.DictReader(StringIO(manager.download("CSV of decisions").decode("utf-8-sig"))))
    assert [(row["decision"], row["amount"], row["reviews"]) for row in rows] == [
        ("award", "90000.00", "2"),
        ("decline", "", "2"),
    ]
