"""A verifier finds the re-runs that wait, and says no: with an account, by the link, once."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import RerunState
from fundapp.models import AuditEvent, OutboxMessage, Person, Rerun
from tests.builders import a_conflict
from tests.services.deliberating import Deliberating
from tests.statements import counted_statements
from tests.web.rerun_room import a_log, a_prize_room, award, sent
from tests.web.test_reruns import ask, link_of, newest_mail, rerun_of, text_of

ClientOf = Callable[[Person], FlaskClient]
NOTE = "We have no such machine. Ask Uma Sample."


@pytest.fixture
def bare_room(session: Session) -> Deliberating:
    """The first entry is a provisional winner."""
    room = a_prize_room(session)
    award(session, room, 0, 0)
    session.commit()
    return room


@pytest.fixture
def manager(bare_room: Deliberating, client_of: ClientOf) -> FlaskClient:
    return client_of(bare_room.manager)


@pytest.fixture
def room(session: Session, bare_room: Deliberating, manager: FlaskClient) -> Deliberating:
    """Vera Sample is asked to run the winner again."""
    assert ask(manager, bare_room, 0).status_code == 303
    session.rollback()
    return bare_room


def accepted(app: Flask, session: Session) -> FlaskClient:
    browser = app.test_client()
    form = {"name": "Vera Sample", "password": "a walk along the river"}
    assert browser.post(f"{link_of(session)}/register", data=form).status_code == 303
    return browser


def declined(session: Session) -> list[tuple[RerunState, str]]:
    session.rollback()
    return [(one.state, one.reason) for one in session.scalars(select(Rerun))]


def lines(session: Session) -> list[str | None]:
    """Return who is said to have declined, by name."""
    rows = session.execute(
        select(Person.name)
        .select_from(AuditEvent)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(AuditEvent.event == "rerun.declined")
    )
    return list(rows.scalars())


def test_a_verifier_finds_it_in_the_navigation_and_says_no(
    app: Flask, session: Session, room: Deliberating, manager: FlaskClient
) -> None:
    browser = accepted(app, session)
    rerun = rerun_of(session, room, 0)
    assert '<a href="/reruns">Re-runs (1)</a>' in browser.get("/calls").text
    assert "Re-runs (" not in manager.get("/calls").text
    address = f"/reruns/{rerun.id}/decline"
    assert address in browser.get("/reruns").text
    assert address in browser.get(f"/reruns/{rerun.id}").text
    assert "Then we ask another team." in text_of(browser.get(address))
    for _ in range(2):
        assert browser.post(address, data={"note": NOTE}).location == "/reruns"
    assert declined(session) == [(RerunState.WITHDRAWN, NOTE)]
    assert lines(session) == ["Vera Sample"]
    mail = newest_mail(session, "does not run")
    assert (mail.to_address, NOTE in mail.body) == (room.manager.email, True)
    assert len(session.scalars(select(OutboxMessage.id)).all()) == 2
    assert "Re-runs (" not in browser.get("/calls").text
    assert "Nothing more is needed" in text_of(browser.get(address))
    assert "Vera Sample declined to run an evaluation again" in text_of(manager.get("/audit"))
    assert ask(manager, room, 0, email="uma@lab.example").status_code == 303


def test_who_followed_no_link_declines_by_it(
    app: Flask, session: Session, room: Deliberating
) -> None:
    link, browser = link_of(session), app.test_client()
    assert "You need no account for that." in text_of(browser.get(link))
    long = browser.post(f"{link}/decline", data={"note": "n" * 5_000})
    assert (long.status_code, "Shorten this to" in long.text) == (422, True)
    assert declined(session) == [(RerunState.ASKED, "")]
    answer = browser.post(f"{link}/decline", data={"note": NOTE})
    assert answer.location == "/invitations/declined"
    assert declined(session) == [(RerunState.WITHDRAWN, NOTE)]
    assert lines(session) == [None]
    assert browser.get(link).status_code == 410
    assert browser.post("/rerun-links/unknown/decline").status_code == 404


def test_a_link_that_was_followed_declines_nothing(
    app: Flask, session: Session, room: Deliberating
) -> None:
    link = link_of(session)
    accepted(app, session)
    answer = app.test_client().post(f"{link}/decline", data={"note": NOTE})
    assert answer.status_code == 410
    assert declined(session) == [(RerunState.ASKED, "")]


def test_a_conflict_is_a_reason_to_decline(
    app: Flask, session: Session, room: Deliberating
) -> None:
    browser = accepted(app, session)
    rerun = rerun_of(session, room, 0)
    assert rerun.verifier_id
    entry = room.applications[0].id
    a_conflict(session, entry, person_id=rerun.verifier_id, recorded_by_id=room.manager.id)
    session.commit()
    assert browser.get(f"/reruns/{rerun.id}").status_code == 403
    assert browser.post(f"/reruns/{rerun.id}/decline").status_code == 303
    assert declined(session) == [(RerunState.WITHDRAWN, "")]


def test_with_a_log_in_there_is_nothing_to_decline(
    app: Flask, session: Session, room: Deliberating
) -> None:
    browser = accepted(app, session)
    address = f"/reruns/{rerun_of(session, room, 0).id}"
    form = sent(a_log(0.3, day=20))
    assert browser.post(address, data=form, content_type="multipart/form-data").status_code == 303
    assert browser.post(f"{address}/decline", data={"note": NOTE}).status_code == 409
    assert "Your log is in, so there is nothing" in text_of(browser.get(f"{address}/decline"))
    assert declined(session) == [(RerunState.DELIVERED, "")]


def test_the_link_in_the_navigation_costs_nothing(
    app: Flask, session: Session, room: Deliberating
) -> None:
    browser = accepted(app, session)
    counts = []
    for _ in range(2):
        with counted_statements() as counted:
            browser.get("/calls")
        counts.append(len(counted))
        browser.post(f"/reruns/{rerun_of_any(session).id}/decline")
    assert counts[0] == counts[1]


def rerun_of_any(session: Session) -> Rerun:
    session.rollback()
    return session.scalars(select(Rerun)).one()
