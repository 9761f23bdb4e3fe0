"""Open an account, ask for a new password. The answer never tells which addresses are known."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.extensions import db
from fundapp.services.people import register_person, request_password_reset
from fundapp.services.throttling import check_attempts, mail_throttles, record_attempt
from fundapp.web.account.blueprint import blueprint
from fundapp.web.forms.account import RegistrationForm, ResetRequestForm
from fundapp.web.installation import installation, now
from fundapp.web.transactions import begin_writing, reads_first


@blueprint.route("/register", methods=["GET", "POST"])
@reads_first
def register() -> ResponseReturnValue:
    """Open an account; the link that confirms it goes by mail."""
    form = RegistrationForm()
    if not form.validate_on_submit():
        page = render_template("account/register.html", form=form)
        return page, 422 if form.is_submitted() else 200
    password_hash = installation().passwords.hash_of(form.password.data or "")
    begin_writing()
    email = form.email.data or ""
    _count_mail(email)
    register_person(
        db.session(),
        email=email,
        name=form.name.data or "",
        password_hash=password_hash,
        now=now(),
    )
    return redirect(url_for("account.show_registered"), code=303)


@blueprint.get("/register/sent")
def show_registered() -> str:
    """Say what to do next."""
    return render_template("account/registered.html")


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def request_reset() -> ResponseReturnValue:
    """Have a link mailed that sets a new password."""
    form = ResetRequestForm()
    if not form.validate_on_submit():
        page = render_template("account/request_reset.html", form=form)
        return page, 422 if form.is_submitted() else 200
    email = form.email.data or ""
    _count_mail(email)
    request_password_reset(db.session(), email, now=now())
    return redirect(url_for("account.show_reset_requested"), code=303)


@blueprint.get("/forgotten-password/sent")
def show_reset_requested() -> str:
    """Say what to do next."""
    return render_template("account/reset_requested.html")


def _count_mail(email: str) -> None:
    throttles = mail_throttles(email, request.remote_addr or "")
    check_attempts(db.session(), throttles, now=now())
    record_attempt(db.session(), throttles, now=now())
