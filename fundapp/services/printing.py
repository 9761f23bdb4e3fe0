"""The job that prints ordered documents: slow, so outside of any write transaction."""

from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from uuid import UUID

from sqlalchemy import select

from config import Config
from fundapp.documents.announcements import announcement_pdf
from fundapp.documents.letters import award_letter_pdf, decline_letter_pdf, reserve_letter_pdf
from fundapp.documents.renderer import Renderer
from fundapp.domain.errors import DocumentFailed
from fundapp.domain.states import DocumentKind, OrderState
from fundapp.models import DocumentOrder
from fundapp.queries.announcements import announcement_row
from fundapp.queries.document_rows import (
    Announcement,
    AwardLetter,
    DeclineLetter,
    FundIdentity,
    PrintedRow,
    ReserveLetter,
)
from fundapp.queries.documents import letter_rows
from fundapp.services.documents import StoredPdf, fail_document, issue_document
from fundapp.services.work import Work

NO_ROW = "Its decision is no longer in force. Look at the decision, then order it again."


def print_documents(work: Work) -> None:
    """Print what was ordered and is still open; one that fails never stops the others."""
    wanted = [UUID(text) for text in work.payload["order_ids"]]
    rows = _rows(work, wanted)
    for done, (order_id, row) in enumerate(rows.items(), start=1):
        _print_one(work, order_id, row)
        work.report(done, len(rows))


def fund_identity(config: Config) -> FundIdentity:
    """Return the fund as it signs its letters."""
    return FundIdentity(
        name=config.fund_name,
        tagline=config.fund_tagline,
        address=config.fund_address,
        site=config.public_url.split("://", 1)[-1].rstrip("/"),
        mail=config.fund_mail,
    )


def _rows(work: Work, wanted: Sequence[UUID]) -> Mapping[UUID, PrintedRow | None]:
    fund = fund_identity(work.config)
    with work.reading() as session:
        orders = session.execute(
            select(DocumentOrder.id, DocumentOrder.kind)
            .where(DocumentOrder.id.in_(wanted), DocumentOrder.state == OrderState.QUEUED)
            .order_by(DocumentOrder.reference)
        ).all()
        is_letter = {row.id: row.kind is not DocumentKind.ANNOUNCEMENT for row in orders}
        letters = letter_rows(session, [id_ for id_ in is_letter if is_letter[id_]], fund=fund)
        return {
            id_: letters.get(id_) if is_letter[id_] else announcement_row(session, id_, fund=fund)
            for id_ in is_letter
        }


def _print_one(work: Work, order_id: UUID, row: PrintedRow | None) -> None:
    try:
        if row is None:
            raise DocumentFailed(NO_ROW)
        pdf = _pdf(row)
    except DocumentFailed as failure:
        with work.transaction() as session:
            fail_document(session, order_id, problem=str(failure), now=work.now())
        return
    sha256, size = work.files.put(BytesIO(pdf))
    with work.transaction() as session:
        issue_document(session, order_id, StoredPdf(sha256, size), now=work.now())


def _pdf(row: PrintedRow) -> bytes:
    match row:
        case AwardLetter():
            return award_letter_pdf(_renderer(), row)
        case DeclineLetter():
            return decline_letter_pdf(_renderer(), row)
        case ReserveLetter():
            return reserve_letter_pdf(_renderer(), row)
        case Announcement():
            return announcement_pdf(_renderer(), row)
    raise TypeError(f"no document is made from {type(row).__name__}")


@cache
def _renderer() -> Renderer:
    """Return the process's renderer: fonts and styles are loaded once."""
    return Renderer()
