"""Which function prints which row, and the renderer of this process."""

from functools import cache

from fundapp.documents.announcements import announcement_pdf
from fundapp.documents.board_papers import board_paper_pdf
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
    DeclineLetter,
    PrintedRow,
    ReserveLetter,
    SubmissionCopy,
    WithdrawalLetter,
)


def pdf_of(renderer: Renderer, row: PrintedRow) -> bytes:
    """Return the document that belongs to the kind of `row`. Raises DocumentFailed."""
    match row:
        case AwardLetter():
            return award_letter_pdf(renderer, row)
        case DeclineLetter():
            return decline_letter_pdf(renderer, row)
        case ReserveLetter():
            return reserve_letter_pdf(renderer, row)
        case WithdrawalLetter():
            return withdrawal_letter_pdf(renderer, row)
        case Announcement():
            return announcement_pdf(renderer, row)
        case SubmissionCopy():
            return submission_copy_pdf(renderer, row)
        case BoardPaper():
            return board_paper_pdf(renderer, row)
    raise DocumentFailed(f"{row.reference}: there is no template for {type(row).__name__}.")


@cache
def process_renderer() -> Renderer:
    """Return this process's one renderer; the first call takes over a second."""
    return Renderer()


def print_row(row: PrintedRow) -> bytes:
    """Return the document of `row` from this process's renderer. Raises DocumentFailed."""
    return pdf_of(process_renderer(), row)
