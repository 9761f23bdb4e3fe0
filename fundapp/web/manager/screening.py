"""Screening: the list, the preview of marking several, and marking one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, NotFound
from fundapp.domain.permissions import Action, Actor
from fundapp.domain.states import ApplicationState
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.blinding import traces_in_submitted
from fundapp.queries.gates import NO_GATES, submitted_gates
from fundapp.queries.screening import (
    ScreenedRound,
    ScreeningFilter,
    ScreeningRow,
    checks_of_application,
    chosen_applications,
    listed_ids,
    screened_round,
    screening_page,
)
from fundapp.services import screening
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.screening import CheckForm
from fundapp.web.installation import now
from fundapp.web.transactions import reads_first

blueprint = Blueprint("screening", __name__)


@blueprint.get("/rounds/<uuid:round_id>/screening")
def show_list(round_id: UUID) -> str:
    """The submitted applications by state, with what is missing."""
    actor = demand(Action.SCREEN_APPLICATION)
    round_ = screened_round(db.session(), round_id)
    return _list_page(round_, CheckForm(formdata=None), actor=actor)


@blueprint.post("/rounds/<uuid:round_id>/screening/preview")
@reads_first
def preview_checks(round_id: UUID) -> ResponseReturnValue:
    """Show what marking the chosen applications would do, and to whom mails would go."""
    actor = demand(Action.SCREEN_APPLICATION)
    round_ = screened_round(db.session(), round_id)
    form = CheckForm()
    rows = _chosen(round_, actor)
    is_good = form.validate()
    if not rows:
        form.form_errors = [*form.form_errors, "Choose at least one application."]
    if not is_good or not rows:
        return _list_page(round_, form, actor=actor), 422
    return render_template(
        "screening/preview.html",
        round=round_,
        form=form,
        ready=[row for row in rows if not row.is_recused and not row.obstacle],
        left_out=[row for row in rows if row.is_recused or row.obstacle],
        banner=round_.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/screening")
def check_applications(round_id: UUID) -> ResponseReturnValue:
    """Mark the previewed applications."""
    actor = demand(Action.SCREEN_APPLICATION)
    round_ = screened_round(db.session(), round_id)
    form = CheckForm()
    if not form.validate():
        return _list_page(round_, form, actor=actor), 422
    try:
        checks = screening.check_many(
            db.session(),
            _ids_of_round(round_, actor),
            is_eligible=form.is_eligible,
            reason=form.reason.data or "",
            actor=actor,
            now=now(),
        )
    except InvalidInput as error:
        show_problems(form, error)
        return _list_page(round_, form, actor=actor), 422
    word = "eligible" if form.is_eligible else "not eligible"
    flash(f"{len(checks)} marked as {word}.")
    return redirect(url_for("screening.show_list", round_id=round_id), code=303)


@blueprint.route("/applications/<uuid:application_id>/eligibility", methods=["GET", "POST"])
def check_application(application_id: UUID) -> ResponseReturnValue:
    """One application: what was said about it before, and a form to mark it."""
    session = db.session()
    facts = application_facts(session, application_id)
    actor = demand(Action.SCREEN_APPLICATION, facts)
    form = CheckForm()
    if form.validate_on_submit():
        try:
            screening.check_eligibility(
                session,
                application_id,
                is_eligible=form.is_eligible,
                reason=form.reason.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("The mark is stored. A mail goes out where the applicant must know.")
            return redirect(url_for("screening.show_list", round_id=facts.round.id), code=303)
    round_ = screened_round(session, facts.round.id)
    rows = chosen_applications(session, round_, [application_id], reader_id=actor.person_id)
    if not rows:
        raise NotFound("This application has not been submitted.")
    page = render_template(
        "screening/application.html",
        round=round_,
        row=rows[0],
        checks=checks_of_application(session, application_id),
        traces=traces_in_submitted(session, [application_id]).get(application_id, ()),
        gates=submitted_gates(session, [application_id]).get(application_id, NO_GATES)
        if round_.has_gates
        else NO_GATES,
        form=form,
        banner=round_.notice,
    )
    return page, 422 if form.is_submitted() else 200


def _list_page(round_: ScreenedRound, form: CheckForm, *, actor: Actor) -> str:
    wanted = _filter()
    page = screening_page(
        db.session(),
        round_,
        wanted,
        reader_id=actor.person_id,
        number=request.values.get("page", 1, type=int),
    )
    shown = [row.id for row in page.rows if not row.is_recused]
    return render_template(
        "screening/list.html",
        round=round_,
        wanted=wanted,
        page=page,
        traces=traces_in_submitted(db.session(), shown),
        gates=submitted_gates(db.session(), shown) if round_.has_gates else {},
        form=form,
        chosen=set(request.form.getlist("application_ids")),
        banner=round_.notice,
    )


def _filter() -> ScreeningFilter:
    state = next((one for one in ApplicationState if one == request.values.get("state")), None)
    return ScreeningFilter(state=state, text=request.values.get("q", ""))


def _chosen(round_: ScreenedRound, actor: Actor) -> list[ScreeningRow]:
    ids = request.form.getlist("application_ids", type=UUID)
    if "everything" in request.form:
        ids = listed_ids(db.session(), round_, _filter(), reader_id=actor.person_id)
    return chosen_applications(db.session(), round_, ids, reader_id=actor.person_id)


def _ids_of_round(round_: ScreenedRound, actor: Actor) -> list[UUID]:
    """Only applications of this round, whatever was posted."""
    return [row.id for row in _chosen(round_, actor)]
