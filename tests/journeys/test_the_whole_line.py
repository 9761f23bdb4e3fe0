"""The whole line through the application: two apply, one is funded, both get their letter."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.adapters.clock import FixedClock
from fundapp.extensions import db
from fundapp.models import OutboxMessage
from fundapp.services.people import bootstrap_administrator
from fundapp.worker import run_until_idle
from tests.journeys.walker import Walker

PASSWORD = "a walk along the river"
FUNDERS = ("Lilliput Foundation", "Erewhon Trust")


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The application with the tokens of its forms switched on."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_from_an_empty_fund_to_two_letters(guarded: Flask, clock: FixedClock) -> None:
    app = guarded
    manager = set_up_manager(app)
    officers = [add_funder(app, manager, name) for name in FUNDERS]
    round_path = make_round(manager)
    reviewers = [seat_reviewer(app, manager, round_path, name) for name in FUNDERS]
    manager.open(f"{round_path}/opening")
    manager.press("Freeze the rules and open the call")
    clock.instant += timedelta(days=2)
    applicants = [
        apply_for_grant(app, "zembla", amount="90000"),
        apply_for_grant(app, "avalon", amount="80000"),
    ]
    clock.instant += timedelta(weeks=7)
    prepare_reviewing(manager, round_path)
    for reviewer, email in zip(reviewers, ("lilliput", "erewhon"), strict=True):
        sign_in(reviewer, f"reviewer@{email}.example")
        write_reviews(reviewer)
    decide(manager, round_path)
    for officer, email in zip(officers, ("lilliput", "erewhon"), strict=True):
        sign_in(officer, f"officer@{email}.example")
        officer.open("/decisions")
        officer.follow("Seed grants")
        officer.press("Approve")
    release(app, manager, round_path)
    read_letters(*applicants)
    export(manager, round_path)
    run_until_idle(app)
    everybody = [manager, *officers, *reviewers, *applicants, Walker(app.test_client())]
    assert [person.dead_links("/") for person in everybody] == [[]] * len(everybody)


def newest_link(email: str) -> str:
    with Session(db.engine) as session:
        bodies = session.scalars(
            select(OutboxMessage.body)
            .where(OutboxMessage.to_address == email, OutboxMessage.body.contains("{site}/"))
            .order_by(OutboxMessage.queued_at.desc())
        )
        return (bodies.first() or "").split("{site}")[1].split()[0]


def set_up_manager(app: Flask) -> Walker:
    with app.app_context():
        database.begin_writing(db.session())
        now = app.extensions["installation"].clock.now()
        made = bootstrap_administrator(
            db.session(), email="cleo@fund.example", name="Cleo Sample", now=now
        )
        db.session().commit()
    manager = Walker(app.test_client())
    manager.open(f"/reset-password/{made.token}")
    manager.press("Save and sign in", password=PASSWORD)
    return manager


def sign_in(person: Walker, email: str) -> None:
    person.open("/sign-in")
    person.press("Sign in", email=email, password=PASSWORD)


def accept_invitation(app: Flask, email: str) -> Walker:
    guest = Walker(app.test_client())
    with app.app_context():
        guest.open(newest_link(email))
    guest.press("Accept and open an account", password=PASSWORD)
    return guest


def add_funder(app: Flask, manager: Walker, name: str) -> Walker:
    email = f"officer@{name.split()[0].lower()}.example"
    manager.open("/funders/new")
    manager.press("Save the funder", name=name)
    manager.follow("Add an officer")
    manager.press("Invite by mail", name="Jon Sample", email=email)
    return accept_invitation(app, email)


def make_round(manager: Walker) -> str:
    manager.open("/rounds/new")
    manager.press("Make the draft", source="seed-grants", opens_on="2026-11-03")
    manager.press("Save the settings", reviews_wanted="2")
    round_path = manager.path.removesuffix("/settings")
    for name in FUNDERS:
        manager.open(f"{round_path}/funders")
        options = {option.text: option.get("value") for option in manager.page.iter("option")}
        manager.press("Save the envelope", funder_id=options[name], amount="50,000")
    return round_path


def seat_reviewer(app: Flask, manager: Walker, round_path: str, funder: str) -> Walker:
    email = f"reviewer@{funder.split()[0].lower()}.example"
    manager.open(f"{round_path}/panel")
    options = {option.text: option.get("value") for option in manager.page.iter("option")}
    manager.press("Invite by mail", name="Rita Sample", email=email, funder_id=options[funder])
    return accept_invitation(app, email)


def apply_for_grant(app: Flask, name: str, *, amount: str) -> Walker:
    applicant = Walker(app.test_client())
    applicant.open("/register")
    email = f"ada@{name}.example"
    applicant.press("Open an account", name="Ada Sample", email=email, password=PASSWORD)
    with app.app_context():
        applicant.open(newest_link(email))
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
        "evidence": (BytesIO(b'{"samples": 120}\n'), "pilot.txt"),
        "openness": ["Code"],
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
    sign_in(manager, "cleo@fund.example")
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
    manager.press("Ask for a proposal", reserves="0")
    manager.press("Enter these 2 decisions")
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
    rows = list(csv.DictReader(StringIO(manager.download("Decisions").decode("utf-8-sig"))))
    assert [(row["decision"], row["amount"], row["reviews"]) for row in rows] == [
        ("award", "90000.00", "2"),
        ("decline", "", "2"),
    ]
