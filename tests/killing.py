"""Real workers in processes of their own, killed on the way, and what must hold afterwards."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from uuid import UUID

from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import ROOT, Config
from fundapp.cli.serving import environment_of
from fundapp.domain.states import JobState, MailState, OrderState
from fundapp.models import AuditEvent, DocumentOrder, IssuedDocument, Job, OutboxMessage

Worker = subprocess.Popen[bytes]
LOOK_EVERY = 0.05
"""Seconds."""


@contextmanager
def running_worker(config: Config) -> Iterator[Worker]:
    """Run `fundapp worker` on an installation; it is killed where the block ends."""
    words = [sys.executable, "-c", "from fundapp.cli import main; main()", "worker"]
    environment = {**os.environ, **environment_of(config)}
    with subprocess.Popen(words, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Progress:
    """How far a round is."""

    issued: int
    sent: int
    sending: int

    @property
    def steps(self) -> int:
        """Return letters printed and mails sent."""
        return self.issued + self.sent


def progress(session: Session, round_id: UUID) -> Progress:
    """Return how far the round is, in a reading transaction that ends here."""
    issued = select(func.count()).where(
        DocumentOrder.round_id == round_id, DocumentOrder.state == OrderState.ISSUED
    )
    mails = dict(
        session.execute(
            select(OutboxMessage.state, func.count())
            .where(OutboxMessage.round_id == round_id)
            .group_by(OutboxMessage.state)
        ).all()
    )
    found = session.scalar(issued) or 0
    session.rollback()
    return Progress(found, mails.get(MailState.SENT, 0), mails.get(MailState.SENDING, 0))


def wait_until(is_there: Callable[[], bool], *, seconds: float) -> None:
    """Look again and again; AssertionError when it takes longer."""
    until = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < until, "it did not come to that in time"
        time.sleep(LOOK_EVERY)


def family_of(pid: int) -> list[int]:
    """Return a process and all that it started, directly or not."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def faults_of(
    session: Session, round_id: UUID, *, letters: int, read: Callable[[str], bytes], mails: Path
) -> list[str]:
    """Return what is missing, twice or left behind in a round whose release is through."""
    documents = session.scalars(
        select(IssuedDocument).where(IssuedDocument.round_id == round_id)
    ).all()
    orders = session.scalars(select(DocumentOrder.state)).all()
    told = session.scalar(select(func.count()).where(AuditEvent.event == "issued_document.issued"))
    outbox = session.scalars(select(OutboxMessage)).all()
    eml = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in mails.glob("*")]
    checks = {
        "orders issued": (orders.count(OrderState.ISSUED), len(orders), letters),
        "documents": (len(documents), letters, letters),
        "applications with a letter": (_distinct(d.application_id for d in documents), letters),
        "audit lines": (told, letters),
        "sealed files": (sum(_is_sealed(read(one.sha256)) for one in documents), letters),
        "mails": (len(outbox), letters),
        "mails sent": (sum(one.state is MailState.SENT for one in outbox), letters),
        "mails in the folder": (len(eml), letters),
        "Message-IDs": (_distinct(one["Message-ID"] for one in eml), letters),
        "recipients": (_distinct(one["To"] for one in eml), letters),
        "attached letters": (_distinct(_attachment(one) for one in eml), letters),
        "jobs left": (session.scalar(select(func.count()).where(Job.state != JobState.DONE)), 0),
    }
    return [f"{name}: {found}" for name, found in checks.items() if len(set(found)) != 1]


def _distinct(values: Iterable[object]) -> int:
    return len(set(values))


def _is_sealed(pdf: bytes) -> bool:
    reader = PdfReader(BytesIO(pdf))
    return len(reader.pages) > 0 and b"/ETSI.CAdES.detached" in pdf


def _attachment(mail: EmailMessage) -> object:
    (attached,) = mail.iter_attachments()
    return attached.get_filename(), attached.get_content()
