"""Deleting a draft round, after saying what goes with it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.round_deletions import draft_contents
from fundapp.queries.rounds import round_record
from fundapp.services import round_deletions
from fundapp.web.access import demand
from fundapp.web.forms.round_parts import EmptyForm
from fundapp.web.installation import now

blueprint = Blueprint("round_deletions", __name__)


@blueprint.route("/rounds/<uuid:round_id>/delete", methods=["GET", "POST"])
def delete_round(round_id: UUID) -> ResponseReturnValue:
    """Say what goes with a draft, then delete it."""
    demand(Action.RUN_ROUNDS)
    record = round_record(db.session(), round_id)
    actor = demand(Action.RUN_ROUNDS, record.facts)
    if EmptyForm().validate_on_submit():
        round_deletions.delete_round(db.session(), round_id, actor=actor, now=now())
        flash(f"{record.reference} is deleted.")
        return redirect(url_for("rounds.show_list"), code=303)
    contents = draft_contents(db.session(), round_id)
    return render_template(
        "rounds/delete.html", round=record, contents=contents, banner=record.notice or None
    )
