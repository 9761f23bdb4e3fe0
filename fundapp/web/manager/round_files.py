"""Files of a round that are made for one person: order, look how far they are, take them."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Action, may
from fundapp.domain.round_files import (
    KIND_WORDS,
    MEDIA_TYPES,
    NEEDED,
    RoundFileKind,
    why_not_yet,
)
from fundapp.extensions import db
from fundapp.queries.deliberations import round_head
from fundapp.queries.round_files import round_files_of
from fundapp.services import round_files
from fundapp.services.round_file_jobs import MAKERS
from fundapp.web.access import demand
from fundapp.web.downloads import send_stored
from fundapp.web.installation import now
from fundapp.web.transactions import remember

blueprint = Blueprint("round_files", __name__)


@blueprint.get("/rounds/<uuid:round_id>/files")
def show_list(round_id: UUID) -> str:
    """What was made for the reader, when and from which state; what can be made."""
    head, _ = round_head(db.session(), round_id)
    actor = demand(Action.EXPORT_DECISIONS, head.facts)
    return render_template(
        "exports/round_files.html",
        head=head,
        files=round_files_of(db.session(), round_id, person_id=actor.person_id),
        kinds=[kind for kind in MAKERS if may(actor, NEEDED[kind], head.facts)],
        kind_words=KIND_WORDS,
        too_early={kind: why_not_yet(kind, head.state) for kind in MAKERS},
        banner=head.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/files/<any(pack, board_paper):kind>")
def order_file(round_id: UUID, kind: str) -> ResponseReturnValue:
    """Have a file made, the first time or again."""
    head, _ = round_head(db.session(), round_id)
    wanted = RoundFileKind(kind)
    actor = demand(NEEDED[wanted], head.facts)
    round_files.order_round_file(db.session(), round_id, kind=wanted, actor=actor, now=now())
    flash(f"{KIND_WORDS[wanted]}: it is being made. You find it on this page.")
    return redirect(url_for("round_files.show_list", round_id=round_id), code=303)


@blueprint.get("/round-files/<uuid:file_id>")
def download_file(file_id: UUID) -> Response:
    """A made file, for who ordered it; that it was taken is recorded."""
    actor = demand(Action.USE_ACCOUNT)
    file = round_files.find_round_file(db.session(), file_id, actor=actor)
    at = now()

    def record(separate: Session) -> None:
        round_files.record_taken(separate, file, actor=actor, now=at)

    remember(record)
    return send_stored(file.sha256, name=file.filename, media_type=MEDIA_TYPES[file.kind])
