"""How a reviewer has marked so far: the mean and the spread of their own reviews."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import AssignmentState
from fundapp.models import Assignment, Criterion, Review, Round


@dataclass(frozen=True)
class OwnMarking:
    """How a person marked in one round: over the weighted means of their reviews that are in.

    spread: their standard deviation, 0 for a single review.
    """

    round_id: UUID
    round_reference: str
    round_title: str
    scale: tuple[int, ...]
    reviews: int
    mean: float
    lowest: float
    highest: float
    spread: float


_OWN = (
    select(Assignment.round_id, Review.mean_mark.label("mean"))
    .join(Review, Review.assignment_id == Assignment.id)
    .where(
        Assignment.person_id == bindparam("person_id"),
        Assignment.state == AssignmentState.DONE,
        Review.mean_mark.is_not(None),
    )
)


def _by_round(reviews: Select[UUID, float | None]) -> Select[*tuple[Any, ...]]:
    """Sum up reviews by round."""
    own = reviews.subquery()
    marks = (
        select(Criterion.marks)
        .where(Criterion.round_id == Round.id)
        .order_by(Criterion.position)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Round.id,
            Round.reference,
            Round.title,
            marks,
            func.count(own.c.mean),
            func.avg(own.c.mean),
            func.min(own.c.mean),
            func.max(own.c.mean),
            func.avg(own.c.mean * own.c.mean),
        )
        .join(own, own.c.round_id == Round.id)
        .group_by(Round.id, Round.reference, Round.title)
        .order_by(Round.reference)
    )


_EVERYWHERE = _by_round(_OWN)
_IN_ONE_ROUND = _by_round(_OWN.where(Assignment.round_id == bindparam("round_id")))


def own_marking(
    session: Session, person_id: UUID, *, round_id: UUID | None = None
) -> Sequence[OwnMarking]:
    """Return how a person marked, by round. 1 statement."""
    statement = _EVERYWHERE if round_id is None else _IN_ONE_ROUND
    rows = session.execute(statement, {"person_id": person_id, "round_id": round_id})
    return tuple(
        OwnMarking(
            round_id=row[0],
            round_reference=row[1],
            round_title=row[2],
            scale=tuple(row[3] or ()),
            reviews=row[4],
            mean=row[5],
            lowest=row[6],
            highest=row[7],
            spread=math.sqrt(max(0.0, row[8] - row[5] ** 2)),
        )
        for row in rows
    )
