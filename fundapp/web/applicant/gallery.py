"""The entrant's tick on being shown in public."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.services.gallery import choose_gallery
from fundapp.web.access import demand
from fundapp.web.installation import now

blueprint = Blueprint("own_gallery", __name__)


@blueprint.post("/applications/<uuid:application_id>/gallery")
def choose(application_id: UUID) -> ResponseReturnValue:
    """Keep what was ticked; without a tick the entry is not shown."""
    is_shown = request.form.get("in_gallery") == "1"
    actor = demand(Action.USE_ACCOUNT)
    choose_gallery(db.session(), application_id, is_shown, actor=actor, now=now())
    flash("The public may see your entry." if is_shown else "The public will not see your entry.")
    target = url_for("applications.show_application", application_id=application_id)
    return redirect(target, code=303)
