"""The ranking board: the order, how sure it is, what to talk about, and freezing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Action, Actor, may
from fundapp.exports.csv_writer import write_csv
from fundapp.exports.rankings import (
    AGENDA_COLUMNS,
    agenda_cells,
    ranking_cells,
    ranking_columns,
)
from fundapp.extensions import db
from fundapp.models import Round
from fundapp.queries.agendas import joint_agenda
from fundapp.queries.agreements import agreement_page
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, Seen, round_head, seen_by
from fundapp.queries.joint_evaluations import evaluation_job
from fundapp.queries.ranking_board import Board, ranking_board
from fundapp.queries.rankings import live_ranking
from fundapp.services.audit import record_event
from fundapp.services.joint_evaluations import ask_evaluation
from fundapp.services.rankings import freeze_ranking
from fundapp.web.access import current_actor, demand
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import page_of_board
from fundapp.web.transactions import begin_writing, reads_first, remember

blueprint = Blueprint("ranking", __name__)


@blueprint.get("/rounds/<uuid:round_id>/ranking")
def show_board(round_id: UUID) -> str:
    """The board: bands, best first, with the line where the money ends."""
    board = _board(round_id)
    actor = current_actor()
    return render_template(
        "ranking/board.html",
        board=board,
        page=page_of_board(board.seen),
        may_freeze=bool(may(actor, Action.DECIDE, board.head.facts)),
        may_assign=bool(may(actor, Action.ASSIGN_REVIEWERS, board.head.facts)),
        is_under_way=evaluation_job(db.session(), round_id, due_by=now()) and board.newer > 0,
        banner=board.head.notice,
    )


@blueprint.get("/rounds/<uuid:round_id>/ranking/table")
def show_table(round_id: UUID) -> str:
    """The same as a plain table."""
    board = _board(round_id)
    page = page_of_board(board.rows)
    return render_template("ranking/table.html", board=board, page=page, banner=board.head.notice)


@blueprint.get("/rounds/<uuid:round_id>/ranking/agreement")
def show_agreement(round_id: UUID) -> str:
    """How far the reviewers agree and how strict each is; refused for chosen applications."""
    read = _read(round_id)
    found = agreement_page(
        db.session(),
        read.head,
        read.funders,
        barred=read.barred,
        seen=read.seen,
        reader=read.actor,
        is_selection=bool(request.args.get("among")),
    )
    return render_template("ranking/agreement.html", found=found, banner=read.head.notice)


@blueprint.get("/rounds/<uuid:round_id>/ranking/agenda")
def show_agenda(round_id: UUID) -> str:
    """What the joint meeting should talk about, from the disagreement of the reviews."""
    read = _read(round_id)
    agenda = joint_agenda(db.session(), read.head, read.funders, barred=read.barred, seen=read.seen)
    page = page_of_board(agenda.items)
    return render_template(
        "ranking/agenda.html", agenda=agenda, page=page, head=read.head, banner=read.head.notice
    )


@blueprint.get("/rounds/<uuid:round_id>/ranking.csv")
def export_board(round_id: UUID) -> Response:
    """The board as CSV; who took it is recorded."""
    board = _board(round_id)
    return _csv(board.head, "ranking", columns=ranking_columns(board), rows=ranking_cells(board))


@blueprint.get("/rounds/<uuid:round_id>/ranking/agenda.csv")
def export_agenda(round_id: UUID) -> Response:
    """The agenda as CSV; who took it is recorded."""
    read = _read(round_id)
    agenda = joint_agenda(db.session(), read.head, read.funders, barred=read.barred, seen=read.seen)
    return _csv(read.head, "agenda", columns=AGENDA_COLUMNS, rows=agenda_cells(agenda))


@blueprint.post("/rounds/<uuid:round_id>/ranking/evaluate")
def evaluate(round_id: UUID) -> ResponseReturnValue:
    """Have a worker evaluate the reviews of a large round as they stand."""
    actor = demand(Action.DECIDE)
    ask_evaluation(db.session(), round_id, actor=actor, now=now())
    flash("The ranking is being worked out. Load this page again in a moment.")
    return redirect(url_for("ranking.show_board", round_id=round_id), code=303)


@blueprint.post("/rounds/<uuid:round_id>/ranking/freeze")
@reads_first
def freeze(round_id: UUID) -> ResponseReturnValue:
    """Store the order with its hash, so that decisions rest on it."""
    read = _read(round_id)
    demand(Action.DECIDE, read.head.facts)
    # Evaluated before anything is locked; freezing finds it in memory.
    _ = live_ranking(db.session(), round_id, barred=read.barred).found.complete
    begin_writing()
    ranking = freeze_ranking(db.session(), round_id, actor=read.actor, now=now())
    flash(f"The ranking is frozen. Its fingerprint begins with {ranking.sha256[:12]}.")
    return redirect(url_for("ranking.show_board", round_id=round_id), code=303)


@dataclass(frozen=True)
class _Read:
    """A round's head with what its reader may see."""

    actor: Actor
    head: RoundHead
    funders: tuple[FunderEnvelope, ...]
    barred: BarredPairs
    seen: Seen


def _read(round_id: UUID) -> _Read:
    session = db.session()
    head, funders = round_head(session, round_id)
    actor = demand(Action.VIEW_RANKING, head.facts)
    barred = barred_pairs(session, round_id)
    return _Read(actor, head, funders, barred, seen_by(actor, head, barred))


def _board(round_id: UUID) -> Board:
    read = _read(round_id)
    return ranking_board(db.session(), read.head, read.funders, barred=read.barred, seen=read.seen)


def _csv(
    head: RoundHead, name: str, *, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> Response:
    actor, at = current_actor(), now()

    def record(session: Session) -> None:
        round_ = session.get_one(Round, head.id)
        record_event(
            session, "ranking.exported", round_, actor=actor, now=at, rows=len(rows), what=name
        )

    remember(record)
    response = Response("".join(write_csv(columns, rows)).encode(), mimetype="text/csv")
    filename = f"{head.reference}-{name}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
