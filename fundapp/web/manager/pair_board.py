"""The order by pairs beside the rubric's, and freezing it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action, may
from fundapp.extensions import db
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.queries.pair_board import pair_board
from fundapp.queries.pairs import round_of_pairs
from fundapp.services.rankings import freeze_pair_ranking
from fundapp.web.access import demand
from fundapp.web.installation import now

blueprint = Blueprint("pair_board", __name__)


@blueprint.get("/rounds/<uuid:round_id>/ranking/pairs")
def show_board(round_id: UUID) -> str:
    """The order, its doubt, where the rubric says otherwise, and how judges differ."""
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.VIEW_PAIRS, head.facts)
    asked = round_of_pairs(session, round_id)
    barred = barred_pairs(session, round_id)
    seen = seen_by(actor, head, barred)
    board = pair_board(session, head, asked, barred=barred, seen=seen, reader=actor)
    return render_template(
        "pairs/board.html",
        board=board,
        may_freeze=bool(may(actor, Action.DECIDE, head.facts)),
        banner=head.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/ranking/pairs/freeze")
def freeze(round_id: UUID) -> ResponseReturnValue:
    """Store the order by pairs with its hash, so that decisions rest on it."""
    head, _ = round_head(db.session(), round_id)
    actor = demand(Action.DECIDE, head.facts)
    ranking = freeze_pair_ranking(db.session(), round_id, actor=actor, now=now())
    flash(f"The order by pairs is frozen. Its fingerprint begins with {ranking.sha256[:12]}.")
    return redirect(url_for(".show_board", round_id=round_id), code=303)
