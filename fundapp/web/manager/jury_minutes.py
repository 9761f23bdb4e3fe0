"""The minutes of a round's jury."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.permissions import Action, may
from fundapp.domain.states import RoundState
from fundapp.extensions import db
from fundapp.queries.deliberations import round_head
from fundapp.queries.jury_minutes import minutes_of
from fundapp.services.jury_minutes import add_minute as store_minute
from fundapp.web.access import demand
from fundapp.web.installation import now

blueprint = Blueprint("jury_minutes", __name__)


@blueprint.get("/rounds/<uuid:round_id>/minutes")
def show_minutes(round_id: UUID) -> str:
    """What was written, oldest first, and room for more."""
    return _page(round_id, ())


@blueprint.post("/rounds/<uuid:round_id>/minutes")
def add_minute(round_id: UUID) -> ResponseReturnValue:
    """Add an entry."""
    head, _ = round_head(db.session(), round_id)
    actor = demand(Action.DECIDE, head.facts)
    try:
        store_minute(
            db.session(),
            round_id,
            text=request.form.get("text", ""),
            category=request.form.get("category", ""),
            present=request.form.getlist("present"),
            actor=actor,
            now=now(),
        )
    except InvalidInput as error:
        return _page(round_id, error.problems), 422
    flash("The entry is in the minutes.")
    return redirect(url_for(".show_minutes", round_id=round_id), code=303)


def _page(round_id: UUID, problems: tuple[Problem, ...]) -> str:
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.VIEW_MINUTES, head.facts)
    may_write = head.state is RoundState.DELIBERATING and may(actor, Action.DECIDE, head.facts)
    return render_template(
        "pairs/minutes.html",
        minutes=minutes_of(session, head, reader=actor),
        may_write=bool(may_write),
        typed=request.form,
        present=request.form.getlist("present"),
        problems=problems,
        banner=head.notice,
    )
