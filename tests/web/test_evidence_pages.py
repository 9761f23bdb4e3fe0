"""Logs side by side, entries that ran the same task, and claims that no log shows."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, RoundState
from fundapp.models import Application, Person, SubmittedVersion
from tests.builders import (
    a_conflict,
    a_manager,
    an_application,
    an_organisation,
)
from tests.evidence.logs import as_json, inspect_log
from tests.web.review_room import ORGANISATION, Room, build_room
from tests.web.submitted_logs import submit_log
from tests.web.test_evidence import text_of

ClientOf = Callable[[Person], FlaskClient]


def add_log(app: Flask, session: Session, application: Application, value: float) -> None:
    """A log of the same task with its result, in what was submitted."""
    log = inspect_log(eval__run_id=f"{application.id}{value}")
    log["results"]["scores"][0]["metrics"]["accuracy"]["value"] = value
    log["results"]["scores"][0]["metrics"]["stderr"]["value"] = 0.02
    with app.app_context():
        submit_log(session, application, as_json(log), filename=f"zembla-{value}.json")


@pytest.fixture
def room(session: Session) -> Room:
    return build_room(session)


def test_logs_of_an_application_stand_side_by_side(
    app: Flask, session: Session, client_of: ClientOf, room: Room
) -> None:
    for value in (0.5, 0.9):
        add_log(app, session, room.application, value)
    session.commit()
    browser = client_of(room.people[0])
    address = f"/applications/{room.application.id}/evidence"
    assert address in browser.get(room.address).text
    page = browser.get(address)
    text = text_of(page)
    assert "meters: accuracy" in text
    assert text.index("0.9") < text.index("beyond the noise")
    assert "0.861 to 0.939" in text
    assert page.text.count('<circle class="dot"') == 2


def test_a_blind_round_names_no_file(
    app: Flask, session: Session, client_of: ClientOf, room: Room
) -> None:
    room.round.is_blind = True
    add_log(app, session, room.application, 0.5)
    session.commit()
    page = client_of(room.people[0]).get(f"/applications/{room.application.id}/evidence").text
    assert "File 1.json" in page
    assert "zembla" not in page.casefold()
    assert "git@example.org" not in page


def test_entries_that_ran_the_same_task_are_compared_without_those_closed(
    app: Flask, session: Session, client_of: ClientOf, room: Room
) -> None:
    others = [
        an_application(
            session, room.round, an_organisation(session, name), ApplicationState.UNDER_REVIEW
        )
        for name in ("Other", "Third")
    ]
    for value, application in zip((0.5, 0.52, 0.9), (room.application, *others), strict=True):
        add_log(app, session, application, value)
    room.round.state = RoundState.DELIBERATING
    manager, barred = a_manager(session), a_manager(session)
    a_conflict(session, others[1].id, person_id=barred.id, recorded_by_id=manager.id)
    session.commit()
    address = f"/rounds/{room.round.id}/evidence"
    text = text_of(client_of(manager).get(address))
    assert text.count("beyond the noise") == 2
    assert "closed to you" not in text
    less = text_of(client_of(barred).get(address))
    assert "1 entry is closed to you and left out." in less
    assert (others[1].reference or "?") not in less
    assert less.count("within the noise") == 1
    assert client_of(room.people[0]).get(address).status_code == 403
    assert ORGANISATION not in text


def test_a_result_that_no_log_shows_is_asked_about(
    app: Flask, session: Session, client_of: ClientOf, room: Room
) -> None:
    add_log(app, session, room.application, 0.5)
    version = session.scalars(
        select(SubmittedVersion).order_by(SubmittedVersion.number.desc()).limit(1)
    ).one()
    question = {
        **version.content["sections"][-1]["questions"][0],
        "files": [],
        "text": "Accuracy is 97.1 % and not 50 %.",
    }
    told = {"title": "Results", "questions": [question]}
    version.content = {**version.content, "sections": [*version.content["sections"], told]}
    session.commit()
    browser = client_of(room.people[0])
    for address in (room.address, f"/applications/{room.application.id}/evidence"):
        text = text_of(browser.get(address))
        assert "The text says “97.1 %”, but no log has this number." in text
        assert "The text says “50 %”" not in text
