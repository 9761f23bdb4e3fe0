"""The worker: jobs and mail, once, whatever is killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from config import ROOT, Config
from fundapp import create_app
from fundapp.adapters import database, schema
from fundapp.adapters.clock import FixedClock
from fundapp.domain.states import JobState, MailState
from fundapp.extensions import db
from fundapp.models import Job, OutboxMessage
from fundapp.services.jobs import ATTEMPTS_AT_MOST, LEASE, queue_job
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from fundapp.services.work import Handler, Work
from fundapp.worker import HANDLERS, Worker, run_until_idle, run_worker
from tests.builders import NOW
from tests.worker_program import write


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Flask]:
    """An installation of its own, whose folder another process can share."""
    config = Config(data_folder=tmp_path, secret_key="x" * 64, is_testing=True)
    app = create_app(config, clock=FixedClock(NOW))
    with app.app_context():
        schema.upgrade(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def clock_of(app: Flask) -> FixedClock:
    clock = app.extensions["installation"].clock
    assert isinstance(clock, FixedClock)
    return clock


def queue(kind: str, *, now: datetime = NOW) -> None:
    database.begin_writing(db.session())
    queue_job(db.session(), kind, {"colour": "green"}, now=now)
    db.session.commit()


def job() -> Job:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Job)).one()


def mail() -> OutboxMessage:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(OutboxMessage)).one()


def files(app: Flask) -> list[str]:
    folder = app.extensions["installation"].config.mail_folder
    return [path.read_text() for path in sorted(folder.glob("*.eml"))]


def run(app: Flask, handler: Handler) -> None:
    worker = Worker(app, {"paint": handler})
    while worker.step():
        pass


def test_a_job_is_run_once_with_its_payload(place: Flask) -> None:
    queue("paint")
    seen: list[object] = []

    def paint(work: Work) -> None:
        seen.append(dict(work.payload))
        work.report(3, 4)

    run(place, paint)
    run(place, paint)
    assert seen == [{"colour": "green"}]
    assert (job().state, job().attempts, job().finished_at) == (JobState.DONE, 1, NOW)
    assert (job().done_steps, job().total_steps) == (3, 4)


def test_a_failing_job_waits_longer_each_time_and_fails(place: Flask) -> None:
    queue("paint")

    def spill(work: Work) -> None:
        with work.transaction() as session:
            queue_mail(session, Letterbox("a@b.org"), MailText("Half", "done"), now=NOW)
            raise RuntimeError("no paint left")

    waits = []
    while job().state is not JobState.FAILED:
        run(place, spill)
        waits.append(job().due_at - clock_of(place).now())
        clock_of(place).instant = job().due_at
    assert job().attempts == ATTEMPTS_AT_MOST
    assert job().last_error == "RuntimeError: no paint left"
    assert [wait.total_seconds() for wait in waits[:-1]] == [10, 40, 160, 640]
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_a_job_of_an_unknown_kind_fails_and_stops_nothing(place: Flask) -> None:
    queue("unheard_of")
    queue("paint", now=NOW + timedelta(microseconds=1))
    done: list[int] = []
    clock_of(place).instant = NOW + timedelta(seconds=1)
    run(place, lambda work: done.append(1))
    assert done == [1]


def test_a_job_that_kills_its_worker_each_time_is_given_up(place: Flask) -> None:
    queue("paint")
    database.begin_writing(db.session())
    killer = db.session.scalars(select(Job)).one()
    killer.state, killer.attempts = JobState.RUNNING, ATTEMPTS_AT_MOST
    killer.lease_until = NOW - timedelta(seconds=1)
    db.session.commit()
    run(place, lambda work: pytest.fail("it was run again"))
    assert (job().state, job().last_error) == (
        JobState.FAILED,
        "The worker was stopped each time it ran this job.",
    )


def test_two_workers_share_the_work(place: Flask) -> None:
    for _ in range(20):
        queue("paint")
    done: list[int] = []
    threads = [Thread(target=run, args=(place, lambda work: done.append(1))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 20


def test_mail_goes_out_and_idleness_ends_it(place: Flask) -> None:
    database.begin_writing(db.session())
    for number in range(3):
        text = MailText(f"Letter {number}", "See {site}.")
        queue_mail(db.session(), Letterbox("ada@sample.example"), text, now=NOW)
    db.session.commit()
    run_until_idle(place)
    run_until_idle(place)
    assert len(files(place)) == 3
    states = db.session.scalars(select(OutboxMessage.state)).all()
    assert states == [MailState.SENT] * 3


def test_the_worker_cares_daily_and_stops_when_told(place: Flask) -> None:
    stop = Event()
    clock_of(place).instant = datetime.now(UTC)
    thread = Thread(target=run_worker, args=(place,), kwargs={"stop": stop})
    thread.start()
    while len(db.session.scalars(select(Job).where(Job.state == JobState.DONE)).all()) < 4:
        db.session.rollback()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    kinds = db.session.scalars(select(Job.kind).order_by(Job.kind)).all()
    assert kinds == ["anonymise_due_people", "forget_expired", "lapse_awards", "remind_verifiers"]
    assert set(kinds) <= set(HANDLERS)


@pytest.fixture
def kill_in_the_middle(place: Flask) -> Callable[[str], None]:
    """Run a worker in a process of its own and kill -9 it when it is in the middle."""

    def act(where: str) -> None:
        folder = str(place.extensions["installation"].config.data_folder)
        command = [sys.executable, "-m", "tests.worker_program", folder, where]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "in the middle\n"
            program.kill()

    return act


def test_a_killed_job_comes_back_and_its_mail_goes_out_once(
    place: Flask, kill_in_the_middle: Callable[[str], None]
) -> None:
    queue("write")
    kill_in_the_middle("job")
    assert job().state is JobState.RUNNING
    clock_of(place).instant = datetime.now(UTC)
    worker = Worker(place, {"write": write})
    while worker.step():
        pass
    assert job().state is JobState.RUNNING
    clock_of(place).instant += LEASE
    while worker.step():
        pass
    assert (job().state, job().attempts) == (JobState.DONE, 2)
    assert [text.count("It is ready.") for text in files(place)] == [1]


def test_a_mail_whose_sender_was_killed_is_in_the_folder_once(
    place: Flask, kill_in_the_middle: Callable[[str], None]
) -> None:
    queue("write")
    kill_in_the_middle("mail")
    assert (mail().state, len(files(place))) == (MailState.SENDING, 1)
    clock_of(place).instant = datetime.now(UTC) + timedelta(minutes=10)
    run_until_idle(place)
    assert (mail().state, len(files(place))) == (MailState.SENT, 1)
