"""A fund is set up from nothing through its pages, up to the open call."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.extensions import db
from fundapp.models import OutboxMessage
from fundapp.services.people import bootstrap_administrator
from tests.journeys.walker import Walker

PASSWORD = "a walk along the river"
ENVELOPES = {"Lilliput Foundation": "60,000", "Erewhon Trust": "40,000"}
FUNDERS = tuple(ENVELOPES)
MANAGER = "cleo@fund.example"


@dataclass(frozen=True)
class SetUp:
    """Who works for the fund, funder by funder, and where their round is."""

    manager: Walker
    officers: list[Walker]
    reviewers: list[Walker]
    round_path: str


def set_up_fund(app: Flask) -> SetUp:
    """Make a manager, two funders with an officer and a reviewer each, and open a call."""
    manager = set_up_manager(app)
    officers = [add_funder(app, manager, name) for name in FUNDERS]
    round_path = make_round(manager)
    reviewers = [seat_reviewer(app, manager, round_path, name) for name in FUNDERS]
    manager.open(f"{round_path}/opening")
    manager.press("Freeze the rules and open the call")
    return SetUp(manager, officers, reviewers, round_path)


def officer_of(funder: str) -> str:
    """Return the mail address of the funder's officer."""
    return f"officer@{funder.split()[0].lower()}.example"


def reviewer_of(funder: str) -> str:
    """Return the mail address of the funder's reviewer."""
    return f"reviewer@{funder.split()[0].lower()}.example"


def newest_link(app: Flask, email: str) -> str:
    """Return the path of the link in the newest mail to `email` that is not sent yet."""
    with app.app_context(), Session(db.engine) as session:
        bodies = session.scalars(
            select(OutboxMessage.body)
            .where(OutboxMessage.to_address == email, OutboxMessage.body.contains("{site}/"))
            .order_by(OutboxMessage.queued_at.desc())
        )
        return (bodies.first() or "").split("{site}")[1].split()[0]


def set_up_manager(app: Flask) -> Walker:
    """Make the first fund manager as on the shell."""
    with app.app_context():
        database.begin_writing(db.session())
        now = app.extensions["installation"].clock.now()
        made = bootstrap_administrator(db.session(), email=MANAGER, name="Cleo Sample", now=now)
        db.session().commit()
    manager = Walker(app.test_client())
    manager.open(f"/reset-password/{made.token}")
    manager.press("Save and sign in", password=PASSWORD)
    return manager


def sign_in(person: Walker, email: str) -> None:
    """Sign in again: a sign-in lasts two weeks."""
    person.open("/sign-in")
    person.press("Sign in", email=email, password=PASSWORD)


def accept_invitation(app: Flask, email: str) -> Walker:
    """Open an account from an invitation."""
    guest = Walker(app.test_client())
    guest.open(newest_link(app, email))
    guest.press("Accept and open an account", password=PASSWORD)
    return guest


def add_funder(app: Flask, manager: Walker, name: str) -> Walker:
    """Add a funder and return its officer."""
    manager.open("/funders/new")
    manager.press("Save the funder", name=name)
    manager.follow("Add an officer")
    manager.press("Invite by mail", name="Jon Sample", email=officer_of(name))
    return accept_invitation(app, officer_of(name))


def make_round(manager: Walker) -> str:
    """Draft a round with an envelope of each funder; return its path."""
    manager.open("/rounds/new")
    manager.press("Make the draft", source="seed-grants", opens_on="2026-11-03")
    manager.press("Save the settings", reviews_wanted="2")
    round_path = manager.path.removesuffix("/settings")
    for name, amount in ENVELOPES.items():
        manager.open(f"{round_path}/funders")
        options = {option.text: option.get("value") for option in manager.page.iter("option")}
        manager.press("Save the envelope", funder_id=options[name], amount=amount)
    return round_path


def seat_reviewer(app: Flask, manager: Walker, round_path: str, funder: str) -> Walker:
    """Invite a reviewer to the panel and return them."""
    manager.open(f"{round_path}/panel")
    options = {option.text: option.get("value") for option in manager.page.iter("option")}
    email = reviewer_of(funder)
    manager.press("Invite by mail", name="Rita Sample", email=email, funder_id=options[funder])
    return accept_invitation(app, email)
