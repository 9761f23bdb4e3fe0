"""Writing a review: saved as often as wanted, sent in once, revised with a note.

A reviewer has one review per assignment and is alone in writing it, but may do so in two
windows: each save names the version it was typed over, and an older one is refused with
both texts. A save that changes nothing is no change, so a double click does no harm.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.review_fields import PostedReview
from fundapp.domain.reviews import (
    ReviewDraft,
    missing_problems,
    require_revising,
    require_writing,
    review_as_data,
)
from fundapp.domain.states import (
    ASSIGNMENT_TRANSITIONS,
    REVIEW_TRANSITIONS,
    AssignmentState,
    ReviewState,
    advance,
)
from fundapp.models import Review, ReviewVersion
from fundapp.services.assignments import accept_assignment
from fundapp.services.audit import record_event
from fundapp.services.joint_evaluations import queue_evaluation
from fundapp.services.notes import read_note
from fundapp.services.review_rows import (
    OpenedReview,
    open_review,
    read_draft,
    require_known_logs,
    require_version,
    write_review,
)

IS_IN = "Your review is in. To change it, open it and choose “Revise”."
SAY_WHY = "Say what you changed and why. The fund managers read it."


def save_review(
    session: Session,
    assignment_id: UUID,
    draft: ReviewDraft | PostedReview,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Review:
    """Store a review that is not in yet, complete or not. version: 0 for the first save.

    A PostedReview is read by the round's rubric and currency first.
    Saving an offered review accepts it. Raises InvalidInput (nothing is stored then),
    StaleVersion, WrongState outside of reviewing or when the review is in.
    """
    opened = open_review(session, assignment_id, actor=actor)
    checked = read_draft(opened, draft)
    if opened.review is not None and checked == opened.draft:
        return opened.review
    require_writing(opened.facts.round.state, opened.facts.state)
    if opened.is_in:
        raise WrongState(IS_IN)
    require_version(opened, version)
    require_known_logs(session, opened, checked)
    _accept(session, opened, actor=actor, now=now)
    return write_review(session, opened, checked, now=now)


def submit_review(
    session: Session,
    assignment_id: UUID,
    *,
    version: int,
    actor: Actor,
    now: datetime,
    is_from_file: bool = False,
) -> Review:
    """Send the saved review in; sending twice is sending once.

    One from a file need not say what its marks rest on.

    Raises InvalidInput with one problem per criterion that has neither a mark nor an
    abstention with its reason; StaleVersion; WrongState outside of reviewing.
    """
    opened = open_review(session, assignment_id, actor=actor)
    if opened.review is not None and opened.is_in:
        return opened.review
    require_writing(opened.facts.round.state, opened.facts.state)
    require_version(opened, version)
    _require_complete(opened.draft, opened, asks_evidence=not is_from_file)
    _accept(session, opened, actor=actor, now=now)
    review = opened.review or write_review(session, opened, opened.draft, now=now)
    review.state = advance(
        REVIEW_TRANSITIONS, review.state, ReviewState.SUBMITTED, what="This review"
    )
    review.submitted_at = now
    review.version += 1
    assignment = opened.assignment
    assignment.state = advance(
        ASSIGNMENT_TRANSITIONS, assignment.state, AssignmentState.DONE, what="This assignment"
    )
    assignment.done_at = now
    _keep_version(session, review, opened.draft, now=now)
    _record(session, opened, review, event="submitted", actor=actor, now=now)
    queue_evaluation(session, assignment.round_id, now=now)
    return review


def revise_review(
    session: Session,
    assignment_id: UUID,
    draft: ReviewDraft | PostedReview,
    *,
    version: int,
    note: str,
    actor: Actor,
    now: datetime,
) -> Review:
    """Change a review that is in, with a note; the version before stays.

    A revision that changes nothing is none. Possible until the round is decided. Raises
    InvalidInput (also for what would be missing, or for no note), StaleVersion, WrongState.
    """
    opened = open_review(session, assignment_id, actor=actor)
    checked = read_draft(opened, draft)
    review = opened.review
    if review is None or not opened.is_in:
        raise WrongState("This review is not in yet, so there is nothing to revise.")
    if checked == opened.draft:
        return review
    require_revising(opened.facts.round.state, opened.facts.state)
    require_version(opened, version)
    require_known_logs(session, opened, checked)
    _require_complete(checked, opened)
    text = read_note(note, field="note", if_missing=SAY_WHY)
    review = write_review(session, opened, checked, now=now)
    review.state = advance(
        REVIEW_TRANSITIONS, review.state, ReviewState.REVISED, what="This review"
    )
    _keep_version(session, review, checked, now=now, note=text)
    _record(session, opened, review, event="revised", actor=actor, now=now, note=text)
    queue_evaluation(session, opened.assignment.round_id, now=now)
    return review


def _accept(session: Session, opened: OpenedReview, *, actor: Actor, now: datetime) -> None:
    if opened.assignment.state is AssignmentState.OFFERED:
        accept_assignment(session, opened.assignment.id, actor=actor, now=now)


def _require_complete(
    draft: ReviewDraft, opened: OpenedReview, *, asks_evidence: bool = True
) -> None:
    missing = missing_problems(draft, opened.rubric, asks_evidence=asks_evidence)
    if missing:
        raise InvalidInput(missing)


def _keep_version(
    session: Session, review: Review, draft: ReviewDraft, *, now: datetime, note: str = ""
) -> None:
    review.last_number += 1
    session.add(
        ReviewVersion(
            review_id=review.id,
            number=review.last_number,
            content=review_as_data(draft),
            note=note,
            submitted_at=now,
        )
    )
    session.flush()


def _record(
    session: Session,
    opened: OpenedReview,
    review: Review,
    *,
    event: str,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> None:
    record_event(
        session,
        f"review.{event}",
        review,
        actor=actor,
        now=now,
        round_id=opened.facts.round.id,
        application_id=opened.facts.id,
        number=review.last_number,
        note=note,
    )
