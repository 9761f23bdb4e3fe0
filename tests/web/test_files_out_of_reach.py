"""When the file store does not answer: a page in plain words, and nothing is lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any, BinaryIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.adapters.files import OUT_OF_REACH
from fundapp.domain.errors import FilesUnavailable
from fundapp.domain.states import MailState
from fundapp.models import Answer, Attachment, OutboxMessage, Person
from fundapp.queries.submission_copies import issued_copy
from fundapp.worker import run_until_idle
from tests.services.test_applications import Call
from tests.web.test_sections import PDF, Desk

Switch = Callable[[Any], None]


class OutOfReach:
    """A store behind a cut line."""

    def put(self, source: BinaryIO) -> tuple[str, int]:
        raise FilesUnavailable(OUT_OF_REACH)

    def get(self, sha256: str) -> bytes:
        raise FilesUnavailable(OUT_OF_REACH)

    def check(self) -> None:
        raise FilesUnavailable(OUT_OF_REACH)


class Emptied(OutOfReach):
    """A store that lost what it had."""

    def get(self, sha256: str) -> bytes:
        raise FileNotFoundError(sha256)


@pytest.fixture
def use_store(app: Flask) -> Iterator[Switch]:
    whole = app.extensions["installation"]

    def use(store: Any) -> None:
        app.extensions["installation"] = replace(whole, files=store)

    yield use
    app.extensions["installation"] = whole


@pytest.fixture
def desk(session: Session, client_of: Callable[[Person], FlaskClient]) -> Desk:
    return Desk(session, client_of)


def attach(desk: Desk) -> Any:
    title = "Typed beside the file, at some length, as people do"
    return desk.save(
        desk.ada, desk.version(desk.ada), title=title, logs=[(BytesIO(PDF), "report.pdf")]
    )


def test_an_upload_that_cannot_be_kept_keeps_the_text(desk: Desk, use_store: Switch) -> None:
    use_store(OutOfReach())
    answer = attach(desk)
    assert answer.status_code == 503
    assert OUT_OF_REACH in answer.text
    assert "Typed beside the file, at some length, as people do" in answer.text
    desk.session.rollback()
    assert desk.session.scalars(select(Answer)).all() == []
    assert desk.session.scalars(select(Attachment)).all() == []


def test_the_same_form_is_taken_when_the_store_is_back(
    desk: Desk, use_store: Switch, app: Flask
) -> None:
    whole = app.extensions["installation"].files
    use_store(OutOfReach())
    attach(desk)
    use_store(whole)
    assert attach(desk).status_code == 303


@pytest.mark.parametrize(
    ("store", "words"),
    [(OutOfReach(), OUT_OF_REACH), (Emptied(), "This file is not where we keep it.")],
)
def test_a_download_says_what_to_do(
    desk: Desk, use_store: Switch, store: object, words: str
) -> None:
    attach(desk)
    attached = desk.session.scalars(select(Attachment)).one()
    use_store(store)
    answer = desk.ada.get(f"/attachments/{attached.id}")
    assert answer.status_code == 503
    assert "This cannot be done just now" in answer.text
    assert words in answer.text


def test_healthz_tells_and_stays_up(client: FlaskClient, use_store: Switch) -> None:
    use_store(OutOfReach())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "file store unreachable"})


def test_a_copy_to_be_printed_waits_for_the_store(
    session: Session, use_store: Switch, app: Flask, clock: FixedClock
) -> None:
    call = Call(session)
    application = call.submit(call.finished())
    session.commit()
    whole = app.extensions["installation"].files
    use_store(OutOfReach())
    run_until_idle(app)
    session.rollback()
    assert issued_copy(session, application.id) is None
    use_store(whole)
    clock.instant += timedelta(minutes=1)
    run_until_idle(app)
    session.rollback()
    assert issued_copy(session, application.id) is not None
    assert session.scalars(select(OutboxMessage.state)).all() == [MailState.SENT]
