"""A round as its exports tell it: frozen rows, masked as the reader may see them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.money import Money
from fundapp.domain.permissions import Actor, hides_applicants
from fundapp.domain.places import places_among
from fundapp.domain.rubrics import Criterion
from fundapp.domain.states import ContributionState, DecisionKind, DocumentKind
from fundapp.models import (
    Application,
    Contribution,
    Decision,
    IssuedDocument,
    Organisation,
    PanelSeat,
    Person,
    PrizeRung,
)
from fundapp.models import Round as RoundRow
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, round_head
from fundapp.queries.exchange_rates import RoundRates, own_money, own_request, round_rates
from fundapp.queries.marks import CountedReview, rubric_of_round
from fundapp.queries.rankings import live_ranking

LETTER_KINDS = (
    DocumentKind.AWARD_LETTER,
    DocumentKind.DECLINE_LETTER,
    DocumentKind.RESERVE_LETTER,
)


@dataclass(frozen=True, kw_only=True)
class ExportedReview:
    """One review that counts. marks: criterion code to mark, None = abstained."""

    reviewer: str
    funder: str
    marks: Mapping[str, int | None]
    score: float | None


@dataclass(frozen=True, kw_only=True)
class ExportedApplication:
    """One submitted application. decision "" = none yet; contributions by funder's code.

    letter: reference of its newest letter, "" where there is none. estimate: the model's, with the
    ends of its 90 % interval; chance: of being inside the money, from 0 to 1. own_scores: by the
    code of each funder with own weights. own_requested and own_amount: in the applicant's
    currency, own_contributions in the funder's, where these are not the round's.
    """

    reference: str
    source: str
    title: str
    organisation: str
    state: str
    is_complete: bool
    requested: Money | None
    decision: str
    amount: Money | None
    prize: str
    reserve_place: int | None
    contributions: Mapping[str, Money]
    own_requested: Money | None
    own_amount: Money | None
    own_contributions: Mapping[str, Money]
    rank: int | None
    raw_score: float | None
    aggregated_score: float | None
    estimate: float | None
    estimate_low: float | None
    estimate_high: float | None
    chance: float | None
    band: str
    own_scores: Mapping[str, float]
    criterion_means: Mapping[str, float]
    reviews: tuple[ExportedReview, ...]
    letter: str


@dataclass(frozen=True, kw_only=True)
class ExportedRound:
    """A whole round. own_weights: by funder that has its own, then by criterion code.

    recused: how many applications the reader's own conflicts leave out.
    """

    head: RoundHead
    source_note: str
    criteria: tuple[Criterion, ...]
    funders: tuple[FunderEnvelope, ...]
    own_weights: Mapping[UUID, Mapping[str, int]]
    applications: tuple[ExportedApplication, ...]
    recused: int


@dataclass(frozen=True)
class _Gathered:
    """What the rows of one round are made from, by application."""

    currency: str
    ranks: Mapping[UUID, Mapping[str, Any]]
    own_scores: Mapping[str, Mapping[str, str]]
    reviews: Mapping[UUID, Sequence[CountedReview]]
    decisions: Mapping[UUID, Any]
    letters: Mapping[UUID, str]
    names: Mapping[UUID, str]
    codes: Mapping[UUID, str]
    funder_names: Mapping[UUID, str]
    funder_currencies: Mapping[UUID, str]
    rates: RoundRates
    is_masked: bool


def exported_round(session: Session, round_id: UUID, *, reader: Actor) -> ExportedRound:
    """Return the round for `reader`, who may export it.

    14 statements, 15 where somebody asked in another currency.

    Applications closed to the reader by a conflict are left out; reviewers of a blind
    round have their labels for names, and its applicants none until it is decided.
    """
    head, funders = round_head(session, round_id)
    barred = barred_pairs(session, round_id)
    rubric = rubric_of_round(session, round_id)
    live = live_ranking(session, round_id, barred=barred)
    reviews: dict[UUID, list[CountedReview]] = defaultdict(list)
    for review in live.reviews:
        reviews[review.application_id].append(review)
    rows = _applications(session, round_id)
    is_masked = hides_applicants(reader, head.facts)
    seen = [
        row for row in rows if not _is_closed(row.Application.id, reader, head=head, barred=barred)
    ]
    has_others = any(row.Application.own_currency for row in rows)
    gathered = _Gathered(
        currency=head.currency,
        ranks=_ranks_of(live.rows, seen={row.Application.id for row in seen}),
        own_scores=live.own_scores,
        reviews=reviews,
        decisions=_decisions(session, round_id),
        letters=_letters(session, round_id),
        names=_reviewer_names(session, round_id, is_blind=head.facts.is_blind),
        codes={funder.funder_id: funder.code for funder in funders},
        funder_names={funder.funder_id: funder.name for funder in funders},
        funder_currencies={
            funder.funder_id: funder.own.currency for funder in funders if funder.own
        },
        rates=round_rates(session, round_id, currency=head.currency, has_others=has_others),
        is_masked=is_masked,
    )
    return ExportedRound(
        head=head,
        source_note=session.get_one(RoundRow, round_id).source_note,
        criteria=rubric.criteria,
        funders=funders,
        own_weights=live.inputs.own_weights,
        applications=tuple(
            _exported(row.Application, "" if is_masked else row.organisation, gathered)
            for row in seen
        ),
        recused=len(rows) - len(seen),
    )


def _ranks_of(
    rows: Sequence[Mapping[str, Any]], *, seen: Collection[UUID]
) -> dict[UUID, Mapping[str, Any]]:
    """Return the rows of the ranking that are seen, with places counted among themselves."""
    shown = {id_: row for row in rows if (id_ := UUID(row["application_id"])) in seen}
    ranks = {id_: row["rank"] for id_, row in shown.items() if row["rank"]}
    places = places_among(ranks, hidden=())
    return {id_: {**row, "rank": places.get(id_)} for id_, row in shown.items()}


def _is_closed(
    application_id: UUID, reader: Actor, *, head: RoundHead, barred: BarredPairs
) -> bool:
    if (application_id, reader.person_id) in barred.people:
        return True
    if reader.is_fund_manager:
        return False
    own = reader.offices | {reader.seats.get(head.id)}
    return any((application_id, funder) in barred.funders for funder in own if funder)


def _applications(session: Session, round_id: UUID) -> Sequence[Any]:
    return session.execute(
        select(Application, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.round_id == round_id, Application.number.is_not(None))
        .order_by(Application.number)
    ).all()


def _decisions(session: Session, round_id: UUID) -> dict[UUID, tuple[Decision, str, list[Any]]]:
    rows = session.execute(
        select(Decision, PrizeRung.title)
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(Decision.round_id == round_id)
    ).all()
    parts: dict[UUID, list[Any]] = defaultdict(list)
    for part in session.execute(
        select(
            *(Contribution.decision_id, Contribution.funder_id, Contribution.amount),
            Contribution.own_amount,
        )
        .join(Decision, Decision.id == Contribution.decision_id)
        .where(Decision.round_id == round_id, Contribution.state != ContributionState.REFUSED)
        .order_by(Contribution.funder_id)
    ):
        parts[part.decision_id].append(part)
    return {
        decision.application_id: (decision, prize or "", parts[decision.id])
        for decision, prize in rows
    }


def _letters(session: Session, round_id: UUID) -> dict[UUID, str]:
    rows = session.execute(
        select(IssuedDocument.application_id, IssuedDocument.reference)
        .where(
            IssuedDocument.round_id == round_id,
            IssuedDocument.kind.in_([kind.value for kind in LETTER_KINDS]),
        )
        .order_by(IssuedDocument.issued_at, IssuedDocument.version, IssuedDocument.id)
    )
    return {application_id: reference for application_id, reference in rows if application_id}


def _reviewer_names(session: Session, round_id: UUID, *, is_blind: bool) -> dict[UUID, str]:
    rows = session.execute(
        select(PanelSeat.person_id, PanelSeat.label, Person.name)
        .join(Person, Person.id == PanelSeat.person_id)
        .where(PanelSeat.round_id == round_id)
    )
    return {person: label if is_blind else name for person, label, name in rows}


def _exported(
    application: Application, organisation: str, gathered: _Gathered
) -> ExportedApplication:
    rank = gathered.ranks.get(application.id, {})
    decision, prize, parts = gathered.decisions.get(application.id, (None, "", []))
    reviews = gathered.reviews.get(application.id, ())
    is_award = decision is not None and decision.kind is DecisionKind.AWARD
    return ExportedApplication(
        reference=application.reference or "",
        source=application.source_key or "",
        title=application.title,
        organisation=organisation,
        state=application.state.value,
        is_complete=application.is_complete,
        requested=_money(application.amount_requested, gathered.currency),
        decision=decision.kind.value if decision else "",
        amount=_money(decision.amount, gathered.currency) if is_award and decision else None,
        prize=prize,
        reserve_place=decision.reserve_place if decision else None,
        contributions={
            gathered.codes[part.funder_id]: Money(part.amount, gathered.currency) for part in parts
        },
        **_own_sums(application, decision.amount if is_award else None, parts, gathered=gathered),
        rank=rank.get("rank"),
        raw_score=_number(rank.get("raw")),
        aggregated_score=_number(rank.get("score")),
        estimate=_number(rank.get("estimate")),
        estimate_low=_number(rank.get("low")),
        estimate_high=_number(rank.get("high")),
        chance=_number(rank.get("p_fundable")),
        band=rank.get("band") or "",
        own_scores={
            gathered.codes[UUID(funder)]: float(scores[str(application.id)])
            for funder, scores in gathered.own_scores.items()
            if str(application.id) in scores
        },
        criterion_means=_means(reviews),
        reviews=tuple(
            ExportedReview(
                reviewer=gathered.names.get(review.person_id, ""),
                funder=gathered.funder_names.get(review.funder_id, ""),
                marks=review.marks,
                score=None if review.score is None else float(review.score),
            )
            for review in reviews
        ),
        letter=gathered.letters.get(application.id, ""),
    )


def _own_sums(
    application: Application, amount: int | None, parts: Sequence[Any], *, gathered: _Gathered
) -> dict[str, Any]:
    """Return the sums in other currencies than the round's; none that tell who applies."""
    is_masked = gathered.is_masked
    owned = ((part, gathered.funder_currencies.get(part.funder_id)) for part in parts)
    return {
        "own_requested": None if is_masked else own_request(application),
        "own_amount": None if is_masked else gathered.rates.award(amount, application),
        "own_contributions": {
            gathered.codes[part.funder_id]: own
            for part, currency in owned
            if (own := own_money(part.own_amount, currency)) is not None
        },
    }


def _means(reviews: Sequence[CountedReview]) -> dict[str, float]:
    marks: dict[str, list[int]] = defaultdict(list)
    for review in reviews:
        for code, mark in review.marks.items():
            if mark is not None:
                marks[code].append(mark)
    return {code: fmean(found) for code, found in marks.items()}


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
