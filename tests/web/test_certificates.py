"""A prize's certificate: ordered with the announcement, hidden until its instant, then public."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.documents.formats import LANGUAGES
from fundapp.domain.permissions import Actor
from fundapp.domain.seals import Verdict
from fundapp.domain.states import AwardState, DocumentKind, RoundKind, RoundState
from fundapp.models import (
    Application,
    Award,
    DocumentOrder,
    IssuedDocument,
    OutboxMessage,
    Round,
)
from fundapp.queries.verification import document_of_code
from fundapp.services.certificates import order_certificates
from fundapp.services.verification import check_file
from fundapp.web.installation import installation
from tests.builders import (
    NOW,
    a_manager,
)
from tests.documents.reading import page_texts
from tests.web.prize_room import UNTIL, ClientOf, Prize, a_prize, announced


@pytest.fixture
def prize(session: Session, client_of: ClientOf) -> Prize:
    return a_prize(session, client_of)


def test_a_certificate_shows_itself_at_the_instant(
    app: Flask, clock: FixedClock, session: Session, client: FlaskClient, prize: Prize
) -> None:
    session.rollback()
    announced(app, prize)
    document = session.scalars(
        select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.CERTIFICATE.value)
    ).one()
    assert document.reference == f"{prize.reference}-C1"
    assert session.scalars(select(OutboxMessage.once_key)).all() == []
    address = f"/documents/{document.id}.pdf"
    for instant in (NOW, UNTIL - timedelta(microseconds=1)):
        clock.instant = instant
        browsers = (prize.manager, prize.officer, prize.winner, client)
        assert [one.get(address).status_code for one in browsers] == [200, 403, 403, 303]
        assert [one.get(prize.public).status_code for one in browsers] == [404] * 4
        assert (
            "ertificate"
            not in prize.winner.get(f"/applications/{prize.application_id}/letters").text
        )
    clock.instant = UNTIL
    pdf = client.get(prize.public)
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    (text,) = page_texts(pdf.data)
    for words in (
        "First prize",
        "Cyber",
        "€50,000",
        "Zembla Gauge",
        "It says how surely it knows.",
    ):
        assert words in text
    for browser, page in (
        (client, f"/awards/{prize.reference}"),
        (prize.winner, f"/applications/{prize.application_id}/letters"),
    ):
        assert prize.public in browser.get(page).text
    assert [one.get(address).status_code for one in (prize.officer, prize.winner)] == [200, 200]
    shown = client.post("/verify", data={"file": (BytesIO(pdf.data), "c.pdf")}).text
    assert ("This document is genuine" in shown, "Certificate of a prize" in shown) == (True, True)


def test_an_award_that_ends_ends_its_certificate(
    app: Flask, clock: FixedClock, session: Session, client: FlaskClient, prize: Prize
) -> None:
    session.rollback()
    announced(app, prize)
    clock.instant = UNTIL
    pdf = client.get(prize.public).data
    session.rollback()
    award = session.scalars(select(Award)).one()
    award.state = AwardState.WITHDRAWN
    session.commit()
    told = check_file(session, pdf, certificate=installation().seal_key.certificate)
    assert told.verdict is Verdict.WITHDRAWN
    assert client.get(prize.public).status_code == 404


def test_a_letter_stays_in_force_beside_the_certificate(
    app: Flask, session: Session, prize: Prize
) -> None:
    letter = IssuedDocument(
        round_id=prize.round_id, application_id=prize.application_id, kind="award_letter",
        reference=f"{prize.reference}-A1", version=1, sha256="0" * 64, code="ABCD-EFGH", size=1,
        issued_at=NOW - timedelta(days=1),
    )  # fmt: skip
    session.add(letter)
    session.commit()
    announced(app, prize)
    known = document_of_code(session, letter.reference, "ABCD-EFGH")
    assert known is not None
    assert (known.verdict, known.in_force) == (Verdict.GENUINE, letter.reference)


def test_who_moves_up_later_gets_one_and_grants_get_none(session: Session, prize: Prize) -> None:
    round_ = session.get_one(Round, prize.round_id)
    person = a_manager(session)
    manager = Actor(person.id, person.name, person.email, is_fund_manager=True)
    assert order_certificates(session, round_.id, actor=manager, now=NOW) == []
    round_.state, round_.announced_at = RoundState.ANNOUNCED, NOW
    first = order_certificates(session, round_.id, actor=manager, now=NOW)
    again = order_certificates(session, round_.id, actor=manager, now=NOW)
    assert [order.reference for order in (*first, *again)] == [
        f"{prize.reference}-C1",
        f"{prize.reference}-C2",
    ]
    others = order_certificates(session, round_.id, application_ids=[], actor=manager, now=NOW)
    round_.kind = RoundKind.GRANT
    assert (others, order_certificates(session, round_.id, actor=manager, now=NOW)) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_printed_in_the_winner_s_language(
    app: Flask,
    clock: FixedClock,
    session: Session,
    client: FlaskClient,
    prize: Prize,
    language: str,
) -> None:
    session.get_one(Application, prize.application_id).language = language
    session.commit()
    announced(app, prize)
    clock.instant = UNTIL
    assert page_texts(client.get(prize.public).data)[0]
    assert session.scalars(select(DocumentOrder.problem)).all() == ["", ""]
