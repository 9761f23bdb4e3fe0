"""Frozen rows of board papers. Every name is fictional."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fundapp.domain.money import Money
from fundapp.domain.states import RoundKind, RoundState
from fundapp.queries.board_paper_rows import (
    Agreeing,
    AgreementPart,
    AwardLine,
    BoardFunder,
    BoardPaper,
    Doubt,
    DrawPart,
    Ends,
    Gap,
    HomeMarks,
    Orders,
    Proposal,
    RankedLine,
    Strictness,
    TalkItem,
)
from fundapp.queries.document_rows import SharedComment
from tests.documents.shared_rows import FUND, ISSUED_AT, NOTICE, euros

NAMES = ("Ruritania Science Office (fictional)", "Lilliput Foundation (fictional)", "Erewhon Trust")


def a_line(place: int, *, of: int = 12, inside: int = 4) -> RankedLine:
    estimate = 5 - 4 * place / (of + 1)
    clear, unclear = place <= inside // 2, place <= inside + inside // 2
    return RankedLine(
        place=place,
        reference=f"EVF-2026-{place:03}",
        title=f"Drift meter {place}, in words that are longer than a line of this table",
        organisation="Balnibarbi Labs (sample)",
        requested=euros(20_000),
        mark=round(estimate, 1),
        reviews=3,
        chance="over 19 in 20" if clear else "about 4 in 10" if unclear else "under 1 in 20",
        likely=f"{max(1, place - 2)}–{place + 2}",
        band="clear" if clear else "close" if unclear else "clear_no",
        is_inside=place <= inside,
        doubt=Doubt(
            estimate=estimate,
            low50=estimate - 0.2,
            high50=estimate + 0.2,
            low=estimate - 0.5,
            high=estimate + 0.5,
            raw=estimate + 0.1,
        ),
        ranks=(place, None, place + 5),
        far=(False, False, True),
    )


def an_item(line: RankedLine, *, comments: int = 2) -> TalkItem:
    return TalkItem(
        line=line,
        is_close=line.band == "close",
        is_far=True,
        is_wide=True,
        lowest=2.0,
        highest=5.0,
        funders=Gap(
            best="Ruritania", best_rank=1, best_of=12, worst="Erewhon", worst_rank=9, worst_of=12
        ),
        criterion=Ends(title="Validity of the measurement", lowest=1, highest=5),
        comments=tuple(
            SharedComment(text=f"{number}: the sample is small. " * 9, about="Feasibility")
            for number in range(comments)
        ),
    )


def a_proposal(lines: tuple[RankedLine, ...], **changes: Any) -> Proposal:
    values: dict[str, Any] = {
        "plan": "Plan B",
        "is_plan": True,
        "is_exact": True,
        "is_overtaken": False,
        "made_at": ISSUED_AT,
        "sha256": "ab" * 32,
        "grants": len(lines),
        "spent": euros(20_000 * len(lines)),
        "awards": tuple(
            AwardLine(
                place=line.place,
                reference=line.reference,
                title=line.title,
                organisation=line.organisation,
                amount=euros(20_000),
                parts=(euros(15_000), None, euros(5_000)),
                asked=euros(30_000),
                noise="about 6 of 10 draws" if line.band == "close" else "",
            )
            for line in lines
        ),
        "reserves": ("EVF-2026-005 Drift meter 5",),
        "undecided": 0,
        "near_misses": ("Drift meter 5 was left out. To fund it, Drift meter 4 would leave.",),
        "notes": ("No other plan improves one funder without hurting another.",),
        "left_to_people": ("EVF-2026-099",),
    }
    return Proposal(**values | changes)


def an_agreement(**changes: Any) -> AgreementPart:
    values: dict[str, Any] = {
        "single": Agreeing(value=0.41, low=0.2, high=0.6, reason="By resampling."),
        "consistency": Agreeing(value=None, low=None, high=None, reason="Too few to tell."),
        "panel": Agreeing(value=0.68, low=0.4, high=0.8, reason=""),
        "size": 3,
        "smallest": 0.9,
        "shares": (("application", 0.4), ("reviewer", 0.25), ("residual", 0.35)),
        "belonging": "about 7 in 10",
        "orders": (Orders(first="Ruritania", second="Erewhon", shared=12, alike=0.71),),
        "home": HomeMarks(reviews=2, difference=0.3, low=-0.2, high=0.8),
        "is_corrected": True,
        "why": "Reviewers differ in strictness, so scores are corrected for it.",
        "reviewers": tuple(
            Strictness(
                label=f"Reviewer {number}",
                funder="Erewhon",
                reviews=4,
                strictness=0.5 - number / 5,
                low=0.1 - number / 5,
                high=0.9 - number / 5,
                flag="",
            )
            for number in range(5)
        ),
        "reach": 0.9,
        "warnings": ("One reviewer gave every application the same score.",),
    }
    return AgreementPart(**values | changes)


def a_board_paper(*, applications: int = 12, items: int = 5, **changes: Any) -> BoardPaper:
    inside = max(1, applications // 3)
    ranking = tuple(
        a_line(place, of=applications, inside=inside) for place in range(1, applications + 1)
    )
    values: dict[str, Any] = {
        "reference": "EVF-2026-BOARD",
        "version": 1,
        "language": "en",
        "issued_at": ISSUED_AT,
        "notice": NOTICE,
        "fund": FUND,
        "round_reference": "EVF-2026",
        "round_title": "Seed grants for AI evaluation start-ups 2026",
        "kind": RoundKind.GRANT,
        "state": RoundState.DELIBERATING,
        "made_for": "Ada Sample",
        "is_blind": False,
        "hides_applicants": False,
        "funders": tuple(
            BoardFunder(
                name=name,
                short=name.partition(" ")[0],
                envelope=euros(100_000),
                pays=euros(60_000),
                own=Money(9_000_000, "GBP") if name.startswith("Lilliput") else None,
                alone=1_200.0,
                joint=3_400.0,
                gain=1.83,
                sentence=f"{name.partition(' ')[0]}: alone 1,200, joint 3,400 (+183 %).",
            )
            for name in NAMES
        ),
        "weighing": (),
        "ranking": ranking,
        "unranked": ("EVF-2026-099 Nobody reviewed this",),
        "recused": 1,
        "reviews": 3 * applications,
        "reviewers": 5,
        "inside": inside,
        "prizes": 0,
        "cut": 3.6,
        "axis": (1, 5),
        "proposal": a_proposal(ranking[:inside]),
        "items": tuple(an_item(line) for line in ranking[:items]),
        "agreement": an_agreement(),
        "draws": (
            DrawPart(
                places=1,
                chances=4,
                source="Six numbers of 1 March 2027",
                commitment="cd" * 32,
                frozen_at=ISSUED_AT,
                won=("EVF-2026-003",),
                drawn_at=ISSUED_AT + timedelta(days=2),
            ),
        ),
        "method": "additive-1",
        "ranking_sha256": "ef" * 32,
        "frozen_at": datetime(2027, 2, 20, 9, 0, tzinfo=UTC),
        "is_stale": False,
        "changed_at": ISSUED_AT,
        "state_sha256": "01" * 32,
    }
    return BoardPaper(**values | changes)
