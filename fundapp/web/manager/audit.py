"""The audit record in words."""

from uuid import UUID

from flask import Blueprint, render_template, request

from fundapp.domain.permissions import Action
from fundapp.domain.text import one_line
from fundapp.extensions import db
from fundapp.queries.audit import AuditFilter, audit_page
from fundapp.web.access import demand

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
def show_list() -> str:
    """Who did what, the newest first; by round, person or subject."""
    actor = demand(Action.VIEW_AUDIT)
    wanted = AuditFilter(
        round_reference=one_line(request.args.get("round", "")) or None,
        person_id=_id("person"),
        subject_id=_id("subject"),
        before_id=request.args.get("before", type=int),
    )
    page = audit_page(db.session(), wanted, reader_id=actor.person_id)
    return render_template("audit/list.html", page=page, wanted=wanted)


def _id(name: str) -> UUID | None:
    return request.args.get(name, type=UUID)
