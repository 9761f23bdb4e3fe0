"""What funders say beforehand of one application: nothing from us, or at least so much."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.permissions import Action, ContributionFacts, may, require
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.wishes import wishes_on
from fundapp.services.funding_wishes import set_wish
from fundapp.web.access import current_actor
from fundapp.web.forms.allocation_plans import WISH_WORDS, TypedWish, wish_typed
from fundapp.web.installation import now
from fundapp.web.manager.decisions import load_room, row_of

blueprint = Blueprint("funding_wishes", __name__)


@blueprint.get("/applications/<uuid:application_id>/wishes")
def show_wishes(application_id: UUID) -> str:
    """The wishes on one application; each reader may change those of its own funders."""
    return _page(application_id, None, ())


@blueprint.post("/applications/<uuid:application_id>/wishes/<uuid:funder_id>")
def set_funder_wish(application_id: UUID, funder_id: UUID) -> ResponseReturnValue:
    """Enter, change or take away one funder's wish."""
    facts = application_facts(db.session(), application_id)
    actor = require(current_actor(), Action.WISH_FOR_FUNDER, ContributionFacts(funder_id, facts))
    room = load_room(facts.round.id)
    typed = wish_typed(funder_id, request.form, currency=room.head.currency)
    problems = typed.problems
    if not problems:
        try:
            set_wish(
                db.session(),
                application_id,
                funder_id,
                kind=typed.kind,
                amount=typed.amount,
                reason=request.form.get("reason", ""),
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            problems = error.problems
        else:
            flash("The wish is kept. Plans worked out from now on follow it.")
            address = url_for("funding_wishes.show_wishes", application_id=application_id)
            return redirect(address, code=303)
    return _page(application_id, typed, problems), 422


def _page(application_id: UUID, typed: TypedWish | None, problems: tuple[Problem, ...]) -> str:
    facts = application_facts(db.session(), application_id)
    actor = require(current_actor(), Action.VIEW_RANKING, facts.round)
    require(actor, Action.VIEW_APPLICATION, facts)
    room = load_room(facts.round.id)
    row = row_of(room, application_id)
    own = {
        one.funder_id
        for one in room.funders
        if may(actor, Action.WISH_FOR_FUNDER, ContributionFacts(one.funder_id, facts))
    }
    return render_template(
        "allocation_plans/wishes.html",
        room=room,
        row=row,
        wishes=wishes_on(db.session(), application_id),
        own=own,
        typed=typed,
        problems={problem.field: problem.sentence for problem in problems},
        words=WISH_WORDS,
        is_open=room.is_deciding and row.is_open,
        banner=room.head.notice,
    )
