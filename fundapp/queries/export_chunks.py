"""Applications of a round for its exports, some hundred at a time, so that memory stays small."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.money import Money
from fundapp.domain.rubrics import Rubric
from fundapp.domain.states import ContributionState, DecisionKind
from fundapp.models import (
    Application,
    Award,
    Contribution,
    Decision,
    IssuedDocument,
    Organisation,
    PrizeRung,
    Review,
)
from fundapp.queries.barred import BarredPairs
from fundapp.queries.checks import RETURNED
from fundapp.queries.exchange_rates import RoundRates, own_money, own_request
from fundapp.queries.export_records import LETTER_KINDS, ExportedApplication, ExportedReview
from fundapp.queries.marks import CountedReview, counted_reviews


@dataclass(frozen=True)
class Shared:
    """What the rows of one round have in common.

    closed: applications that the reader may not see. reviews: None = read them with each chunk.
    """

    round_id: UUID
    currency: str
    closed: frozenset[UUID]
    barred: BarredPairs
    rubric: Rubric
    ranks: Mapping[UUID, Mapping[str, Any]]
    own_scores: Mapping[str, Mapping[str, str]]
    reviews: Mapping[UUID, Sequence[CountedReview]] | None
    names: Mapping[UUID, str]
    codes: Mapping[UUID, str]
    funder_names: Mapping[UUID, str]
    funder_currencies: Mapping[UUID, str]
    rates: RoundRates
    is_masked: bool


@dataclass(frozen=True)
class _Chunk:
    """What some applications are told with, by application."""

    reviews: Mapping[UUID, Sequence[CountedReview]]
    decisions: Mapping[UUID, tuple[Decision, str, datetime | None, list[Any]]]
    letters: Mapping[UUID, tuple[str, datetime]]
    reviewed_at: Mapping[UUID, datetime | None]


@dataclass(frozen=True)
class ApplicationStream:
    """The applications that the reader may see, by number, read anew by each loop over them.

    6 statements for each `at_once` of them.
    """

    session: Session
    shared: Shared
    at_once: int

    def __iter__(self) -> Iterator[ExportedApplication]:
        """Yield one after the other."""
        last = 0
        while rows := _applications(self.session, self.shared, after=last, limit=self.at_once):
            last = rows[-1].Application.number
            seen = [row for row in rows if row.Application.id not in self.shared.closed]
            chunk = _chunk(self.session, self.shared, [row.Application.id for row in seen])
            for row in seen:
                yield _exported(row, self.shared, chunk)
            if len(rows) < self.at_once:
                return


def _applications(session: Session, shared: Shared, *, after: int, limit: int) -> Sequence[Any]:
    return session.execute(
        select(Application, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.round_id == shared.round_id, Application.number > after)
        .order_by(Application.number)
        .limit(limit)
    ).all()


def _chunk(session: Session, shared: Shared, ids: Sequence[UUID]) -> _Chunk:
    reviews = shared.reviews
    if reviews is None:
        reviews = by_application(
            counted_reviews(
                session,
                shared.round_id,
                rubric=shared.rubric,
                barred=shared.barred,
                application_ids=ids,
            )
        )
    reviewed_at = session.execute(
        select(Review.application_id, func.max(Review.submitted_at))
        .where(Review.application_id.in_(ids))
        .group_by(Review.application_id)
    )
    return _Chunk(
        reviews=reviews,
        decisions=_decisions(session, ids),
        letters=_letters(session, ids),
        reviewed_at={row[0]: row[1] for row in reviewed_at},
    )


def by_application(reviews: Sequence[CountedReview]) -> dict[UUID, list[CountedReview]]:
    """Return the reviews of each application."""
    found: dict[UUID, list[CountedReview]] = defaultdict(list)
    for review in reviews:
        found[review.application_id].append(review)
    return found


def _decisions(
    session: Session, ids: Sequence[UUID]
) -> dict[UUID, tuple[Decision, str, datetime | None, list[Any]]]:
    rows = session.execute(
        select(Decision, PrizeRung.title, func.coalesce(Award.answered_at, Award.issued_at))
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .outerjoin(Award, Award.decision_id == Decision.id)
        .where(
            Decision.application_id.in_(ids),
            or_(Award.state.is_(None), Award.state.not_in(RETURNED)),
        )
    ).all()
    parts: dict[UUID, list[Any]] = defaultdict(list)
    for part in session.execute(
        select(
            *(Contribution.decision_id, Contribution.funder_id, Contribution.amount),
            *(Contribution.own_amount, Contribution.state, Contribution.answered_at),
        )
        .join(Decision, Decision.id == Contribution.decision_id)
        .where(Decision.application_id.in_(ids))
        .order_by(Contribution.funder_id)
    ):
        parts[part.decision_id].append(part)
    return {
        decision.application_id: (decision, prize or "", award_at, parts[decision.id])
        for decision, prize, award_at in rows
    }


def _letters(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, datetime]]:
    rows = session.execute(
        select(IssuedDocument.application_id, IssuedDocument.reference, IssuedDocument.issued_at)
        .where(
            IssuedDocument.application_id.in_(ids),
            IssuedDocument.kind.in_([kind.value for kind in LETTER_KINDS]),
        )
        .order_by(IssuedDocument.issued_at, IssuedDocument.version, IssuedDocument.id)
    )
    return {id_: (reference, at) for id_, reference, at in rows if id_ is not None}


def _exported(row: Any, shared: Shared, chunk: _Chunk) -> ExportedApplication:
    application: Application = row.Application
    rank = shared.ranks.get(application.id, {})
    reviews = chunk.reviews.get(application.id, ())
    return ExportedApplication(
        reference=application.reference or "",
        source=application.source_key or "",
        title=application.title,
        organisation="" if shared.is_masked else row.organisation,
        state=application.state.value,
        is_complete=application.is_complete,
        requested=_money(application.amount_requested, shared.currency),
        **_decided(application, shared, chunk),
        rank=rank.get("rank"),
        raw_score=_number(rank.get("raw")),
        aggregated_score=_number(rank.get("score")),
        estimate=_number(rank.get("estimate")),
        estimate_low=_number(rank.get("low")),
        estimate_high=_number(rank.get("high")),
        chance=_number(rank.get("p_fundable")),
        band=rank.get("band") or "",
        own_scores={
            shared.codes[UUID(funder)]: float(scores[str(application.id)])
            for funder, scores in shared.own_scores.items()
            if str(application.id) in scores
        },
        criterion_means=_means(reviews),
        reviews=tuple(_review(review, shared) for review in reviews),
        letter=chunk.letters.get(application.id, ("", None))[0],
        changed_at=_changed_at(application, chunk),
    )


def _review(review: CountedReview, shared: Shared) -> ExportedReview:
    return ExportedReview(
        reviewer=shared.names.get(review.person_id, ""),
        funder=shared.funder_names.get(review.funder_id, ""),
        marks=review.marks,
        evidence=review.evidence,
        score=None if review.score is None else float(review.score),
        confidence=review.confidence,
    )


def _decided(application: Application, shared: Shared, chunk: _Chunk) -> dict[str, Any]:
    """Return what the decision says; contributions that a funder refused are none."""
    found = chunk.decisions.get(application.id)
    decision, prize, parts = (found[0], found[1], found[3]) if found else (None, "", [])
    is_award = decision is not None and decision.kind is DecisionKind.AWARD
    amount = decision.amount if decision and is_award else None
    paid = [part for part in parts if part.state is not ContributionState.REFUSED]
    return {
        "decision": decision.kind.value if decision else "",
        "amount": _money(amount, shared.currency),
        "prize": prize,
        "reserve_place": decision.reserve_place if decision else None,
        "decided_on": _day(decision.decided_at) if decision else None,
        "released_on": _day(decision.released_at) if decision else None,
        "contributions": {
            shared.codes[part.funder_id]: Money(part.amount, shared.currency) for part in paid
        },
        **_own_sums(application, amount, paid, shared=shared),
    }


def _own_sums(
    application: Application, amount: int | None, parts: Sequence[Any], *, shared: Shared
) -> dict[str, Any]:
    """Return the sums in other currencies than the round's; none that tell who applies."""
    is_masked = shared.is_masked
    owned = ((part, shared.funder_currencies.get(part.funder_id)) for part in parts)
    return {
        "own_requested": None if is_masked else own_request(application),
        "own_amount": None if is_masked else shared.rates.award(amount, application),
        "own_contributions": {
            shared.codes[part.funder_id]: own
            for part, currency in owned
            if (own := own_money(part.own_amount, currency)) is not None
        },
    }


def _changed_at(application: Application, chunk: _Chunk) -> datetime:
    times = [application.state_since, application.submitted_at]
    times.append(chunk.reviewed_at.get(application.id))
    if application.id in chunk.letters:
        times.append(chunk.letters[application.id][1])
    if application.id in chunk.decisions:
        decision, _, award_at, parts = chunk.decisions[application.id]
        times += [decision.decided_at, decision.released_at, award_at]
        times += [part.answered_at for part in parts]
    return max(at for at in times if at is not None)


def _means(reviews: Sequence[CountedReview]) -> dict[str, float]:
    marks: dict[str, list[int]] = defaultdict(list)
    for review in reviews:
        for code, mark in review.marks.items():
            if mark is not None:
                marks[code].append(mark)
    return {code: fmean(found) for code, found in marks.items()}


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
