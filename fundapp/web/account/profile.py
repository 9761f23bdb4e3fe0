"""A person's own account: name, time zone, password, sign-ins."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.queries.participations import hold_on
from fundapp.queries.people import person_row, running_sign_ins
from fundapp.services.people import change_password as change
from fundapp.services.people import update_profile
from fundapp.services.sign_ins import end_all_sign_ins as end_all
from fundapp.services.sign_ins import end_sign_in as end
from fundapp.web.access import demand, sign_in_id
from fundapp.web.account.blueprint import blueprint
from fundapp.web.account.entering import is_own_password
from fundapp.web.forms.account import PasswordChangeForm, ProfileForm
from fundapp.web.installation import installation, now
from fundapp.web.transactions import begin_writing, reads_first

WRONG = "This is not the password that you have now"


@blueprint.get("/account")
def show_account() -> str:
    """Everything about the account on one page, with links to change it."""
    actor = demand(Action.USE_ACCOUNT)
    session = db.session()
    return render_template(
        "account/account.html",
        whose=person_row(session, actor.person_id),
        sign_ins=running_sign_ins(session, actor.person_id, now=now()),
        this_sign_in_id=sign_in_id(),
        hold=hold_on(session, actor.person_id),
    )


@blueprint.route("/account/profile", methods=["GET", "POST"])
def edit_profile() -> ResponseReturnValue:
    """Change name, time zone and ORCID."""
    actor = demand(Action.USE_ACCOUNT)
    form = ProfileForm(obj=person_row(db.session(), actor.person_id))
    if not form.validate_on_submit():
        page = render_template("account/profile.html", form=form)
        return page, 422 if form.is_submitted() else 200
    update_profile(
        db.session(),
        actor.person_id,
        name=form.name.data or "",
        time_zone=form.time_zone.data or "",
        orcid=form.orcid.data or "",
        language=form.language.data or "",
        actor=actor,
        now=now(),
    )
    flash("Your profile is saved.")
    return _to_account()


@blueprint.route("/account/password", methods=["GET", "POST"])
@reads_first
def change_password() -> ResponseReturnValue:
    """Change the password; every other browser is signed out."""
    actor, kept = demand(Action.USE_ACCOUNT), None
    form = PasswordChangeForm()
    if form.validate_on_submit():
        if is_own_password(actor.email, form.current.data or ""):
            kept = sign_in_id()
        else:
            form.current.errors = [*form.current.errors, WRONG]
    if kept is None:
        page = render_template("account/change_password.html", form=form)
        return page, 422 if form.is_submitted() else 200
    password_hash = installation().passwords.hash_of(form.password.data or "")
    begin_writing()
    change(
        db.session(),
        actor.person_id,
        password_hash=password_hash,
        keep_sign_in_id=kept,
        actor=actor,
        now=now(),
    )
    flash("Your password is changed. Every other browser was signed out.")
    return _to_account()


@blueprint.post("/account/sign-ins/<uuid:sign_in_id>/end")
def end_sign_in(sign_in_id: UUID) -> ResponseReturnValue:
    """Sign one of one's browsers out."""
    actor = demand(Action.USE_ACCOUNT)
    end(db.session(), sign_in_id, actor=actor, now=now())
    flash("That browser is signed out.")
    return _to_account()


@blueprint.post("/account/sign-ins/end-all")
def end_all_sign_ins() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    actor = demand(Action.USE_ACCOUNT)
    end_all(db.session(), actor.person_id, actor=actor, now=now())
    cookie.clear()
    flash("You are signed out everywhere.")
    return redirect(url_for("account.sign_in"), code=303)


def _to_account() -> ResponseReturnValue:
    return redirect(url_for("account.show_account"), code=303)
