"""Runs background jobs and sends the outbox, until stopped.

Jobs are rows of the database; a worker leases one, runs its handler and finishes it.
Any number of workers may run. What one that dies in the middle had in hand comes back: at
once to a worker on the same machine, else when its lease runs out.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from threading import Event, Thread
from typing import cast
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.adapters.life_signs import InHand, LifeSign
from fundapp.extensions import db
from fundapp.models import Job
from fundapp.queries.due import is_job_due, is_mail_due
from fundapp.services.allocation_jobs import FINISH_PLAN, finish_plan
from fundapp.services.assignment_jobs import DRAFT_ASSIGNMENTS, make_draft
from fundapp.services.award_lapses import LAPSE_AWARDS, lapse_due_awards
from fundapp.services.credentials import ISSUE_CREDENTIALS, issue_credentials
from fundapp.services.document_orders import PRINT_DOCUMENTS
from fundapp.services.documents import give_up_printing
from fundapp.services.jobs import (
    ATTEMPTS_AT_MOST,
    LEASE,
    fail_job,
    finish_job,
    lease_job,
    queue_job,
    renew_lease,
    report_progress,
    return_job,
)
from fundapp.services.joint_evaluations import EVALUATE_ROUND, evaluate_round
from fundapp.services.mailing import PostOffice, return_mail, send_waiting
from fundapp.services.printing import print_documents
from fundapp.services.privacy import DAILY_JOBS, anonymise_due_people, forget_expired
from fundapp.services.rerun_mail import REMIND_VERIFIERS, remind_verifiers
from fundapp.services.round_file_jobs import make_round_file
from fundapp.services.round_files import MAKE_ROUND_FILE
from fundapp.services.submission_copies import make_submission_copy
from fundapp.services.work import Handler, Settlement, Work
from fundapp.web.installation import Installation

logger = logging.getLogger("fundapp")

HANDLERS: dict[str, Handler] = {
    EVALUATE_ROUND: evaluate_round,
    "anonymise_due_people": anonymise_due_people,
    DRAFT_ASSIGNMENTS: make_draft,
    FINISH_PLAN: finish_plan,
    "forget_expired": forget_expired,
    ISSUE_CREDENTIALS: issue_credentials,
    LAPSE_AWARDS: lapse_due_awards,
    PRINT_DOCUMENTS: print_documents,
    REMIND_VERIFIERS: remind_verifiers,
    MAKE_ROUND_FILE: make_round_file,
    "submission_copy": make_submission_copy,
}
"""The function that runs each kind of job."""

WHEN_GIVEN_UP: dict[str, Settlement] = {
    PRINT_DOCUMENTS: give_up_printing,
}
"""What settles the rows that wait for a job of a kind when it is given up."""

IDLE_SECONDS = 1.0
FAULT_SECONDS = 5.0
MAILS_AT_ONCE = 20
SIGNS = "workers"
"""The folder below the data folder where workers of one machine show that they live."""


class LeaseLost(Exception):
    """Another worker has the job by now."""


class Worker:
    """One worker of one application."""

    def __init__(self, app: Flask, handlers: Mapping[str, Handler] = HANDLERS) -> None:
        with app.app_context():
            self._engine = db.engine
        self._installation = cast(Installation, app.extensions["installation"])
        self._handlers = handlers
        self._cared_for_on: date | None = None
        self._sign = LifeSign(self._installation.config.data_folder / SIGNS)

    def take_over(self) -> None:
        """Bring back what workers that died on this machine had in hand."""
        for thing in self._sign.left_by_the_dead():
            logger.warning("worker died", extra={"facts": {thing.kind: str(thing.id)}})
            with self._transaction() as session:
                if thing.kind == "job":
                    return_job(session, thing.id, token=thing.mark, now=self._now())
                else:
                    until = datetime.fromisoformat(thing.mark)
                    return_mail(session, thing.id, until=until, transport=self._installation.mail)

    def close(self) -> None:
        """End a worker that has nothing in hand."""
        self._sign.close()

    def step(self) -> bool:
        """Run one due job and send some due mail; tell whether there was anything to do."""
        with self._reading() as session:
            has_job = is_job_due(session, now=self._now())
            has_mail = is_mail_due(session, now=self._now())
        did_job = has_job and self._run_job()
        did_mail = has_mail and self._send_mail()
        return did_job or did_mail

    def queue_daily_care(self) -> None:
        """Queue the jobs that every day needs once, whichever worker comes first."""
        today = self._now().date()
        if self._cared_for_on == today:
            return
        with self._transaction() as session:
            for kind in DAILY_JOBS:
                queue_job(session, kind, {}, now=self._now(), once_key=f"{kind} {today}")
        self._cared_for_on = today

    def _run_job(self) -> bool:
        with self._transaction() as session:
            job = lease_job(session, now=self._now())
            if job is None:
                return False
            if job.attempts > ATTEMPTS_AT_MOST:
                self._fail(session, job, "The worker was stopped each time it ran this job.")
                return True
            self._sign.take(InHand("job", job.id, job.lease_token or ""))
        facts = {"job": str(job.id), "kind": job.kind, "attempt": job.attempts}
        try:
            with self._kept_lease(job):
                self._handlers[job.kind](self._work(job))
        except LeaseLost:
            logger.warning("lease lost", extra={"facts": facts})
        except Exception as error:
            logger.exception("job failed", extra={"facts": facts})
            self._end(job, problem=f"{type(error).__name__}: {error}")
        else:
            logger.info("job done", extra={"facts": facts})
            self._end(job)
        return True

    def _end(self, leased: Job, *, problem: str | None = None) -> None:
        with self._transaction() as session:
            job = session.get_one(Job, leased.id, with_for_update=True)
            if job.lease_token != leased.lease_token:
                logger.warning("lease lost", extra={"facts": {"job": str(job.id)}})
            elif problem is None:
                finish_job(session, job, now=self._now())
            else:
                self._fail(session, job, problem)

    def _fail(self, session: Session, job: Job, reason: str) -> None:
        now = self._now()
        is_given_up = fail_job(session, job, reason=reason, now=now)
        settle = WHEN_GIVEN_UP.get(job.kind)
        if is_given_up and settle is not None:
            settle(session, job.payload, reason=reason, now=now)

    def _work(self, job: Job) -> Work:
        def report(done: int, total: int) -> None:
            with self._transaction() as session:
                if not report_progress(session, job, done=done, total=total):
                    raise LeaseLost

        return Work(
            payload=job.payload,
            config=self._installation.config,
            files=self._installation.files,
            seal=self._installation.seal,
            badge_key=lambda: self._installation.badge_key,
            now=self._now,
            transaction=self._transaction,
            reading=self._reading,
            report=report,
        )

    def _send_mail(self) -> bool:
        config = self._installation.config
        office = PostOffice(
            transport=self._installation.mail,
            read_file=self._installation.files.get,
            from_address=config.mail_from,
            fund_name=config.fund_name,
            site=config.public_url.rstrip("/"),
            per_minute=config.mails_per_minute if config.smtp_url else 0,
            note_claim=self._note_claim,
        )
        tried = send_waiting(self._transaction, office, now=self._now, limit=MAILS_AT_ONCE)
        return tried > 0

    def _note_claim(self, mail_id: UUID, until: datetime) -> None:
        self._sign.take(InHand("mail", mail_id, until.isoformat()))

    @contextmanager
    def _kept_lease(self, job: Job) -> Iterator[None]:
        """Renew the lease from a thread of its own while the handler runs."""
        is_over = Event()

        def keep() -> None:
            while not is_over.wait(LEASE.total_seconds() / 5):
                try:
                    with self._transaction() as session:
                        renew_lease(session, job, now=self._now())
                except SQLAlchemyError:
                    logger.warning("lease not renewed", extra={"facts": {"job": str(job.id)}})

        keeper = Thread(target=keep, name="lease keeper", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            is_over.set()
            keeper.join()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with Session(self._engine, expire_on_commit=False) as session:
            database.begin_writing(session)
            yield session
            session.commit()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with Session(self._engine) as session:
            database.begin_snapshot(session)
            yield session

    def _now(self) -> datetime:
        return self._installation.clock.now()


def run_worker(app: Flask, *, stop: Event) -> None:
    """Work until `stop` is set; the job at hand is finished first."""
    worker = Worker(app)
    logger.info("worker started")
    while not stop.is_set():
        try:
            worker.take_over()
            worker.queue_daily_care()
            if not worker.step():
                stop.wait(IDLE_SECONDS)
        except SQLAlchemyError:
            logger.exception("the database did not answer")
            stop.wait(FAULT_SECONDS)
    worker.close()
    logger.info("worker stopped")


def run_until_idle(app: Flask) -> None:
    """Work until nothing is due any more: for the demo and for tests."""
    worker = Worker(app)
    worker.take_over()
    while worker.step():
        pass
    worker.close()
