"""The copy of what was submitted: printed by a job, kept, and mailed to who submitted it."""

from datetime import datetime
from io import BytesIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.documents.pool import print_one
from fundapp.domain.errors import NotFound
from fundapp.models import Application, IssuedDocument, Person, SubmittedVersion
from fundapp.queries.document_rows import SubmissionCopy
from fundapp.queries.drafts import application_head
from fundapp.queries.fund import fund_identity
from fundapp.queries.submission_copies import KIND, submission_copy_row
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, MailAttachment, queue_mail
from fundapp.services.work import Work


def make_submission_copy(work: Work) -> None:
    """Print, keep and mail the copy of one submitted version (payload: version_id).

    Run twice, it keeps one document and mails once. Where printing fails the mail goes
    without the copy and says where to find the answers; the job ends well, because the
    same text would fail again.
    """
    version_id = UUID(work.payload["version_id"])
    with work.reading() as session:
        row = submission_copy_row(session, version_id, fund=fund_identity(work.config))
    pdf = print_one(row).pdf
    stored = None if pdf is None else work.files.put(BytesIO(pdf))
    with work.transaction() as session:
        record_submission_copy(session, version_id, row, stored=stored, now=work.now())


def record_submission_copy(
    session: Session,
    version_id: UUID,
    row: SubmissionCopy,
    *,
    stored: tuple[str, int] | None,
    now: datetime,
) -> None:
    """Keep the printed copy (`stored`: its SHA-256 and size in bytes) and queue the mail."""
    version = session.get(SubmittedVersion, version_id)
    if version is None:
        raise NotFound("There is no such submitted version.")
    application = session.get_one(Application, version.application_id)
    if stored is not None and not _is_kept(session, row):
        sha256, size = stored
        document = IssuedDocument(
            round_id=application.round_id,
            application_id=application.id,
            kind=KIND,
            reference=row.reference,
            version=row.version,
            language=row.language,
            sha256=sha256,
            size=size,
            issued_at=now,
        )
        session.add(document)
        session.flush()
        record_event(session, "document.issued", document, actor=None, now=now, kind=KIND)
    _mail(session, version, row, stored=stored, now=now)


def _is_kept(session: Session, row: SubmissionCopy) -> bool:
    found = select(IssuedDocument.id).where(
        IssuedDocument.reference == row.reference,
        IssuedDocument.kind == KIND,
        IssuedDocument.version == row.version,
    )
    return session.scalar(found) is not None


def _mail(
    session: Session,
    version: SubmittedVersion,
    row: SubmissionCopy,
    *,
    stored: tuple[str, int] | None,
    now: datetime,
) -> None:
    head = application_head(session, version.application_id)
    deadline = head.window.deadline
    text = mail_text(
        "submission_received",
        reference=row.application_reference,
        title=row.application_title,
        version=version.number,
        submitted_at=version.submitted_at,
        submitted_by=row.submitted_by,
        sha256=version.sha256,
        application_id=head.id,
        has_copy=stored is not None,
        deadline=deadline.in_words() if deadline and deadline.is_open(now) else "",
    )
    attachments = []
    if stored is not None:
        attachments.append(MailAttachment(f"{row.reference}.pdf", "application/pdf", stored[0]))
    for person in _readers(session, version):
        queue_mail(
            session,
            Letterbox(person.email, person.name),
            text,
            now=now,
            round_id=head.round_id,
            once_key=f"{KIND}:{version.id}:{person.id}",
            attachments=attachments,
        )


def _readers(session: Session, version: SubmittedVersion) -> list[Person]:
    """Who submitted it, and the application's contact when that is somebody else."""
    application = session.get_one(Application, version.application_id)
    ids = {version.submitted_by_id, application.contact_id}
    people = select(Person).where(Person.id.in_(ids), Person.anonymised_at.is_(None))
    return list(session.scalars(people.order_by(Person.email)))
