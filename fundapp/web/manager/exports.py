"""Exports of a round: what there is, and the files."""

from uuid import UUID

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Action
from fundapp.exports.formats import ExportFormat
from fundapp.extensions import db
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
    demand(Action.EXPORT_DECISIONS, head.facts)
    return render_template("exports/files.html", round=head, banner=head.notice)


@blueprint.get("/rounds/<uuid:round_id>/exports/<any(csv, xlsx, json):format_>/<table>")
def download_file(round_id: UUID, format_: str, table: str) -> Response:
    """One file; who took it is recorded."""
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.EXPORT_DECISIONS, head.facts)
    at = now()
    made = exports.make_export(
        session, round_id, table=table, format=ExportFormat(format_), actor=actor, now=at
    )

    def record(separate: Session) -> None:
        exports.record_export(separate, round_id, made, actor=actor, now=at)

    remember(record)
    response = Response(made.content, mimetype=made.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=made.filename)
    return response
