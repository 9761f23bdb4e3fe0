"""The job that prints ordered documents: slow, so outside of any write transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from uuid import UUID

from sqlalchemy import select

from fundapp.documents.pool import Printed, print_all
from fundapp.domain.states import DocumentKind, OrderState
from fundapp.models import DocumentOrder
from fundapp.queries.announcements import announcement_row
from fundapp.queries.certificates import certificate_rows
from fundapp.queries.document_rows import PrintedRow
from fundapp.queries.documents import letter_rows
from fundapp.queries.fund import fund_identity
from fundapp.services.documents import StoredPdf, fail_document, issue_document
from fundapp.services.work import Work

NO_ROW = "Its decision is no longer in force. Look at the decision, then order it again."


def print_documents(work: Work) -> None:
    """Print what was ordered and is still open; one that fails never stops the others."""
    wanted = [UUID(text) for text in work.payload["order_ids"]]
    rows = _rows(work, wanted)
    printable = {id_: row for id_, row in rows.items() if row is not None}
    for order_id in rows.keys() - printable.keys():
        _fail(work, order_id, NO_ROW)
    outcomes = print_all(list(printable.values()))
    done_before = len(wanted) - len(printable)
    for done, (order_id, outcome) in enumerate(zip(printable, outcomes, strict=True), start=1):
        _settle(work, order_id, outcome)
        work.report(done_before + done, len(wanted))


def _rows(work: Work, wanted: Sequence[UUID]) -> Mapping[UUID, PrintedRow | None]:
    fund = fund_identity(work.config)
    with work.reading() as session:
        orders = session.execute(
            select(DocumentOrder.id, DocumentOrder.kind)
            .where(DocumentOrder.id.in_(wanted), DocumentOrder.state == OrderState.QUEUED)
            .order_by(DocumentOrder.reference)
        ).all()
        kinds = {row.id: row.kind for row in orders}
        told = (DocumentKind.ANNOUNCEMENT, DocumentKind.CERTIFICATE)
        letters = [id_ for id_, kind in kinds.items() if kind not in told]
        certificates = [id_ for id_, kind in kinds.items() if kind is DocumentKind.CERTIFICATE]
        rows: dict[UUID, PrintedRow] = {
            **letter_rows(session, letters, fund=fund),
            **certificate_rows(session, certificates, fund=fund),
        }
        return {
            id_: announcement_row(session, id_, fund=fund)
            if kind is DocumentKind.ANNOUNCEMENT
            else rows.get(id_)
            for id_, kind in kinds.items()
        }


def _settle(work: Work, order_id: UUID, outcome: Printed) -> None:
    if outcome.pdf is None:
        _fail(work, order_id, outcome.problem)
        return
    sealed = work.seal(outcome.pdf, outcome.row.reference)
    sha256, size = work.files.put(BytesIO(sealed))
    stored = StoredPdf(sha256, size, unsealed_sha256=hashlib.sha256(outcome.pdf).hexdigest())
    with work.transaction() as session:
        issue_document(session, order_id, stored, now=work.now())


def _fail(work: Work, order_id: UUID, problem: str) -> None:
    with work.transaction() as session:
        fail_document(session, order_id, problem=problem, now=work.now())
