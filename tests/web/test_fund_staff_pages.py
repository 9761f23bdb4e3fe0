"""Outbox, people, jobs and audit pages."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import ConflictSource, ConflictState, JobState, MailState, RoundState
from fundapp.models import Conflict, Decision, Job, OutboxMessage, Person
from fundapp.queries.access import actor_for
from fundapp.services.audit import record_event
from fundapp.services.jobs import queue_job
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from fundapp.services.round_deletions import delete_round
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_person,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_organisation,
)
from tests.fresh_client import FreshClient
from tests.statements import counted_statements

ClientOf = Callable[[Person], FlaskClient]
LIST_STATEMENTS = 8


@pytest.fixture(autouse=True)
def _each_request_stands_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", FreshClient)


def fill(session: Session, count: int) -> None:
    """Make `count` more rows on each of the lists."""
    round_ = a_round(session)
    for number in range(count):
        person = a_person(session)
        text = MailText(f"Letter {number}", "secret text")
        queue_mail(session, Letterbox(person.email), text, now=NOW, round_id=round_.id)
        queue_job(session, "write", {}, now=NOW + timedelta(seconds=number))
        record_event(session, "round.opened", round_, actor=None, now=NOW, reason="because")
    session.flush()


@pytest.mark.parametrize("address", ["/people", "/outbox", "/jobs", "/audit"])
def test_lists_take_as_many_statements_for_many_rows(
    app: Flask, session: Session, client_of: ClientOf, address: str
) -> None:
    reader = a_person(session, is_administrator=True, is_fund_manager=True)
    fill(session, 1)
    browser = client_of(reader)
    counts = []
    for more in (0, 49):
        fill(session, more)
        session.commit()
        with counted_statements() as counted:
            assert browser.get(address).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]
    assert counts[0] <= LIST_STATEMENTS


def test_the_outbox_shows_what_needs_a_person_and_no_text(
    session: Session, client_of: ClientOf
) -> None:
    fill(session, 2)
    doubtful = session.scalars(select(OutboxMessage).order_by(OutboxMessage.subject)).first()
    assert doubtful is not None
    doubtful.state, doubtful.last_error = MailState.UNKNOWN, "The line broke"
    browser = client_of(a_manager(session))
    page = browser.get("/outbox").text
    assert "1 of unknown outcome, 0 failed" in page
    assert "The line broke" in page
    assert "secret text" not in page
    only = browser.get("/outbox?state=unknown").text
    assert ("Letter 0" in only, "Letter 1" in only) == (True, False)
    answer = browser.post(f"/outbox/{doubtful.id}/resend")
    assert answer.location == "/outbox"
    session.refresh(doubtful)
    assert doubtful.state is MailState.QUEUED
    assert browser.post(f"/outbox/{doubtful.id}/settle").status_code == 409


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=999999", "page=x", "state=nonsense"])
def test_strange_pages_are_the_nearest_page(
    session: Session, client_of: ClientOf, query: str
) -> None:
    fill(session, 1)
    browser = client_of(a_manager(session))
    assert "Letter 0" in browser.get(f"/outbox?{query}").text


def test_lists_come_in_pages(session: Session, client_of: ClientOf) -> None:
    fill(session, 51)
    browser = client_of(a_manager(session))
    assert "Page 1 of 2, 51 mails" in browser.get("/outbox").text
    assert "Page 2 of 2, 51 mails" in browser.get("/outbox?page=2").text


def test_people_are_found_by_name_or_address(session: Session, client_of: ClientOf) -> None:
    a_person(session, "Nia Sample", email="nia@sample.example")
    a_person(session, "Otto 100% <b>", email="otto@sample.example")
    browser = client_of(a_person(session, is_administrator=True))
    assert "Nia Sample" in browser.get("/people?search=NIA").text
    page = browser.get("/people?search=100%25").text
    assert ("Otto 100% &lt;b&gt;" in page, "Nia" in page) == (True, False)
    assert "Nobody has" in browser.get("/people?search=%00zzz").text


def test_an_administrator_gives_a_role(session: Session, client_of: ClientOf) -> None:
    person = a_person(session)
    browser = client_of(a_person(session, is_administrator=True))
    address = f"/people/{person.id}/roles/fund_manager"
    assert browser.post(f"{address}/grant").location == f"/people/{person.id}"
    session.refresh(person)
    assert person.is_fund_manager
    assert "Take away" in browser.get(f"/people/{person.id}").text


def test_a_failed_job_runs_again(session: Session, client_of: ClientOf) -> None:
    job = queue_job(session, "write_letters", {}, now=NOW)
    assert job is not None
    job.state, job.last_error, job.attempts = JobState.FAILED, "no ink", 5
    browser = client_of(a_person(session, is_administrator=True))
    page = browser.get("/jobs").text
    assert "1 job failed" in page
    assert "no ink" in page
    assert browser.post(f"/jobs/{job.id}/retry").location == "/jobs"
    kept = session.get_one(Job, job.id, populate_existing=True)
    assert (kept.state, kept.attempts) == (JobState.QUEUED, 0)
    assert browser.post(f"/jobs/{job.id}/retry").status_code == 409


def test_the_audit_record_by_round_person_and_page(session: Session, client_of: ClientOf) -> None:
    rounds = [a_round(session), a_round(session)]
    for round_ in rounds:
        for _ in range(30):
            record_event(session, "round.opened", round_, actor=None, now=NOW, reason="because")
    browser = client_of(a_manager(session))
    first = browser.get("/audit").text
    assert first.count("The system opened a call</th>") == 50
    assert "reason: because" in first
    one = browser.get(f"/audit?round={rounds[0].reference}").text
    assert one.count("The system opened a call</th>") == 30
    assert "No line fits." in browser.get("/audit?round=nonsense").text
    assert browser.get("/audit?person=nonsense&before=x").status_code == 200


def test_the_audit_record_leaves_out_what_a_conflict_closes(
    session: Session, client_of: ClientOf
) -> None:
    application = an_application(session, a_round(session), an_organisation(session))
    managers = [a_manager(session), a_manager(session)]
    conflict = Conflict(
        application_id=application.id,
        person_id=managers[0].id,
        source=ConflictSource.DECLARED,
        state=ConflictState.PROPOSED,
        recorded_by_id=managers[0].id,
        recorded_at=NOW,
    )
    session.add(conflict)
    session.flush()
    for subject, event in ((application, "application.submitted"), (conflict, "conflict.declared")):
        record_event(session, event, subject, actor=None, now=NOW)
    gone = Decision(id=uuid4(), round_id=application.round_id)
    record_event(
        session,
        "decision.taken_back",
        gone,
        actor=None,
        now=NOW,
        application_id=application.id,
        amount=2_000_000,
    )
    barred, free = (client_of(manager).get("/audit").text for manager in managers)
    reference = application.reference or ""
    sentences = ("submitted an application", "declared a conflict", "took a pending", reference)
    assert [sentence in barred for sentence in sentences] == [False] * 4
    assert [sentence in free for sentence in sentences] == [True] * 4


def test_audit_lines_name_people_funders_and_applications(
    session: Session, client_of: ClientOf
) -> None:
    round_, funder = a_round(session), a_funder(session)
    application = an_application(session, round_, an_organisation(session))
    seat = a_seat(session, round_, funder)
    assignment = an_assignment(session, application, seat)
    record_event(session, "assignment.accepted", assignment, actor=None, now=NOW)
    facts = {"funder_id": funder.id, "person_id": seat.person_id}
    record_event(session, "panel_seat.taken", seat, actor=None, now=NOW, **facts)
    record_event(session, "round.envelope_set", round_, actor=None, now=NOW, amount=5_000_000)
    manager = client_of(a_manager(session))
    page = manager.get("/audit").text
    for words in (
        f"The system accepted a review<small>{application.reference}</small>",
        "<small>funder: Lilliput Foundation</small>",
        "<small>person: Dario Sample</small>",
        "<small>amount: EUR 50,000</small>",
    ):
        assert words in page, words


def test_lines_of_a_deleted_round_keep_its_reference(session: Session, client_of: ClientOf) -> None:
    person = a_manager(session)
    round_ = a_round(session, RoundState.DRAFT)
    record_event(session, "round.envelope_set", round_, actor=None, now=NOW, amount=5_000_000)
    reference = round_.reference
    delete_round(session, round_.id, actor=actor_for(session, person.id), now=NOW)
    page = client_of(person).get(f"/audit?round={reference}").text
    assert "deleted a draft round" in page
    assert "amount: EUR 50,000" in page


def test_the_privacy_page_needs_no_account(client: FlaskClient) -> None:
    page = client.get("/privacy")
    assert page.status_code == 200
    assert "or after 14 days" in page.text
