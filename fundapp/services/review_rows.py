"""The rows behind one review: loaded together with the assignment locked, and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from fundapp.domain.clashes import IN_ANOTHER_WINDOW
from fundapp.domain.errors import InvalidInput, NotFound, Problem, StaleVersion
from fundapp.domain.evidence_facts import LogPointer
from fundapp.domain.permissions import Action, Actor, ApplicationFacts, ReviewFacts, require
from fundapp.domain.review_fields import PostedReview, read_review
from fundapp.domain.reviews import (
    ReviewDraft,
    ScoreDraft,
    check_review,
    evidence_as_list,
    mean_of,
)
from fundapp.domain.rubrics import Rubric
from fundapp.domain.states import ACTIVE_ASSIGNMENT_STATES, ReviewState
from fundapp.models import Assignment, Attachment, EvidenceReading, Review, Score
from fundapp.queries.access import facts_of_application
from fundapp.queries.reviews import REVIEW_ROWS, StoredScores, draft_of, rubric_and_scores

_LOCK = select(Assignment.id).where(Assignment.id == bindparam("assignment_id")).with_for_update()


@dataclass(frozen=True)
class OpenedReview:
    """One review with all that writing it needs; `review` None while nothing was saved."""

    assignment: Assignment
    review: Review | None
    facts: ApplicationFacts
    currency: str
    rubric: Rubric
    criterion_ids: Mapping[str, UUID]
    scores: StoredScores
    draft: ReviewDraft

    @property
    def is_in(self) -> bool:
        """Tell whether the review was sent in."""
        return self.review is not None and self.review.state is not ReviewState.DRAFT

    @property
    def version(self) -> int:
        """Return the version that a form must name; 0 while nothing was saved."""
        return self.review.version if self.review else 0


def open_review(session: Session, assignment_id: UUID, *, actor: Actor) -> OpenedReview:
    """Load the actor's own review, its assignment locked. 4 statements.

    The lock comes first: what a save that we waited for has written is read then. Raises
    NotFound, or NotAllowed when it is not theirs, not assigned any more, or barred.
    """
    wanted = {"assignment_id": assignment_id}
    if session.scalar(_LOCK, wanted) is None:
        raise NotFound("There is no such review.")
    assignment, application, round_, review = session.execute(REVIEW_ROWS, wanted).one()
    facts = facts_of_application(session, application, round_)
    is_assigned = assignment.state in ACTIVE_ASSIGNMENT_STATES
    about = ReviewFacts(assignment.person_id, facts, is_assigned=is_assigned)
    require(actor, Action.WRITE_REVIEW, about)
    rubric, criterion_ids, scores = rubric_and_scores(
        session, round_.id, assignment_id=assignment_id
    )
    return OpenedReview(
        assignment=assignment,
        review=review,
        facts=facts,
        currency=round_.currency,
        rubric=rubric,
        criterion_ids=criterion_ids,
        scores=scores,
        draft=draft_of(review, scores),
    )


def read_draft(opened: OpenedReview, draft: ReviewDraft | PostedReview) -> ReviewDraft:
    """Return the checked review; InvalidInput for what cannot be stored."""
    if isinstance(draft, PostedReview):
        return read_review(draft.fields, opened.rubric, currency=opened.currency)
    return check_review(draft, opened.rubric)


def require_known_logs(session: Session, opened: OpenedReview, draft: ReviewDraft) -> None:
    """Raise InvalidInput for evidence that is no log of this application. At most 1 statement."""
    wanted = {
        (pointer, code)
        for code, score in draft.scores.items()
        for pointer in score.evidence or ()
        if pointer not in (opened.draft.score(code).evidence or ())
    }
    if not wanted:
        return
    rows = session.execute(
        select(Attachment.id, EvidenceReading.logs)
        .join(EvidenceReading, EvidenceReading.sha256 == Attachment.sha256)
        .where(Attachment.application_id == opened.facts.id)
    )
    known = {
        LogPointer(attachment_id, place)
        for attachment_id, logs in rows
        for place, log in enumerate(logs)
        if not log.get("error")
    }
    unknown = sorted(code for pointer, code in wanted if pointer not in known)
    if unknown:
        sentence = "One of the logs is not in this application. Reload the page."
        raise InvalidInput([Problem(f"evidence-{code}", sentence) for code in unknown])


def require_version(opened: OpenedReview, version: int) -> None:
    """Raise StaleVersion unless `version`, over which was typed, is what stands now."""
    if version != opened.version:
        raise StaleVersion(
            "You changed this review in another window. Nothing was overwritten: choose below "
            "which text stays.",
            theirs=opened.draft,
            their_name=IN_ANOTHER_WINDOW,
            version=opened.version,
        )


def write_review(
    session: Session, opened: OpenedReview, draft: ReviewDraft, *, now: datetime
) -> Review:
    """Store `draft`, a new version of the row. One statement for each kind of row changed."""
    review = opened.review or Review(
        assignment_id=opened.assignment.id,
        application_id=opened.assignment.application_id,
        person_id=opened.assignment.person_id,
        state=ReviewState.DRAFT,
        started_at=now,
        version=0,
        last_number=0,
    )
    review.confidence = draft.confidence
    review.recommended_amount = draft.recommended_amount
    review.shared_comment = draft.shared_comment
    review.private_comment = draft.private_comment
    mean = mean_of(draft, opened.rubric)
    review.mean_mark = None if mean is None else float(mean)
    review.saved_at = now
    review.version += 1
    session.add(review)
    session.flush()
    _write_scores(session, opened, draft, review_id=review.id)
    return review


def _write_scores(
    session: Session, opened: OpenedReview, draft: ReviewDraft, *, review_id: UUID
) -> None:
    changed = [
        code for code in opened.criterion_ids if draft.score(code) != opened.draft.score(code)
    ]
    stored, new = [], []
    for code in changed:
        columns = _columns(draft.score(code))
        if code in opened.scores:
            stored.append({"id": opened.scores[code][0], **columns})
        else:
            ids = {"review_id": review_id, "criterion_id": opened.criterion_ids[code]}
            new.append({**ids, **columns})
    if stored:
        session.execute(update(Score), stored)
    if new:
        session.execute(insert(Score), new)


def _columns(score: ScoreDraft) -> dict[str, object]:
    return {
        "mark": score.mark,
        "is_abstained": score.is_abstained,
        "abstain_reason": score.abstain_reason,
        "shared_comment": score.shared_comment,
        "evidence": evidence_as_list(score.evidence),
    }
