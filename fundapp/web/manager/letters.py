"""The round's letters: how far printing is, what failed and why, new versions, downloads."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.models import Round
from fundapp.queries.access import application_facts, round_facts
from fundapp.queries.barred import barred_pairs
from fundapp.queries.certificates import is_held_back
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.queries.letter_progress import letter_progress
from fundapp.queries.letters import letters_of_round, own_letters, stored_document
from fundapp.services import document_orders
from fundapp.web.access import demand
from fundapp.web.downloads import send_stored
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.decisions import ReissueForm
from fundapp.web.installation import now

blueprint = Blueprint("letters", __name__)

KIND_WORDS = {
    "award_letter": "Award letter",
    "decline_letter": "Decline letter",
    "reserve_letter": "Reserve letter",
    "withdrawal_letter": "Withdrawal letter",
    "announcement": "Announcement",
    "certificate": "Certificate",
    "submission_copy": "Copy of a submission",
}


@blueprint.get("/rounds/<uuid:round_id>/letters")
def show_list(round_id: UUID) -> str:
    """Progress, failures with their reasons, and every version to download."""
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.RELEASE_DECISIONS, head.facts)
    seen = seen_by(actor, head, barred_pairs(session, round_id))
    page = letters_of_round(
        session,
        round_id,
        recused=seen.recused,
        number=request.args.get("page", 1, type=int),
    )
    return render_template(
        "letters/list.html",
        head=head,
        page=page,
        progress=letter_progress(session, round_id, now=now()),
        kind_words=KIND_WORDS,
        banner=head.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/letters/retry")
def retry(round_id: UUID) -> ResponseReturnValue:
    """Print what failed again."""
    actor = demand(Action.RELEASE_DECISIONS)
    count = document_orders.retry_failed(db.session(), round_id, actor=actor, now=now())
    flash(f"{count} {'document is' if count == 1 else 'documents are'} printed again.")
    return redirect(url_for("letters.show_list", round_id=round_id), code=303)


@blueprint.route("/applications/<uuid:application_id>/letters/new", methods=["GET", "POST"])
def reissue(application_id: UUID) -> ResponseReturnValue:
    """Issue an application's letter anew, with the reason."""
    facts = application_facts(db.session(), application_id)
    actor = demand(Action.RELEASE_DECISIONS, facts)
    form = ReissueForm()
    if form.validate_on_submit():
        try:
            order = document_orders.reissue_letter(
                db.session(), application_id, note=form.note.data or "", actor=actor, now=now()
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash(f"{order.reference} is being printed and mailed.")
            target = url_for("letters.show_list", round_id=facts.round.id)
            return redirect(target, code=303)
    page = render_template(
        "letters/reissue.html",
        own=own_letters(db.session(), application_id),
        round_id=facts.round.id,
        action=url_for("letters.reissue", application_id=application_id),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/rounds/<uuid:round_id>/announcement/new", methods=["GET", "POST"])
def reissue_announcement(round_id: UUID) -> ResponseReturnValue:
    """Issue the announcement anew, with the reason."""
    facts = round_facts(db.session(), Round.id == round_id)
    actor = demand(Action.RELEASE_DECISIONS, facts)
    form = ReissueForm()
    if form.validate_on_submit():
        try:
            order = document_orders.reissue_announcement(
                db.session(), round_id, note=form.note.data or "", actor=actor, now=now()
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash(f"{order.reference} is being printed.")
            return redirect(url_for("letters.show_list", round_id=round_id), code=303)
    page = render_template(
        "letters/reissue.html",
        own=None,
        round_id=round_id,
        action=url_for("letters.reissue_announcement", round_id=round_id),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/documents/<uuid:document_id>.pdf")
def download(document_id: UUID) -> Response:
    """An issued document, for the fund's people and for the applicant it is about.

    A certificate is a manager's only until the instant of the announcement.
    """
    session = db.session()
    document = stored_document(session, document_id)
    if document.application_id is not None:
        is_held = is_held_back(session, document_id, now=now())
        wanted = Action.RELEASE_DECISIONS if is_held else Action.VIEW_LETTER
        demand(wanted, application_facts(session, document.application_id))
    else:
        demand(Action.VIEW_ROUND, round_facts(session, Round.id == document.round_id))
    return send_stored(document.sha256, name=f"{document.reference}.pdf")
