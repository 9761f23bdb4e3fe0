"""All reviews of one application that are in, side by side, and the versions of one review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import ApplicationFacts
from fundapp.domain.reviews import (
    ReviewDraft,
    ScoreDraft,
    evidence_from_list,
    mean_of,
    review_from_data,
)
from fundapp.domain.rubrics import Rubric
from fundapp.domain.states import AssignmentState, ReviewState
from fundapp.models import (
    Assignment,
    Criterion,
    Funder,
    PanelSeat,
    Person,
    Review,
    ReviewVersion,
    Score,
)
from fundapp.queries.reviews import Reviewer


@dataclass(frozen=True)
class PeerReview:
    """One review that is in."""

    assignment_id: UUID
    reviewer: Reviewer
    draft: ReviewDraft
    mean: float | None
    submitted_at: datetime


@dataclass(frozen=True)
class KeptVersion:
    """A review as it was sent in (number 1) or revised, with the note of the revision."""

    number: int
    draft: ReviewDraft
    note: str
    submitted_at: datetime


def peer_reviews(
    session: Session, facts: ApplicationFacts, *, rubric: Rubric
) -> tuple[PeerReview, ...]:
    """Return the reviews that count, by label of the reviewer's seat. 2 statements."""
    rows = session.execute(
        select(Review, Assignment.funder_id, Person.name, PanelSeat.label, Funder.name)
        .select_from(Review)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(Person, Person.id == Review.person_id)
        .join(Funder, Funder.id == Assignment.funder_id)
        .outerjoin(
            PanelSeat,
            and_(
                PanelSeat.round_id == Assignment.round_id,
                PanelSeat.person_id == Assignment.person_id,
            ),
        )
        .where(
            Review.application_id == facts.id,
            Review.state != ReviewState.DRAFT,
            Assignment.state == AssignmentState.DONE,
            Review.person_id.not_in(sorted(facts.barred_people)),
            Assignment.funder_id.not_in(sorted(facts.barred_funders)),
        )
        .order_by(PanelSeat.label, Review.submitted_at, Review.id)
    ).all()
    scores = _scores_of_application(session, facts.id)
    return tuple(
        _peer(
            review,
            Reviewer(review.person_id, name, label or "Reviewer", funder),
            scores=scores.get(review.id, {}),
            rubric=rubric,
        )
        for review, _, name, label, funder in rows
    )


def kept_versions(session: Session, review_id: UUID) -> list[KeptVersion]:
    """Return every version of a review, the newest first. 1 statement."""
    versions = session.scalars(
        select(ReviewVersion)
        .where(ReviewVersion.review_id == review_id)
        .order_by(ReviewVersion.number.desc())
    )
    return [
        KeptVersion(
            number=version.number,
            draft=review_from_data(version.content),
            note=version.note,
            submitted_at=version.submitted_at,
        )
        for version in versions
    ]


def _peer(
    review: Review,
    reviewer: Reviewer,
    *,
    scores: Mapping[str, ScoreDraft],
    rubric: Rubric,
) -> PeerReview:
    draft = ReviewDraft(
        scores=scores,
        confidence=review.confidence,
        recommended_amount=review.recommended_amount,
        shared_comment=review.shared_comment,
        private_comment=review.private_comment,
    )
    mean = mean_of(draft, rubric)
    return PeerReview(
        assignment_id=review.assignment_id,
        reviewer=reviewer,
        draft=draft,
        mean=None if mean is None else float(mean),
        submitted_at=review.submitted_at or review.saved_at,
    )


def _scores_of_application(
    session: Session, application_id: UUID
) -> dict[UUID, dict[str, ScoreDraft]]:
    rows = session.execute(
        select(
            Score.review_id,
            Criterion.code,
            Score.mark,
            Score.is_abstained,
            Score.abstain_reason,
            Score.shared_comment,
            Score.evidence,
        )
        .join(Review, Review.id == Score.review_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Review.application_id == application_id)
        .order_by(Criterion.position)
    )
    found: dict[UUID, dict[str, ScoreDraft]] = {}
    for review_id, code, mark, is_abstained, reason, comment, evidence in rows:
        found.setdefault(review_id, {})[code] = ScoreDraft(
            mark=mark,
            is_abstained=is_abstained,
            abstain_reason=reason,
            shared_comment=comment,
            evidence=evidence_from_list(evidence),
        )
    return found
