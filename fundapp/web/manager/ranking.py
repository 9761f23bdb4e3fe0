"""The ranking board: the order, how sure it is, and freezing it."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Action, may
from fundapp.exports.csv_writer import write_csv
from fundapp.exports.rankings import ranking_cells, ranking_columns
from fundapp.extensions import db
from fundapp.models import Round
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.queries.ranking_board import Board, ranking_board
from fundapp.services.audit import record_event
from fundapp.services.rankings import freeze_ranking
from fundapp.web.access import current_actor, demand
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import page_of_board
from fundapp.web.transactions import remember

blueprint = Blueprint("ranking", __name__)


@blueprint.get("/rounds/<uuid:round_id>/ranking")
def show_board(round_id: UUID) -> str:
    """The board, best first, with the line where the money ends."""
    board = _board(round_id)
    seen = [row for row in board.rows if not row.is_recused]
    return render_template(
        "ranking/board.html",
        board=board,
        page=page_of_board(seen),
        may_freeze=bool(may(current_actor(), Action.DECIDE, board.head.facts)),
        banner=board.head.notice,
    )


@blueprint.get("/rounds/<uuid:round_id>/ranking/table")
def show_table(round_id: UUID) -> str:
    """The same as a plain table."""
    board = _board(round_id)
    page = page_of_board(board.rows)
    return render_template("ranking/table.html", board=board, page=page, banner=board.head.notice)


@blueprint.get("/rounds/<uuid:round_id>/ranking.csv")
def export_board(round_id: UUID) -> Response:
    """The same as CSV; who took it is recorded."""
    board = _board(round_id)
    actor, at = current_actor(), now()

    def record(session: Session) -> None:
        round_ = session.get_one(Round, round_id)
        record_event(session, "ranking.exported", round_, actor=actor, now=at, rows=len(board.rows))

    remember(record)
    text = "".join(write_csv(ranking_columns(board), ranking_cells(board)))
    response = Response(text.encode(), mimetype="text/csv")
    name = f"{board.head.reference}-ranking.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.post("/rounds/<uuid:round_id>/ranking/freeze")
def freeze(round_id: UUID) -> ResponseReturnValue:
    """Store the order with its hash, so that decisions rest on it."""
    actor = demand(Action.DECIDE)
    ranking = freeze_ranking(db.session(), round_id, actor=actor, now=now())
    flash(f"The ranking is frozen. Its fingerprint begins with {ranking.sha256[:12]}.")
    return redirect(url_for("ranking.show_board", round_id=round_id), code=303)


def _board(round_id: UUID) -> Board:
    session = db.session()
    head, funders = round_head(session, round_id)
    actor = demand(Action.VIEW_RANKING, head.facts)
    barred = barred_pairs(session, round_id)
    return ranking_board(session, head, funders, barred=barred, seen=seen_by(actor, head, barred))
