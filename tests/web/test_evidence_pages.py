"""Logs side by side, entries that ran the same task, and claims that no log shows."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, RoundState
from fundapp.domain.uploads import FileKind
from fundapp.models import Application, Attachment, Person, Round, SubmittedVersion
from fundapp.services.evidence import keep_reading, logs_in
from fundapp.web.installation import installation
from tests.builders import (
    NOW,
    a_conflict,
    a_manager,
    a_question,
    a_section,
    an_application,
    an_organisation,
)
from tests.evidence.logs import as_json, inspect_log
from tests.web.review_room import ORGANISATION, Room, build_room
from tests.web.test_evidence import text_of
from tests.web.test_samples import with_file

ClientOf = Callable[[Person], FlaskClient]


def add_log(app: Flask, session: Session, application: Application, value: float) -> None:
    """A log of the same task with its result, in what was submitted."""
    log = inspect_log(eval__run_id=f"{application.id}{value}")
    log["results"]["scores"][0]["metrics"]["accuracy"]["value"] = value
    log["results"]["scores"][0]["metrics"]["stderr"]["value"] = 0.02
    content = as_json(log)
    with app.app_context():
        sha256, size = installation().files.put(BytesIO(content))
    section = a_section(session, session.get_one(Round, application.round_id))
    attachment = Attachment(
        application_id=application.id,
        question_id=a_question(session, section, kind="file").id,
        filename=f"zembla-{value}.json",
        media_type="application/json",
        size=size,
        sha256=sha256,
        added_by_id=application.contact_id,
        added_at=NOW,
    )
    session.add(attachment)
    session.flush()
    keep_reading(session, sha256, logs_in("run.json", FileKind.TEXT, content), now=NOW)
    application.submitted_at = NOW
    application.last_version += 1
    before = session.query(SubmittedVersion).filter_by(application_id=application.id).all()
    content_before = before[-1].content if before else {"sections": []}
    session.query(SubmittedVersion).filter_by(application_id=application.id).delete()
    session.add(
        SubmittedVersion(
            application_id=application.id,
            number=application.last_version,
            content=with_file(content_before, attachment),
            sha256="0" * 64,
            submitted_by_id=application.contact_id,
            submitted_at=NOW,
        )
    )
    session.flush()


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
    version = session.query(SubmittedVersion).one()
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
