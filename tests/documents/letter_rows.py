"""Frozen rows of letters, as queries would make them. Every name is fictional."""

from datetime import UTC, date, datetime
from typing import Any

from fundapp.domain.states import RoundKind
from fundapp.queries.document_rows import (
    Addressee,
    Appeal,
    AwardLetter,
    Condition,
    ContributionLine,
    CriterionStanding,
    DeclineLetter,
    PanelView,
    ReserveLetter,
    SharedComment,
    Signature,
    TrancheLine,
    WithdrawalLetter,
)
from tests.documents.shared_rows import (
    FUND,
    ISSUED_AT,
    NOTICE,
    euros,
)


def a_criterion(title: str = "Team", weight: int = 10, **values) -> CriterionStanding:
    defaults: dict[str, Any] = {
        "scale": (1, 2, 3, 4, 5),
        "mean": 3.9,
        "lowest": 3,
        "highest": 4,
        "lower": 3.5,
        "upper": 4.0,
        "funded_mean": 3.8,
    }
    return CriterionStanding(title=title, weight=weight, **defaults | values)


RUBRIC = tuple(
    a_criterion(
        title,
        weight,
        mean=mean,
        lowest=lowest,
        highest=highest,
        lower=lower,
        upper=upper,
        funded_mean=funded,
    )
    for title, weight, mean, lowest, highest, lower, upper, funded in (
        ("Importance of the risk", 20, 4.4, 4, 5, 4.1, 4.75, 3.7),
        ("Validity of the measurement", 25, 4.2, 4, 5, 4.0, 4.5, 3.6),
        ("Feasibility", 15, 4.1, 3, 5, 3.75, 4.5, 3.8),
        ("Team", 10, 3.9, 3, 4, 3.6, 4.0, 3.9),
        ("Independence", 10, 4.6, 4, 5, 4.25, 4.9, 3.8),
        ("Cost for value", 10, 4.3, 4, 5, 4.0, 4.6, 3.5),
        ("Reach", 10, 3.2, 2, 4, 2.9, 3.5, 3.4),
    )
)

RATING = a_criterion(
    "Rating",
    100,
    scale=(1, 3, 5, 6, 8, 10),
    mean=6.75,
    lowest=5,
    highest=8,
    lower=5.75,
    upper=8.0,
    funded_mean=7.9,
)

PANEL = PanelView(
    reviews=4,
    funders=3,
    criteria=RUBRIC,
    overall=4.1,
    comments=(
        SharedComment(
            text="The re-asking within the hour rules out plain noise. "
            "A second judge family would rule out more."
        ),
        SharedComment(
            text="Two auditors are few. Name a third who did not help to design the meter.",
            about="Independence",
        ),
    ),
)

ADDRESSEE = Addressee(
    organisation="Balnibarbi Labs (sample)",
    person="Ada Sample",
    lines=("14 Example Street", "Nairobi", "Kenya"),
)


def _letter(**changes) -> dict[str, Any]:
    values: dict[str, Any] = {
        "reference": "EVF-2026-014-A1",
        "version": 1,
        "language": "en",
        "issued_at": ISSUED_AT,
        "notice": NOTICE,
        "fund": FUND,
        "application_reference": "EVF-2026-014",
        "application_title": "Judge-model drift meter",
        "round_reference": "EVF-2026",
        "round_title": "Seed grants for AI evaluation start-ups 2026",
        "kind": RoundKind.GRANT,
        "addressee": ADDRESSEE,
        "panel": PANEL,
        "signatures": (),
        "appeal": Appeal(until_on=date(2027, 3, 12), answer_days=10),
    }
    return values | changes


def an_award_letter(**changes) -> AwardLetter:
    values = _letter(
        reason="What the panel valued most is a plan that can show its own meter to be wrong.",
        amount=euros(220_000),
        contributions=(
            ContributionLine(
                funder="Ruritania Science Ministry",
                amount=euros(80_000),
                paid_when="on acceptance",
            ),
            ContributionLine(
                funder="Lilliput Foundation", amount=euros(90_000), paid_when="on acceptance"
            ),
            ContributionLine(
                funder="Erewhon Trust", amount=euros(50_000), paid_when="after milestone 1"
            ),
        ),
        tranches=(
            TrancheLine(
                number=1,
                released_by="your acceptance",
                not_before_on=date(2027, 4, 1),
                amount=euros(170_000),
            ),
            TrancheLine(
                number=2,
                released_by="milestone 1",
                not_before_on=date(2027, 10, 1),
                amount=euros(50_000),
            ),
        ),
        conditions=(
            Condition(
                text="Publish every weekly series, the disagreeing ones too, under an open licence."
            ),
            Condition(
                text="Milestone 1, by 30 September 2027: a full run of 1,319 pairs on two judge "
                "families, as a readable log.",
                funder="Erewhon Trust",
            ),
            Condition(text="Tell us within ten days if a developer of a tested model pays you."),
        ),
        signatures=(
            Signature(
                officer="Ines Sample",
                on_behalf_of="Ruritania Science Ministry",
                signed_at=datetime(2027, 2, 25, 9, 12, tzinfo=UTC),
            ),
            Signature(
                officer="Jon Sample",
                on_behalf_of="Lilliput Foundation",
                signed_at=datetime(2027, 2, 25, 14, 40, tzinfo=UTC),
            ),
            Signature(officer="Kemi Sample", on_behalf_of="Erewhon Trust", signed_at=None),
        ),
        answer_by_on=date(2027, 3, 19),
    )
    return AwardLetter(**values | changes)


FUND_SIGNATURE = Signature(
    officer="Mara Sample",
    on_behalf_of="Common Measure Fund",
    signed_at=datetime(2027, 2, 26, 8, 5, tzinfo=UTC),
)


def a_decline_letter(**changes) -> DeclineLetter:
    values = _letter(
        reference="EVF-2026-031-D1",
        application_reference="EVF-2026-031",
        application_title="Nine-language refusal suite",
        signatures=(FUND_SIGNATURE,),
        reason="The questions matter and the team can ask them. The plan does not yet show that "
        "the answers would mean the same in each of the nine languages.",
        reviewed=87,
        awarded=22,
        advice="Show for two of the nine languages that native speakers agree on what counts as "
        "a refusal, and with how much error.",
    )
    return DeclineLetter(**values | changes)


def a_reserve_letter(**changes) -> ReserveLetter:
    values = _letter(
        reference="EVF-2026-027-R1",
        application_reference="EVF-2026-027",
        signatures=(FUND_SIGNATURE,),
        place=2,
        reviewed=87,
        awarded=22,
        held_until_on=date(2027, 6, 30),
    )
    return ReserveLetter(**values | changes)


def a_withdrawal_letter(**changes) -> WithdrawalLetter:
    values = _letter(
        reference="EVF-2026-014-W1",
        signatures=(FUND_SIGNATURE,),
        reason="Balnibarbi Labs told us on 2 March 2027 that a developer of a tested model pays "
        "for its auditors. The third condition of the award excludes that.",
        amount=euros(220_000),
        ends="EVF-2026-014-A1",
    )
    return WithdrawalLetter(**values | changes)
