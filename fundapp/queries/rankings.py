"""The ranking of a round, live from the reviews that count."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, DecisionKind, RoundKind
from fundapp.joint.aggregation import AggregatedApplication, Aggregation, ReviewScore, aggregate
from fundapp.models import Application, Decision, Organisation
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, Seen
from fundapp.queries.marks import CountedReview, counted_reviews, rubric_of_round
from fundapp.queries.panel import REVIEWED_STATES


@dataclass(frozen=True)
class RankedRow:
    """One application on the board. A recused row has nothing but its id."""

    id: UUID
    is_recused: bool = False
    reference: str = ""
    title: str = ""
    organisation: str = ""
    amount_requested: int | None = None
    state: ApplicationState | None = None
    marks: AggregatedApplication | None = None
    funder_ranks: Mapping[UUID, int] | None = None
    is_inside: bool = False
    decision: DecisionKind | None = None


@dataclass(frozen=True)
class Board:
    """The ranking board. Rows by position, then those without a review, then recused ones.

    inside: how many applications, from the top, the envelopes can pay at the sums asked
    for (in a prize round: how many prizes there are). cut: the score halfway between the
    last inside and the first outside, None where there is none. scale: the lowest and
    the highest mark. live_sha256: what freezing the rows now would give.
    """

    head: RoundHead
    funders: tuple[FunderEnvelope, ...]
    rows: tuple[RankedRow, ...]
    inside: int
    cut: float | None
    scale: tuple[int, int]
    method_sentence: str
    strictness: str
    reviews: int
    live_sha256: str

    @property
    def is_stale(self) -> bool:
        """Tell whether marks have changed since the ranking was frozen."""
        return self.head.frozen is not None and self.head.frozen.sha256 != self.live_sha256

    @property
    def awarded_outside(self) -> int:
        """Count the awards beyond the line, of the rows that this reader sees."""
        return sum(not row.is_inside and row.decision is DecisionKind.AWARD for row in self.rows)

    @property
    def passed_over(self) -> int:
        """Count the applications before the line that are decided and get no award."""
        return sum(
            row.is_inside and row.decision not in {None, DecisionKind.AWARD} for row in self.rows
        )


@dataclass(frozen=True)
class LiveRanking:
    """The aggregation of a round as its reviews stand, with what it was made from."""

    applications: Sequence[Any]
    reviews: tuple[CountedReview, ...]
    aggregation: Aggregation
    rows: list[dict[str, Any]]
    sha256: str
    scale: tuple[int, int]


def live_ranking(
    session: Session, round_id: UUID, *, seed: str, barred: BarredPairs | None = None
) -> LiveRanking:
    """Aggregate the round's reviews as they stand. 4 statements, 3 with `barred` given."""
    barred = barred or barred_pairs(session, round_id)
    rubric = rubric_of_round(session, round_id)
    applications = _applications(session, round_id)
    reviews = counted_reviews(session, round_id, rubric=rubric, barred=barred)
    references = {row.id: row.reference or str(row.id) for row in applications}
    aggregation = aggregate(
        list(references.values()),
        [
            ReviewScore(
                application=references[review.application_id],
                reviewer=str(review.person_id),
                funder=str(review.funder_id),
                score=review.score,
            )
            for review in reviews
            if review.score is not None and review.application_id in references
        ],
        seed=seed,
    )
    ids = {reference: id_ for id_, reference in references.items()}
    rows = [_row_to_freeze(ids[row.application], row) for row in aggregation.rows]
    return LiveRanking(
        applications=applications,
        reviews=reviews,
        aggregation=aggregation,
        rows=rows,
        sha256=ranking_hash(aggregation.method.key, rows),
        scale=(rubric.scale[0], rubric.scale[-1]) if rubric.scale else (0, 1),
    )


def ranking_hash(method: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of a ranking's canonical JSON (sorted keys, no spaces)."""
    text = json.dumps({"method": method, "rows": list(rows)}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def ranking_board(
    session: Session,
    head: RoundHead,
    funders: tuple[FunderEnvelope, ...],
    *,
    barred: BarredPairs,
    seen: Seen,
) -> Board:
    """Return the board as this reader may see it. 3 statements."""
    live = live_ranking(session, head.id, seed=head.seed, barred=barred)
    by_reference = {row.reference or str(row.id): row for row in live.applications}
    order = [(by_reference[marks.application], marks) for marks in live.aggregation.rows]
    prizes = head.prizes if head.kind is RoundKind.PRIZE else None
    inside = _inside(order, sum(funder.amount for funder in funders), prizes=prizes)
    ranks = _funder_ranks(live.aggregation)
    rows = [
        _board_row(application, marks, ranks, seen=seen, is_inside=place < inside)
        for place, (application, marks) in enumerate(order)
    ]
    return Board(
        head=head,
        funders=funders,
        rows=tuple(sorted(rows, key=lambda row: row.is_recused)),
        inside=inside,
        cut=_cut(live.aggregation.rows, inside),
        scale=live.scale,
        method_sentence=live.aggregation.method.sentence,
        strictness=live.aggregation.strictness,
        reviews=sum(row.reviews for row in live.aggregation.rows),
        live_sha256=live.sha256,
    )


def _applications(session: Session, round_id: UUID) -> Sequence[Any]:
    return session.execute(
        select(
            Application.id,
            Application.reference,
            Application.title,
            Application.amount_requested,
            Application.state,
            Organisation.name.label("organisation"),
            Decision.kind.label("decision"),
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.round_id == round_id, Application.state.in_(REVIEWED_STATES))
        .order_by(Application.number, Application.id)
    ).all()


def _row_to_freeze(application_id: UUID, row: AggregatedApplication) -> dict[str, Any]:
    return {
        "application_id": str(application_id),
        "reference": row.application,
        "rank": row.rank,
        "position": row.position,
        "raw": None if row.raw_score is None else repr(row.raw_score),
        "score": None if row.aggregated_score is None else repr(row.aggregated_score),
        "reviews": row.reviews,
        "spread": None if row.standard_deviation is None else repr(row.standard_deviation),
    }


def _inside(
    order: Sequence[tuple[Any, AggregatedApplication]], money: int, *, prizes: int | None
) -> int:
    """Count the applications from the top that the money reaches, in the ranking's order."""
    ranked = [application for application, marks in order if marks.position is not None]
    if prizes is not None:
        return min(prizes, len(ranked))
    for place, application in enumerate(ranked):
        money -= application.amount_requested or 0
        if money < 0:
            return place
    return len(ranked)


def _cut(rows: Sequence[AggregatedApplication], inside: int) -> float | None:
    scores = [row.aggregated_score for row in rows if row.aggregated_score is not None]
    if not 0 < inside < len(scores):
        return None
    return (scores[inside - 1] + scores[inside]) / 2


def _funder_ranks(aggregation: Aggregation) -> Mapping[str, Mapping[UUID, int]]:
    """Return by application its rank among those that each funder's own reviewers marked."""
    means: dict[str, dict[str, float]] = defaultdict(dict)
    for row in aggregation.rows:
        for funder, mean in row.funder_means.items():
            means[funder][row.application] = mean
    ranks: dict[str, dict[UUID, int]] = defaultdict(dict)
    for funder, found in means.items():
        best_first = sorted(found.values(), reverse=True)
        first_place = {mean: place for place, mean in reversed(list(enumerate(best_first, 1)))}
        for application, mean in found.items():
            ranks[application][UUID(funder)] = first_place[mean]
    return ranks


def _board_row(
    application: Any,
    marks: AggregatedApplication,
    ranks: Mapping[str, Mapping[UUID, int]],
    *,
    seen: Seen,
    is_inside: bool,
) -> RankedRow:
    if application.id in seen.recused:
        return RankedRow(id=application.id, is_recused=True)
    return RankedRow(
        id=application.id,
        reference=application.reference or "",
        title=application.title,
        organisation="" if seen.hide_identity else application.organisation,
        amount_requested=application.amount_requested,
        state=application.state,
        marks=marks,
        funder_ranks=ranks.get(marks.application, {}),
        is_inside=is_inside,
        decision=application.decision,
    )
