"""Evaluation logs that applicants attach: read at once, and told to those who judge them."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from fundapp.domain.states import ApplicationState
from fundapp.domain.uploads import FileKind
from fundapp.models import (
    Application,
    Attachment,
    EvidenceReading,
    Organisation,
    Person,
    Round,
)
from fundapp.queries.evidence import evidence_of
from fundapp.services.evidence import keep_reading, logs_in
from tests.builders import NOW, a_question, a_section, an_application, an_organisation
from tests.evidence.logs import as_json, content_of, inspect_log
from tests.services.test_applications import Call
from tests.web.review_room import build_room

ClientOf = Callable[[Person], FlaskClient]
TEN = "inspect/popularity_10-samples_deflate.eval"
LOG_SHA = "0" * 64  # the one file of the review room


def text_of(page: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.fixture
def call(session: Session) -> Call:
    made = Call(session)
    a_question(session, made.section, code="logs", kind="file", is_required=False)
    return made


def attach(client_of: ClientOf, session: Session, call: Call, *files: tuple[bytes, str]) -> str:
    """Attach files to a started application; return the text of its page."""
    application = call.start()
    browser = client_of(session.get_one(Person, application.contact_id))
    url = f"/applications/{application.id}/sections/{call.section.id}"
    page = browser.get(url)
    version = re.search(r'name="version" value="([^"]*)"', page.text)
    assert version is not None
    answer = browser.post(
        url,
        data={
            "version": unescape(version[1]),
            "attach": "logs",
            "logs": [(BytesIO(content), name) for content, name in files],
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    return text_of(browser.get(url))


def test_the_applicant_sees_at_once_what_was_read(
    session: Session, client_of: ClientOf, call: Call
) -> None:
    text = attach(client_of, session, call, (content_of(TEN), "run.eval"))
    told = text[text.index("Log of") : text.index("Only 10 of 100")]
    assert told.startswith("Log of Inspect status: success Task popularity data: popularity")
    assert "Model openai/gpt-4o-mini" in told
    assert "Samples 10 of 100 scored each once" in told
    assert "accuracy 0.8 ± 0.13 10 samples" in told
    assert "Run on 11 February 2025 640 tokens" in told


def test_a_damaged_log_says_so_and_other_files_say_nothing(
    session: Session, client_of: ClientOf, call: Call
) -> None:
    cut = content_of("inspect/popularity_1-sample.json")[:5000]
    text = attach(client_of, session, call, (cut, "cut.json"), (b"Just notes.", "notes.txt"))
    assert text.count("The file is cut off or damaged.") == 1
    assert text.count("This is no evaluation log") == 0
    assert session.scalars(select(EvidenceReading.sha256)).all() != []


def submit_log(session: Session, application: Application, content: bytes) -> Attachment:
    """Attach a log to a submitted application as if by its people."""
    section = a_section(session, session.get_one(Round, application.round_id))
    question = a_question(session, section, kind="file")
    attachment = Attachment(
        application_id=application.id,
        question_id=question.id,
        filename="run.json",
        media_type="application/json",
        size=len(content),
        sha256=LOG_SHA,
        added_by_id=application.contact_id,
        added_at=NOW,
    )
    session.add(attachment)
    keep_reading(session, LOG_SHA, logs_in("run.json", FileKind.TEXT, content), now=NOW)
    return attachment


@pytest.mark.parametrize("is_blind", [False, True])
def test_a_reviewer_sees_facts_and_in_a_blind_round_nobody(
    app: Flask, session: Session, client_of: ClientOf, is_blind: bool
) -> None:
    room = build_room(session, is_blind=is_blind)
    content = as_json(inspect_log(error={"message": "/home/wanda/run.py failed"}))
    submit_log(session, room.application, content)
    session.commit()
    text = text_of(client_of(room.people[0]).get(room.address))
    assert "Task meters data: meters" in text
    assert ("git@example.org:a.git" in text) is not is_blind
    assert ("/home/wanda" in text) is not is_blind


def test_the_same_log_of_two_applicants_is_told_and_of_one_is_not(session: Session) -> None:
    room = build_room(session)
    content = as_json(inspect_log())
    submit_log(session, room.application, content)
    own_copy = an_application(
        session,
        room.round,
        session.get_one(Organisation, room.application.organisation_id),
        ApplicationState.UNDER_REVIEW,
    )
    submit_log(session, own_copy, content)
    assert warnings(session, room.application) == []
    other = an_application(
        session, room.round, an_organisation(session, "Other"), ApplicationState.UNDER_REVIEW
    )
    submit_log(session, other, content)
    told = ["Another applicant submitted the very same log."]
    assert warnings(session, room.application) == told
    assert warnings(session, other) == told


def test_a_run_from_before_the_call_is_told(session: Session) -> None:
    room = build_room(session)
    submit_log(session, room.application, as_json(inspect_log()))
    room.round.opened_at = NOW + timedelta(days=1)
    session.flush()
    assert warnings(session, room.application) == [
        "It was run on 2 November 2026, before the call opened."
    ]


def warnings(session: Session, application: Application) -> list[str]:
    (log,) = evidence_of(session, application.id, hide_identity=False)[LOG_SHA]
    return list(log.warnings)
