"""Runs the demo's background work: workers in processes of their own, as in a real fund.

They are started once and wait; each order names the instant of the demo's calendar at
which they work until nothing is due.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from fundapp.demo.stage import Stage
from fundapp.domain.states import JobState, MailState, OrderState
from fundapp.models import DocumentOrder, Job, OutboxMessage

PROCESSES = 2
SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True)
class Crew:
    """Workers that wait for orders, one line to each."""

    lines: tuple[Connection, ...]

    def work(self, now: datetime) -> Iterator[None]:
        """Let all work until nothing is due at `now`; yield now and then until they are done."""
        for line in self.lines:
            line.send(now)
        busy = list(self.lines)
        while busy:
            for line in busy:
                if line.poll(SECONDS_BETWEEN_LOOKS / len(busy)):
                    _hear(line)
                    busy = [other for other in busy if other is not line]
            yield


def _hear(line: Connection) -> None:
    try:
        line.recv()
    except EOFError:
        raise RuntimeError("A worker of the demo stopped with an error; see above.") from None


@contextmanager
def crew_of(config: Config, processes: int) -> Iterator[Crew]:
    """Start the workers; they end with the block, and with this process."""
    context = get_context("spawn")
    lines, workers = [], []
    for _ in range(processes):
        ours, theirs = context.Pipe()
        worker = context.Process(target=_take_orders, args=(config, theirs))
        worker.start()
        theirs.close()
        lines.append(ours)
        workers.append(worker)
    try:
        yield Crew(tuple(lines))
    finally:
        for line in lines:
            line.close()
        for worker in workers:
            worker.join()


def print_and_send(stage: Stage, crew: Crew) -> str:
    """Print what was ordered, send what is in the outbox, and wait for the end of it."""
    with stage.reading() as session:
        documents, total = _documents(session), _left(session)
    for _ in crew.work(stage.now):
        with stage.reading() as session:
            stage.teller.progress(total - min(total, _left(session)), total)
    with stage.reading() as session:
        printed = _documents(session) - documents
    printed_words = "1 document" if printed == 1 else f"{printed} documents"
    return f"The worker prints {printed_words} and sends the mail that waits."


def _take_orders(config: Config, line: Connection) -> None:
    from fundapp import create_app
    from fundapp.adapters.clock import FixedClock
    from fundapp.worker import run_until_idle

    clock = FixedClock(datetime.now(UTC))
    app = create_app(config, clock=clock)
    while True:
        try:
            clock.instant = line.recv()
        except EOFError:
            return
        run_until_idle(app)
        line.send(None)


def _documents(session: Session) -> int:
    """Count the letters and announcements that are there."""
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
