"""The copy of a submission that its applicant keeps."""

from fundapp.documents.renderer import Renderer
from fundapp.domain.errors import DocumentFailed
from fundapp.queries.document_rows import CopiedAnswer, SubmissionCopy

LONGEST_COPY = 1_500_000
"""Most characters of all answers together: about 600 pages, a minute of work."""


def submission_copy_pdf(renderer: Renderer, row: SubmissionCopy) -> bytes:
    """Return exactly what was submitted; nothing in it is shortened. Raises DocumentFailed."""
    size = sum(_size(answer) for section in row.sections for answer in section.answers)
    if size > LONGEST_COPY:
        raise DocumentFailed(
            f"{row.reference} has {size:,} characters; a PDF holds {LONGEST_COPY:,}. "
            "The answers themselves are kept and can be exported."
        )
    return renderer.render("submission_copy.html", row, style="submission")


def _size(answer: CopiedAnswer) -> int:
    rows = answer.rows.rows if answer.rows else ()
    return len(answer.text) + sum(
        len(cell) for row in rows for cell in row if isinstance(cell, str)
    )
