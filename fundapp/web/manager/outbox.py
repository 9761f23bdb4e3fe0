"""The outbox: what was sent, what waits, what a person must settle."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.domain.states import MailState
from fundapp.extensions import db
from fundapp.queries.outbox import mail_counts, mail_page
from fundapp.services import mailing
from fundapp.web.access import demand, requires
from fundapp.web.installation import now

blueprint = Blueprint("outbox", __name__)

UNSETTLED = (MailState.UNKNOWN, MailState.FAILED)


@blueprint.get("/outbox")
@requires(Action.VIEW_OUTBOX)
def show_list() -> str:
    """Mails by state, the newest first."""
    state = next((one for one in MailState if one == request.args.get("state")), None)
    number = request.args.get("page", 1, type=int)
    session = db.session()
    return render_template(
        "outbox/list.html",
        page=mail_page(session, state=state, number=number),
        counts=mail_counts(session),
        state=state,
        unsettled=UNSETTLED,
    )


@blueprint.post("/outbox/<uuid:mail_id>/resend")
def resend_mail(mail_id: UUID) -> ResponseReturnValue:
    """Send a mail again whose outcome is unknown, or that failed."""
    actor = demand(Action.VIEW_OUTBOX)
    mailing.resend_mail(db.session(), mail_id, actor=actor, now=now())
    flash("The mail is queued again.")
    return redirect(url_for("outbox.show_list"), code=303)


@blueprint.post("/outbox/<uuid:mail_id>/settle")
def settle_mail(mail_id: UUID) -> ResponseReturnValue:
    """Note that a mail need not be sent again."""
    actor = demand(Action.VIEW_OUTBOX)
    mailing.settle_mail(db.session(), mail_id, actor=actor, now=now())
    flash("The mail counts as sent.")
    return redirect(url_for("outbox.show_list"), code=303)
