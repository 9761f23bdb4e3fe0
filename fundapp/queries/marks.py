"""The reviews of a round that count, as numbers: what rankings, letters and exports rest on.

A review counts when it is in, its assignment was carried out, and neither the reviewer
nor the reviewer's funder has a conflict with the application.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fundapp.domain.rubrics import Rubric, weighted_score
from fundapp.domain.states import AssignmentState, ReviewState
from fundapp.models import Assignment, Criterion, Review, Score
from fundapp.queries.barred import BarredPairs
from fundapp.queries.round_records import criteria_of_round

COUNTED_REVIEWS = (ReviewState.SUBMITTED, ReviewState.REVISED)


@dataclass(frozen=True)
class CountedReview:
    """One review that counts. marks: criterion code to mark, None = abstained.

    score: the weighted mean on the rubric's scale, None when everything was abstained.
    confidence: from 1, a guess, to 5, certain; None where the review does not say. evidence: how
    many logs a mark rests on, by the code of a criterion that asks.
    """

    id: UUID
    application_id: UUID
    person_id: UUID
    funder_id: UUID
    marks: Mapping[str, int | None]
    score: Fraction | None
    confidence: int | None
    evidence: Mapping[str, int] = field(default_factory=dict)


def rubric_of_round(session: Session, round_id: UUID) -> Rubric:
    """Return the round's rubric. 1 statement."""
    return Rubric(tuple(criterion for _, criterion in criteria_of_round(session, round_id)))


def counted_reviews(
    session: Session,
    round_id: UUID,
    *,
    rubric: Rubric,
    barred: BarredPairs,
    application_ids: Collection[UUID] | None = None,
) -> tuple[CountedReview, ...]:
    """Return the reviews that count, of some or all applications, by time. 1 statement."""
    statement = _counted(round_id)
    if application_ids is not None:
        statement = statement.where(Review.application_id.in_(application_ids))
    heads: dict[UUID, tuple[UUID, UUID, UUID]] = {}
    confidences: dict[UUID, int | None] = {}
    marks: dict[UUID, dict[str, int | None]] = defaultdict(dict)
    evidence: dict[UUID, dict[str, int]] = defaultdict(dict)
    for row in session.execute(statement):
        review_id, application_id, person_id, funder_id, confidence, code, mark, logs = row
        if barred.bars(application_id, person_id=person_id, funder_id=funder_id):
            continue
        heads[review_id] = (application_id, person_id, funder_id)
        confidences[review_id] = confidence
        marks[review_id][code] = mark
        if logs is not None:
            evidence[review_id][code] = len(logs)
    return tuple(
        CountedReview(
            review_id,
            *head,
            marks[review_id],
            weighted_score(rubric, marks[review_id]),
            confidences[review_id],
            evidence[review_id],
        )
        for review_id, head in heads.items()
    )


def _counted(round_id: UUID) -> Select[Any]:
    """Return the statement of all scores of reviews that count."""
    return (
        select(
            Review.id,
            Review.application_id,
            Assignment.person_id,
            Assignment.funder_id,
            Review.confidence,
            Criterion.code,
            Score.mark,
            Score.evidence,
        )
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(Score, Score.review_id == Review.id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state == AssignmentState.DONE,
            Review.state.in_(COUNTED_REVIEWS),
        )
        .order_by(Review.submitted_at, Review.id, Criterion.position)
    )
