"""Frozen rows of submitted applications. Every name is fictional."""

from datetime import UTC, datetime
from typing import Any

from fundapp.domain.states import RoundKind
from fundapp.queries.document_rows import (
    AnswerRows,
    AttachmentLine,
    CopiedAnswer,
    CopiedSection,
    SubmissionCopy,
)
from tests.documents.shared_rows import (
    FUND,
    ISSUED_AT,
    NOTICE,
    euros,
)


def a_submission_copy(**changes) -> SubmissionCopy:
    values: dict[str, Any] = {
        "reference": "EVF-2026-014-S2",
        "version": 2,
        "language": "en",
        "issued_at": ISSUED_AT,
        "notice": NOTICE,
        "fund": FUND,
        "application_reference": "EVF-2026-014",
        "application_title": "Judge-model drift meter",
        "round_title": "Seed grants for AI evaluation start-ups 2026",
        "kind": RoundKind.GRANT,
        "organisation": "Balnibarbi Labs (sample)",
        "submitted_by": "Ada Sample",
        "submitted_at": datetime(2026, 12, 14, 11, 59, 58, tzinfo=UTC),
        "sha256": "0123456789abcdef" * 4,
        "sections": (
            CopiedSection(
                title="The measurement",
                answers=(
                    CopiedAnswer(
                        question="What do you measure, and why does it matter?",
                        text="How much a judge model changes its mind.\n\nA judge that drifts "
                        "makes last month's leaderboard incomparable with this month's.",
                    ),
                    CopiedAnswer(question="Which published logs do you build on?"),
                ),
            ),
            CopiedSection(
                title="Team and budget",
                answers=(
                    CopiedAnswer(
                        question="Who works on it?",
                        rows=AnswerRows(
                            headings=("Name", "Role", "Days a week"),
                            rows=(
                                ("Ada Sample", "Measurement", 5),
                                ("عائشة مثال", "Statistics", 2),
                            ),
                        ),
                    ),
                    CopiedAnswer(
                        question="What will it cost?",
                        rows=AnswerRows(
                            headings=("What", "Quantity", "Price", "Amount"),
                            rows=(
                                (
                                    "Two engineers, 12 months",
                                    2,
                                    euros(90_000),
                                    euros(180_000),
                                ),
                                ("Model access", 1, euros(40_000), euros(40_000)),
                            ),
                            total=euros(220_000),
                        ),
                    ),
                    CopiedAnswer(
                        question="Evidence",
                        attachments=(
                            AttachmentLine(
                                filename="drift-pilot.eval",
                                media_type="application/zip",
                                size=1_234_567,
                                sha256="89abcdef01234567" * 4,
                            ),
                        ),
                    ),
                ),
            ),
        ),
    }
    return SubmissionCopy(**values | changes)
