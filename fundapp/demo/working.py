"""Runs the demo's background work: workers in processes of their own until nothing is due."""

from datetime import datetime
from multiprocessing import get_context

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from fundapp.demo.stage import Stage
from fundapp.domain.states import JobState, MailState, OrderState
from fundapp.models import DocumentOrder, Job, OutboxMessage

SECONDS_BETWEEN_LOOKS = 0.5


def print_and_send(stage: Stage) -> str:
    """Print what was ordered, send what is in the outbox, and wait for the end of it."""
    with stage.reading() as session:
        documents, total = _documents(session), _left(session)
    context = get_context("spawn")
    workers = [
        context.Process(target=_work, args=(stage.config, stage.now))
        for _ in range(stage.processes)
    ]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        for worker in workers:
            worker.join(SECONDS_BETWEEN_LOOKS)
        with stage.reading() as session:
            stage.teller.progress(total - min(total, _left(session)), total)
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A worker of the demo stopped with an error; see above.")
    with stage.reading() as session:
        printed = _documents(session) - documents
    return f"The worker prints {printed} documents and sends the mail that waits."


def _work(config: Config, now: datetime) -> None:
    from fundapp import create_app
    from fundapp.adapters.clock import FixedClock
    from fundapp.worker import run_until_idle

    run_until_idle(create_app(config, clock=FixedClock(now)))


def _documents(session: Session) -> int:
    done = select(func.count()).where(DocumentOrder.state == OrderState.ISSUED)
    return session.scalar(done) or 0


def _left(session: Session) -> int:
    """Count the documents, jobs and mails that are still to be done."""
    open_jobs = (JobState.QUEUED, JobState.RUNNING)
    open_mails = (MailState.QUEUED, MailState.SENDING)
    counts = (
        select(func.count()).where(DocumentOrder.state == OrderState.QUEUED),
        select(func.count()).where(Job.state.in_(open_jobs)),
        select(func.count()).where(OutboxMessage.state.in_(open_mails)),
    )
    return sum(session.scalar(count) or 0 for count in counts)
