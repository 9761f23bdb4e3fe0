"""What a dead worker leaves behind, and jobs that are given up."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.adapters.life_signs import InHand, LifeSign
from fundapp.domain.errors import FilesUnavailable
from fundapp.domain.states import JobState, MailState, OrderState
from fundapp.extensions import db
from fundapp.models import DocumentOrder, Job, OutboxMessage
from fundapp.services.document_orders import retry_failed
from fundapp.services.jobs import (
    ATTEMPTS_AT_MOST,
    LEASE,
    lease_job,
    queue_job,
    report_progress,
    return_job,
)
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from fundapp.services.releases import release_decisions
from fundapp.web.installation import installation
from fundapp.worker import SIGNS, Worker, run_until_idle
from tests.builders import NOW
from tests.services.decided import a_decided_round


def leased(session: Session) -> Job:
    queue_job(session, "paint", {}, now=NOW)
    session.flush()
    job = lease_job(session, now=NOW)
    assert job is not None
    return job


def test_a_returned_job_is_free_at_once_but_only_for_its_own_lease(session: Session) -> None:
    job = leased(session)
    return_job(session, job.id, token="of another lease", now=NOW)
    assert lease_job(session, now=NOW) is None
    return_job(session, job.id, token=job.lease_token or "", now=NOW)
    session.expire_all()
    again = lease_job(session, now=NOW)
    assert again is not None
    assert (again.id, again.attempts) == (job.id, 2)


def test_getting_further_counts_as_a_first_attempt(session: Session) -> None:
    job = leased(session)
    job.attempts = 4
    assert report_progress(session, job, done=3, total=9)
    assert job.attempts == 1
    job.attempts = 2
    assert report_progress(session, job, done=3, total=9)
    assert (job.attempts, job.done_steps, job.total_steps) == (2, 3, 9)


def test_whoever_lost_the_lease_is_told_so(session: Session) -> None:
    job = leased(session)
    session.expunge(job)
    taken = lease_job(session, now=NOW + LEASE + timedelta(seconds=1))
    assert taken is not None
    assert not report_progress(session, job, done=1, total=9)
    assert taken.done_steps == 0


def commit_and(session: Session, act) -> None:
    session.commit()
    act()
    database.begin_writing(session)
    session.expire_all()


def test_a_worker_brings_back_the_job_and_the_mail_of_a_dead_one(
    app: Flask, session: Session
) -> None:
    job = leased(session)
    until = NOW + timedelta(minutes=10)
    for name in ("held by the dead", "held by the living"):
        mail = queue_mail(session, Letterbox("ada@sample.example"), MailText(name, "."), now=NOW)
        assert mail is not None
        mail.state, mail.next_try_at = MailState.SENDING, until
        until += timedelta(seconds=1)
    session.flush()
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.next_try_at)).all()
    folder = installation().config.data_folder / SIGNS
    for thing in (
        InHand("job", job.id, job.lease_token or ""),
        InHand("mail", mails[0].id, mails[0].next_try_at.isoformat()),
        InHand("mail", mails[1].id, NOW.isoformat()),
    ):
        LifeSign(folder).take(thing)
    commit_and(session, Worker(app).take_over)
    assert session.get_one(Job, job.id).state is JobState.QUEUED
    assert [mail.state for mail in mails] == [MailState.QUEUED, MailState.SENDING]
    assert list(folder.iterdir()) == []


def test_letters_of_a_job_that_is_given_up_can_be_printed_again(
    app: Flask, session: Session, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_decided_round(session, 2)
    actor = room.actor(session)
    release_decisions(session, room.round.id, actor=actor, now=NOW)
    files = type(installation().files)

    def full(*_: object) -> None:
        raise FilesUnavailable("The disk is full.")

    with monkeypatch.context() as away:
        away.setattr(files, "put", full)
        for _ in range(ATTEMPTS_AT_MOST):
            commit_and(session, lambda: run_until_idle(app))
            clock.instant += timedelta(hours=3)
    orders = session.scalars(select(DocumentOrder)).all()
    assert [order.state for order in orders] == [OrderState.FAILED] * 2
    assert orders[0].problem == (
        "The worker gave up printing it. Tell whoever runs this installation, then try again. "
        "FilesUnavailable: The disk is full."
    )
    assert retry_failed(session, room.round.id, actor=actor, now=clock.instant) == 2
    commit_and(session, lambda: run_until_idle(app))
    assert [order.state for order in orders] == [OrderState.ISSUED] * 2
    assert db.session.scalars(select(OutboxMessage.state)).all() == [MailState.SENT] * 2
