"""All reviews of one application side by side, for who may read them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import NotAllowed
from fundapp.domain.permissions import Action, Actor, ApplicationFacts, ReviewFacts, may
from fundapp.domain.reviews import CONFIDENCE_WORDS, is_far_apart
from fundapp.domain.rubrics import Rubric
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.discussions import application_topic
from fundapp.queries.marks import rubric_of_round
from fundapp.queries.peer_reviews import PeerReview, peer_reviews
from fundapp.web.access import demand

blueprint = Blueprint("application_reviews", __name__)


@blueprint.get("/applications/<uuid:application_id>/reviews")
def show_reviews(application_id: UUID) -> ResponseReturnValue:
    """Marks by criterion and reviewer, large differences marked; then the comments."""
    session = db.session()
    facts = application_facts(session, application_id)
    actor = demand(Action.USE_ACCOUNT)
    rubric = rubric_of_round(session, facts.round.id)
    reviews = peer_reviews(session, facts, rubric=rubric)
    _demand_any(actor, facts, reviews)
    is_own_in = _is_own_in(actor, reviews)
    seen = [_as_seen(actor, facts, review, is_own_in=is_own_in) for review in reviews]
    topic = application_topic(session, application_id)
    return render_template(
        "reviews/all.html",
        topic=topic,
        reviews=[one for one in seen if one],
        criteria=[_row(rubric, place, reviews) for place in range(len(rubric.criteria))],
        confidence_words=CONFIDENCE_WORDS,
        may_discuss=bool(may(actor, Action.DISCUSS_APPLICATION, facts)),
        is_reviewer=actor.person_id in facts.reviewer_ids,
        banner=topic.notice,
    )


def _demand_any(actor: Actor, facts: ApplicationFacts, reviews: tuple[PeerReview, ...]) -> None:
    """Refuse who could not read any review that somebody else sends in."""
    another = ReviewFacts(
        UUID(int=0), facts, is_submitted=True, is_own_submitted=_is_own_in(actor, reviews)
    )
    verdict = may(actor, Action.VIEW_REVIEW, another)
    if not verdict:
        raise NotAllowed(verdict.reason)


def _as_seen(
    actor: Actor, facts: ApplicationFacts, review: PeerReview, *, is_own_in: bool
) -> dict[str, Any] | None:
    about = ReviewFacts(
        review.reviewer.person_id, facts, is_submitted=True, is_own_submitted=is_own_in
    )
    if not may(actor, Action.VIEW_REVIEW, about):
        return None
    is_own = review.reviewer.person_id == actor.person_id
    name = review.reviewer.label
    if may(actor, Action.VIEW_REVIEWER, about):
        name = review.reviewer.name
    return {"review": review, "name": "You" if is_own else name}


def _is_own_in(actor: Actor, reviews: tuple[PeerReview, ...]) -> bool:
    return any(review.reviewer.person_id == actor.person_id for review in reviews)


def _row(rubric: Rubric, place: int, reviews: tuple[PeerReview, ...]) -> dict[str, Any]:
    criterion = rubric.criteria[place]
    marks = [
        mark for review in reviews if (mark := review.draft.score(criterion.code).mark) is not None
    ]
    return {
        "code": criterion.code,
        "title": criterion.title,
        "weight": criterion.weight,
        "is_far_apart": is_far_apart(marks, criterion.marks),
        "lowest": min(marks, default=None),
        "highest": max(marks, default=None),
    }
