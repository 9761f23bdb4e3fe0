"""The nominations of a round: ask the maker, or put one aside."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.domain.states import NominationState
from fundapp.extensions import db
from fundapp.queries.nominations import nominations_of_round
from fundapp.queries.rounds import round_record
from fundapp.services.nominations import ask_maker, dismiss_nomination
from fundapp.web.access import demand
from fundapp.web.installation import now

blueprint = Blueprint("received_nominations", __name__)

STATE_WORDS = {
    NominationState.RECEIVED: ("ring", "Not asked yet"),
    NominationState.ASKED: ("half", "Maker asked"),
    NominationState.CONSENTED: ("disc", "Began an entry"),
    NominationState.REFUSED: ("square", "Does not enter"),
    NominationState.DISMISSED: ("square", "Put aside"),
}


@blueprint.get("/rounds/<uuid:round_id>/nominations")
def show_list(round_id: UUID) -> str:
    """What was nominated, and what came of it."""
    demand(Action.RUN_ROUNDS)
    record = round_record(db.session(), round_id)
    demand(Action.RUN_ROUNDS, record.facts)
    return render_template(
        "nominations/list.html",
        round=record,
        rows=nominations_of_round(db.session(), round_id),
        state_words=STATE_WORDS,
        banner=record.notice or None,
    )


@blueprint.post("/nominations/<uuid:nomination_id>/ask")
def ask(nomination_id: UUID) -> ResponseReturnValue:
    """Mail the maker the link."""
    actor = demand(Action.RUN_ROUNDS)
    asked = ask_maker(db.session(), nomination_id, actor=actor, now=now())
    flash(f"We mail {asked.maker_name} a link.")
    return _to_list(asked.round_id)


@blueprint.post("/nominations/<uuid:nomination_id>/dismiss")
def dismiss(nomination_id: UUID) -> ResponseReturnValue:
    """Put a nomination aside and forget its addresses."""
    actor = demand(Action.RUN_ROUNDS)
    dismissed = dismiss_nomination(db.session(), nomination_id, actor=actor, now=now())
    flash("The nomination is put aside; its names and addresses are deleted.")
    return _to_list(dismissed.round_id)


def _to_list(round_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("received_nominations.show_list", round_id=round_id), code=303)
