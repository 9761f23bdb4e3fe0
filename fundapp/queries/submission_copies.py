"""The copy of what was submitted: the row that is printed, and the copy that was issued."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import Application, IssuedDocument, Round, SubmittedVersion
from fundapp.queries.document_rows import (
    AnswerRows,
    AttachmentLine,
    CopiedAnswer,
    CopiedSection,
    FundIdentity,
    SubmissionCopy,
)
from fundapp.queries.submitted import SubmittedAnswer, submitted_sections

KIND = "submission_copy"
"""Kind of the issued document."""


@dataclass(frozen=True)
class IssuedCopy:
    """A printed copy in the file store."""

    sha256: str
    filename: str


def issued_copy(session: Session, application_id: UUID) -> IssuedCopy | None:
    """Return the copy of the newest submitted version, None while it is not made. 1 statement."""
    row = session.execute(
        select(IssuedDocument.sha256, IssuedDocument.reference, IssuedDocument.version)
        .join(Application, Application.id == IssuedDocument.application_id)
        .where(
            IssuedDocument.application_id == application_id,
            IssuedDocument.kind == KIND,
            IssuedDocument.version == Application.last_version,
        )
    ).one_or_none()
    if row is None:
        return None
    return IssuedCopy(sha256=row[0], filename=f"{row[1]}.pdf")


def submission_copy_row(
    session: Session, version_id: UUID, *, fund: FundIdentity
) -> SubmissionCopy:
    """Return what the copy of one submitted version prints. 1 statement."""
    row = session.execute(
        select(SubmittedVersion, Application, Round)
        .join(Application, Application.id == SubmittedVersion.application_id)
        .join(Round, Round.id == Application.round_id)
        .where(SubmittedVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such submitted version.")
    version, application, round_ = row
    content: Mapping[str, Any] = version.content
    return SubmissionCopy(
        reference=copy_reference(application, version.number),
        version=version.number,
        language=application.language,
        issued_at=version.submitted_at,
        notice=round_.notice,
        fund=fund,
        application_reference=application.reference or "",
        application_title=application.title,
        round_title=round_.title,
        kind=round_.kind,
        organisation=content["organisation"]["name"],
        submitted_by=content["submitted_by"],
        submitted_at=datetime.fromisoformat(content["submitted_at"]),
        sha256=version.sha256,
        sections=tuple(
            CopiedSection(
                title=section.title, answers=tuple(_copied(answer) for answer in section.answers)
            )
            for section in submitted_sections(content)
        ),
        is_complete=application.is_complete,
    )


def copy_reference(application: Application, number: int) -> str:
    """Return EVF-2026-014-S2: the copy of the second submitted version."""
    return f"{application.reference}-S{number}"


def _copied(answer: SubmittedAnswer) -> CopiedAnswer:
    rows = answer.rows
    return CopiedAnswer(
        question=answer.label,
        text="" if rows else answer.text,
        rows=AnswerRows(headings=rows.headings, rows=rows.rows, total=rows.total) if rows else None,
        attachments=tuple(
            AttachmentLine(
                filename=attached.name,
                media_type=attached.media_type,
                size=attached.size,
                sha256=attached.sha256,
            )
            for attached in answer.files
        ),
    )
