"""A certificate of a fictional winner."""

from datetime import date
from typing import Any

from fundapp.queries.document_rows import Certificate, ConfirmedResult, ContributionLine
from tests.documents.shared_rows import FUND, ISSUED_AT, NOTICE, euros


def a_certificate(**changes: Any) -> Certificate:
    """The first of three prizes, paid by two funders."""
    row: dict[str, Any] = {
        "reference": "CMP-2026-031-C1",
        "version": 1,
        "language": "en",
        "issued_at": ISSUED_AT,
        "notice": NOTICE,
        "fund": FUND,
        "verify_url": "https://fund.example/verify",
        "code": "K7QD-28MX",
        "application_reference": "CMP-2026-031",
        "round_reference": "CMP-2026",
        "round_title": "Prize for exceptional evaluations 2026",
        "title": "Unwatched",
        "organisation": "Lyonesse Audit (sample)",
        "prize": "First prize",
        "category": "Dangerous capabilities",
        "citation": "The first measure of how a model acts when it believes nobody looks, with "
        "error bars that held when another team ran it again.",
        "amount": euros(100_000),
        "contributions": (
            ContributionLine(funder="Ruritania Science Ministry", amount=euros(50_000)),
            ContributionLine(funder="Lilliput Foundation", amount=euros(50_000)),
        ),
        "awarded_on": date(2026, 12, 14),
        "award_url": "https://fund.example/awards/CMP-2026-031",
        "confirmed": ConfirmedResult(
            task="unwatched", metric="accuracy", model="sample/model-1", value="0.81"
        ),
    }
    return Certificate(**row | changes)
