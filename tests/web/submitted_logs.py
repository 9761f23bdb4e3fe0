"""Evaluation logs in what an application submitted, with their bytes in the file store."""

from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.uploads import FileKind
from fundapp.models import Application, Attachment, Round, SubmittedVersion
from fundapp.services.evidence import keep_reading, logs_in
from fundapp.web.installation import installation
from tests.builders import NOW, a_question, a_section


def submit_log(
    session: Session,
    application: Application,
    content: bytes,
    *,
    filename: str = "zembla-run.json",
    is_sensitive: bool = False,
) -> Attachment:
    """Attach a log and submit a version that has it too. Needs an app context."""
    sha256, size = installation().files.put(BytesIO(content))
    section = a_section(session, session.get_one(Round, application.round_id))
    attachment = Attachment(
        application_id=application.id,
        question_id=a_question(session, section, kind="file").id,
        filename=filename,
        media_type="application/json",
        size=size,
        sha256=sha256,
        added_by_id=application.contact_id,
        added_at=NOW,
        is_sensitive=is_sensitive,
    )
    session.add(attachment)
    session.flush()
    keep_reading(session, sha256, logs_in("run.json", FileKind.TEXT, content), now=NOW)
    _submit(session, application, attachment)
    return attachment


def _submit(session: Session, application: Application, attachment: Attachment) -> None:
    newest = session.scalars(
        select(SubmittedVersion.content)
        .where(SubmittedVersion.application_id == application.id)
        .order_by(SubmittedVersion.number.desc())
    ).first()
    numbers = session.scalars(
        select(SubmittedVersion.number).where(SubmittedVersion.application_id == application.id)
    )
    application.last_version = max(numbers, default=0) + 1
    application.submitted_at = NOW
    session.add(
        SubmittedVersion(
            application_id=application.id,
            number=application.last_version,
            content=_with_file(newest or {}, attachment),
            sha256="0" * 64,
            submitted_by_id=application.contact_id,
            submitted_at=NOW,
        )
    )
    session.flush()


def _with_file(content: dict[str, Any], attachment: Attachment) -> dict[str, Any]:
    file = {
        "id": str(attachment.id),
        "name": attachment.filename,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }
    question = {
        "code": "logs",
        "label": "Logs",
        "kind": "file",
        "text": "",
        "value": None,
        "identifying": False,
        "files": [file],
    }
    added = {"title": "Evidence", "questions": [question]}
    return {**content, "sections": [*content.get("sections", []), added]}
