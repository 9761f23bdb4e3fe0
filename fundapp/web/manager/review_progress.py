"""How far the reviews of a round are, and reminders with one click."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.review_progress import (
    Progress,
    progress_of_reviewers,
    progress_of_reviews,
    progress_round,
)
from fundapp.services.reminders import remind_reviewers
from fundapp.web.access import demand
from fundapp.web.installation import now

blueprint = Blueprint("review_progress", __name__)


@blueprint.get("/rounds/<uuid:round_id>/reviews")
def show_progress(round_id: UUID) -> str:
    """Who is late, and each review. 7 statements."""
    actor = demand(Action.RUN_ROUNDS)
    session = db.session()
    part = next((one for one in Progress if one == request.args.get("part")), Progress.ALL)
    round_ = progress_round(session, round_id)
    return render_template(
        "reviews/progress.html",
        round=round_,
        reviewers=progress_of_reviewers(session, round_id, now=now()),
        page=progress_of_reviews(
            session,
            round_id,
            part=part,
            number=request.args.get("page", 1, type=int),
            reader_id=actor.person_id,
            now=now(),
        ),
        part=part,
        banner=round_.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/reviews/remind")
def remind(round_id: UUID) -> ResponseReturnValue:
    """Remind everybody who is late, or one reviewer."""
    actor = demand(Action.RUN_ROUNDS)
    person_id = request.form.get("person_id", type=UUID)
    sent = remind_reviewers(
        db.session(),
        round_id,
        person_id=person_id,
        only_late=person_id is None,
        actor=actor,
        now=now(),
    )
    if sent:
        flash(f"{sent} {'reminder is' if sent == 1 else 'reminders are'} on the way.")
    else:
        flash("Nobody to remind: nothing is open, or they were reminded today.", "caution")
    return redirect(url_for("review_progress.show_progress", round_id=round_id), code=303)
