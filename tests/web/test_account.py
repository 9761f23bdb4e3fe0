"""Accounts in the browser: the whole path, bad input, and what a stranger may learn."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.models import Attempt, OutboxMessage, Person
from fundapp.queries.access import actor_for
from fundapp.services.invitations import invite_officer
from tests.builders import NOW, a_funder, a_manager, a_person
from tests.fresh_client import FreshClient

PASSWORD = "a walk along the river"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}
NASTY = {
    "emoji": "🦉" * 60,
    "right to left": "\u202eقمر\u202c",
    "HTML": "<script>alert(1)</script>",
    "10 MB": "word " * 2_000_000,
    "control": "Ada\x00\x08",
}


@pytest.fixture(autouse=True)
def _each_request_stands_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", FreshClient)


def hashed(app: Flask, password: str = PASSWORD) -> str:
    return str(app.extensions["installation"].passwords.hash_of(password))


def somebody(app: Flask, session: Session, **columns: Any) -> Person:
    person = a_person(session, email="ada@sample.example", password_hash=hashed(app), **columns)
    session.commit()
    return person


def last_link(session: Session) -> str:
    session.rollback()
    bodies = session.scalars(select(OutboxMessage.body)).all()
    return [found[1] for body in bodies if (found := re.search(r"\{site\}(/\S+/\S+)", body))][-1]


def sign_in(client: FlaskClient, password: str = PASSWORD, **fields: str) -> Any:
    data = {"email": "ada@sample.example", "password": password} | fields
    return client.post("/sign-in", data=data, headers=BROWSER)


def test_register_confirm_sign_out_and_in(client: FlaskClient, session: Session) -> None:
    session.commit()
    fields = {"name": "Ada Sample", "email": "Ada@sample.example", "password": PASSWORD}
    assert client.post("/register", data=fields).location == "/register/sent"
    assert sign_in(client).status_code == 422
    link = last_link(session)
    assert "ada@sample.example" in client.get(link).text
    assert client.post(link, data={"password": "not the one"}).status_code == 422
    assert client.post(link, data={"password": PASSWORD}).location == "/"
    assert "Ada Sample" in client.get("/account").text
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/account").location == "/sign-in?then=/account"
    assert sign_in(client, then="/account").location == "/account"
    page = client.get("/account").text
    assert "Firefox on Linux" in page
    assert client.get(link).status_code == 410


def without_token(page: str, email: str) -> str:
    """The page without what differs from second to second, and without the address."""
    return re.sub(r'(name="csrf_token" value=")[^"]*', r"\1", page).replace(email, "")


def test_known_and_unknown_addresses_get_the_same_answers(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    somebody(app, session)
    answers = []
    for email in ("ada@sample.example", "nobody@sample.example"):
        fields = {"name": "X", "email": email, "password": PASSWORD}
        registered = client.post("/register", data=fields)
        reset = client.post("/forgotten-password", data={"email": email})
        wrong = client.post("/sign-in", data={"email": email, "password": "wrong"})
        answers.append(
            [
                (answer.status_code, answer.location, without_token(answer.text, email))
                for answer in (registered, reset, wrong)
            ]
        )
    assert answers[0] == answers[1]


def test_the_tenth_failure_closes_the_door_for_a_while(
    app: Flask, client: FlaskClient, session: Session, clock: FixedClock
) -> None:
    somebody(app, session)
    for _ in range(10):
        assert sign_in(client, "wrong").status_code == 422
    closed = sign_in(client)
    assert (closed.status_code, closed.headers["Retry-After"]) == (429, "900")
    assert "There were too many tries. Wait 15 minutes and try again." in closed.text
    clock.instant = NOW + timedelta(minutes=15)
    assert sign_in(client).status_code == 303
    session.rollback()
    assert session.scalars(select(Attempt).where(Attempt.key.startswith("sign-in to"))).all() == []


def test_strangers_cannot_have_us_send_mail_without_end(
    client: FlaskClient, session: Session
) -> None:
    session.commit()
    answers = [
        client.post("/forgotten-password", data={"email": "nobody@sample.example"}).status_code
        for _ in range(6)
    ]
    assert answers == [303, 303, 303, 303, 303, 429]


def test_a_weaker_hash_is_made_anew_at_sign_in(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    person = a_person(session, email="ada@sample.example", password_hash=weak)
    session.commit()
    assert sign_in(client).status_code == 303
    session.refresh(person)
    assert person.password_hash != weak
    assert sign_in(client).status_code == 303


def test_signing_in_makes_a_new_session(app: Flask, client: FlaskClient, session: Session) -> None:
    somebody(app, session)
    with client.session_transaction() as cookie:
        cookie["planted"] = "by a stranger"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert ("planted" in cookie, cookie.permanent) == (False, True)


@pytest.mark.parametrize("then", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_one_goes_on_to_pages_of_this_site_only(
    app: Flask, client: FlaskClient, session: Session, then: str
) -> None:
    somebody(app, session)
    assert sign_in(client, then=then).location == "/"


def test_sign_out_everywhere_reaches_the_other_browser(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    somebody(app, session)
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    assert client.post("/account/sign-ins/end-all").location == "/sign-in"
    assert other.get("/account").location == "/sign-in?then=/account"


def test_reset_by_link(app: Flask, client: FlaskClient, session: Session) -> None:
    somebody(app, session)
    client.post("/forgotten-password", data={"email": "ada@sample.example"})
    link = last_link(session)
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": "an entirely new one"}).location == "/"
    assert client.get("/account").status_code == 200
    assert client.post(link, data={"password": "an entirely new one"}).status_code == 410
    assert sign_in(app.test_client()).status_code == 422
    assert sign_in(app.test_client(), "an entirely new one").status_code == 303


def test_changing_the_password_needs_the_old_one(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    somebody(app, session)
    sign_in(client)
    fields = {"current": "wrong", "password": "an entirely new one"}
    wrong = client.post("/account/password", data=fields)
    assert wrong.status_code == 422
    assert "This is not the password that you have now" in wrong.text
    good = client.post("/account/password", data=fields | {"current": PASSWORD})
    assert good.location == "/account"
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/sign-in", {"email": "", "password": "", "then": ""}),
        ("/register", {"name": "", "email": "", "password": ""}),
        ("/forgotten-password", {"email": ""}),
        ("/account/profile", {"name": "", "time_zone": ""}),
        ("/account/password", {"current": "", "password": ""}),
        ("/account/deletion", {"is_sure": ""}),
    ],
)
def test_nasty_text_is_answered_in_words(
    client: FlaskClient,
    session: Session,
    client_of: Callable[[Person], FlaskClient],
    address: str,
    fields: dict[str, str],
    text: str,
) -> None:
    browser = client_of(a_person(session)) if address.startswith("/account") else client
    session.commit()
    for name in fields:
        answer = browser.post(address, data=fields | {name: text})
        assert answer.status_code == (303 if name == "is_sure" else 422)
        assert "<script>alert" not in answer.text


def test_bad_registrations_keep_what_was_typed(client: FlaskClient, session: Session) -> None:
    session.commit()
    fields = {"name": "x" * 201, "email": "nonsense", "password": "short"}
    answer = client.post("/register", data=fields)
    assert answer.status_code == 422
    assert "Three things to mend" in answer.text
    assert "Shorten the name to 200 characters. It has 201" in answer.text
    assert "Use at least 12 characters. Yours has 5; a sentence works well" in answer.text
    assert f'value="{"x" * 201}"' in answer.text
    assert 'value="nonsense"' in answer.text
    session.rollback()
    assert session.scalars(select(OutboxMessage)).all() == []


def test_an_invited_officer_without_an_account(client: FlaskClient, session: Session) -> None:
    manager = actor_for(session, a_manager(session).id)
    funder = a_funder(session)
    invite_officer(
        session, funder.id, email="new@sample.example", name="Nia", actor=manager, now=NOW
    )
    session.commit()
    link = last_link(session)
    page = client.get(link).text
    assert "Will you speak for Lilliput Foundation?" in page
    assert 'value="Nia"' in page
    short = client.post(f"{link}/register", data={"name": "Nia", "password": "short"})
    assert short.status_code == 422
    good = client.post(f"{link}/register", data={"name": "Nia", "password": PASSWORD})
    assert good.location == "/decisions"
    assert client.get("/account").status_code == 200
    assert client.get(link).status_code == 410


def test_an_invited_officer_declines_with_a_note(client: FlaskClient, session: Session) -> None:
    manager = actor_for(session, a_manager(session).id)
    invite_officer(
        session,
        a_funder(session).id,
        email="new@sample.example",
        name="Nia",
        actor=manager,
        now=NOW,
    )
    session.commit()
    link = last_link(session)
    long = client.post(f"{link}/decline", data={"note": "n" * 2001})
    assert (long.status_code, "n" * 2001 in long.text) == (422, True)
    assert client.post(f"{link}/decline", data={"note": "No."}).location == "/invitations/declined"
    gone = client.get(link)
    assert (gone.status_code, "was declined" in gone.text) == (410, True)


def test_an_invited_person_who_is_signed_in_accepts(
    session: Session, client_of: Callable[[Person], FlaskClient]
) -> None:
    manager = actor_for(session, a_manager(session).id)
    invite_officer(
        session,
        a_funder(session).id,
        email="new@sample.example",
        name="Nia",
        actor=manager,
        now=NOW,
    )
    browser = client_of(a_person(session))
    link = last_link(session)
    assert "The invitation was sent to new@sample.example" in browser.get(link).text
    for _ in range(2):
        assert browser.post(f"{link}/accept").location == "/decisions"


def test_own_data_and_deletion(
    session: Session, client_of: Callable[[Person], FlaskClient]
) -> None:
    person = a_person(session, email="ada@sample.example")
    browser = client_of(person)
    answer = browser.get("/account/my-data.json")
    assert answer.json is not None
    assert answer.json["account"]["email"] == "ada@sample.example"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert browser.post("/account/deletion", data={}).status_code == 422
    assert browser.post("/account/deletion", data={"is_sure": "y"}).location == "/sign-in"
    assert browser.get("/account").location == "/sign-in?then=/account"


def test_signed_out_while_writing_shows_the_text(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    somebody(app, session)
    sign_in(client)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "ended elsewhere"
    typed = "A long name that somebody typed with care, over many minutes"
    answer = client.post("/account/profile", data={"name": typed, "password": "p" * 50})
    assert answer.status_code == 401
    assert typed in answer.text
    assert "p" * 50 not in answer.text


def test_a_form_token_lives_as_long_as_the_session(
    app: Flask, client: FlaskClient, session: Session, clock: FixedClock
) -> None:
    somebody(app, session)
    sign_in(client)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account/profile").text)
        assert found is not None
        clock.instant = NOW + timedelta(days=13)
        fields = {"csrf_token": found[1], "name": "Ada", "time_zone": "nairobi"}
        assert client.post("/account/profile", data=fields).location == "/account"
        stale = client.post("/account/profile", data=fields | {"csrf_token": "stale"})
        assert stale.status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_logs_hold_no_token(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, session: Session
) -> None:
    caplog.set_level("INFO", logger="fundapp")
    client.get("/reset-password/very-secret")
    paths = [record.facts["path"] for record in caplog.records if hasattr(record, "facts")]
    assert paths == ["/reset-password/<token>"]
