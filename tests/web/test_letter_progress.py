"""The page of letters: how far they are, and what to do with a mail that came back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.delivery_reports import Bounce
from fundapp.domain.states import MailState, OrderState
from fundapp.models import DocumentOrder, OutboxMessage, Person
from fundapp.services.bounces import note_bounces
from fundapp.services.documents import StoredPdf, issue_document
from fundapp.services.releases import release_decisions
from tests.builders import NOW
from tests.services.decided import a_decided_round
from tests.services.deliberating import Deliberating

ClientOf = Callable[[Person], FlaskClient]
LETTERS = 12
PRINTED = 8


@pytest.fixture
def room(session: Session) -> Deliberating:
    """Of twelve letters eight are printed, one each two seconds, and their mails are sent."""
    room = a_decided_round(session, LETTERS)
    release_decisions(session, room.round.id, actor=room.actor(session), now=NOW)
    orders = session.scalars(select(DocumentOrder).order_by(DocumentOrder.reference)).all()
    for number, order in enumerate(orders[:PRINTED], start=1):
        stored = StoredPdf(f"{number:064}", 40_000, unsealed_sha256="")
        issue_document(session, order.id, stored, now=NOW + timedelta(seconds=2 * number - 16))
    for mail in session.scalars(select(OutboxMessage)):
        mail.state, mail.sent_at = MailState.SENT, NOW
    return room


def bounce(session: Session) -> OutboxMessage:
    mail = session.scalars(select(OutboxMessage).order_by(OutboxMessage.once_key)).first()
    assert mail is not None
    note_bounces(session, [Bounce(mail.message_id, "5.1.1 no such user")], now=NOW)
    return mail


def test_it_says_how_far_printing_is_and_how_long_it_takes(
    session: Session, client_of: ClientOf, room: Deliberating
) -> None:
    page = client_of(room.manager).get(f"/rounds/{room.round.id}/letters").text
    assert "8 of 12 documents are printed" in page
    assert "8 printed, 0 failed, 4 left: less than a minute." in page
    assert "Mails of letters: 8 sent, 0 on their way, 0 failed" in page
    assert "data-live" in page


def test_waiting_and_failed_letters_and_a_standstill_are_told(
    session: Session, client_of: ClientOf, clock, room: Deliberating
) -> None:
    first, second, *_ = session.scalars(
        select(DocumentOrder).where(DocumentOrder.state == OrderState.QUEUED)
    )
    first.state, second.state = OrderState.UNSIGNED, OrderState.FAILED
    second.problem = "The ink is out."
    browser = client_of(room.manager)
    clock.instant = NOW + timedelta(minutes=3)
    page = browser.get(f"/rounds/{room.round.id}/letters").text
    assert "8 printed, 1 failed, 2 left." in page
    assert "Nothing was printed in the last two minutes." in page
    assert "1 letter waits for signatures" in page
    assert "The ink is out." in page


def test_a_mail_that_came_back_is_shown_and_sent_to_another_address(
    session: Session, client_of: ClientOf, room: Deliberating
) -> None:
    mail = bounce(session)
    browser = client_of(room.manager)
    page = browser.get(f"/rounds/{room.round.id}/letters").text
    assert "One mail came back." in page
    assert f"{mail.to_address}: 5.1.1 no such user" in page
    assert f'href="/outbox/{mail.id}"' in page
    assert "5.1.1 no such user" in browser.get("/outbox?state=bounced").text
    assert "This mail came back" in browser.get(f"/outbox/{mail.id}").text
    wrong = browser.post(f"/outbox/{mail.id}/resend", data={"address": "no address"})
    assert wrong.status_code == 422
    assert 'value="no address"' in wrong.text
    assert "Enter a mail address, such as name@example.org" in wrong.text
    sent = browser.post(f"/outbox/{mail.id}/resend", data={"address": "ada@other.example"})
    assert sent.location == "/outbox"
    session.expire_all()
    assert (mail.to_address, mail.state) == ("ada@other.example", MailState.QUEUED)
    again = browser.get(f"/rounds/{room.round.id}/letters").text
    assert "7 sent, 1 on their way" in again
