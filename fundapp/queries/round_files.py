"""Files that the worker made, or makes, of a round for one person."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import Action, Actor, RoundFacts, may
from fundapp.domain.round_files import RoundFileKind
from fundapp.domain.states import JobState, OrderState
from fundapp.models import AuditEvent, Job, RoundFile
from fundapp.queries.access import actor_for
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import RoundHead, round_head, seen_by

FILE_MADE = "round_file.made"
GAVE_UP = "It could not be made, though it was tried several times. Make it again."
NEWEST = 50
"""How many files of one person a page shows."""


@dataclass(frozen=True)
class RoundFileRow:
    """One ordered file. size in bytes; state_sha256 and changed_at: of what it was made from.

    done of total: how far the worker is. A file whose job gave up is failed.
    """

    id: UUID
    kind: RoundFileKind
    state: OrderState
    filename: str
    size: int
    sha256: str
    state_sha256: str
    changed_at: datetime | None
    problem: str
    ordered_at: datetime
    settled_at: datetime | None
    done: int
    total: int


@dataclass(frozen=True)
class OrderedFile:
    """What a maker is told: which file, of which round, for whom.

    sight: what tells whether its reader still sees the same of the round (`sight_of`).
    """

    id: UUID
    kind: RoundFileKind
    round_id: UUID
    facts: RoundFacts
    reader: Actor
    ordered_at: datetime
    sight: str


@dataclass(frozen=True)
class StoredRoundFile:
    """Where the bytes of a made file are, whose it is, and what its reader saw then."""

    id: UUID
    kind: RoundFileKind
    round_id: UUID
    filename: str
    sha256: str
    ordered_by_id: UUID
    sight: str


def job_key(file_id: UUID) -> str:
    """Return the `once_key` of the job that makes a file."""
    return f"round_file {file_id}"


def round_files_of(session: Session, round_id: UUID, *, person_id: UUID) -> list[RoundFileRow]:
    """Return the newest files that this person ordered, the newest first. 2 statements."""
    files = session.scalars(
        select(RoundFile)
        .where(RoundFile.round_id == round_id, RoundFile.ordered_by_id == person_id)
        .order_by(RoundFile.ordered_at.desc(), RoundFile.id)
        .limit(NEWEST)
    ).all()
    jobs = {
        job.once_key: job
        for job in session.scalars(
            select(Job).where(Job.once_key.in_([job_key(file.id) for file in files]))
        )
    }
    return [_row(file, jobs.get(job_key(file.id))) for file in files]


def ordered_file(session: Session, file_id: UUID) -> OrderedFile | None:
    """Return what there is to make; None for a file that is settled. 7 statements."""
    file = session.get(RoundFile, file_id)
    if file is None or file.state is not OrderState.QUEUED:
        return None
    reader = actor_for(session, file.ordered_by_id)
    head, _ = round_head(session, file.round_id)
    return OrderedFile(
        id=file.id,
        kind=RoundFileKind(file.kind),
        round_id=file.round_id,
        facts=head.facts,
        reader=reader,
        ordered_at=file.ordered_at,
        sight=sight_of(session, head, reader=reader),
    )


def stored_round_file(session: Session, file_id: UUID) -> StoredRoundFile:
    """Return a made file. 2 statements. NotFound for none, and for one that is not made."""
    file = session.get(RoundFile, file_id)
    if file is None or file.state is not OrderState.ISSUED:
        raise NotFound("There is no such file.")
    made = session.scalar(
        select(AuditEvent)
        .where(AuditEvent.subject_id == file.id, AuditEvent.event == FILE_MADE)
        .limit(1)
    )
    return StoredRoundFile(
        id=file.id,
        kind=RoundFileKind(file.kind),
        round_id=file.round_id,
        filename=file.filename,
        sha256=file.sha256,
        ordered_by_id=file.ordered_by_id,
        sight=made.details.get("sight", "") if made else "",
    )


def sight_of(session: Session, head: RoundHead, *, reader: Actor) -> str:
    """Return a hash of what this reader may not see of the round. 1 statement.

    It changes with every conflict and role that changes what the reader sees.
    """
    seen = seen_by(reader, head, barred_pairs(session, head.id))
    told = {
        "recused": sorted(str(id_) for id_ in seen.recused),
        "hides_applicants": seen.hide_identity,
        "reads_audit": bool(may(reader, Action.VIEW_AUDIT, head.facts)),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _row(file: RoundFile, job: Job | None) -> RoundFileRow:
    is_lost = file.state is OrderState.QUEUED and (job is None or job.state is JobState.FAILED)
    return RoundFileRow(
        id=file.id,
        kind=RoundFileKind(file.kind),
        state=OrderState.FAILED if is_lost else file.state,
        filename=file.filename,
        size=file.size,
        sha256=file.sha256,
        state_sha256=file.state_sha256,
        changed_at=file.changed_at,
        problem=GAVE_UP if is_lost else file.problem,
        ordered_at=file.ordered_at,
        settled_at=file.settled_at,
        done=job.done_steps if job else 0,
        total=job.total_steps if job else 0,
    )
