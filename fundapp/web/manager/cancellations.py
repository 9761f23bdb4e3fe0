"""Cancelling an open call, after saying whom it concerns."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.cancellations import cancellation_preview
from fundapp.queries.rounds import round_record
from fundapp.services import cancellations
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.rounds import CancellationForm
from fundapp.web.installation import now

blueprint = Blueprint("cancellations", __name__)


@blueprint.route("/rounds/<uuid:round_id>/cancellation", methods=["GET", "POST"])
def cancel_call(round_id: UUID) -> ResponseReturnValue:
    """Say who is told and what stops, then cancel the call."""
    demand(Action.RUN_ROUNDS)
    record = round_record(db.session(), round_id)
    actor = demand(Action.RUN_ROUNDS, record.facts)
    form = CancellationForm()
    if form.validate_on_submit():
        try:
            cancellations.cancel_call(
                db.session(), round_id, reason=form.reason.data or "", actor=actor, now=now()
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("The call is cancelled, and the applicants are told by mail.")
            return redirect(url_for("rounds.show_board", round_id=round_id), code=303)
    page = render_template(
        "rounds/cancel.html",
        round=record,
        preview=cancellation_preview(db.session(), round_id),
        form=form,
        banner=record.notice or None,
    )
    return page, 422 if form.is_submitted() else 200
