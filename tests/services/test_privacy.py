"""Deletion, retention, and what is left after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from fundapp.adapters import database
from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import RoundState
from fundapp.extensions import db
from fundapp.models import (
    Attempt,
    AuditEvent,
    Job,
    Membership,
    OneTimeLink,
    PanelSeat,
    Person,
    SignIn,
)
from fundapp.queries.access import actor_for
from fundapp.queries.personal_data import everything_about
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from fundapp.services.privacy import (
    anonymise_due_people,
    forget_expired,
    request_deletion,
    withdraw_deletion_request,
)
from fundapp.services.sign_ins import start_sign_in
from fundapp.services.work import Work
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_member,
    a_person,
    a_review,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_organisation,
)


def work_at(app: Flask, now: datetime) -> Work:
    engine = db.engine

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine) as session:
            database.begin_writing(session)
            yield session
            session.commit()

    return Work(
        payload={},
        config=Config(),
        files=app.extensions["installation"].files,
        seal=app.extensions["installation"].seal,
        badge_key=lambda: app.extensions["installation"].badge_key,
        now=lambda: now,
        transaction=transaction,
        reading=lambda: Session(engine),
        report=lambda done, total: None,
    )


def test_who_took_part_in_nothing_is_gone_at_once(session: Session) -> None:
    person = a_person(session, email="ada@sample.example", password_hash="secret")
    start_sign_in(session, person, browser="Firefox", now=NOW)
    mail = queue_mail(
        session, Letterbox("ada@sample.example", "Ada"), MailText("Hello", "Ada, hello"), now=NOW
    )
    actor = actor_for(session, person.id)
    assert request_deletion(session, person.id, actor=actor, now=NOW)
    session.flush()
    session.expire_all()
    assert (person.name, person.password_hash) == ("Deleted person", None)
    assert person.email == f"deleted-{person.id.hex}@deleted.invalid"
    assert session.scalars(select(SignIn)).all() == []
    assert mail is not None
    assert (mail.to_address, mail.subject, mail.body) == (person.email, "", "")
    lines = session.scalars(
        select(AuditEvent.event).where(AuditEvent.subject_id == person.id).order_by(AuditEvent.id)
    ).all()
    assert lines == ["person.signed_in", "person.deletion_requested", "person.anonymised"]


def test_a_round_holds_its_people_for_its_retention_time(app: Flask, session: Session) -> None:
    round_ = a_round(session, RoundState.CLOSED, announced_at=NOW, retention_months=12)
    seat = a_seat(session, round_, a_funder(session))
    person = session.get_one(Person, seat.person_id)
    actor = actor_for(session, person.id)
    assert not request_deletion(session, person.id, actor=actor, now=NOW)
    session.commit()
    last_day = NOW.replace(year=NOW.year + 1)
    anonymise_due_people(work_at(app, last_day))
    session.expire_all()
    assert person.anonymised_at is None
    session.rollback()
    anonymise_due_people(work_at(app, last_day + timedelta(days=1)))
    session.expire_all()
    assert person.anonymised_at == last_day + timedelta(days=1)
    assert not session.get_one(PanelSeat, seat.id).is_active


def test_a_running_round_holds_and_one_may_change_ones_mind(app: Flask, session: Session) -> None:
    seat = a_seat(session, a_round(session), a_funder(session))
    person = session.get_one(Person, seat.person_id)
    actor = actor_for(session, person.id)
    assert not request_deletion(session, person.id, actor=actor, now=NOW)
    withdraw_deletion_request(session, person.id, actor=actor, now=NOW)
    session.commit()
    anonymise_due_people(work_at(app, NOW.replace(year=2099)))
    session.expire_all()
    assert person.anonymised_at is None


def test_the_last_administrator_and_the_only_owner_stay(session: Session) -> None:
    administrator = a_person(session, is_administrator=True)
    actor = actor_for(session, administrator.id)
    with pytest.raises(WrongState, match="last administrator"):
        request_deletion(session, administrator.id, actor=actor, now=NOW)
    organisation = an_organisation(session, "Zembla Gauge")
    owner = a_member(session, organisation)
    a_member(session, organisation, MemberRole.EDITOR)
    with pytest.raises(WrongState, match="only owner of Zembla Gauge"):
        request_deletion(session, owner.id, actor=actor_for(session, owner.id), now=NOW)
    a_member(session, organisation)
    assert request_deletion(session, owner.id, actor=actor_for(session, owner.id), now=NOW)
    left = session.scalars(select(Membership.person_id)).all()
    assert owner.id not in left
    assert len(left) == 2


def test_what_has_served_its_time_is_forgotten(app: Flask, session: Session) -> None:
    person = a_person(session)
    session.add_all([Attempt(key="old", at=NOW - timedelta(days=2)), Attempt(key="new", at=NOW)])
    for name, expires_at in (("old", NOW - timedelta(days=31)), ("new", NOW)):
        session.add(
            OneTimeLink(
                purpose=name,
                person_id=person.id,
                token_hash=name,
                created_at=expires_at,
                expires_at=expires_at,
            )
        )
        session.add(
            SignIn(
                person_id=person.id, token_hash=name, started_at=expires_at, expires_at=expires_at
            )
        )
        session.add(
            Job(
                kind="forget_expired",
                payload={},
                state="done",
                due_at=expires_at,
                queued_at=expires_at,
                finished_at=expires_at,
                last_error=name,
            )
        )
    session.commit()
    forget_expired(work_at(app, NOW))
    left = [Attempt.key, OneTimeLink.purpose, SignIn.token_hash, Job.last_error]
    assert [session.scalars(select(column)).all() for column in left] == [["new"]] * 4


def test_everything_about_a_person(session: Session) -> None:
    round_, organisation = a_round(session), an_organisation(session)
    application = an_application(session, round_, organisation)
    seat = a_seat(session, round_, a_funder(session))
    criterion = a_criterion(session, round_)
    a_review(
        session, an_assignment(session, application, seat), {criterion: 4}, shared_comment="Sound."
    )
    person = session.get_one(Person, seat.person_id)
    queue_mail(session, Letterbox(person.email), MailText("Hello", "secret"), now=NOW)
    session.flush()
    whole = everything_about(session, person.id)
    assert whole["account"]["email"] == person.email
    assert whole["panel_seats"][0]["round_reference"] == round_.reference
    assert whole["reviews"][0]["shared_comment"] == "Sound."
    assert whole["reviews"][0]["application_reference"] == application.reference
    assert [score["mark"] for score in whole["scores"]] == [4]
    assert whole["mails"] == [
        {"subject": "Hello", "state": "queued", "queued_at": NOW.isoformat(), "sent_at": None}
    ]
    contact = everything_about(session, application.contact_id)
    assert contact["reviews"] == []
    assert contact["memberships"][0]["organisation_name"] == organisation.name
