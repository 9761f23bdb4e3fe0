"""One attached file, and where it was submitted."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import Application, Attachment, SubmittedVersion
from fundapp.queries.submitted import SubmittedFile, submitted_sections


@dataclass(frozen=True)
class AttachmentRecord:
    """A file of an application. size in bytes. is_sensitive: it is looked at in the app only."""

    id: UUID
    application_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    is_sensitive: bool


def attachment_record(session: Session, attachment_id: UUID) -> AttachmentRecord:
    """Return a file, removed ones as well. 1 statement. NotFound when there is none."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound("There is no such file.")
    return AttachmentRecord(
        id=attachment.id,
        application_id=attachment.application_id,
        filename=attachment.filename,
        media_type=attachment.media_type,
        size=attachment.size,
        sha256=attachment.sha256,
        is_sensitive=attachment.is_sensitive,
    )


def submitted_file(
    session: Session, record: AttachmentRecord, *, hide_identity: bool
) -> SubmittedFile:
    """Return the file as people who read for the fund see it. 1 statement.

    NotFound for a file that is not in the version that counts, or that belongs to an
    identifying answer where the applicant is hidden.
    """
    content = session.scalar(
        select(SubmittedVersion.content)
        .join(
            Application,
            (Application.id == SubmittedVersion.application_id)
            & (Application.last_version == SubmittedVersion.number),
        )
        .where(Application.id == record.application_id)
    )
    for section in submitted_sections(content or {}, hide_identity=hide_identity):
        for answer in section.answers:
            for attached in answer.files:
                if attached.id == record.id:
                    return attached
    raise NotFound("There is no such file.")
