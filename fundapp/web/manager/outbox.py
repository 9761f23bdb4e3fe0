"""The outbox: what was sent, what waits, what a person must settle."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action
from fundapp.domain.states import MailState
from fundapp.extensions import db
from fundapp.queries.outbox import BOUNCED, MailRow, mail_counts, mail_page, outbox_mail
from fundapp.services import mailing
from fundapp.web.access import demand, requires
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.outbox import ResendForm
from fundapp.web.installation import now

blueprint = Blueprint("outbox", __name__)

FILTERS = frozenset({BOUNCED, *(state.value for state in MailState)})


@blueprint.get("/outbox")
@requires(Action.VIEW_OUTBOX)
def show_list() -> str:
    """Mails by state, the newest first."""
    which = request.args.get("state", "")
    which = which if which in FILTERS else ""
    number = request.args.get("page", 1, type=int)
    session = db.session()
    return render_template(
        "outbox/list.html",
        page=mail_page(session, which=which, number=number),
        counts=mail_counts(session),
        which=which,
    )


@blueprint.get("/outbox/<uuid:mail_id>")
@requires(Action.VIEW_OUTBOX)
def show_mail(mail_id: UUID) -> str:
    """What became of one mail, and where else it could go."""
    mail = outbox_mail(db.session(), mail_id)
    return _mail_page(mail, ResendForm(formdata=None, address=mail.to_address))


@blueprint.post("/outbox/<uuid:mail_id>/resend")
def resend_mail(mail_id: UUID) -> ResponseReturnValue:
    """Send a mail again whose outcome is unknown, which failed or which came back."""
    actor = demand(Action.VIEW_OUTBOX)
    form = ResendForm()
    address = form.address.data or ""
    try:
        mailing.resend_mail(db.session(), mail_id, address=address, actor=actor, now=now())
    except InvalidInput as error:
        show_problems(form, error)
        return _mail_page(outbox_mail(db.session(), mail_id), form), 422
    flash("The mail is queued again.")
    return redirect(url_for("outbox.show_list"), code=303)


def _mail_page(mail: MailRow, form: ResendForm) -> str:
    return render_template("outbox/mail.html", mail=mail, form=form)


@blueprint.post("/outbox/<uuid:mail_id>/settle")
def settle_mail(mail_id: UUID) -> ResponseReturnValue:
    """Note that a mail need not be sent again."""
    actor = demand(Action.VIEW_OUTBOX)
    mailing.settle_mail(db.session(), mail_id, actor=actor, now=now())
    flash("The mail counts as sent.")
    return redirect(url_for("outbox.show_list"), code=303)
