"""The re-runs of a prize round: whom to ask, how far each is, and settling them."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from fundapp.domain.errors import InvalidInput, NotFound, StaleVersion
from fundapp.domain.permissions import Action, Actor
from fundapp.domain.states import RerunState
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.barred import barred_pairs, closed_applications
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.queries.rerun_claims import claims_of, how_to_run
from fundapp.queries.reruns import (
    RerunEntry,
    RerunSheet,
    rerun_board,
    rerun_sheet,
    wants_reruns_in,
)
from fundapp.services import reruns
from fundapp.services.reserves import MovedUp
from fundapp.web.access import demand
from fundapp.web.downloads import send_stored
from fundapp.web.forms.base import options
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.reruns import RerunForm, SettlementForm, WaiverForm
from fundapp.web.installation import now
from fundapp.web.rerun_rows import STATE_WORDS, VERDICT_WORDS, comparison_rows, result_rows

blueprint = Blueprint("reruns", __name__)


@blueprint.get("/rounds/<uuid:round_id>/reruns")
def show_board(round_id: UUID) -> str:
    """Each provisional winner and how far its re-run is."""
    session = db.session()
    head, _ = round_head(session, round_id)
    actor = demand(Action.DECIDE, head.facts)
    seen = seen_by(actor, head, barred_pairs(session, round_id))
    return render_template(
        "reruns/board.html",
        head=head,
        entries=rerun_board(session, round_id, recused=seen.recused),
        is_wanted=wants_reruns_in(session, round_id),
        at=now(),
        state_words=STATE_WORDS,
        verdict_words=VERDICT_WORDS,
        banner=head.notice,
    )


@blueprint.route("/applications/<uuid:application_id>/rerun", methods=["GET", "POST"])
def ask(application_id: UUID) -> ResponseReturnValue:
    """Choose the result that is checked and who runs it again."""
    actor = _decider(application_id)
    form = RerunForm()
    form.claim.choices = options(
        (claim.key, claim.label) for claim in claims_of(db.session(), application_id)
    )
    if request.method == "GET":
        return _ask_page(application_id, form, WaiverForm(formdata=None))
    if form.validate():
        try:
            reruns.ask_for_rerun(
                db.session(),
                application_id,
                claim=form.claim.data or "",
                verifier_name=form.verifier_name.data or "",
                verifier_email=form.verifier_email.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash(f"{form.verifier_name.data} is asked by mail.")
            return _to_board(application_id)
    return _ask_page(application_id, form, WaiverForm(formdata=None)), 422


@blueprint.post("/applications/<uuid:application_id>/rerun/waive")
def waive(application_id: UUID) -> ResponseReturnValue:
    """Do without a re-run, for a reason."""
    actor = _decider(application_id)
    form = WaiverForm()
    if form.validate():
        reruns.waive_rerun(
            db.session(), application_id, reason=form.reason.data or "", actor=actor, now=now()
        )
        flash("This entry needs no re-run. The reason is in the record.")
        return _to_board(application_id)
    asking = RerunForm(formdata=None)
    asking.claim.choices = options(
        (claim.key, claim.label) for claim in claims_of(db.session(), application_id)
    )
    return _ask_page(application_id, asking, form), 422


@blueprint.route("/reruns/<uuid:rerun_id>/settlement", methods=["GET", "POST"])
def settle(rerun_id: UUID) -> ResponseReturnValue:
    """The claim beside the re-run, and what comes of it."""
    sheet = rerun_sheet(db.session(), rerun_id)
    actor = _decider(sheet.application_id)
    form = SettlementForm()
    if request.method == "GET":
        form.seen.data = sheet.row.sha256
        return _settlement_page(sheet, form)
    if form.validate():
        try:
            settled = _settle(sheet, form, actor=actor)
        except InvalidInput as error:
            show_problems(form, error)
        except StaleVersion as error:
            db.session.rollback()
            sheet = rerun_sheet(db.session(), rerun_id)
            form.seen.data = sheet.row.sha256
            form.form_errors = [*form.form_errors, str(error)]
        else:
            flash(_told(sheet, settled, actor=actor))
            return _to_board(sheet.application_id)
    return _settlement_page(sheet, form), 422


@blueprint.post("/reruns/<uuid:rerun_id>/send-again")
def resend(rerun_id: UUID) -> ResponseReturnValue:
    """Mail the link anew."""
    sheet = rerun_sheet(db.session(), rerun_id)
    actor = _decider(sheet.application_id)
    reruns.resend_rerun(db.session(), rerun_id, actor=actor, now=now())
    flash("A new link is on its way. The old one works no more.")
    return _to_board(sheet.application_id)


@blueprint.post("/reruns/<uuid:rerun_id>/withdraw")
def withdraw(rerun_id: UUID) -> ResponseReturnValue:
    """Take a re-run back, to ask another team or none."""
    sheet = rerun_sheet(db.session(), rerun_id)
    actor = _decider(sheet.application_id)
    reruns.withdraw_rerun(db.session(), rerun_id, actor=actor, now=now())
    flash(f"The re-run of {sheet.reference} is taken back. The verifier is told.")
    return _to_board(sheet.application_id)


@blueprint.get("/reruns/<uuid:rerun_id>/log")
def download(rerun_id: UUID) -> Response:
    """The log that the verifier brought."""
    sheet = rerun_sheet(db.session(), rerun_id)
    _decider(sheet.application_id)
    if not sheet.row.sha256:
        raise NotFound("No log is in yet.")
    name = f"{sheet.reference}-rerun-{sheet.row.filename}"
    return send_stored(sheet.row.sha256, name=name, media_type="application/octet-stream")


def _decider(application_id: UUID) -> Actor:
    return demand(Action.DECIDE, application_facts(db.session(), application_id))


def _settle(sheet: RerunSheet, form: SettlementForm, *, actor: Actor) -> reruns.SettledRerun:
    outcomes = {state.value: state for state in RerunState}
    return reruns.settle_rerun(
        db.session(),
        sheet.row.id,
        outcome=outcomes.get(form.outcome.data or "", RerunState.ASKED),
        reason=form.reason.data or "",
        seen=form.seen.data or "",
        actor=actor,
        now=now(),
    )


def _told(sheet: RerunSheet, settled: reruns.SettledRerun, *, actor: Actor) -> str:
    """Say what came of it, without telling of an entry that is closed to the reader."""
    if settled.rerun.state is RerunState.CONFIRMED:
        return f"{sheet.reference}: the result is confirmed."
    if settled.rerun.state is RerunState.WAIVED:
        return f"{sheet.reference} needs no re-run."
    ids = [one.application_id for one in settled.moved if one.application_id]
    closed = closed_applications(db.session(), actor.person_id, ids)
    told = [_moved(one, is_closed=one.application_id in closed) for one in settled.moved]
    return " ".join([f"{sheet.reference} is declined.", *told])


def _moved(moved: MovedUp, *, is_closed: bool) -> str:
    name = "An entry that is closed to you" if is_closed else moved.reference
    if moved.problem:
        return f"{name}: {moved.problem}" if moved.application_id else moved.problem
    return f"{name} moved up: its funders give their word, and its re-run is wanted."


def _to_board(application_id: UUID) -> Response:
    facts = application_facts(db.session(), application_id)
    return redirect(url_for("reruns.show_board", round_id=facts.round.id), code=303)


def _ask_page(application_id: UUID, form: RerunForm, waiver: WaiverForm) -> str:
    session = db.session()
    facts = application_facts(session, application_id)
    head, _ = round_head(session, facts.round.id)
    return render_template(
        "reruns/ask.html",
        head=head,
        entry=_entry(application_id, facts.round.id),
        form=form,
        waiver=waiver,
        how=how_to_run(session, application_id),
        is_wanted=wants_reruns_in(session, facts.round.id),
        banner=head.notice,
    )


def _entry(application_id: UUID, round_id: UUID) -> RerunEntry:
    entries = rerun_board(db.session(), round_id, recused=frozenset())
    found = next((one for one in entries if one.application_id == application_id), None)
    if found is None or not (found.is_provisional or found.reruns):
        raise NotFound("A re-run is asked of a provisional winner. Enter the award first.")
    return found


def _settlement_page(sheet: RerunSheet, form: SettlementForm) -> str:
    comparison = sheet.row.comparison
    return render_template(
        "reruns/settlement.html",
        sheet=sheet,
        row=sheet.row,
        form=form,
        claim_rows=result_rows(sheet.row.claim),
        compared=comparison_rows(sheet.row.claim, comparison) if comparison else [],
        at=now(),
        state_words=STATE_WORDS,
        verdict_words=VERDICT_WORDS,
        banner=sheet.notice,
    )
