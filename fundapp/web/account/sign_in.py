"""Sign in and out."""

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from fundapp.extensions import db
from fundapp.services.sign_ins import end_sign_in
from fundapp.web.access import current_actor, sign_in_id
from fundapp.web.account.blueprint import blueprint
from fundapp.web.account.entering import go_on, sign_in_with_password
from fundapp.web.forms.account import SignInForm
from fundapp.web.installation import now
from fundapp.web.transactions import reads_first

WRONG = (
    "This address and password do not go together. If you registered a moment ago, "
    "confirm your address first, by the link that we sent you"
)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@reads_first
def sign_in() -> ResponseReturnValue:
    """Show the form, or sign in and go on to where the person was going."""
    form = SignInForm(data={"then": request.args.get("then", "")})
    if request.method == "GET":
        return go_on(form.then.data) if current_actor() else _page(form)
    if not form.validate():
        return _page(form), 422
    if not sign_in_with_password(form.email.data or "", form.password.data or ""):
        form.password.errors = [*form.password.errors, WRONG]
        return _page(form), 422
    return go_on(form.then.data)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in; nothing happens for a stranger."""
    actor = current_actor()
    if actor is not None:
        end_sign_in(db.session(), sign_in_id(), actor=actor, now=now())
    cookie.clear()
    return redirect(url_for("account.sign_in"), code=303)


def _page(form: SignInForm) -> str:
    return render_template("account/sign_in.html", form=form)
