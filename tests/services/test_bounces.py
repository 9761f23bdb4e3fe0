"""Bounces: noted once, told once a day, and sent again under another name."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.delivery_reports import Bounce
from fundapp.domain.errors import InvalidInput, NotAllowed, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import DocumentKind, MailState, OrderState
from fundapp.models import AuditEvent, DocumentOrder, OutboxMessage
from fundapp.queries.access import actor_for
from fundapp.services.bounces import NotedBounces, note_bounces
from fundapp.services.mailing import resend_mail
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from tests.builders import NOW, a_manager, a_person
from tests.services.deliberating import Deliberating, a_deliberation

REASON = "5.1.1 no such user"


@pytest.fixture
def room(session: Session) -> Deliberating:
    return a_deliberation(session)


def sent(session: Session, once_key: str, **columns: object) -> OutboxMessage:
    mail = queue_mail(
        session,
        Letterbox("ada@sample.example", "Ada"),
        MailText("Our decision", "Attached."),
        now=NOW,
        once_key=once_key,
    )
    assert mail is not None
    mail.state, mail.sent_at = MailState.SENT, NOW
    for name, value in columns.items():
        setattr(mail, name, value)
    session.flush()
    return mail


def a_letter(session: Session, room: Deliberating, place: int = 0) -> OutboxMessage:
    application = room.applications[place]
    reference = f"{application.reference}-A1"
    session.add(
        DocumentOrder(
            round_id=room.round.id,
            application_id=application.id,
            kind=DocumentKind.AWARD_LETTER,
            reference=reference,
            version=1,
            state=OrderState.ISSUED,
            ordered_by_id=room.manager.id,
            ordered_at=NOW,
        )
    )
    return sent(session, f"letter:{reference}", round_id=room.round.id)


def note(session: Session, *mails: OutboxMessage, days: int = 0) -> NotedBounces:
    bounces = [Bounce(mail.message_id, REASON) for mail in mails]
    return note_bounces(session, bounces, now=NOW + timedelta(days=days))


def notices(session: Session) -> list[str]:
    found = select(OutboxMessage.subject).where(OutboxMessage.once_key.startswith("bounces:"))
    return list(session.scalars(found))


def test_a_bounce_is_noted_once_and_the_manager_is_told(
    session: Session, room: Deliberating
) -> None:
    mails = [a_letter(session, room, place) for place in (0, 1)]
    assert note(session, *mails, mails[0]) == NotedBounces(new=2, known=1, foreign=0)
    assert note(session, *mails, days=1) == NotedBounces(new=0, known=2, foreign=0)
    assert [(one.bounced_at, one.bounce_reason) for one in mails] == [(NOW, REASON)] * 2
    lines = session.scalars(
        select(AuditEvent.details).where(AuditEvent.event == "outbox_message.bounced")
    ).all()
    references = [f"{one.reference}-A1" for one in room.applications[:2]]
    assert sorted(line["reference"] for line in lines) == references
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.once_key.startswith("bounces:"))
    ).one()
    assert told.to_address == room.manager.email
    assert told.subject == f"Mails of {room.round.reference} came back"
    assert told.body.startswith("2 mails of the round")


def test_managers_are_told_once_a_day(session: Session, room: Deliberating) -> None:
    mails = [a_letter(session, room, place) for place in (0, 1, 2)]
    note(session, mails[0])
    note(session, mails[1])
    assert len(notices(session)) == 1
    note(session, mails[2], days=1)
    assert len(notices(session)) == 2


def test_a_report_about_another_mail_changes_nothing(session: Session) -> None:
    foreign = [Bounce("<somebody@else.example>", REASON)]
    assert note_bounces(session, foreign, now=NOW) == NotedBounces(0, 0, 1)


def test_a_mail_without_a_round_is_noted_and_nobody_is_written_to(session: Session) -> None:
    mail = sent(session, "password")
    assert note(session, mail).new == 1
    assert notices(session) == []


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.FAILED])
def test_a_mail_that_did_not_leave_cannot_come_back(session: Session, state: MailState) -> None:
    mail = sent(session, "one", state=state)
    assert note(session, mail) == NotedBounces(0, 1, 0)
    assert mail.bounced_at is None


def test_an_unknown_outcome_becomes_known(session: Session) -> None:
    mail = sent(session, "one", state=MailState.UNKNOWN, sent_at=None)
    note(session, mail)
    assert (mail.state, mail.sent_at, mail.bounced_at) == (MailState.SENT, NOW, NOW)


def resend(session: Session, mail: OutboxMessage, actor: Actor, **words: str) -> None:
    resend_mail(session, mail.id, actor=actor, now=NOW, **words)


def test_a_letter_goes_again_to_another_address_as_a_new_mail(
    session: Session, room: Deliberating
) -> None:
    mail = a_letter(session, room)
    before = mail.message_id
    note(session, mail)
    resend(session, mail, room.actor(session), address=" Ada@Other.example ")
    assert (mail.to_address, mail.state, mail.attempts) == (
        "ada@other.example", MailState.QUEUED, 0,
    )  # fmt: skip
    assert (mail.bounced_at, mail.bounce_reason, mail.sent_at) == (None, "", None)
    assert mail.message_id != before
    old = note_bounces(session, [Bounce(before, REASON)], now=NOW)
    assert (old, mail.bounced_at) == (NotedBounces(0, 0, 1), None)


def test_only_letters_go_elsewhere_and_only_by_who_may_issue_them(
    session: Session, room: Deliberating
) -> None:
    other = "else@other.example"
    manager = room.actor(session)
    with pytest.raises(InvalidInput, match="Only letters"):
        resend(session, sent(session, "one", state=MailState.FAILED), manager, address=other)
    letter = a_letter(session, room)
    note(session, letter)
    administrator = actor_for(session, a_person(session, is_administrator=True).id)
    with pytest.raises(NotAllowed):
        resend(session, letter, administrator, address=other)
    with pytest.raises(InvalidInput, match="Enter a mail address"):
        resend(session, letter, manager, address="nowhere")
    assert letter.to_address == "ada@sample.example"


def test_a_link_that_was_not_kept_is_not_sent_again(session: Session) -> None:
    mail = sent(session, "one", body="Open {site}/reset-password/….")
    note(session, mail)
    with pytest.raises(WrongState, match="ask for a new one"):
        resend(session, mail, actor_for(session, a_manager(session).id))
