"""Bidding: reviewers say what they want to review."""

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.bids import bidding_page, round_for_bids
from fundapp.services import bids
from fundapp.web.access import demand, time_zone
from fundapp.web.applicant.fields import clock_text
from fundapp.web.installation import now

blueprint = Blueprint("bids", __name__)

_PREFIX = "bid-"


@blueprint.get("/rounds/<uuid:round_id>/bids")
def show_bids(round_id: UUID) -> str:
    """The applications under review, each with one's own bid."""
    session = db.session()
    facts = round_for_bids(session, round_id)
    actor = demand(Action.BID, facts)
    topic = request.args.get("topic", "")
    shown = bidding_page(
        session, facts, actor=actor, topic=topic, number=request.args.get("page", 1, type=int)
    )
    return render_template("bids/list.html", shown=shown, topic=topic, banner=shown.notice)


@blueprint.post("/rounds/<uuid:round_id>/bids")
def save_bids(round_id: UUID) -> ResponseReturnValue:
    """Save the bids of one page, and stay there."""
    actor = demand(Action.BID, round_for_bids(db.session(), round_id))
    changed = bids.save_bids(db.session(), round_id, _posted(), actor=actor, now=now())
    flash(f"{changed} {'bid' if changed == 1 else 'bids'} saved." if changed else "Saved.")
    address = url_for(
        ".show_bids",
        round_id=round_id,
        topic=request.form.get("topic") or None,
        page=request.form.get("page") or None,
    )
    return redirect(address, code=303)


@blueprint.post("/rounds/<uuid:round_id>/bids/autosave")
def autosave_bids(round_id: UUID) -> ResponseReturnValue:
    """Save while choosing; answers the page's script with JSON."""
    actor = demand(Action.BID, round_for_bids(db.session(), round_id))
    moment = now()
    bids.save_bids(db.session(), round_id, _posted(), actor=actor, now=moment)
    return jsonify(
        saved_at=moment.isoformat(),
        saved_at_text=clock_text(moment, time_zone()),
        version="0",
        problems=[],
    )


def _posted() -> dict[UUID, BidValue | None]:
    """Return the posted bids; fields that name no application or no bid are passed over."""
    values = {value.value: value for value in BidValue}
    found: dict[UUID, BidValue | None] = {}
    for name, text in request.form.items():
        if not name.startswith(_PREFIX) or (text and text not in values):
            continue
        try:
            found[UUID(name.removeprefix(_PREFIX))] = values.get(text)
        except ValueError:
            continue
    return found
