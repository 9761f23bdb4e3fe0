"""Issuing printed documents, each once, and mailing letters (ordering: `document_orders`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.mail import LETTER_KEY
from fundapp.domain.states import DocumentKind, OrderState
from fundapp.models import Application, DocumentOrder, IssuedDocument, Person, Round
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, MailAttachment, queue_mail

GIVEN_UP = "The worker gave up printing it. Tell whoever runs this installation, then try again."


@dataclass(frozen=True)
class StoredPdf:
    """The bytes of a printed document in the file store; `unsealed_sha256` before its seal."""

    sha256: str
    size: int
    unsealed_sha256: str


def issue_document(
    session: Session, order_id: UUID, stored: StoredPdf, *, now: datetime
) -> IssuedDocument | None:
    """Record a printed document and mail a letter to its applicant, once.

    A certificate is not mailed: it may be printed before the instant of the announcement.

    None when the order was settled by another run already.
    """
    order = session.get_one(DocumentOrder, order_id, with_for_update=True)
    if order.state is not OrderState.QUEUED:
        return None
    document = IssuedDocument(
        round_id=order.round_id,
        application_id=order.application_id,
        kind=order.kind.value,
        reference=order.reference,
        version=order.version,
        language=order.language,
        sha256=stored.sha256,
        unsealed_sha256=stored.unsealed_sha256,
        code=order.code,
        size=stored.size,
        note=order.note,
        issued_by_id=order.ordered_by_id,
        issued_at=now,
    )
    session.add(document)
    session.flush()
    order.state, order.document_id = OrderState.ISSUED, document.id
    order.settled_at, order.problem = now, ""
    record_event(
        session, "issued_document.issued", document, actor=None, now=now,
        reference=order.reference, sha256=stored.sha256,
    )  # fmt: skip
    if order.application_id is not None and order.kind is not DocumentKind.CERTIFICATE:
        _mail_letter(session, order, stored, now=now)
    return document


def fail_document(session: Session, order_id: UUID, *, problem: str, now: datetime) -> None:
    """Record why an ordered document could not be printed; the others go on."""
    order = session.get_one(DocumentOrder, order_id, with_for_update=True)
    if order.state is not OrderState.QUEUED:
        return
    order.state, order.problem, order.settled_at = OrderState.FAILED, problem[:2000], now
    record_event(
        session, "document_order.failed", order, actor=None, now=now, problem=order.problem
    )


def give_up_printing(
    session: Session, payload: Mapping[str, Any], *, reason: str, now: datetime
) -> None:
    """Fail what a job did not come to before it was given up, so that it can be ordered again."""
    for order_id in payload["order_ids"]:
        fail_document(session, UUID(order_id), problem=f"{GIVEN_UP} {reason}", now=now)


def _mail_letter(
    session: Session, order: DocumentOrder, stored: StoredPdf, *, now: datetime
) -> None:
    application = session.get_one(Application, order.application_id)
    contact = session.get_one(Person, application.contact_id)
    round_ = session.get_one(Round, order.round_id)
    text = mail_text(
        "letter_issued",
        reference=application.reference,
        title=application.title,
        kind=order.kind.value,
        version=order.version,
        note=order.note,
        round_title=round_.title,
        notice=round_.notice,
        application_id=application.id,
    )
    queue_mail(
        session,
        Letterbox(contact.email, contact.name),
        text,
        now=now,
        round_id=order.round_id,
        once_key=f"{LETTER_KEY}{order.reference}",
        attachments=[MailAttachment(f"{order.reference}.pdf", "application/pdf", stored.sha256)],
    )
