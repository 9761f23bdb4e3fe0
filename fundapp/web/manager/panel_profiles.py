"""What somebody on a panel can judge, as a manager sees and amends it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import NotFound
from fundapp.domain.permissions import Action, PersonFacts
from fundapp.extensions import db
from fundapp.queries.rounds import panel_rows
from fundapp.web.access import demand
from fundapp.web.manager.round_pages import round_page
from fundapp.web.profile_pages import profile_page

blueprint = Blueprint("panel_profiles", __name__)


@blueprint.route("/rounds/<uuid:round_id>/panel/<uuid:seat_id>/profile", methods=["GET", "POST"])
def edit_profile(round_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """The profile of a reviewer on the panel; it is the same in every round."""
    page = round_page(round_id, "panel")
    seat = next((one for one in panel_rows(db.session(), round_id) if one.id == seat_id), None)
    if seat is None:
        raise NotFound("There is no such seat.")
    actor = demand(Action.EDIT_REVIEWER_PROFILE, PersonFacts(seat.person_id))

    def saved() -> ResponseReturnValue:
        flash(f"The profile of {seat.name} is saved.")
        return redirect(url_for("panels.show_panel", round_id=round_id), code=303)

    return profile_page(
        seat.person_id,
        actor=actor,
        template="rounds/reviewer_profile.html",
        saved=saved,
        seat=seat,
        **page.context(),
    )
