"""The page on which a review is read: by its author, a manager, an officer or a peer."""

from itertools import pairwise

from flask import render_template
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Action, Actor, may
from fundapp.domain.reviews import CONFIDENCE_WORDS, changes_between, mean_of
from fundapp.queries.peer_reviews import KeptVersion, kept_versions
from fundapp.queries.review_queue import next_review
from fundapp.queries.reviews import ReviewHead, StoredReview, stored_review


def reading_page(
    session: Session, actor: Actor, head: ReviewHead, *, sees_name: bool, may_revise: bool
) -> str:
    """Return the page. The versions are for the author and for managers. 3 statements."""
    review = stored_review(session, head)
    is_own = head.reviewer.person_id == actor.person_id
    versions = []
    if head.review_id and (is_own or actor.is_fund_manager):
        versions = _told(review, kept_versions(session, head.review_id))
    return render_template(
        "reviews/read.html",
        head=head,
        review=review,
        reviewer=head.reviewer.name if sees_name else head.reviewer.label,
        is_own=is_own,
        may_revise=may_revise,
        may_discuss=bool(may(actor, Action.DISCUSS_APPLICATION, head.facts)),
        mean=mean_of(review.draft, review.rubric),
        versions=versions,
        confidence_words=CONFIDENCE_WORDS,
        following=next_review(session, actor, after=head.assignment_id) if is_own else None,
        banner=head.notice,
    )


def _told(review: StoredReview, versions: list[KeptVersion]) -> list[dict[str, object]]:
    """Each version, the newest first, with what it changed in the one before it."""
    currency = review.head.currency
    told: list[dict[str, object]] = [
        {
            "version": newer,
            "changes": changes_between(older.draft, newer.draft, review.rubric, currency=currency),
        }
        for newer, older in pairwise(versions)
    ]
    return told + [{"version": first, "changes": []} for first in versions[-1:]]
