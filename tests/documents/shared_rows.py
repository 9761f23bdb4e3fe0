"""What the sample rows of all documents share. Every name is fictional."""

from datetime import UTC, datetime

from fundapp.domain.money import Money
from fundapp.queries.document_rows import (
    FundIdentity,
    PrintedRow,
)

ISSUED_AT = datetime(2027, 2, 26, 8, 30, 15, tzinfo=UTC)
FUND = FundIdentity(
    name="Common Measure Fund",
    tagline="Several funders, one measure",
    address="Common Measure Fund, 1 Sample Square, Port Ruritania.",
    site="fund.example",
    mail="fund@fund.example",
)
NOTICE = "Sample. Every name, sum and date in this letter is fictional."
REPLAY_NOTICE = "Replay of public reviews; no prize was given or refused."


def euros(amount: int) -> Money:
    return Money(amount * 100, "EUR")


def a_plain_row() -> PrintedRow:
    """A row of no kind that has a template."""
    return PrintedRow(
        reference="EVF-2026-031-D1",
        version=1,
        language="en",
        issued_at=ISSUED_AT,
        notice="",
        fund=FUND,
    )
