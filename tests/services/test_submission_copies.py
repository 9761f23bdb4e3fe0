"""The copy of what was submitted: printed, kept and mailed once."""

from io import BytesIO

from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from fundapp.models import IssuedDocument, OutboxMessage, SubmittedVersion
from fundapp.queries.fund import fund_identity
from fundapp.queries.submission_copies import issued_copy, submission_copy_row
from fundapp.services.submission_copies import record_submission_copy
from fundapp.web.installation import installation
from fundapp.worker import run_until_idle
from tests.builders import NOW
from tests.services.test_applications import Call


def test_submitting_prints_and_mails_exactly_what_was_sent(app: Flask, session: Session) -> None:
    call = Call(session)
    application = call.submit(call.finished())
    session.commit()
    run_until_idle(app)
    copy = issued_copy(session, application.id)
    assert copy is not None
    assert copy.filename == f"{application.reference}-S1.pdf"
    text = PdfReader(BytesIO(installation().files.get(copy.sha256))).pages[0].extract_text()
    assert "Judges drift." in text
    message = session.scalars(select(OutboxMessage)).one()
    assert (message.to_address, message.subject) == (
        call.ada.email,
        f"We have your application {application.reference}",
    )
    assert message.attachments == [
        {"filename": copy.filename, "media_type": "application/pdf", "sha256": copy.sha256}
    ]


def test_a_text_that_cannot_be_printed_is_still_confirmed_once(session: Session) -> None:
    call = Call(session)
    call.submit(call.finished())
    version_id = session.scalars(select(SubmittedVersion.id)).one()
    row = submission_copy_row(session, version_id, fund=fund_identity(Config()))
    for _ in range(2):
        record_submission_copy(session, version_id, row, stored=None, now=NOW)
    assert session.scalars(select(IssuedDocument)).all() == []
    message = session.scalars(select(OutboxMessage)).one()
    assert message.attachments == []
    assert "A printed copy could not be made" in message.body
