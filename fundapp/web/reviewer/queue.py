"""A reviewer's queue, and the answers to being asked."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.bids import rounds_to_bid_in
from fundapp.queries.judges_pairs import rounds_to_compare_in
from fundapp.queries.own_marking import own_marking
from fundapp.queries.review_queue import Shelf, next_review, review_queue
from fundapp.queries.reviews import review_head
from fundapp.services import assignments
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.reviews import ReviewRefusalForm
from fundapp.web.installation import now

blueprint = Blueprint("review_queue", __name__)


@blueprint.get("/reviews")
def show_queue() -> str:
    """What is asked, due, late and done; one's own marks; what to bid on, compare. 8 statements."""
    actor = demand(Action.VIEW_QUEUE)
    session = db.session()
    shelf = next((one for one in Shelf if one == request.args.get("shelf")), Shelf.ALL)
    number = request.args.get("page", 1, type=int)
    return render_template(
        "reviews/queue.html",
        queue=review_queue(session, actor, shelf=shelf, number=number, now=now()),
        following=next_review(session, actor),
        marking=own_marking(session, actor.person_id),
        bidding=rounds_to_bid_in(session, actor),
        comparing=rounds_to_compare_in(session, actor),
    )


@blueprint.post("/reviews/<uuid:assignment_id>/accept")
def accept_assignment(assignment_id: UUID) -> ResponseReturnValue:
    """Say yes to a review."""
    actor = demand(Action.USE_ACCOUNT)
    assignments.accept_assignment(db.session(), assignment_id, actor=actor, now=now())
    flash("Thank you. The review is yours.")
    return redirect(url_for("review_queue.show_queue"), code=303)


@blueprint.route("/reviews/<uuid:assignment_id>/refuse", methods=["GET", "POST"])
def refuse_assignment(assignment_id: UUID) -> ResponseReturnValue:
    """Say no to a review, with a note or without."""
    session = db.session()
    head = review_head(session, assignment_id)
    form = ReviewRefusalForm()
    if form.validate_on_submit():
        # The service asks the permission table; for a second click there is nothing to refuse.
        actor = demand(Action.USE_ACCOUNT)
        try:
            assignments.refuse_assignment(
                session, assignment_id, note=form.note.data or "", actor=actor, now=now()
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("Refused. The fund managers ask somebody else.")
            return redirect(url_for("review_queue.show_queue"), code=303)
    demand(Action.WRITE_REVIEW, head.review_facts())
    page = render_template("reviews/refuse.html", head=head, form=form, banner=head.notice)
    return page, 422 if form.is_submitted() else 200
