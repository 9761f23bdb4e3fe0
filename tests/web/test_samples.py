"""Samples on the pages: for whom, masked where a round is blind, and sensitive ones watched."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.masking import HIDDEN
from fundapp.domain.states import ApplicationState
from fundapp.models import (
    Application,
    Attachment,
    AuditEvent,
    Funder,
    Organisation,
    Person,
)
from tests.builders import (
    a_manager,
    a_member,
    a_person,
    an_officer,
)
from tests.evidence.logs import as_json, inspect_log
from tests.statements import counted_statements
from tests.web.review_room import MEMBER, ORGANISATION, Room, build_room
from tests.web.submitted_logs import submit_log
from tests.web.test_evidence import text_of

ClientOf = Callable[[Person], FlaskClient]
SECRET = "quokkazebra"


def samples(count: int) -> list[dict[str, Any]]:
    """Samples of which every third is wrong; the first names the applicant and hides a sign."""
    rows: list[dict[str, Any]] = [
        {
            "id": number,
            "epoch": 1,
            "input": f"Question {number} on {SECRET}",
            "target": "yes",
            "output": {"choices": [{"message": {"content": "no" if number % 3 == 0 else "yes"}}]},
            "scores": {"match": {"value": "I" if number % 3 == 0 else "C"}},
        }
        for number in range(1, count + 1)
    ]
    rows[0]["messages"] = [
        {"role": "user", "content": f"{SECRET} by {ORGANISATION}\u202e, canary GUID abc-12345678"}
    ]
    return rows


@dataclass
class Evidence:
    """The room with a log of 60 samples in what was submitted."""

    room: Room
    attachment: Attachment
    member: Person

    @property
    def address(self) -> str:
        return f"/attachments/{self.attachment.id}/samples"


def build(
    app: Flask, session: Session, *, is_blind: bool = False, is_sensitive: bool = False
) -> Evidence:
    room = build_room(session, is_blind=is_blind)
    content = as_json(inspect_log() | {"samples": samples(60)})
    with app.app_context():
        attachment = submit_log(session, room.application, content, is_sensitive=is_sensitive)
    organisation = session.get_one(Organisation, room.application.organisation_id)
    member = a_member(session, organisation)
    member.name = MEMBER
    session.commit()
    return Evidence(room, attachment, member)


def test_a_reviewer_goes_through_the_samples_and_searches(
    app: Flask, session: Session, client_of: ClientOf
) -> None:
    evidence = build(app, session)
    browser = client_of(evidence.room.people[0])
    assert evidence.address in browser.get(evidence.room.address).text
    first = browser.get(evidence.address)
    assert first.headers["Cache-Control"] == "no-store"
    assert "60 samples." in text_of(first)
    assert first.text.count("<tr>") == 51
    assert "Question 60" in browser.get(f"{evidence.address}?page=2").text
    found = text_of(browser.get(f"{evidence.address}?q=QUESTION+3&wrong=1"))
    # 3, 30, 33, 36 and 39, and those with a 3 elsewhere: 6 is "Question 6", but not 13 or 23.
    assert "5 of 60 samples." in found
    sample = browser.get(f"{evidence.address}/1")
    text = text_of(sample)
    assert "by Zembla Gauge⟨U+202E⟩" in text
    assert "This sample carries a canary (abc-12345678)" in text
    assert f"{evidence.address}/2" in sample.text
    assert browser.get(f"{evidence.address}/61").status_code == 404
    assert session.scalars(select(AuditEvent.event)).all() == []


def test_a_blind_round_masks_names_in_samples(
    app: Flask, session: Session, client_of: ClientOf
) -> None:
    evidence = build(app, session, is_blind=True)
    browser = client_of(evidence.room.people[0])
    for path in ("", "/1"):
        page = browser.get(evidence.address + path).text
        assert (SECRET in page, HIDDEN in page) == (True, path == "/1" or HIDDEN in page)
        assert ORGANISATION not in page
        assert "zembla" not in page.casefold()


def test_only_who_judges_and_who_applied_look_at_samples(
    app: Flask, session: Session, client_of: ClientOf
) -> None:
    evidence = build(app, session)
    officer = an_officer(session, session.get_one(Funder, evidence.room.seats[0].funder_id))
    stranger = a_person(session, "Somebody Else")
    manager = a_manager(session)
    session.commit()
    expected = {
        evidence.room.people[0]: 200,
        evidence.member: 200,
        manager: 200,
        officer: 403,
        stranger: 403,
    }
    for person, status in expected.items():
        browser = client_of(person)
        for path in ("", "/1"):
            assert browser.get(evidence.address + path).status_code == status, person.name
    assert app.test_client().get(evidence.address).status_code == 303


def test_a_sensitive_log_is_watched_and_not_downloaded(
    app: Flask, session: Session, client_of: ClientOf
) -> None:
    evidence = build(app, session, is_sensitive=True)
    reviewer, manager = evidence.room.people[0], a_manager(session)
    session.commit()
    download = f"/attachments/{evidence.attachment.id}"
    browser, desk = client_of(reviewer), client_of(manager)
    for one in (browser, desk):
        refused = one.get(download)
        assert refused.status_code == 403
        assert "This file is sensitive" in text_of(refused)
    own = client_of(evidence.member)
    assert own.get(download).status_code == 200
    assert "Sensitive" in text_of(browser.get(evidence.room.address))
    page = browser.get(f"{evidence.address}/2")
    mark = f"{reviewer.name}, {reviewer.email}, "
    assert f"Shown to {mark}" in text_of(page)
    assert page.text.count(mark) == 2
    session.expire_all()
    (line,) = session.scalars(select(AuditEvent))
    assert (line.event, line.actor_id, line.subject_id) == (
        "attachment.sample_viewed",
        reviewer.id,
        evidence.attachment.id,
    )
    assert line.details["sample"] == "2"
    assert f"{reviewer.name}, sample 2" in text_of(desk.get(evidence.address))
    told = text_of(own.get(evidence.address))
    assert "Samples were looked at 1 time, by 1 person" in told
    assert reviewer.name not in told


def test_the_applicant_marks_a_file_while_the_call_is_open(
    app: Flask, session: Session, client_of: ClientOf
) -> None:
    evidence = build(app, session)
    path = f"/attachments/{evidence.attachment.id}/sensitivity"
    browser = client_of(evidence.member)
    assert browser.post(path, data={"sensitive": "1"}).status_code == 409
    application = session.get_one(Application, evidence.room.application.id)
    application.state = ApplicationState.DRAFT
    evidence.room.round.state = type(evidence.room.round.state).OPEN
    session.commit()
    assert browser.post(path, data={"sensitive": "1"}).status_code == 303
    session.expire_all()
    assert session.get_one(Attachment, evidence.attachment.id).is_sensitive is True
    assert client_of(evidence.room.people[0]).post(path).status_code == 403
    assert session.scalars(select(AuditEvent.event)).all() == ["attachment.sensitivity_changed"]


@pytest.mark.parametrize("path", ["?log=1", "?log=-1", "?log=x&page=x", "/0", "/1?log=7"])
def test_addresses_that_name_nothing_are_answered(
    app: Flask, session: Session, client_of: ClientOf, path: str
) -> None:
    evidence = build(app, session)
    answer = client_of(evidence.room.people[0]).get(evidence.address + path)
    assert answer.status_code == (200 if "x" in path else 404)


def test_a_page_of_samples_takes_as_many_statements_as_one(
    app: Flask, session: Session, client_of: ClientOf
) -> None:
    evidence = build(app, session)
    browser = client_of(evidence.room.people[0])
    browser.get(evidence.address)
    with app.app_context(), counted_statements() as many:
        browser.get(evidence.address)
    with app.app_context(), counted_statements() as one:
        browser.get(f"{evidence.address}/1")
    assert (len(many), len(one)) == (8, 7)
