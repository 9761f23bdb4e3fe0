"""Revoking a winner's badge."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.credentials import badge_of_application
from fundapp.services.credentials import revoke_credential
from fundapp.web.access import demand
from fundapp.web.forms.badges import RevokeBadgeForm
from fundapp.web.forms.checks import show_problems
from fundapp.web.installation import now

blueprint = Blueprint("awarded_badges", __name__)


@blueprint.route("/applications/<uuid:application_id>/badge", methods=["GET", "POST"])
def revoke(application_id: UUID) -> ResponseReturnValue:
    """The badge of an award, and the form that revokes it."""
    facts = application_facts(db.session(), application_id)
    actor = demand(Action.RELEASE_DECISIONS, facts)
    badge = badge_of_application(db.session(), application_id)
    form = RevokeBadgeForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        try:
            revoke_credential(db.session(), application_id, reason=reason, actor=actor, now=now())
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash(f"The badge of {badge.reference} is revoked. We wrote to the winner.")
            target = url_for("awarded_badges.revoke", application_id=application_id)
            return redirect(target, code=303)
    page = render_template(
        "badges/revoke.html",
        badge=badge,
        form=form,
        banner=badge.notice,
        is_public=badge.issued_at <= now(),
    )
    return page, 422 if form.is_submitted() else 200
