"""The winner reads its citation, and approves it or asks for a change."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, NotFound
from fundapp.domain.permissions import Action, Actor, may
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.citations import own_citation
from fundapp.services.citations import approve_citation, wish_citation_changed
from fundapp.web.access import current_actor, demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.citations import ApprovalForm, WishForm
from fundapp.web.installation import now

blueprint = Blueprint("own_citations", __name__)


@blueprint.get("/applications/<uuid:application_id>/citation")
def show(application_id: UUID) -> str:
    """What the fund wants to say of the winner, and the two answers."""
    return _page(application_id, WishForm(formdata=None))


@blueprint.post("/applications/<uuid:application_id>/citation/approve")
def approve(application_id: UUID) -> ResponseReturnValue:
    """Approve the text that was on the page."""
    actor, form = _winner(application_id), ApprovalForm()
    approve_citation(
        db.session(), application_id, seen=form.seen.data or "", actor=actor, now=now()
    )
    flash("You approved the citation.")
    return redirect(url_for("own_citations.show", application_id=application_id), code=303)


@blueprint.post("/applications/<uuid:application_id>/citation/wish")
def wish(application_id: UUID) -> ResponseReturnValue:
    """Ask for a change."""
    actor, form = _winner(application_id), WishForm()
    if form.validate():
        try:
            wish_citation_changed(
                db.session(),
                application_id,
                wish=form.wish.data or "",
                seen=form.seen.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("The fund reads what you want changed, and asks you again.")
            target = url_for("own_citations.show", application_id=application_id)
            return redirect(target, code=303)
    return _page(application_id, form), 422


def _winner(application_id: UUID) -> Actor:
    return demand(Action.ANSWER_AWARD, application_facts(db.session(), application_id))


def _page(application_id: UUID, form: WishForm) -> str:
    facts = application_facts(db.session(), application_id)
    actor = demand(Action.VIEW_LETTER, facts)
    own = own_citation(db.session(), application_id)
    if own is None or (facts.organisation_id not in actor.memberships and not own.text):
        raise NotFound("There is no citation yet.")
    return render_template(
        "citations/own.html",
        own=own,
        form=form,
        may_answer=bool(may(current_actor(), Action.ANSWER_AWARD, facts)),
        may_approve=own.may_approve(now()),
        banner=own.notice,
    )
