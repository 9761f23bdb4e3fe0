"""The agenda of the joint meeting: what the reviews leave for people to settle."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.joint.evaluation.ranking import Band
from fundapp.queries.barred import BarredPairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, Seen
from fundapp.queries.marks import CountedReview
from fundapp.queries.ranking_board import Board, RankedRow, board_of
from fundapp.queries.rankings import LiveRanking, live_ranking

FAR = 0.4
"""From this part of the whole order on, two funders rank an application far apart."""

FEWEST_RANKED = 4
"""A funder whose reviewers marked fewer applications has no order to compare."""

WIDE = 0.5
"""From this part of the scale on, the reviews of an application lie far apart."""


@dataclass(frozen=True)
class FunderGap:
    """Who ranks an application best and who worst, among how many each."""

    best: str
    best_rank: int
    best_of: int
    worst: str
    worst_rank: int
    worst_of: int

    @property
    def size(self) -> float:
        """Return the distance as a part of the whole order, from 0 to 1."""
        return _height(self.worst_rank, self.worst_of) - _height(self.best_rank, self.best_of)


@dataclass(frozen=True)
class CriterionGap:
    """The criterion on which an application's reviews differ most, and its two ends."""

    title: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class AgendaItem:
    """One application to talk about, and why; a reason that does not hold is None or False."""

    row: RankedRow
    is_close: bool
    is_far: bool
    is_wide: bool
    funders: FunderGap | None
    criterion: CriterionGap | None

    @property
    def reasons(self) -> int:
        """Count why it is on the agenda."""
        return self.is_close + self.is_far + self.is_wide


@dataclass(frozen=True)
class Agenda:
    """The items, most reasons first, then by the funders' distance and the place."""

    board: Board
    items: tuple[AgendaItem, ...]


def joint_agenda(
    session: Session,
    head: RoundHead,
    funders: tuple[FunderEnvelope, ...],
    *,
    barred: BarredPairs,
    seen: Seen,
) -> Agenda:
    """Return what the joint meeting should talk about, as this reader may see it. 5 statements."""
    live = live_ranking(session, head.id, barred=barred, waits=False)
    board = board_of(live, head, funders, seen=seen)
    names = {funder.funder_id: funder.short for funder in funders}
    ranked = ranked_by(board)
    criteria = _criterion_gaps(live)
    length = board.scale[1] - board.scale[0]
    items = [
        _item(
            row,
            funder_gap(row, names, ranked),
            criteria.get(row.id),
            scale_length=length,
        )
        for row in board.seen
        if row.marks and row.marks.rank
    ]
    chosen = [item for item in items if item.reasons]
    return Agenda(board, tuple(sorted(chosen, key=_importance)))


def _item(
    row: RankedRow,
    gap: FunderGap | None,
    criterion: CriterionGap | None,
    *,
    scale_length: int,
) -> AgendaItem:
    low, high = (row.marks.lowest, row.marks.highest) if row.marks else (None, None)
    width = high - low if low is not None and high is not None else 0.0
    return AgendaItem(
        row=row,
        is_close=row.band is Band.CLOSE,
        is_far=gap is not None and gap.size >= FAR,
        is_wide=width >= WIDE * scale_length,
        funders=gap,
        criterion=criterion,
    )


def _importance(item: AgendaItem) -> tuple[int, float, int]:
    position = item.row.marks.position if item.row.marks else None
    gap = round(item.funders.size, 9) if item.funders else 0.0
    return -item.reasons, -gap, position or 0


def ranked_by(board: Board) -> Mapping[UUID, int]:
    """Return how many applications each funder ranks, of those that are seen."""
    counts: dict[UUID, int] = defaultdict(int)
    for row in board.seen:
        for funder, rank in row.funder_ranks.items():
            counts[funder] = max(counts[funder], rank)
    return counts


def funder_gap(
    row: RankedRow, names: Mapping[UUID, str], ranked: Mapping[UUID, int]
) -> FunderGap | None:
    """Return which funder ranks an application best and which worst, None below two that do.

    `ranked` is how many each funder ranks; one that ranks too few has no order to compare.
    """
    held = [
        (_height(rank, ranked[funder]), names.get(funder, ""), rank, ranked[funder])
        for funder, rank in row.funder_ranks.items()
        if ranked[funder] >= FEWEST_RANKED
    ]
    if len(held) < 2:
        return None
    best, worst = min(held), max(held)
    return FunderGap(*best[1:], *worst[1:])


def _height(rank: int, ranked: int) -> float:
    return (rank - 1) / (ranked - 1) if ranked > 1 else 0.0


def _criterion_gaps(live: LiveRanking) -> Mapping[UUID, CriterionGap]:
    """Return by application where its reviews differ most, the first of the rubric on a tie."""
    reviews: dict[UUID, list[CountedReview]] = defaultdict(list)
    for review in live.reviews:
        reviews[review.application_id].append(review)
    gaps = {}
    for application, here in reviews.items():
        found = [
            CriterionGap(criterion.title, *ends)
            for criterion in live.inputs.rubric.criteria
            if (ends := _ends([review.marks.get(criterion.code) for review in here]))
        ]
        if found:
            gaps[application] = max(found, key=lambda gap: gap.highest - gap.lowest)
    return gaps


def _ends(marks: Sequence[int | None]) -> tuple[int, int] | None:
    given = [mark for mark in marks if mark is not None]
    return (min(given), max(given)) if len(given) > 1 else None
