"""Officers sign award letters: what they sign, who may, and when the letter is final."""

import hashlib
import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from fundapp.domain.states import OrderState
from fundapp.models import (
    AuditEvent,
    Award,
    IssuedDocument,
    Job,
    LetterSignature,
    OutboxMessage,
)
from fundapp.queries.document_rows import AwardLetter
from fundapp.queries.documents import letter_rows
from fundapp.queries.signatures import (
    count_to_sign,
    letters_to_sign,
    signing_sheet,
    unsigned_letters,
)
from fundapp.services.document_orders import reissue_letter
from fundapp.services.signatures import nudge_officers, sign_letters
from tests.builders import NOW, a_conflict, an_officer
from tests.documents.shared_rows import FUND
from tests.services.deliberating import Deliberating
from tests.services.signing import a_released_round, orders, sign
from tests.services.test_releases import work

LATER = NOW + timedelta(days=3)


@pytest.fixture
def room(session: Session) -> Deliberating:
    return a_released_round(session, needs_signatures=True)


def jobs(session: Session) -> int:
    return session.scalar(select(func.count()).where(Job.kind == "print_documents")) or 0


def mails(session: Session) -> list[str]:
    found = session.scalars(
        select(OutboxMessage.to_address)
        .where(OutboxMessage.once_key.like("letters_to_sign:%"))
        .order_by(OutboxMessage.to_address)
    )
    return list(found)


def test_award_letters_wait_and_officers_are_asked_once(
    session: Session, room: Deliberating
) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    assert order.reference == f"{room.applications[0].reference}-A1"
    assert len(orders(session, OrderState.QUEUED)) == 2
    assert mails(session) == sorted(person.email for person in room.officers)
    first, second = room.funders
    (letter,) = unsigned_letters(session, room.round.id)
    assert letter.funders == (second.name, first.name)
    officer = room.officers[0]
    assert count_to_sign(session, officer.id, [first.id]) == 1
    (row,) = letters_to_sign(session, officer.id, [first.id])
    assert (row.part, row.award, row.paid_when) == (12_000_000, 20_000_000, "on acceptance")


def test_the_last_signature_makes_the_letter_final(session: Session, room: Deliberating) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    printing = jobs(session)
    assert sign(session, room, 0, order.id, now=LATER) == 1
    assert (order.state, jobs(session)) == (OrderState.UNSIGNED, printing)
    assert unsigned_letters(session, room.round.id)[0].funders == (room.funders[1].name,)
    assert sign(session, room, 1, order.id, now=LATER) == 1
    assert (order.state, jobs(session)) == (OrderState.QUEUED, printing + 1)
    assert sign(session, room, 1, order.id, now=LATER) == 0
    award = session.scalars(select(Award)).one()
    assert award.answer_by == LATER.date() + timedelta(days=10)
    events = session.scalars(
        select(AuditEvent.actor_id).where(AuditEvent.event == "award_letter.signed")
    ).all()
    assert set(events) == {person.id for person in room.officers}


def test_what_is_signed_is_kept_with_its_hash(session: Session, room: Deliberating) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    sign(session, room, 1, order.id)
    signature = session.scalars(select(LetterSignature)).one()
    assert signature.sha256 == hashlib.sha256(signature.statement.encode()).hexdigest()
    data = json.loads(signature.statement)
    again = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert again == signature.statement
    assert data == {
        "reference": order.reference,
        "version": 1,
        "round": room.round.reference,
        "application": room.applications[0].reference,
        "title": "Meter 1",
        "amount": "200000.00",
        "currency": "EUR",
        "funder": "Erewhon Trust",
        "contribution": "80000.00",
        "condition": "Name us.",
        "paid_when": "on acceptance",
    }


def test_a_signed_letter_is_printed(app: Flask, session: Session, room: Deliberating) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    assert [sign(session, room, place, order.id) for place in (0, 1)] == [1, 1]
    work(app, session)
    issued = session.scalars(select(IssuedDocument.reference).order_by(IssuedDocument.reference))
    assert list(issued) == [f"{room.applications[n].reference}-{'ARD'[n]}1" for n in range(3)]


def test_the_letter_names_who_signed_and_when(session: Session, room: Deliberating) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    sign(session, room, 0, order.id, now=LATER)
    letter = letter_rows(session, [order.id], fund=FUND)[order.id]
    assert isinstance(letter, AwardLetter)
    lines = [(line.on_behalf_of, line.officer, line.signed_at) for line in letter.signatures]
    first, second = room.funders
    assert lines == [(first.name, room.officers[0].name, LATER), (second.name, "", None)]
    assert [line.paid_when for line in letter.contributions] == ["on acceptance"] * 2
    assert letter.issued_at == LATER


def test_whoever_has_a_conflict_neither_signs_nor_sees_it(
    session: Session, room: Deliberating
) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    application, officer = room.applications[0], room.officers[0]
    colleague = an_officer(session, room.funders[0])
    a_conflict(session, application.id, person_id=officer.id, recorded_by_id=officer.id)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        sign(session, room, 0, order.id)
    own = [room.funders[0].id]
    assert letters_to_sign(session, officer.id, own) == ()
    assert count_to_sign(session, officer.id, own) == 0
    assert count_to_sign(session, colleague.id, own) == 1
    nudge_officers(session, room.round.id, actor=room.actor(session), now=LATER)
    assert mails(session).count(officer.email) == 1
    assert mails(session).count(colleague.email) == 1


def test_an_officer_signs_for_the_own_funder_only(session: Session, room: Deliberating) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    with pytest.raises(NotAllowed, match="Only an officer of the funder"):
        sign_for(session, room, order.id, funder=1)
    other = orders(session, OrderState.QUEUED)[0]
    with pytest.raises(NotFound):
        sign(session, room, 0, other.id)
    with pytest.raises(InvalidInput, match="Choose the letters"):
        sign(session, room, 0)


def sign_for(session: Session, room: Deliberating, order_id: UUID, *, funder: int) -> int:
    actor = room.actor(session, room.officers[0])
    funder_id = room.funders[funder].id
    return sign_letters(session, [order_id], funder_id=funder_id, actor=actor, now=NOW)


def test_signatures_on_a_replaced_version_do_not_count(
    session: Session, room: Deliberating
) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    sign(session, room, 0, order.id)
    anew = reissue_letter(
        session,
        room.applications[0].id,
        note="A wrong name.",
        actor=room.actor(session),
        now=LATER,
    )
    session.refresh(order)
    assert (order.state, anew.state) == (OrderState.SUPERSEDED, OrderState.UNSIGNED)
    with pytest.raises(WrongState, match="waits for no signature"):
        sign(session, room, 1, order.id)
    assert unsigned_letters(session, room.round.id)[0].funders == (
        room.funders[1].name,
        room.funders[0].name,
    )


def test_officers_are_nudged_at_most_once_a_day(session: Session, room: Deliberating) -> None:
    actor = room.actor(session)
    before = len(mails(session))
    asked = [nudge_officers(session, room.round.id, actor=actor, now=LATER) for _ in range(2)]
    assert asked == [2, 0]
    assert nudge_officers(session, room.round.id, actor=actor, now=LATER + timedelta(days=1)) == 2
    assert len(mails(session)) == before + 4


def test_without_the_rule_letters_are_printed_at_once(session: Session) -> None:
    a_released_round(session)
    assert (len(orders(session, OrderState.UNSIGNED)), mails(session)) == (0, [])
    assert len(orders(session, OrderState.QUEUED)) == 3


def test_the_sheet_says_what_the_letter_will(session: Session, room: Deliberating) -> None:
    (order,) = orders(session, OrderState.UNSIGNED)
    sign(session, room, 1, order.id)
    sheet = signing_sheet(session, order.id, room.funders[0].id)
    first, second = room.funders
    assert [(name, sum_, at is None) for name, sum_, _, _, at in sheet.payers] == [
        (first.name, 12_000_000, True),
        (second.name, 8_000_000, False),
    ]
    assert (sheet.conditions, len(sheet.tranches)) == (("Publish what you measure.",), 2)
    with pytest.raises(NotFound, match="signed already"):
        signing_sheet(session, order.id, second.id)
