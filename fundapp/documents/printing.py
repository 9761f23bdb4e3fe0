"""Which function prints which row, and the renderer of this process."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from fundapp.documents.announcements import announcement_pdf
from fundapp.documents.board_papers import board_paper_pdf
from fundapp.documents.certificates import certificate_pdf
from fundapp.documents.letters import (
    award_letter_pdf,
    decline_letter_pdf,
    reserve_letter_pdf,
    withdrawal_letter_pdf,
)
from fundapp.documents.renderer import Renderer
from fundapp.documents.submissions import submission_copy_pdf
from fundapp.domain.errors import DocumentFailed
from fundapp.queries.board_paper_rows import BoardPaper
from fundapp.queries.document_rows import (
    Announcement,
    AwardLetter,
    Certificate,
    DeclineLetter,
    PrintedRow,
    ReserveLetter,
    SubmissionCopy,
    WithdrawalLetter,
)

PRINTERS: Mapping[type[PrintedRow], Callable[[Renderer, Any], bytes]] = {
    AwardLetter: award_letter_pdf,
    DeclineLetter: decline_letter_pdf,
    ReserveLetter: reserve_letter_pdf,
    WithdrawalLetter: withdrawal_letter_pdf,
    Announcement: announcement_pdf,
    Certificate: certificate_pdf,
    SubmissionCopy: submission_copy_pdf,
    BoardPaper: board_paper_pdf,
}


def pdf_of(renderer: Renderer, row: PrintedRow) -> bytes:
    """Return the document that belongs to the kind of `row`. Raises DocumentFailed."""
    printer = PRINTERS.get(type(row))
    if printer is None:
        raise DocumentFailed(f"{row.reference}: there is no template for {type(row).__name__}.")
    return printer(renderer, row)


@cache
def process_renderer() -> Renderer:
    """Return this process's one renderer; the first call takes over a second."""
    return Renderer()


def print_row(row: PrintedRow) -> bytes:
    """Return the document of `row` from this process's renderer. Raises DocumentFailed."""
    return pdf_of(process_renderer(), row)
