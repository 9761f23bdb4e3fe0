"""Migrations on a database that is in use: nothing is lost on the way up or down."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from fundapp.adapters import database, schema
from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.states import RoundState
from fundapp.extensions import db
from fundapp.models import AuditEvent, Base, Bid, Question, Round
from fundapp.services.audit import record_event
from tests.builders import (
    NOW,
    a_person,
    a_question,
    a_round,
    a_section,
    an_application,
    an_organisation,
)


def migrate_down_and_up(session: Session) -> None:
    session.commit()
    session.close()
    schema.downgrade(db.engine, "0001")
    schema.upgrade(db.engine)
    database.begin_writing(session)


def test_rows_that_point_at_a_round_outlive_its_new_table(app: Flask, session: Session) -> None:
    round_ = a_round(session)
    copy = a_round(session, copied_from_id=round_.id)
    question = a_question(session, a_section(session, round_))
    kept = (round_.id, copy.id, question.id)
    migrate_down_and_up(session)
    assert session.get_one(Round, kept[1]).copied_from_id == kept[0]
    assert session.scalars(select(Question.id)).all() == [kept[2]]
    assert schema.differences(db.engine, Base.metadata) == []


def test_the_record_keeps_its_lines_and_its_guard(app: Flask, session: Session) -> None:
    person = a_person(session)
    record_event(session, "person.registered", person, actor=None, now=NOW)
    migrate_down_and_up(session)
    assert session.scalars(select(AuditEvent.event)).all() == ["person.registered"]
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("DELETE FROM audit_event"))


def test_a_cancelled_round_goes_down_as_a_closed_one(app: Flask, session: Session) -> None:
    round_id = a_round(session, RoundState.CANCELLED, cancelled_because="A funder left.").id
    migrate_down_and_up(session)
    round_ = session.get_one(Round, round_id)
    assert (round_.state, round_.cancelled_because) == (RoundState.CLOSED, "")


def test_bids_change_their_word_and_back(app: Flask, session: Session) -> None:
    round_ = a_round(session)
    bid = Bid(
        round_id=round_.id,
        application_id=an_application(session, round_, an_organisation(session)).id,
        person_id=a_person(session).id,
        value=BidValue.UNWILLING,
        entered_at=NOW,
    )
    session.add(bid)
    session.flush()
    bid_id = bid.id
    session.commit()
    session.close()
    schema.downgrade(db.engine, "0003")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT value FROM bid")).scalars().all() == ["reluctant"]
    schema.upgrade(db.engine)
    database.begin_writing(session)
    assert session.get_one(Bid, bid_id).value is BidValue.UNWILLING
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE bid SET value = 'reluctant'"))
