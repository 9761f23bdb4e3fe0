"""A person's own data: download all of it, ask for deletion."""

import json

from flask import Response, flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.participations import hold_on
from fundapp.queries.personal_data import everything_about
from fundapp.services.privacy import request_deletion as ask
from fundapp.services.privacy import withdraw_deletion_request
from fundapp.web.access import demand
from fundapp.web.account.blueprint import blueprint
from fundapp.web.forms.account import DeletionForm
from fundapp.web.installation import now


@blueprint.get("/account/my-data.json")
def download_data() -> Response:
    """Everything about the person, as a JSON file."""
    actor = demand(Action.USE_ACCOUNT)
    whole = {"written_at": now().isoformat(), **everything_about(db.session(), actor.person_id)}
    text = json.dumps(whole, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(text, mimetype="application/json", headers=headers)


@blueprint.route("/account/deletion", methods=["GET", "POST"])
def request_deletion() -> ResponseReturnValue:
    """Ask to be deleted; say first what happens when."""
    actor = demand(Action.USE_ACCOUNT)
    session = db.session()
    form = DeletionForm()
    if not form.validate_on_submit():
        page = render_template(
            "account/deletion.html",
            form=form,
            hold=hold_on(session, actor.person_id),
        )
        return page, 422 if form.is_submitted() else 200
    if ask(session, actor.person_id, actor=actor, now=now()):
        cookie.clear()
        flash("Your account is deleted.")
        return redirect(url_for("account.sign_in"), code=303)
    flash("We will delete your account as soon as no round needs it any more.")
    return redirect(url_for("account.show_account"), code=303)


@blueprint.post("/account/deletion/withdraw")
def withdraw_deletion() -> ResponseReturnValue:
    """Take the wish back."""
    actor = demand(Action.USE_ACCOUNT)
    withdraw_deletion_request(db.session(), actor.person_id, actor=actor, now=now())
    flash("Your account stays.")
    return redirect(url_for("account.show_account"), code=303)
