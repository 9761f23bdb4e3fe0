"""Frozen rows of announcements. Every name is fictional."""

from typing import Any

from fundapp.domain.states import RoundKind
from fundapp.queries.document_rows import (
    Announcement,
    ContributionLine,
    EntryLine,
    FunderTotal,
    Winner,
)
from tests.documents.shared_rows import (
    FUND,
    ISSUED_AT,
    euros,
)


def some_entries(
    count: int, *, awarded: int, labels: tuple[str, ...] = ()
) -> tuple[EntryLine, ...]:
    """Entries from best to worst on marks 1 to 10, spread in a plain pattern."""
    lines = []
    for place in range(count):
        mean = 8.6 - 6.2 * place / max(1, count - 1)
        spread = 0.8 + 0.35 * (place * 7 % 5)
        lines.append(
            EntryLine(
                mean=mean,
                lowest=max(1.0, mean - spread * 1.6),
                highest=min(10.0, mean + spread * 1.4),
                lower=max(1.0, mean - spread * 0.6),
                upper=min(10.0, mean + spread * 0.5),
                is_awarded=place < awarded,
                label=labels[place] if place < len(labels) else "",
            )
        )
    return tuple(lines)


def a_winner(prize: str = "", amount: int = 100_000, **changes) -> Winner:
    values: dict[str, Any] = {
        "application_reference": "EVP-2026-007",
        "title": "Unwatched",
        "organisation": "Lyonesse Audit (sample)",
        "amount": euros(amount),
        "contributions": (
            ContributionLine(funder="Ruritania Science Ministry", amount=euros(amount // 2)),
            ContributionLine(funder="Lilliput Foundation", amount=euros(amount // 2)),
        ),
        "prize": prize,
        "citation": "The first measure of how a model acts when it believes nobody looks, with "
        "error bars that held when another team ran it again.",
    }
    return Winner(**values | changes)


PRIZES = (
    a_winner("First prize", 100_000),
    a_winner(
        "Second prize",
        50_000,
        application_reference="EVP-2026-021",
        title="Sealed weights probe",
        organisation="Avalon Assay (sample)",
        citation="Shows what a model keeps to itself, and admits what the probe cannot see.",
    ),
    a_winner(
        "Third prize",
        25_000,
        application_reference="EVP-2026-033",
        title="Nine-language refusal",
        organisation="Barataria Works (sample)",
        citation="Nine languages, native speakers in each, one scale for all of them.",
    ),
)


def _announcement(**changes) -> dict[str, Any]:
    values: dict[str, Any] = {
        "reference": "EVP-2026-N1",
        "version": 1,
        "language": "en",
        "issued_at": ISSUED_AT,
        "notice": "Sample. All names are fictional.",
        "fund": FUND,
        "round_reference": "EVP-2026",
        "round_title": "Prize for exceptional evaluations 2026",
        "reviews": 164,
        "reviewers": 29,
        "site_path": "https://fund.example/prizes/2026",
    }
    return values | changes


def a_prize_announcement(**changes) -> Announcement:
    values = _announcement(
        kind=RoundKind.PRIZE,
        winners=PRIZES,
        entries=some_entries(41, awarded=3, labels=("First", "Second", "Third")),
        funders=(
            FunderTotal(funder="Ruritania Science Ministry", amount=euros(87_500), awards=3),
            FunderTotal(funder="Lilliput Foundation", amount=euros(87_500), awards=3),
        ),
        total=euros(175_000),
    )
    return Announcement(**values | changes)


TITLES = ("Judge-model drift meter", "A wider test of tool use under a budget of steps")
FUNDERS = ("Ruritania Science Ministry", "Lilliput Foundation", "Erewhon Trust", "Laputa Holdings")


def a_grant_announcement(**changes) -> Announcement:
    winners = tuple(
        a_winner(
            amount=40_000 + 5_000 * place,
            application_reference=f"EVF-2026-{place * 4 + 1:03d}",
            title=("Judge-model drift meter", "A wider test of tool use under a budget of steps")[
                place % 2
            ],
            organisation=f"Start-up {place * 4 + 1} (sample)",
            citation="",
        )
        for place in range(22)
    )
    values = _announcement(
        reference="EVF-2026-N1",
        round_reference="EVF-2026",
        round_title="Seed grants for AI evaluation start-ups 2026",
        kind=RoundKind.GRANT,
        winners=winners,
        entries=some_entries(87, awarded=22),
        funders=tuple(
            FunderTotal(funder=funder, amount=euros(250_000 + 237_500 * place), awards=22 - place)
            for place, funder in enumerate(FUNDERS)
        ),
        total=euros(2_425_000),
        reviews=435,
        reviewers=9,
        source_note="The start-ups are fictional. Titles and votes come from unrelated sources.",
    )
    return Announcement(**values | changes)
