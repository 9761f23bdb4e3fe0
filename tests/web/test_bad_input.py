"""Every form of the URL map against bad input: a clear answer, and no typed text is lost."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select

from fundapp.adapters import database
from fundapp.domain.states import InvitationState
from fundapp.extensions import db
from fundapp.models import Base, Invitation, OneTimeLink
from fundapp.services.tokens import hash_of_token
from tests.builders import NOW, a_person
from tests.conftest import Installed
from tests.journeys.walker import Fields
from tests.web.posted_forms import FILLED, HELD_BY, PostedForm, posting_rows, read_form
from tests.web.world import World

ENDPOINTS = sorted(posting_rows())
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

CONTROL = "control characters"

TEXTS = {
    "too long": "long text " * 2_500,
    "emoji": "\U0001f989 \U0001f469\u200d\U0001f52c",
    "right to left": "\u202eقمر\u202c مقياس",
    "HTML": "<script>alert(1)</script> & 'x' \"y\"",
    "wrong type": "no number, no date",
    "10 MB": "x" * 10_000_000,
    CONTROL: "Ada\x00\x08\x1b\ufffe Sample",
}
ANSWERS = frozenset({200, 303, 401, 403, 404, 409, 413, 422})
ANEW = frozenset(
    {
        "account.register",
        "assignment_proposals.propose_assignments",
        "reruns.resend",
        "round_form.move_question",
        "round_form.move_section",
        "rubrics.move_criterion",
    }
)
"""Pressing again is meant: another link with its own password, another proposal to look at,
another place up or down."""


@pytest.fixture(scope="module")
def forms_kept(installed: Installed, kept_world: World) -> World:
    """Keep the world with live links, so that their forms can be sent."""
    with installed.app.app_context():
        installed.database.put_back("world")
        session = db.session()
        database.begin_writing(session)
        guest = a_person(session, email_confirmed_at=None)
        for purpose, token in (("confirm", "confirming"), ("reset", "resetting")):
            session.add(
                OneTimeLink(
                    purpose=purpose,
                    person_id=guest.id,
                    token_hash=hash_of_token(token),
                    details={"password_hash": "x"},
                    created_at=NOW,
                    expires_at=NOW.replace(year=NOW.year + 1),
                )
            )
        session.add(
            Invitation(
                kind="officer",
                email="guest@sample.example",
                funder_id=kept_world.funder,
                state=InvitationState.OFFERED,
                token_hash=hash_of_token("unknown"),
                invited_by_id=kept_world.people["manager"],
                invited_at=NOW,
                expires_at=NOW.replace(year=NOW.year + 1),
            )
        )
        session.commit()
        db.session.remove()
        installed.database.keep("forms")
    return kept_world


class Desk:
    """Where forms are sent from; puts the world back after each that was taken."""

    def __init__(self, installed: Installed, world: World) -> None:
        self.app: Flask = installed.app
        self.world = world
        self._database = installed.database
        self.put_back()

    def put_back(self) -> None:
        with self.app.app_context():
            self._database.put_back("forms")

    def form(self, endpoint: str) -> PostedForm:
        return read_form(self.app, self.world, endpoint)

    def send(self, form: PostedForm, fields: Fields) -> Any:
        answer = form.send(self.app, fields)
        if answer.status_code < 400:
            self.put_back()
        return answer


@pytest.fixture
def desk(installed: Installed, forms_kept: World) -> Iterator[Desk]:
    yield Desk(installed, forms_kept)
    with installed.app.app_context():
        db.engine.dispose()


def changed(form: PostedForm, change: Any) -> Fields:
    """Return the form's fields, each value run through `change(name, value)`."""
    return {
        name: [change(name, str(one)) for one in (value if isinstance(value, list) else [value])]
        for name, value in form.fields.items()
    }


def test_the_table_names_routes_that_are_there() -> None:
    assert [endpoint for endpoint in (*HELD_BY, *FILLED) if endpoint not in ENDPOINTS] == []


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_typed_text_is_taken_or_comes_back(desk: Desk, endpoint: str) -> None:
    form = desk.form(endpoint)
    if not form.typed:
        return
    for kind, text in TEXTS.items():
        wanted = form.typed[:1] if kind == "10 MB" else form.typed
        answer = desk.send(form, form.fields | dict.fromkeys(wanted, text))
        assert answer.status_code in ANSWERS, kind
        if answer.status_code >= 400 and answer.mimetype == "text/html" and kind != CONTROL:
            assert str(escape(text.strip())) in answer.text, kind


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_form_without_its_token_gives_the_text_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    form = desk.form(endpoint)
    fields = form.fields | dict.fromkeys(form.typed, "A few words.")
    monkeypatch.setitem(desk.app.config, "WTF_CSRF_ENABLED", True)
    answer = desk.send(form, fields)
    assert answer.status_code == 400
    if answer.mimetype == "text/html":
        assert answer.text.count("A few words.") == len(form.typed)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_what_no_page_would_send_gets_a_clear_answer(desk: Desk, endpoint: str) -> None:
    form = desk.form(endpoint)
    strange = {
        "nothing": {},
        "doubled": {name: value * 2 for name, value in changed(form, lambda _, text: text).items()},
        "nonsense": changed(form, lambda name, text: text if name in form.typed else "no<b>\x00"),
        "unknown ids": changed(form, lambda _, text: UUID_TEXT.sub(str(uuid4()), text)),
        "far too large": changed(form, lambda _, text: "9" * 30),
    }
    answered = {kind: desk.send(form, fields).status_code for kind, fields in strange.items()}
    assert {kind: status for kind, status in answered.items() if status not in ANSWERS} == {}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_addresses_of_nothing_are_not_found(desk: Desk, endpoint: str) -> None:
    form = desk.form(endpoint)
    if not UUID_TEXT.search(form.address):
        return
    elsewhere = replace(form, address=UUID_TEXT.sub(str(uuid4()), form.address))
    nowhere = replace(form, address=UUID_TEXT.sub("not-a-uuid", form.address))
    assert desk.send(elsewhere, form.fields).status_code in {303, 403, 404}
    assert desk.send(nowhere, form.fields).status_code == 404


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_double_click_does_nothing_twice(desk: Desk, endpoint: str) -> None:
    form = desk.form(endpoint)
    fields = form.fields | FILLED.get(endpoint, lambda world: {})(desk.world)
    first = form.send(desk.app, fields)
    if endpoint in FILLED:
        assert first.status_code < 400
    before = rows_of(desk.app)
    assert form.send(desk.app, fields).status_code in ANSWERS
    if endpoint not in ANEW:
        assert rows_of(desk.app) == before


def rows_of(app: Flask) -> dict[str, int]:
    """Return how many rows each table has; attempts are counted, however often made."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
            if table.name != "attempt"
        }
