"""Declaring a conflict of interest, from the queue, a review or a decision."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action, Actor, ApplicationFacts, may
from fundapp.extensions import db
from fundapp.models import Funder
from fundapp.queries.access import application_facts
from fundapp.queries.headings import application_heading
from fundapp.services import conflicts
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.conflicts import MYSELF, DeclarationForm
from fundapp.web.installation import now

blueprint = Blueprint("declarations", __name__)


@blueprint.route("/applications/<uuid:application_id>/conflicts/new", methods=["GET", "POST"])
def declare_conflict(application_id: UUID) -> ResponseReturnValue:
    """Say that a tie to the applicant stands in the way, for oneself or one's funder.

    The page names the application only as far as its reader may see it.
    """
    session = db.session()
    facts = application_facts(session, application_id)
    actor = demand(Action.DECLARE_CONFLICT, facts)
    form = DeclarationForm().offer_funders(_own_funders(actor, facts))
    if form.validate_on_submit():
        try:
            conflicts.declare_conflict(
                session,
                application_id,
                note=form.note.data or "",
                funder_id=None if form.party.data == MYSELF else UUID(form.party.data),
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("Recorded, thank you. This application is closed to you now.")
            return redirect(_way_back(actor, facts), code=303)
    heading = application_heading(session, application_id)
    page = render_template(
        "conflicts/declare.html",
        heading=heading,
        sees_title=bool(may(actor, Action.VIEW_APPLICATION, facts)),
        sees_applicant=bool(may(actor, Action.VIEW_APPLICANT, facts)),
        form=form,
        way_back=_way_back(actor, facts),
        banner=heading.notice,
    )
    return page, 422 if form.is_submitted() else 200


def _own_funders(actor: Actor, facts: ApplicationFacts) -> list[tuple[str, str]]:
    """Return the funders of the round that the actor speaks for, by name."""
    own = actor.offices & facts.round.funder_ids
    rows = db.session().execute(
        select(Funder.id, Funder.name).where(Funder.id.in_(own)).order_by(Funder.name)
    )
    return [(str(id_), name) for id_, name in rows]


def _way_back(actor: Actor, facts: ApplicationFacts) -> str:
    if facts.round.id in actor.seats:
        return "/reviews"
    return f"/rounds/{facts.round.id}" if actor.is_fund_manager else "/decisions"
