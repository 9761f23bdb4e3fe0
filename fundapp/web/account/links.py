"""Pages behind mailed links: confirm an address, choose a new password."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import FundError, NotFound, WrongState
from fundapp.extensions import db
from fundapp.queries.people import LinkRow, link_row
from fundapp.services.links import UNKNOWN, Purpose, require_usable
from fundapp.services.people import confirm_email, reset_password
from fundapp.services.tokens import hash_of_token
from fundapp.web.account.blueprint import blueprint
from fundapp.web.account.entering import enter, go_on
from fundapp.web.forms.account import ConfirmationForm, NewPasswordForm
from fundapp.web.installation import installation, now
from fundapp.web.transactions import begin_writing, reads_first

DOES_NOT_FIT = (
    "This is not the password of the registration that this link belongs to. If you do not "
    "know it, register again or ask for a new password"
)


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@reads_first
def confirm_address(token: str) -> ResponseReturnValue:
    """Confirm an address with its link and the password of the registration.

    The link alone is not enough: a stranger may have registered the address.
    """
    try:
        link = _usable(token, Purpose.CONFIRM)
        form = ConfirmationForm()
        if form.validate_on_submit():
            if installation().passwords.is_right(link.password_hash, form.password.data or ""):
                begin_writing()
                enter(confirm_email(db.session(), token, now=now()))
                return go_on()
            form.password.errors = [*form.password.errors, DOES_NOT_FIT]
    except (NotFound, WrongState) as error:
        return link_problem(error, retry="register")
    page = render_template("account/confirm.html", form=form, email=link.email)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/reset-password/<token>", methods=["GET", "POST"])
@reads_first
def choose_password(token: str) -> ResponseReturnValue:
    """Set a new password with a mailed link, and sign in."""
    try:
        link = _usable(token, Purpose.RESET)
        form = NewPasswordForm()
        if form.validate_on_submit():
            password_hash = installation().passwords.hash_of(form.password.data or "")
            begin_writing()
            person = reset_password(db.session(), token, password_hash=password_hash, now=now())
            enter(person)
            return go_on()
    except (NotFound, WrongState) as error:
        return link_problem(error, retry="reset")
    page = render_template("account/choose_password.html", form=form, email=link.email)
    return page, 422 if form.is_submitted() else 200


def link_problem(error: FundError, *, retry: str = "") -> ResponseReturnValue:
    """Say why a link does not work and what to do: 404 for an unknown one, else 410."""
    page = render_template("account/link_problem.html", sentence=str(error), retry=retry)
    return page, 404 if isinstance(error, NotFound) else 410


def _usable(token: str, purpose: Purpose) -> LinkRow:
    link = link_row(db.session(), hash_of_token(token), purpose)
    if link is None:
        raise NotFound(UNKNOWN)
    require_usable(used_at=link.used_at, expires_at=link.expires_at, now=now())
    return link
