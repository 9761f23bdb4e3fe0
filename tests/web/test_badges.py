"""A winner's badge: there at the instant, checked by anybody, revoked by managers and by itself."""

import json
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.states import AwardState
from fundapp.exports.badges import encoded_list
from fundapp.models import AuditEvent, Award, Credential, OutboxMessage
from fundapp.web.installation import installation
from fundapp.worker import run_until_idle
from tests.builders import NOW
from tests.web.prize_room import UNTIL, ClientOf, Prize, a_prize, announced


@pytest.fixture
def prize(session: Session, client_of: ClientOf) -> Prize:
    return a_prize(session, client_of)


def only_badge(session: Session) -> Credential:
    session.rollback()
    return session.scalars(select(Credential)).one()


def status_list(browser: FlaskClient) -> str:
    token = browser.get("/badges/status").text
    claims = installation().badge_key.claims_of(token)
    assert claims is not None
    return str(claims["credentialSubject"]["encodedList"])


def test_a_badge_is_public_from_the_instant_on_and_checks(
    app: Flask, clock: FixedClock, session: Session, client: FlaskClient, prize: Prize
) -> None:
    session.rollback()
    announced(app, prize)
    badge = only_badge(session)
    page = f"/badges/{badge.id}"
    held = [page, f"{page}.jwt", f"{page}.json", f"{page}.svg"]
    clock.instant = UNTIL - timedelta(microseconds=1)
    for browser in (client, prize.winner, prize.officer, prize.manager):
        assert [browser.get(one).status_code for one in held] == [404] * 4
    early = client.post("/verify", data={"file": (BytesIO(badge.token.encode()), "b.jwt")}).text
    assert ("We do not know this badge" in early, "First prize" in early) == (True, False)
    clock.instant = UNTIL
    assert [client.get(one).status_code for one in held] == [200] * 4
    shown = client.get(page).text
    assert "Valid: signed by Common Measure Fund, unchanged and not revoked." in shown
    assert "made up for trying out" in shown
    claims = json.loads(client.get(f"{page}.json").data)
    assert (claims["validFrom"], claims["id"]) == (
        "2026-11-02T15:00:00Z",
        f"http://127.0.0.1:8000{page}",
    )
    token = client.get(f"{page}.jwt")
    assert (token.mimetype, token.text) == ("application/vc+jwt", badge.token)
    picture = client.get(f"{page}.svg?save=1")
    assert picture.headers["Content-Disposition"] == f"attachment; filename={prize.reference}.svg"
    for browser, address in (
        (client, f"/awards/{prize.reference}"),
        (prize.winner, f"/applications/{prize.application_id}/letters"),
    ):
        assert page in browser.get(address).text
    for content in (picture.data, token.data):
        told = client.post("/verify", data={"file": (BytesIO(content), "badge")}).text
        assert ("This badge is valid" in told, "Judge-model drift meter" in told) == (True, True)
    forged = client.post("/verify", data={"file": (BytesIO(token.data[:-4] + b"AAAA"), "b")}).text
    assert "This badge is not from us" in forged


def test_a_manager_revokes_with_a_reason(
    app: Flask, clock: FixedClock, session: Session, client: FlaskClient, prize: Prize
) -> None:
    session.rollback()
    announced(app, prize)
    badge = only_badge(session)
    address = f"/applications/{prize.application_id}/badge"
    assert "becomes valid with the announcement" in prize.manager.get(address).text
    early = prize.manager.post(address, data={"reason": "Too early."})
    assert (early.status_code, "not public yet" in early.text) == (409, True)
    clock.instant = UNTIL
    empty = prize.manager.post(address, data={"reason": " "})
    assert (empty.status_code, "Say why the badge is revoked." in empty.text) == (422, True)
    assert status_list(client) == encoded_list([])
    assert prize.officer.post(address, data={"reason": "No."}).status_code == 403
    for _ in range(2):
        answer = prize.manager.post(address, data={"reason": "The data set was not theirs."})
        assert answer.status_code == 303
    page = client.get(f"/badges/{badge.id}").text
    assert ("Revoked on 2 November 2026" in page, "was not theirs" in page) == (True, True)
    assert status_list(client) == encoded_list([badge.number])
    told = client.post("/verify", data={"file": (BytesIO(badge.token.encode()), "b.jwt")}).text
    assert "This badge is revoked" in told
    session.rollback()
    mails = session.scalars(
        select(OutboxMessage.body).where(OutboxMessage.subject.contains("badge"))
    ).all()
    assert ["Why: The data set was not theirs." in mail for mail in mails] == [True]
    events = select(AuditEvent.event).where(AuditEvent.subject_kind == "credential")
    assert session.scalars(events).all() == ["credential.issued", "credential.revoked"]


@pytest.mark.parametrize("state", [AwardState.REFUSED, AwardState.LAPSED, AwardState.WITHDRAWN])
def test_an_award_that_ends_revokes_its_badge_and_names_nobody(
    app: Flask,
    clock: FixedClock,
    session: Session,
    client: FlaskClient,
    prize: Prize,
    state: AwardState,
) -> None:
    session.rollback()
    announced(app, prize)
    badge_id, number = only_badge(session).id, only_badge(session).number
    session.scalars(select(Award)).one().state = state
    session.commit()
    assert client.get(f"/badges/{badge_id}").status_code == 404
    clock.instant = UNTIL
    page = client.get(f"/badges/{badge_id}").text
    told = ("This badge holds no more" in page, "Zembla" in page, "drift" in page)
    assert told == (True, False, False)
    assert client.get(f"/badges/{badge_id}.jwt").status_code == 404
    assert status_list(client) == encoded_list([number])


def test_a_moved_instant_is_signed_anew_until_it_is_public(
    app: Flask, clock: FixedClock, session: Session, client: FlaskClient, prize: Prize
) -> None:
    session.rollback()
    announced(app, prize)
    first = only_badge(session).token
    later = UNTIL + timedelta(days=1)
    moved = {"publish_at": later.strftime("%Y-%m-%dT%H:%M")}
    assert prize.manager.post(f"/rounds/{prize.round_id}/announce", data=moved).status_code == 303
    run_until_idle(app)
    badge = only_badge(session)
    assert (badge.token == first, badge.issued_at, badge.number) == (False, later, 0)
    clock.instant = later
    run_until_idle(app)
    assert client.get(f"/badges/{badge.id}.jwt").text == badge.token


def test_keys_and_lists_are_there_for_everybody_and_unknown_badges_are_not(
    session: Session, client: FlaskClient, clock: FixedClock
) -> None:
    session.commit()
    assert clock.instant == NOW
    issuer = client.get("/badges/issuer.json").get_json()
    key = client.get("/badges/key.json").get_json()
    assert issuer["verificationMethod"][0]["publicKeyJwk"] == key
    assert status_list(client) == encoded_list([])
    assert client.get("/badges/status").data == client.get("/badges/status").data
    assert client.get(f"/badges/{UUID(int=5)}").status_code == 404
