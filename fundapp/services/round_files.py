"""Files of a round that the worker makes for one person: order, settle, take.

What the person may not see is left out, so nobody else gets the file. What makes each kind
stands in `round_file_jobs`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed, WrongState
from fundapp.domain.permissions import Action, Actor, PersonFacts, require
from fundapp.domain.round_files import NEEDED, RoundFileKind, why_not_yet
from fundapp.domain.states import JobState, OrderState
from fundapp.models import Job, RoundFile
from fundapp.queries.access import actor_for
from fundapp.queries.deliberations import round_head
from fundapp.queries.round_files import (
    GAVE_UP,
    OrderedFile,
    StoredRoundFile,
    job_key,
    sight_of,
    stored_round_file,
)
from fundapp.services.audit import record_event
from fundapp.services.jobs import queue_job
from fundapp.services.work import Work

MAKE_ROUND_FILE = "make_round_file"
"""Kind of the job that makes an ordered file."""

CHANGED = "What you may see of this round has changed since the file was made. Make it again."


@dataclass(frozen=True)
class MadeFile:
    """What a maker gives: an open file at its start, which is closed after it was stored.

    state_sha256: of the round's data that it was made from; changed_at: when that last changed.
    """

    filename: str
    content: BinaryIO
    state_sha256: str
    changed_at: datetime | None


Maker = Callable[[Work, OrderedFile], MadeFile]
"""Makes one kind of file, outside of any write transaction; a FundError is the reason it fails."""


@dataclass(frozen=True)
class KeptFile:
    """A made file in the file store."""

    made: MadeFile
    sha256: str
    size: int
    sight: str


def order_round_file(
    session: Session, round_id: UUID, *, kind: RoundFileKind, actor: Actor, now: datetime
) -> RoundFile:
    """Order a file for oneself. While one of the kind is being made, that one is returned.

    WrongState where the round has nothing to tell yet.
    """
    head, _ = round_head(session, round_id)
    require(actor, NEEDED[kind], head.facts)
    if too_early := why_not_yet(kind, head.state):
        raise WrongState(too_early)
    waiting = session.scalars(
        select(RoundFile)
        .where(
            RoundFile.round_id == round_id,
            RoundFile.ordered_by_id == actor.person_id,
            RoundFile.kind == kind.value,
            RoundFile.state == OrderState.QUEUED,
        )
        .order_by(RoundFile.ordered_at, RoundFile.id)
    ).all()
    for file in waiting:
        if _is_on_its_way(session, file.id):
            return file
        _fail(session, file, problem=GAVE_UP, now=now)
    file = RoundFile(
        round_id=round_id,
        kind=kind.value,
        state=OrderState.QUEUED,
        ordered_by_id=actor.person_id,
        ordered_at=now,
    )
    session.add(file)
    session.flush()
    payload = {"file_id": str(file.id)}
    queue_job(session, MAKE_ROUND_FILE, payload, now=now, actor=actor, once_key=job_key(file.id))
    record_event(session, "round_file.ordered", file, actor=actor, now=now, kind=kind)
    return file


def issue_round_file(session: Session, file_id: UUID, kept: KeptFile, *, now: datetime) -> bool:
    """Record a made file, once. False when what its reader may see changed meanwhile.

    Then nothing is recorded, and it must be made again.
    """
    file = session.get_one(RoundFile, file_id, with_for_update=True)
    if file.state is not OrderState.QUEUED:
        return True
    head, _ = round_head(session, file.round_id)
    reader = actor_for(session, file.ordered_by_id)
    if sight_of(session, head, reader=reader) != kept.sight:
        return False
    file.state, file.settled_at, file.problem = OrderState.ISSUED, now, ""
    file.filename, file.sha256, file.size = kept.made.filename, kept.sha256, kept.size
    file.state_sha256, file.changed_at = kept.made.state_sha256, kept.made.changed_at
    record_event(
        session, "round_file.made", file, actor=None, now=now,
        kind=file.kind, files={file.filename: file.sha256}, state_sha256=file.state_sha256,
        sight=kept.sight,
    )  # fmt: skip
    return True


def fail_round_file(session: Session, file_id: UUID, *, problem: str, now: datetime) -> None:
    """Record why a file could not be made."""
    file = session.get_one(RoundFile, file_id, with_for_update=True)
    if file.state is OrderState.QUEUED:
        _fail(session, file, problem=problem, now=now)


def find_round_file(session: Session, file_id: UUID, *, actor: Actor) -> StoredRoundFile:
    """Return a made file to who ordered it, as long as they still see the same of the round.

    NotAllowed for anybody else, without the right by now, or with another conflict than then.
    """
    file = stored_round_file(session, file_id)
    require(actor, Action.USE_ACCOUNT, PersonFacts(file.ordered_by_id))
    head, _ = round_head(session, file.round_id)
    require(actor, NEEDED[file.kind], head.facts)
    if sight_of(session, head, reader=actor) != file.sight:
        raise NotAllowed(CHANGED)
    return file


def record_taken(session: Session, taken: StoredRoundFile, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody took a file."""
    record_event(
        session, "round_file.taken", session.get_one(RoundFile, taken.id), actor=actor, now=now,
        files={taken.filename: taken.sha256},
    )  # fmt: skip


def _is_on_its_way(session: Session, file_id: UUID) -> bool:
    state = session.scalar(select(Job.state).where(Job.once_key == job_key(file_id)))
    return state in {JobState.QUEUED, JobState.RUNNING}


def _fail(session: Session, file: RoundFile, *, problem: str, now: datetime) -> None:
    file.state, file.problem, file.settled_at = OrderState.FAILED, problem[:2000], now
    record_event(
        session, "round_file.failed", file, actor=None, now=now,
        kind=file.kind, problem=file.problem,
    )  # fmt: skip
