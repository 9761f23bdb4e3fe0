"""The copy of a submission that its applicant keeps."""

from fundapp.documents.renderer import Renderer
from fundapp.domain.errors import DocumentFailed
from fundapp.queries.document_rows import CopiedAnswer, SubmissionCopy

LONGEST_COPY = 1_500_000
"""Most characters of all answers together: about 500 pages, half a minute of work."""

LINE = 80
"""What a line break counts for, as each begins a line of its own."""


def submission_copy_pdf(renderer: Renderer, row: SubmissionCopy) -> bytes:
    """Return exactly what was submitted; nothing in it is shortened. Raises DocumentFailed."""
    size = sum(_size(answer) for section in row.sections for answer in section.answers)
    if size > LONGEST_COPY:
        raise DocumentFailed(
            f"{row.reference} fills more pages than a PDF should have: {size:,} characters, "
            f"where {LONGEST_COPY:,} fit. The answers themselves are kept and can be exported."
        )
    return renderer.render("submission_copy.html", row, style="submission")


def _size(answer: CopiedAnswer) -> int:
    rows = answer.rows.rows if answer.rows else ()
    cells = (cell for row in rows for cell in row if isinstance(cell, str))
    return sum(len(text) + LINE * text.count("\n") for text in (answer.text, *cells))
