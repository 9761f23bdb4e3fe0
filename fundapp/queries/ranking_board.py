"""The ranking board: every application with its place, its doubt and the funders' own ranks."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil, floor
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.places import places_among
from fundapp.domain.states import ApplicationState, DecisionKind
from fundapp.joint.evaluation.aggregation import AggregatedApplication, Aggregation
from fundapp.joint.evaluation.agreement import spearman_brown
from fundapp.joint.evaluation.evaluate import JointEvaluation
from fundapp.joint.evaluation.extra_review import extra_reviews
from fundapp.joint.evaluation.ranking import Band, natural_frequency
from fundapp.queries.barred import BarredPairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, Seen
from fundapp.queries.evaluation_inputs import reference_of
from fundapp.queries.funder_ranks import funder_ranks, own_scores_of, ranked
from fundapp.queries.rankings import LiveRanking, live_ranking

FAR_APART, FAR_SHARE = 5, 10
"""A funder's own rank is far away from the place from so many places on, and from this part (a
tenth) of the order on."""


@dataclass(frozen=True)
class RankedRow:
    """One application on the board. A recused row has nothing but its id.

    funder_ranks: its rank among what each funder's own reviewers marked or, where funders have own
    weights, among all by the weights of each; far_from: the funders of which that is far away.
    own_scores: by funder with own weights. raw_rank: its place by plain means. strictness: how
    much stricter than the average of all its reviewers are together, where scores are corrected.
    tells_likely: False where the likely places would tell the place of a recused row.
    """

    id: UUID
    is_recused: bool = False
    reference: str = ""
    title: str = ""
    organisation: str = ""
    amount_requested: int | None = None
    state: ApplicationState | None = None
    marks: AggregatedApplication | None = None
    funder_ranks: Mapping[UUID, int] = field(default_factory=dict)
    far_from: frozenset[UUID] = frozenset()
    own_scores: Mapping[UUID, float] = field(default_factory=dict)
    raw_rank: int | None = None
    strictness: float | None = None
    tells_likely: bool = True
    is_inside: bool = False
    decision: DecisionKind | None = None

    @property
    def chance(self) -> str:
        """Return the chance of being inside as people say it; "" where it is not known."""
        evaluated = self.marks.evaluated if self.marks else None
        if evaluated is None or evaluated.p_fundable is None:
            return ""
        return natural_frequency(evaluated.p_fundable)

    @property
    def likely(self) -> str:
        """Return the likely places, such as 2–9; "" where they are not known or not told."""
        evaluated = self.marks.evaluated if self.marks else None
        if evaluated is None or not self.tells_likely:
            return ""
        if self.marks is None or self.marks.rank is None:
            return ""
        low, high = evaluated.rank_low, evaluated.rank_high
        return f"{low}" if low == high else f"{low}–{high}"

    @property
    def band(self) -> Band | None:
        """Return where it stands; None where that is not known."""
        evaluated = self.marks.evaluated if self.marks else None
        return evaluated.band if evaluated else None

    def crosses(self, inside: int) -> bool:
        """Tell whether the correction moves it over the line after the place `inside`."""
        if self.marks is None or self.marks.rank is None or self.raw_rank is None:
            return False
        return (self.raw_rank <= inside) is not self.is_inside


@dataclass(frozen=True)
class Board:
    """The ranking board. Rows by band and position, then those without a score, then recused ones.

    All places and counts are among the rows that the reader sees, so that no gap tells where a
    recused one stands.

    inside: how many applications, from the top, the envelopes can pay at the sums asked for (in
    a prize round: how many prizes there are). cut: the estimate halfway between the last inside
    and the first outside, None where there is none. scale: the lowest and the highest mark.
    settles: the row that one more review would settle most, of those that the reader sees.
    abstaining: how many reviews leave a criterion out. weighing: the funders that have own weights
    of the criteria. evaluated_at: when a worker evaluated a
    large round; newer: how many reviews came or changed since.
    """

    head: RoundHead
    funders: tuple[FunderEnvelope, ...]
    rows: tuple[RankedRow, ...]
    inside: int
    cut: float | None
    scale: tuple[int, int]
    evaluation: JointEvaluation | None
    method: str
    settles: RankedRow | None
    reviews: int
    abstaining: int
    weighing: tuple[FunderEnvelope, ...]
    evaluated_at: datetime | None
    newer: int
    live_sha256: str

    @property
    def is_stale(self) -> bool:
        """Tell whether marks have changed since the ranking was frozen from them."""
        frozen = self.head.frozen
        return frozen is not None and not frozen.is_by_pairs and frozen.sha256 != self.live_sha256

    @property
    def seen(self) -> tuple[RankedRow, ...]:
        """Return the rows that are not recused."""
        return tuple(row for row in self.rows if not row.is_recused)

    @property
    def bands(self) -> Mapping[Band, int]:
        """Return how many of the rows that the reader sees stand in each band."""
        return Counter(row.band for row in self.seen if row.band)

    @property
    def axis(self) -> tuple[int, int]:
        """Return the whole marks between which all intervals lie, within the scale."""
        ends = [
            end
            for row in self.seen
            if row.marks and (found := row.marks.evaluated)
            for end in (found.low, found.high, found.estimate, row.marks.raw_score)
            if end is not None
        ]
        low, high = self.scale
        if not ends:
            return low, high
        return max(low, floor(min(ends))), min(high, ceil(max(ends)))

    @property
    def strictness_range(self) -> float:
        """Return how far the strictest reviewer marks below the mildest, 0 where unknown."""
        found = [one.strictness for one in self.evaluation.reviewers] if self.evaluation else []
        known = [strictness for strictness in found if strictness is not None]
        return max(known) - min(known) if known else 0.0

    @property
    def agreement(self) -> tuple[float, float, int] | None:
        """Return the agreement of one review, of a panel, and its size; None where unknown."""
        if self.evaluation is None:
            return None
        icc = single_agreement(self.evaluation)
        size = self.evaluation.agreement.reviews_per_application
        return None if icc is None else (icc, spearman_brown(icc, size), round(size))

    @property
    def moved(self) -> int:
        """Count the rows that stand in another place than by plain means."""
        return sum(bool(row.marks and row.raw_rank != row.marks.rank) for row in self.seen)

    @property
    def crossing(self) -> tuple[RankedRow, ...]:
        """Return the rows that the correction moves over the line."""
        return tuple(row for row in self.seen if row.crosses(self.inside))

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


def ranking_board(
    session: Session,
    head: RoundHead,
    funders: tuple[FunderEnvelope, ...],
    *,
    barred: BarredPairs,
    seen: Seen,
) -> Board:
    """Return the board as this reader may see it. 5 statements."""
    live = live_ranking(session, head.id, barred=barred, waits=False)
    return board_of(live, head, funders, seen=seen)


def board_of(
    live: LiveRanking, head: RoundHead, funders: tuple[FunderEnvelope, ...], *, seen: Seen
) -> Board:
    """Return the board of a ranking as its reader may see it."""
    evaluation = live.found.evaluation
    ranked = [row for row in live.aggregation.rows if row.position is not None]
    requests = live.inputs.requests
    reached = live.inputs.rules.reached([requests[row.application] for row in ranked])
    rows = _rows(live, funder_ranks(live, funders), seen=seen, inside=reached)
    inside = reached
    if any(row.is_recused for row in rows):
        rows = _renumbered(rows)
        inside = sum(row.is_inside for row in rows)
    return Board(
        head=head,
        funders=funders,
        rows=tuple(sorted(rows, key=_group)),
        inside=inside,
        cut=_cut([row.marks for row in rows if row.marks and row.marks.rank], inside),
        scale=live.inputs.scale,
        evaluation=evaluation,
        method=live.aggregation.method,
        settles=_settles(evaluation, rows),
        reviews=sum(row.reviews for row in ranked),
        abstaining=sum(None in review.marks.values() for review in live.reviews),
        weighing=tuple(one for one in funders if one.funder_id in live.inputs.own_weights),
        evaluated_at=live.found.made_at,
        newer=live.found.newer,
        live_sha256=live.sha256,
    )


def single_agreement(evaluation: JointEvaluation) -> float | None:
    """Return the agreement of single reviews, ICC(2,1); None where it cannot be estimated."""
    found = evaluation.variance
    if found.application is None or found.residual is None:
        return None
    whole = found.application + (found.reviewer or 0.0) + found.residual
    return found.application / whole if whole else None


def _group(row: RankedRow) -> tuple[bool, bool, int]:
    is_unranked = row.marks is None or row.marks.rank is None
    return row.is_recused, is_unranked, list(Band).index(row.band) if row.band else 0


def _rows(
    live: LiveRanking, ranks: Mapping[str, Mapping[UUID, int]], *, seen: Seen, inside: int
) -> list[RankedRow]:
    by_reference = {reference_of(row): row for row in live.inputs.applications}
    raw_ranks, strictness = _raw_ranks(live.aggregation), _strictness(live)
    far = max(FAR_APART, ceil(len(raw_ranks) / FAR_SHARE))
    own = own_scores_of(live)
    return [
        _row(
            by_reference[marks.application],
            marks,
            ranks.get(marks.application, {}),
            far=far,
            own_scores=own.get(marks.application, {}),
            raw_rank=raw_ranks.get(marks.application),
            strictness=strictness.get(marks.application),
            seen=seen,
            is_inside=place < inside,
        )
        for place, marks in enumerate(live.aggregation.rows)
    ]


def _renumbered(rows: Sequence[RankedRow]) -> list[RankedRow]:
    """Return the rows with the places of those that are seen, counted among themselves."""
    marks = {row.id: row.marks for row in rows if row.marks}
    ranks = _places({id_: one.rank for id_, one in marks.items()})
    positions = _places({id_: one.position for id_, one in marks.items()})
    raw_ranks = _places({row.id: row.raw_rank for row in rows})
    funders = {funder for row in rows for funder in row.funder_ranks}
    by_funder = {
        funder: _places({row.id: row.funder_ranks.get(funder) for row in rows})
        for funder in funders
    }
    return [
        replace(
            row,
            marks=replace(marks[row.id], rank=ranks.get(row.id), position=positions.get(row.id)),
            raw_rank=raw_ranks.get(row.id),
            funder_ranks={funder: by_funder[funder][row.id] for funder in row.funder_ranks},
            tells_likely=False,
        )
        if row.id in marks
        else row
        for row in rows
    ]


def _places(ranks: Mapping[UUID, int | None]) -> dict[UUID, int]:
    known = {id_: rank for id_, rank in ranks.items() if rank is not None}
    return places_among(known, hidden=())


def _row(
    application: Any,
    marks: AggregatedApplication,
    ranks: Mapping[UUID, int],
    *,
    far: int,
    own_scores: Mapping[UUID, float],
    raw_rank: int | None,
    strictness: float | None,
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
        funder_ranks=ranks,
        far_from=frozenset(
            funder
            for funder, rank in ranks.items()
            if marks.rank is not None and abs(rank - marks.rank) >= far
        ),
        own_scores=own_scores,
        raw_rank=raw_rank,
        strictness=strictness,
        is_inside=is_inside,
        decision=application.decision,
    )


def _cut(ranked: Sequence[AggregatedApplication], inside: int) -> float | None:
    """Return the estimate between the best `inside` and the others."""
    estimates = sorted((row.evaluated.estimate for row in ranked if row.evaluated), reverse=True)
    if not 0 < inside < len(estimates):
        return None
    return (estimates[inside - 1] + estimates[inside]) / 2


def _raw_ranks(aggregation: Aggregation) -> Mapping[str, int]:
    return ranked(
        {
            row.application: row.raw_score
            for row in aggregation.rows
            if row.raw_score is not None and row.rank is not None
        }
    )


def _strictness(live: LiveRanking) -> Mapping[str, float]:
    """Return how strict the reviewers of each application are together."""
    evaluation = live.found.evaluation
    if evaluation is None or not evaluation.calibrated:
        return {}
    by_reviewer = {one.reviewer: one.strictness for one in evaluation.reviewers}
    found: dict[str, list[float]] = defaultdict(list)
    for score in live.inputs.scores:
        if (strictness := by_reviewer.get(score.reviewer)) is not None:
            found[score.application].append(strictness)
    return {application: sum(here) / len(here) for application, here in found.items()}


def _settles(evaluation: JointEvaluation | None, rows: Sequence[RankedRow]) -> RankedRow | None:
    if evaluation is None or evaluation.fundable is None:
        return None
    by_reference = {row.reference: row for row in rows if not row.is_recused}
    for extra in extra_reviews(evaluation):
        if extra.gain > 0 and extra.application in by_reference:
            return by_reference[extra.application]
    return None
