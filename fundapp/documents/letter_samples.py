"""Letters that nobody gets: what managers see while they write the fund's own words.

Every name is fictional. Numbers over ten and days of their own let `shipped_texts` find again
which field stands where.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from fundapp.domain.money import Money
from fundapp.domain.states import DocumentKind, RoundKind
from fundapp.queries.document_rows import (
    Addressee,
    Announcement,
    Appeal,
    AwardLetter,
    Condition,
    ContributionLine,
    CriterionStanding,
    DeclineLetter,
    EntryLine,
    FunderTotal,
    FundIdentity,
    OwnText,
    PanelView,
    PrintedRow,
    ReserveLetter,
    SharedComment,
    Signature,
    TrancheLine,
    Winner,
    WithdrawalLetter,
)

NOTICE = "Preview with sample data. This is not a letter of the fund."
_AT = datetime(2027, 2, 26, 9, tzinfo=UTC)
_SCALE = (1, 2, 3, 4, 5)
_CURRENCY = "EUR"
_CRITERIA = (
    ("Importance of the risk", 40, 4.4, 4, 5, 3.7),
    ("Validity of the measurement", 35, 4.2, 3, 5, 3.6),
    ("Team", 25, 3.9, 3, 4, 3.9),
)
_FUNDERS = (
    ("Ruritania Science Ministry", 90_000),
    ("Lilliput Foundation", 80_000),
    ("Erewhon Trust", 50_000),
)
_SUM = Money(220_000_00, _CURRENCY)


def sample_letter(
    kind: DocumentKind,
    *,
    language: str,
    fund: FundIdentity,
    round_kind: RoundKind = RoundKind.GRANT,
    own_texts: tuple[OwnText, ...] = (),
) -> PrintedRow:
    """Return a letter of this kind, full of sample data, with these words of the fund."""
    shared = {
        "version": 1,
        "language": language,
        "issued_at": _AT,
        "notice": NOTICE,
        "fund": fund,
        "own_texts": own_texts,
        "round_reference": "CMF-2027",
        "round_title": "Seed grants for measurement (sample)",
        "kind": round_kind,
    }
    return _MAKERS[kind](shared)


def _letter(shared: Mapping[str, Any], sign: str) -> dict[str, Any]:
    return {
        **shared,
        "reference": f"CMF-2027-014-{sign}1",
        "application_reference": "CMF-2027-014",
        "application_title": "Judge-model drift meter (sample)",
        "addressee": Addressee(
            organisation="Balnibarbi Labs (sample)",
            person="Ada Sample",
            lines=("14 Example Street", "Nairobi", "Kenya"),
        ),
        "panel": PanelView(
            reviews=14,
            funders=11,
            criteria=tuple(_standing(*values) for values in _CRITERIA),
            overall=4.2,
            comments=(SharedComment(text="A sample of what a reviewer wants you to know."),),
        ),
        "signatures": (
            Signature(officer="Mara Sample", on_behalf_of=shared["fund"].name, signed_at=_AT),
        ),
        "appeal": Appeal(until_on=date(2027, 3, 12), answer_days=12),
        "reason": "A sample of the reason, as the panel or the funders wrote it.",
    }


def _standing(title: str, weight: int, *marks: float) -> CriterionStanding:
    mean, lowest, highest, funded = marks
    return CriterionStanding(
        title=title,
        weight=weight,
        scale=_SCALE,
        mean=mean,
        lowest=int(lowest),
        highest=int(highest),
        lower=mean - 0.3,
        upper=mean + 0.3,
        funded_mean=funded,
    )


def _contributions() -> tuple[ContributionLine, ...]:
    return tuple(
        ContributionLine(funder=f"{name} (sample)", amount=Money(units * 100, _CURRENCY))
        for name, units in _FUNDERS
    )


def _award(shared: Mapping[str, Any]) -> AwardLetter:
    return AwardLetter(
        **_letter(shared, "A"),
        amount=_SUM,
        contributions=_contributions(),
        conditions=(Condition(text="A sample of a condition."),),
        tranches=(
            TrancheLine(
                number=1, released_by="A sample", not_before_on=date(2027, 4, 1), amount=_SUM
            ),
        ),
        prize="First prize (sample)" if shared["kind"] is RoundKind.PRIZE else "",
        answer_by_on=date(2027, 3, 19),
    )


def _decline(shared: Mapping[str, Any]) -> DeclineLetter:
    return DeclineLetter(
        **_letter(shared, "D"), reviewed=87, awarded=22, advice="A sample of one thing to change."
    )


def _reserve(shared: Mapping[str, Any]) -> ReserveLetter:
    return ReserveLetter(
        **_letter(shared, "R"),
        place=15,
        reviewed=87,
        awarded=22,
        held_until_on=date(2027, 6, 30),
    )


def _withdrawal(shared: Mapping[str, Any]) -> WithdrawalLetter:
    return WithdrawalLetter(**_letter(shared, "W"), amount=_SUM, ends="CMF-2027-014-A1")


def _announcement(shared: Mapping[str, Any]) -> Announcement:
    winners = tuple(_winner(place, shared["kind"]) for place in range(1, 14))
    return Announcement(
        **shared,
        reference="CMF-2027-N1",
        winners=winners,
        entries=tuple(_entry(place, awarded=len(winners)) for place in range(48)),
        funders=tuple(
            FunderTotal(
                funder=part.funder,
                amount=Money(part.amount.minor * len(winners), _CURRENCY),
                awards=len(winners),
            )
            for part in _contributions()
        ),
        total=Money(_SUM.minor * len(winners), _CURRENCY),
        reviews=164,
        reviewers=17,
        site_path=f"{shared['fund'].site}/awards",
    )


def _winner(place: int, round_kind: RoundKind) -> Winner:
    return Winner(
        application_reference=f"CMF-2027-{place:03}",
        title=f"Sample {place}",
        organisation="Balnibarbi Labs (sample)",
        amount=_SUM,
        contributions=_contributions(),
        prize=f"Prize {place} (sample)" if round_kind is RoundKind.PRIZE else "",
    )


def _entry(place: int, *, awarded: int) -> EntryLine:
    mean = 4.8 - 3.4 * place / 47
    return EntryLine(
        mean=mean,
        lowest=max(1.0, mean - 0.9),
        highest=min(5.0, mean + 0.8),
        lower=max(1.0, mean - 0.4),
        upper=min(5.0, mean + 0.3),
        is_awarded=place < awarded,
    )


_MAKERS: Mapping[DocumentKind, Callable[[Mapping[str, Any]], PrintedRow]] = {
    DocumentKind.AWARD_LETTER: _award,
    DocumentKind.DECLINE_LETTER: _decline,
    DocumentKind.RESERVE_LETTER: _reserve,
    DocumentKind.WITHDRAWAL_LETTER: _withdrawal,
    DocumentKind.ANNOUNCEMENT: _announcement,
}
