"""Exports of a round: what there is, and the files."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from fundapp.adapters.database import begin_snapshot
from fundapp.domain.permissions import Action
from fundapp.exports.column_sets import read_columns
from fundapp.exports.formats import ExportFormat
from fundapp.extensions import db
from fundapp.queries.column_sets import column_sets_of
from fundapp.queries.deliberations import round_head
from fundapp.services import exports
from fundapp.web.access import demand
from fundapp.web.installation import now
from fundapp.web.transactions import remember

blueprint = Blueprint("exports", __name__)


@blueprint.get("/rounds/<uuid:round_id>/exports")
def show_files(round_id: UUID) -> str:
    """The files that can be downloaded, with what is in them."""
    head, _ = round_head(db.session(), round_id)
    actor = demand(Action.EXPORT_DECISIONS, head.facts)
    return render_template(
        "exports/files.html",
        round=head,
        sets=column_sets_of(db.session(), actor.person_id),
        banner=head.notice,
    )


@blueprint.get("/rounds/<uuid:round_id>/exports/<any(csv, jsonl, xlsx, json):format_>/<table>")
def download_file(round_id: UUID, format_: str, table: str) -> Response:
    """One file, sent as it is read; who took it is recorded.

    It was read through once before, in the same snapshot, so its length is told in front: where
    reading fails midway, the browser finds it too short and drops it.
    """
    head, _ = round_head(db.session(), round_id)
    actor = demand(Action.EXPORT_DECISIONS, head.facts)
    columns = tuple(read_columns(request.args.get("columns", "")))
    wanted = exports.WantedExport(ExportFormat(format_), table=table, columns=columns)
    at = now()
    # A session of its own, because that of the request ends before the file is sent.
    reading = Session(db.engine)
    try:
        begin_snapshot(reading)
        made = exports.make_export(reading, round_id, wanted=wanted, actor=actor)
    except BaseException:
        reading.close()
        raise

    def record(separate: Session) -> None:
        exports.record_export(separate, round_id, made, actor=actor, now=at)

    remember(record)
    response = Response(iter(made.pieces), mimetype=made.media_type)
    response.call_on_close(reading.close)
    response.content_length = made.size
    response.headers.set("Content-Disposition", "attachment", filename=made.filename)
    response.headers["X-Fundapp-State"] = made.state.sha256
    response.headers["X-Fundapp-Changed"] = made.state.changed
    response.headers["X-Fundapp-SHA256"] = made.sha256
    return response
