"""Where the samples of a log lie, who may be told what of them, and who has looked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.blinding import Identity
from fundapp.domain.errors import NotFound
from fundapp.models import Application, AuditEvent, EvidenceReading, Person, Round
from fundapp.queries.attachments import AttachmentRecord, submitted_file
from fundapp.queries.blinding import applicant_identity

VIEWED = "attachment.sample_viewed"
MOST_VIEWINGS = 500


@dataclass(frozen=True, kw_only=True)
class SampleFile:
    """One log of an attached file. inner: its member in a collection, "" for the file itself.

    identity: what is to be hidden of the applicant in a blind round, None where nothing is.
    """

    attachment_id: UUID
    application_id: UUID
    name: str
    sha256: str
    log: int
    logs: int
    inner: str
    task: str
    reference: str
    title: str
    notice: str
    is_sensitive: bool
    identity: Identity | None


@dataclass(frozen=True)
class Viewing:
    """Somebody looked at a sample."""

    at: datetime
    name: str
    sample: str


def sample_file(
    session: Session, record: AttachmentRecord, *, log: int, is_own: bool, hide_identity: bool
) -> SampleFile:
    """Return where the samples of a file's log lie. At most 3 statements.

    is_own: asked by the applicant's people, who may see files that are not submitted. NotFound
    for a file that is no log, or for others than them is not in the version that counts.
    """
    name = record.filename
    if not is_own:
        name = submitted_file(session, record, hide_identity=hide_identity).name
    row = session.execute(
        select(Application.reference, Application.title, Round.notice, EvidenceReading.logs)
        .join(Round, Round.id == Application.round_id)
        .join(EvidenceReading, EvidenceReading.sha256 == record.sha256)
        .where(Application.id == record.application_id)
    ).one_or_none()
    if row is None or not 0 <= log < len(row.logs) or row.logs[log].get("error"):
        raise NotFound("There is no such log.")
    entry = row.logs[log]
    return SampleFile(
        attachment_id=record.id,
        application_id=record.application_id,
        name=name,
        sha256=record.sha256,
        log=log,
        logs=len(row.logs),
        inner=entry["file"].partition("!")[2],
        task=entry["task"] or "",
        reference=row.reference or "",
        title=row.title,
        notice=row.notice,
        is_sensitive=record.is_sensitive,
        identity=applicant_identity(session, record.application_id) if hide_identity else None,
    )


def viewings_of(session: Session, attachment_id: UUID) -> tuple[Viewing, ...]:
    """Return who looked at samples of a sensitive file, the newest first. 1 statement."""
    rows = session.execute(
        select(AuditEvent.at, Person.name, AuditEvent.details)
        .join(Person, Person.id == AuditEvent.actor_id)
        .where(AuditEvent.subject_id == attachment_id, AuditEvent.event == VIEWED)
        .order_by(AuditEvent.id.desc())
        .limit(MOST_VIEWINGS)
    )
    return tuple(Viewing(at, name, str(details.get("sample", ""))) for at, name, details in rows)
