"""The frozen row of a round's announcement."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.money import Money
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.states import AwardState, DecisionKind, DecisionState, RoundKind
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    DocumentOrder,
    Funder,
    Organisation,
    PrizeRung,
    Round,
)
from fundapp.queries.confirmed_results import confirmed_results
from fundapp.queries.deliberations import FrozenRanking, frozen_ranking
from fundapp.queries.document_rows import (
    Announcement,
    ConfirmedResult,
    ContributionLine,
    EntryLine,
    FunderTotal,
    FundIdentity,
    Winner,
)
from fundapp.queries.exchange_rates import RoundRates, round_rates
from fundapp.queries.letter_texts import own_texts_of
from fundapp.queries.marks import CountedReview
from fundapp.queries.panel_views import middle_half, overall_mean
from fundapp.queries.publication import public_name
from fundapp.queries.rankings import live_ranking

IN_FORCE = (AwardState.ISSUED, AwardState.ACCEPTED)
MOST_LABELS = 3


@dataclass(frozen=True)
class _Awarded:
    """A released award that stands, with its prize and its parts."""

    application: Application
    organisation: str
    decision: Decision
    rung: PrizeRung | None
    parts: Sequence[tuple[str, int]]


def announcement_row(session: Session, order_id: UUID, *, fund: FundIdentity) -> Announcement:
    """Return the announcement to print. Refused awards are left out.

    7 statements, 8 where an award has a currency of its own; one more for own words, in a
    prize round, and where pairs are compared.
    """
    order = session.get_one(DocumentOrder, order_id)
    round_ = session.get_one(Round, order.round_id)
    awarded = _awarded(session, round_)
    live = live_ranking(session, round_.id)
    total = sum(entry.decision.amount or 0 for entry in awarded)
    has_others = any(entry.application.own_currency for entry in awarded)
    rates = round_rates(session, round_.id, currency=round_.currency, has_others=has_others)
    texts = own_texts_of(session, [order.text_id] if order.text_id else [])
    is_prize = round_.kind is RoundKind.PRIZE
    ids = [entry.application.id for entry in awarded]
    confirmed = confirmed_results(session, ids) if is_prize else {}
    compares_pairs = prize_rules_from_data(round_.prize_rules).compares_pairs
    frozen = frozen_ranking(session, round_.id) if compares_pairs else None
    return Announcement(
        reference=order.reference,
        version=order.version,
        language=order.language,
        issued_at=order.ordered_at,
        notice=round_.notice,
        fund=fund,
        verify_url=f"{fund.site}/verify",
        code=order.code,
        own_texts=texts.get(order.text_id, ()) if order.text_id else (),
        round_reference=round_.reference,
        round_title=round_.title,
        kind=round_.kind,
        winners=tuple(
            _winner(entry, rates, confirmed.get(entry.application.id)) for entry in awarded
        ),
        entries=_entries(_in_order(live.rows, frozen), live.reviews, awarded, kind=round_.kind),
        funders=_funder_totals(awarded, currency=round_.currency),
        total=Money(total, round_.currency),
        reviews=len(live.reviews),
        reviewers=len({review.person_id for review in live.reviews}),
        site_path=f"{fund.site}/awards",
        source_note=round_.source_note,
    )


def _awarded(session: Session, round_: Round) -> list[_Awarded]:
    rows: Any = session.execute(
        select(Application, public_name(), Decision, PrizeRung)
        .join(Decision, Decision.application_id == Application.id)
        .join(Award, Award.decision_id == Decision.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(
            Application.round_id == round_.id,
            Decision.kind == DecisionKind.AWARD,
            Decision.state == DecisionState.RELEASED,
            Award.state.in_(IN_FORCE),
        )
        .order_by(PrizeRung.position, Application.number, Application.id)
    ).all()
    parts = _parts(session, [row.Decision.id for row in rows])
    return [
        _Awarded(application, organisation, decision, rung, parts.get(decision.id, ()))
        for application, organisation, decision, rung in rows
    ]


def _parts(
    session: Session, decision_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[tuple[str, int]]]:
    rows = session.execute(
        select(Contribution.decision_id, Funder.name, Contribution.amount)
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(Contribution.decision_id.in_(decision_ids))
        .order_by(Contribution.amount.desc(), Funder.name, Funder.id)
    )
    found: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for decision_id, funder, amount in rows:
        found[decision_id].append((funder, amount))
    return found


def _winner(entry: _Awarded, rates: RoundRates, confirmed: ConfirmedResult | None) -> Winner:
    currency = rates.round_currency
    return Winner(
        application_reference=entry.application.reference or "",
        title=entry.application.title,
        organisation=entry.organisation,
        amount=Money(entry.decision.amount or 0, currency),
        contributions=tuple(
            ContributionLine(funder=funder, amount=Money(amount, currency))
            for funder, amount in entry.parts
        ),
        prize=entry.rung.title if entry.rung else "",
        citation=entry.decision.citation,
        own_amount=rates.award(entry.decision.amount, entry.application),
        confirmed=confirmed,
    )


def _in_order(rows: Sequence[Mapping[str, Any]], frozen: FrozenRanking | None) -> list[UUID]:
    """Return the applications as the rubric orders them, or the pairs where these were frozen.

    What stands in no pair comes last.
    """
    ids = [UUID(row["application_id"]) for row in rows]
    if frozen is None or not frozen.is_by_pairs:
        return ids
    positions = {id_: position for id_, (_, position) in frozen.places.items() if position}
    return sorted(ids, key=lambda id_: positions.get(id_, len(positions) + 1))


def _entries(
    ids: Sequence[UUID],
    counted: Sequence[CountedReview],
    awarded: Sequence[_Awarded],
    *,
    kind: RoundKind,
) -> tuple[EntryLine, ...]:
    """Return the reviewed applications in the order of their ids, with their marks."""
    reviews: dict[UUID, list[CountedReview]] = defaultdict(list)
    for review in counted:
        reviews[review.application_id].append(review)
    prizes = {entry.application.id: entry for entry in awarded}
    lines = []
    for application_id in ids:
        here = reviews.get(application_id, [])
        scores = [float(review.score) for review in here if review.score is not None]
        mean = overall_mean(here)
        if mean is None:
            continue
        lower, upper = middle_half(scores)
        winner = prizes.get(application_id)
        lines.append(
            EntryLine(
                mean=mean,
                lowest=min(scores),
                highest=max(scores),
                lower=lower,
                upper=upper,
                is_awarded=winner is not None,
                label=_label(winner, kind=kind),
            )
        )
    return tuple(lines)


def _label(winner: _Awarded | None, *, kind: RoundKind) -> str:
    if winner is None or winner.rung is None or kind is not RoundKind.PRIZE:
        return ""
    return winner.rung.title if winner.rung.position <= MOST_LABELS else ""


def _funder_totals(awarded: Sequence[_Awarded], *, currency: str) -> tuple[FunderTotal, ...]:
    sums: dict[str, list[int]] = defaultdict(list)
    for entry in awarded:
        for funder, amount in entry.parts:
            sums[funder].append(amount)
    totals = [
        FunderTotal(funder=funder, amount=Money(sum(amounts), currency), awards=len(amounts))
        for funder, amounts in sums.items()
    ]
    return tuple(sorted(totals, key=lambda total: (-total.amount.minor, total.funder)))
