"""Sending the outbox: once, with pauses, and never guessing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.adapters.mail import FolderTransport, SmtpTransport
from fundapp.domain.errors import NotAllowed, WrongState
from fundapp.domain.mail import (
    MailRefused,
    MailTransport,
    NotHandedOver,
    OutcomeUnknown,
    OutgoingMail,
    pace_of,
)
from fundapp.domain.states import MailState
from fundapp.extensions import db
from fundapp.models import OutboxMessage
from fundapp.queries.access import actor_for
from fundapp.services.mailing import PostOffice, resend_mail, send_waiting, settle_mail
from fundapp.services.outbox import Letterbox, MailAttachment, MailText, queue_mail
from tests.builders import NOW, a_manager, a_person, a_round
from tests.smtp_server import running_post

TEXT = MailText("Decision on {fund}", "Open {site}/reset-password/secret and {site}/calls.")


@dataclass
class FakeTransport:
    """Takes mails, or raises what it was told to."""

    outcome: Exception | None = None
    is_repeatable: bool = False
    taken: list[OutgoingMail] = field(default_factory=list)

    def send(self, mail: OutgoingMail) -> None:
        self.taken.append(mail)
        if self.outcome is not None:
            raise self.outcome


Transactions = Callable[[], object]


@pytest.fixture
def transactions(app: Flask) -> Transactions:
    with app.app_context():
        engine = db.engine

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session:
            database.begin_writing(session)
            yield session
            session.commit()

    return transaction


def office(transport: MailTransport) -> PostOffice:
    return PostOffice(
        transport=transport,
        read_file=lambda sha256: f"bytes of {sha256}".encode(),
        from_address="fund@example.org",
        fund_name="Common Measure Fund",
        site="https://fund.example",
    )


def send(transactions, office: PostOffice, *, now: datetime) -> int:
    return send_waiting(transactions, office, now=lambda: now)


def queue(transactions, **columns) -> None:
    with transactions() as session:
        message = queue_mail(session, Letterbox("ada@sample.example", "Ada"), TEXT, now=NOW)
        for name, value in columns.items():
            setattr(message, name, value)


def row(transactions) -> OutboxMessage:
    with transactions() as session:
        return session.scalars(select(OutboxMessage)).one()


def test_a_mail_is_filled_sent_once_and_its_secret_forgotten(transactions) -> None:
    queue(transactions)
    transport = FakeTransport()
    assert send(transactions, office(transport), now=NOW) == 1
    assert send(transactions, office(transport), now=NOW) == 0
    (mail,) = transport.taken
    assert mail.subject == "Decision on Common Measure Fund"
    assert mail.body == (
        "Open https://fund.example/reset-password/secret and https://fund.example/calls."
    )
    kept = row(transactions)
    assert (kept.state, kept.sent_at, kept.message_id) == (MailState.SENT, NOW, mail.message_id)
    assert kept.body == "Open {site}/reset-password/… and {site}/calls."


def test_attached_files_go_along(transactions) -> None:
    letter = MailAttachment("letter.pdf", "application/pdf", "a" * 64)
    with transactions() as session:
        queue_mail(session, Letterbox("ada@sample.example"), TEXT, now=NOW, attachments=[letter])
    transport = FakeTransport()
    send(transactions, office(transport), now=NOW)
    (attached,) = transport.taken[0].attachments
    assert (attached.filename, attached.content) == ("letter.pdf", f"bytes of {'a' * 64}".encode())


def test_a_lost_file_is_no_lost_mail(transactions) -> None:
    letter = MailAttachment("letter.pdf", "application/pdf", "a" * 64)
    with transactions() as session:
        queue_mail(session, Letterbox("ada@sample.example"), TEXT, now=NOW, attachments=[letter])

    def lost(sha256: str) -> bytes:
        raise FileNotFoundError(sha256)

    transport = FakeTransport()
    send(transactions, replace(office(transport), read_file=lost), now=NOW)
    assert (row(transactions).state, transport.taken) == (MailState.QUEUED, [])


def test_what_was_not_handed_over_waits_longer_each_time_and_fails(transactions) -> None:
    queue(transactions)
    transport = FakeTransport(outcome=NotHandedOver("no line"))
    waits, now = [], NOW
    while row(transactions).state is MailState.QUEUED:
        send(transactions, office(transport), now=now)
        assert send(transactions, office(transport), now=now) == 0
        next_try_at = row(transactions).next_try_at
        waits.append(next_try_at - now)
        now = next_try_at
    assert [round(wait / timedelta(minutes=1)) for wait in waits[:-1]] == [
        *(1, 5, 15, 60, 240, 720, 1440),
    ]
    kept = row(transactions)
    assert (kept.state, kept.attempts, kept.last_error) == (MailState.FAILED, 8, "no line")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (MailRefused("550 nobody"), MailState.FAILED),
        (OutcomeUnknown("broke"), MailState.UNKNOWN),
    ],
)
def test_only_a_person_sends_again(transactions, outcome: Exception, state: MailState) -> None:
    queue(transactions)
    transport = FakeTransport(outcome=outcome)
    send(transactions, office(transport), now=NOW)
    send(transactions, office(transport), now=NOW + timedelta(days=30))
    first = row(transactions)
    assert (first.state, len(transport.taken)) == (state, 1)
    with transactions() as session:
        actor = actor_for(session, a_manager(session).id)
        resend_mail(session, first.id, actor=actor, now=NOW)
    transport.outcome = None
    send(transactions, office(transport), now=NOW)
    again = row(transactions)
    assert (again.state, again.message_id) == (MailState.SENT, first.message_id)
    assert [mail.message_id for mail in transport.taken] == [first.message_id] * 2


def test_a_person_may_leave_it(transactions) -> None:
    queue(transactions, state=MailState.UNKNOWN)
    with transactions() as session:
        actor = actor_for(session, a_manager(session).id)
        settle_mail(session, _id(session), actor=actor, now=NOW)
    assert row(transactions).state is MailState.SENT


def _id(session: Session):
    return session.scalars(select(OutboxMessage.id)).one()


def test_a_mail_on_its_way_is_not_resent_and_strangers_resend_nothing(transactions) -> None:
    queue(transactions)
    with transactions() as session:
        actor = actor_for(session, a_manager(session).id)
        with pytest.raises(WrongState, match="on its way"):
            resend_mail(session, _id(session), actor=actor, now=NOW)
        stranger = actor_for(session, a_person(session).id)
        with pytest.raises(NotAllowed):
            resend_mail(session, _id(session), actor=stranger, now=NOW)


def test_a_sender_that_died_leaves_doubt_over_smtp_and_none_in_the_folder(
    transactions, tmp_path: Path
) -> None:
    queue(transactions, state=MailState.SENDING, next_try_at=NOW)
    send(transactions, office(FakeTransport()), now=NOW - timedelta(seconds=1))
    assert row(transactions).state is MailState.SENDING
    send(transactions, office(FakeTransport()), now=NOW)
    assert row(transactions).state is MailState.UNKNOWN
    with transactions() as session:
        session.scalars(select(OutboxMessage)).one().state = MailState.SENDING
    send(transactions, office(FolderTransport(tmp_path)), now=NOW)
    assert row(transactions).state is MailState.SENT
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_is_locked_while_the_server_is_slow(transactions) -> None:
    queue(transactions)

    class Looking(FakeTransport):
        def send(self, mail: OutgoingMail) -> None:
            with transactions() as session:
                a_person(session, "Written meanwhile")

    send(transactions, office(Looking()), now=NOW)
    assert row(transactions).state is MailState.SENT


def test_a_break_after_the_text_is_unknown_with_a_real_server(transactions) -> None:
    queue(transactions)
    with running_post() as post:
        post.replies["TEXT"] = "break"
        send(transactions, office(SmtpTransport(post.url)), now=NOW)
        send(transactions, office(SmtpTransport(post.url)), now=NOW + timedelta(days=9))
        assert (row(transactions).state, post.connections) == (MailState.UNKNOWN, 1)
        assert len(post.taken) == 1


def queue_many(transactions, count: int, round_id: UUID) -> None:
    with transactions() as session:
        for number in range(count):
            text = MailText(f"Letter {number}", "Attached.")
            to = Letterbox("ada@sample.example")
            queue_mail(session, to, text, now=NOW, round_id=round_id)


@pytest.fixture
def round_id(transactions) -> UUID:
    with transactions() as session:
        return a_round(session).id


def test_mails_of_a_round_keep_the_pace_whoever_sends_them(transactions, round_id: UUID) -> None:
    queue_many(transactions, 10, round_id)
    transport = FakeTransport()
    paced = replace(office(transport), per_minute=40)
    counts = [
        send(transactions, paced, now=NOW + timedelta(seconds=second))
        for second in (0, 0, 5, 6, 11, 12)
    ]
    assert counts == [4, 0, 0, 4, 0, 2]


def test_a_mail_that_is_being_sent_counts(transactions, round_id: UUID) -> None:
    queue_many(transactions, 3, round_id)
    queue(transactions, state=MailState.SENDING, next_try_at=NOW + timedelta(minutes=1))
    paced = replace(office(FakeTransport()), per_minute=20)
    assert send(transactions, paced, now=NOW) == 1


def test_a_password_goes_first_and_never_waits(transactions, round_id: UUID) -> None:
    queue_many(transactions, 2, round_id)
    paced = replace(office(transport := FakeTransport()), per_minute=1)
    assert send(transactions, paced, now=NOW) == 1
    queue(transactions)
    assert send(transactions, paced, now=NOW) == 1
    assert [mail.subject for mail in transport.taken][1] == "Decision on Common Measure Fund"


@pytest.mark.parametrize("per_minute", [1, 5, 7, 25, 60, 61, 600])
def test_the_pace_is_even_and_never_faster(per_minute: int) -> None:
    window, most = pace_of(per_minute)
    assert most >= 1
    assert most * (timedelta(minutes=1) / window) <= per_minute * 1.000001
