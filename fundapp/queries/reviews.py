"""One review: what is stored of it, the page it is written on, and the page it is read on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import Session, load_only

from fundapp.domain.errors import NotFound
from fundapp.domain.money import Money
from fundapp.domain.permissions import ApplicationFacts, ReviewFacts
from fundapp.domain.reviews import NO_SCORE, ReviewDraft, ScoreDraft, evidence_from_list
from fundapp.domain.rubrics import Criterion as RubricCriterion
from fundapp.domain.rubrics import Rubric
from fundapp.domain.states import (
    ACTIVE_ASSIGNMENT_STATES,
    AssignmentState,
    ReviewState,
    RoundKind,
)
from fundapp.models import (
    Application,
    Assignment,
    Criterion,
    Funder,
    PanelSeat,
    Person,
    Review,
    Round,
    Score,
    SubmittedVersion,
)
from fundapp.queries.access import facts_of_application
from fundapp.queries.exchange_rates import own_request

StoredScores = Mapping[str, tuple[UUID, ScoreDraft]]
"""By criterion code: the id of the score's row and what it says."""

ROUND_COLUMNS = (
    *(Round.reference, Round.title, Round.kind, Round.state, Round.notice, Round.currency),
    *(Round.is_blind, Round.peer_reviews, Round.largest_award),
)
"""What reviewing needs of a round: its long texts stay in the database."""


@dataclass(frozen=True)
class Reviewer:
    """Who wrote a review. `label` stands for the name where names are hidden."""

    person_id: UUID
    name: str
    label: str
    funder: str


@dataclass(frozen=True)
class ReviewHead:
    """A review and what it is about. version 0 and state None while nothing was saved.

    unscored: what was written beside the scores.
    """

    assignment_id: UUID
    assignment_state: AssignmentState
    due_at: datetime | None
    reviewer: Reviewer
    application_id: UUID
    reference: str
    title: str
    amount_requested: int | None
    own_requested: Money | None
    round_id: UUID
    round_reference: str
    round_title: str
    kind: RoundKind
    currency: str
    largest_award: int | None
    notice: str
    facts: ApplicationFacts
    review_id: UUID | None
    state: ReviewState | None
    version: int
    last_number: int
    saved_at: datetime | None
    submitted_at: datetime | None
    unscored: ReviewDraft

    @property
    def is_in(self) -> bool:
        """Tell whether the review was sent in."""
        return self.state in (ReviewState.SUBMITTED, ReviewState.REVISED)

    def review_facts(self, *, is_own_submitted: bool = False) -> ReviewFacts:
        """Return what the permission table needs; whether the reader's own review is in."""
        return ReviewFacts(
            self.reviewer.person_id,
            self.facts,
            is_assigned=self.assignment_state in ACTIVE_ASSIGNMENT_STATES,
            is_submitted=self.is_in,
            is_own_submitted=is_own_submitted,
        )


@dataclass(frozen=True)
class StoredReview:
    """A review as it stands, with the rubric it answers."""

    head: ReviewHead
    rubric: Rubric
    draft: ReviewDraft


@dataclass(frozen=True)
class QueuePlace:
    """Where a review stands in its reviewer's queue of the round, by application number."""

    number: int
    total: int
    done: int


REVIEW_ROWS = (
    select(Assignment, Application, Round, Review)
    .select_from(Assignment)
    .join(Application, Application.id == Assignment.application_id)
    .join(Round, Round.id == Assignment.round_id)
    .outerjoin(Review, Review.assignment_id == Assignment.id)
    .options(load_only(*ROUND_COLUMNS))
    .where(Assignment.id == bindparam("assignment_id"))
)
"""An assignment with its application, the round (short columns) and review."""

_HEAD = (
    REVIEW_ROWS.join(Person, Person.id == Assignment.person_id)
    .join(Funder, Funder.id == Assignment.funder_id)
    .outerjoin(
        PanelSeat,
        and_(
            PanelSeat.round_id == Assignment.round_id,
            PanelSeat.person_id == Assignment.person_id,
        ),
    )
    .add_columns(Person.name, PanelSeat.label, Funder.name)
)

_RUBRIC_AND_SCORES = (
    select(
        Criterion.id,
        Criterion.code,
        Criterion.title,
        Criterion.question,
        Criterion.weight,
        Criterion.marks,
        Criterion.anchors,
        Score.id,
        Score.mark,
        Score.is_abstained,
        Score.abstain_reason,
        Score.shared_comment,
        Criterion.wants_evidence,
        Criterion.facts,
        Score.evidence,
    )
    .select_from(Criterion)
    .outerjoin(Review, Review.assignment_id == bindparam("assignment_id"))
    .outerjoin(Score, and_(Score.review_id == Review.id, Score.criterion_id == Criterion.id))
    .where(Criterion.round_id == bindparam("round_id"))
    .order_by(Criterion.position, Criterion.id)
)

_NUMBER = (
    select(Application.number)
    .where(Application.id == bindparam("application_id"))
    .scalar_subquery()
)

_PLACE = (
    select(
        func.count(),
        func.coalesce(func.sum(case((Application.number <= _NUMBER, 1), else_=0)), 0),
        func.coalesce(func.sum(case((Assignment.state == AssignmentState.DONE, 1), else_=0)), 0),
    )
    .join(Application, Application.id == Assignment.application_id)
    .where(
        Assignment.person_id == bindparam("person_id"),
        Assignment.round_id == bindparam("round_id"),
        Assignment.state.in_(ACTIVE_ASSIGNMENT_STATES),
    )
)

_CONTENT = (
    select(SubmittedVersion.content)
    .join(Application, Application.id == SubmittedVersion.application_id)
    .where(
        SubmittedVersion.application_id == bindparam("application_id"),
        SubmittedVersion.number == Application.last_version,
    )
)


def review_head(session: Session, assignment_id: UUID) -> ReviewHead:
    """Return a review's head with its facts. 2 statements. NotFound for no assignment."""
    row = session.execute(_HEAD, {"assignment_id": assignment_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such review.")
    assignment, application, round_, review, name, label, funder = row
    return ReviewHead(
        assignment_id=assignment.id,
        assignment_state=assignment.state,
        due_at=assignment.due_at,
        reviewer=Reviewer(assignment.person_id, name, label or "Reviewer", funder),
        application_id=application.id,
        reference=application.reference or "",
        title=application.title,
        amount_requested=application.amount_requested,
        own_requested=None if round_.is_blind else own_request(application),
        round_id=round_.id,
        round_reference=round_.reference,
        round_title=round_.title,
        kind=round_.kind,
        currency=round_.currency,
        largest_award=round_.largest_award,
        notice=round_.notice,
        facts=facts_of_application(session, application, round_),
        review_id=review.id if review else None,
        state=review.state if review else None,
        version=review.version if review else 0,
        last_number=review.last_number if review else 0,
        saved_at=review.saved_at if review else None,
        submitted_at=review.submitted_at if review else None,
        unscored=draft_of(review, {}),
    )


def stored_review(session: Session, head: ReviewHead) -> StoredReview:
    """Return what is stored of a review. 1 statement."""
    rubric, _, scores = rubric_and_scores(session, head.round_id, assignment_id=head.assignment_id)
    return StoredReview(head, rubric, replace(head.unscored, scores=answered(scores)))


def rubric_and_scores(
    session: Session, round_id: UUID, *, assignment_id: UUID
) -> tuple[Rubric, Mapping[str, UUID], StoredScores]:
    """Return the round's rubric, its criteria's ids by code, and a review's scores. 1 statement."""
    ids = {"round_id": round_id, "assignment_id": assignment_id}
    rows = session.execute(_RUBRIC_AND_SCORES, ids).all()
    criteria = tuple(
        RubricCriterion(
            code=row[1],
            title=row[2],
            question=row[3],
            weight=row[4],
            marks=tuple(row[5]),
            anchors={int(mark): text for mark, text in row[6].items()},
            wants_evidence=row[12],
            facts=tuple(row[13]),
        )
        for row in rows
    )
    return Rubric(criteria), {row[1]: row[0] for row in rows}, _scores(rows)


def draft_of(review: Review | None, scores: StoredScores) -> ReviewDraft:
    """Return the plain values of a loaded review."""
    if review is None:
        return ReviewDraft()
    return ReviewDraft(
        scores=answered(scores),
        confidence=review.confidence,
        recommended_amount=review.recommended_amount,
        shared_comment=review.shared_comment,
        private_comment=review.private_comment,
    )


def queue_place(session: Session, head: ReviewHead) -> QueuePlace:
    """Return the review's place among its reviewer's in the round. 1 statement."""
    ids = {
        "application_id": head.application_id,
        "person_id": head.reviewer.person_id,
        "round_id": head.round_id,
    }
    row = session.execute(_PLACE, ids).one()
    return QueuePlace(number=row[1], total=row[0], done=row[2])


def answered(scores: StoredScores) -> dict[str, ScoreDraft]:
    """Return the scores that say anything, by criterion code."""
    return {code: score for code, (_, score) in scores.items() if score != NO_SCORE}


def is_own_in(session: Session, application_id: UUID, *, person_id: UUID) -> bool:
    """Tell whether this person's own review of the application is in. 1 statement."""
    found = (
        select(Review.id)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(
            Assignment.application_id == application_id,
            Assignment.person_id == person_id,
            Assignment.state == AssignmentState.DONE,
        )
    )
    return session.scalar(found.limit(1)) is not None


def submitted_content(session: Session, facts: ApplicationFacts) -> Mapping[str, Any]:
    """Return the frozen content of the version that counts; {} for none. 1 statement."""
    content = session.scalar(_CONTENT, {"application_id": facts.id})
    return content or {}


def _scores(rows: Any) -> StoredScores:
    return {
        row[1]: (
            row[7],
            ScoreDraft(
                mark=row[8],
                is_abstained=row[9],
                abstain_reason=row[10],
                shared_comment=row[11],
                evidence=evidence_from_list(row[14]),
            ),
        )
        for row in rows
        if row[7] is not None
    }
