"""Funders, their officers and their stakes in applicants."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem, StaleVersion
from fundapp.domain.permissions import Action, Actor
from fundapp.domain.states import InvitationState
from fundapp.extensions import db
from fundapp.queries.funders import (
    funder_record,
    funders_page,
    organisation_names,
)
from fundapp.queries.invitations import invitations_to_funder
from fundapp.services import funders, invitations
from fundapp.services.panels import person_to_seat
from fundapp.web.access import demand, requires
from fundapp.web.forms.base import named_options
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.panels import FunderForm, OfficerForm, StakeForm
from fundapp.web.forms.typed import read_version, status_of, take_version
from fundapp.web.installation import now

blueprint = Blueprint("funders", __name__)


@blueprint.get("/funders")
@requires(Action.RUN_ROUNDS)
def show_list() -> str:
    """All funders by name."""
    page = funders_page(db.session(), number=request.args.get("page", 1, type=int))
    return render_template("funders/list.html", page=page)


@blueprint.route("/funders/new", methods=["GET", "POST"])
def add_funder() -> ResponseReturnValue:
    """Add a funder."""
    actor = demand(Action.RUN_ROUNDS)
    form = FunderForm()
    if form.validate_on_submit():
        try:
            made = funders.add_funder(db.session(), form.profile(), actor=actor, now=now())
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return _to_funder(made.id, f"{made.name} is added. Now invite an officer.")
    shown = render_template("funders/edit.html", form=form, funder=None, theirs=None)
    return shown, 422 if form.is_submitted() else 200


@blueprint.get("/funders/<uuid:funder_id>")
@requires(Action.RUN_ROUNDS)
def show_funder(funder_id: UUID) -> str:
    """One funder: its officers, its stakes, its envelopes."""
    record = funder_record(db.session(), funder_id)
    invited = [
        row
        for row in invitations_to_funder(db.session(), funder_id)
        if row.state is not InvitationState.ACCEPTED
    ]
    banner = {"word": "Sample", "text": "This funder is fictional."}
    return render_template(
        "funders/funder.html",
        funder=record,
        invited=invited,
        banner=banner if record.is_fictional else None,
    )


@blueprint.route("/funders/<uuid:funder_id>/edit", methods=["GET", "POST"])
def edit_funder(funder_id: UUID) -> ResponseReturnValue:
    """Change what is kept of a funder."""
    actor = demand(Action.RUN_ROUNDS)
    record = funder_record(db.session(), funder_id)
    form = FunderForm(obj=record)
    if request.method == "GET":
        form.version.data = str(funders.funder_stamp(form.profile()))
    theirs = None
    if form.validate_on_submit():
        try:
            funders.update_funder(
                db.session(),
                funder_id,
                form.profile(),
                version=read_version(form),
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        except StaleVersion as error:
            theirs = take_version(form, error)
        else:
            return _to_funder(funder_id, "The funder is saved.")
    shown = render_template("funders/edit.html", form=form, funder=record, theirs=theirs)
    return shown, status_of(form, theirs)


@blueprint.route("/funders/<uuid:funder_id>/officers/new", methods=["GET", "POST"])
def add_officer(funder_id: UUID) -> ResponseReturnValue:
    """Invite somebody to speak for a funder, or appoint somebody with an account."""
    actor = demand(Action.RUN_ROUNDS)
    record = funder_record(db.session(), funder_id)
    form = OfficerForm()
    if form.validate_on_submit():
        try:
            message = _add_officer(form, funder_id, actor=actor)
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return _to_funder(funder_id, message)
    shown = render_template("funders/officer.html", form=form, funder=record)
    return shown, 422 if form.is_submitted() else 200


@blueprint.post("/funders/<uuid:funder_id>/officers/<uuid:person_id>/remove")
def remove_officer(funder_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """End an office."""
    actor = demand(Action.RUN_ROUNDS)
    funders.remove_officer(db.session(), funder_id, person_id, actor=actor, now=now())
    return _to_funder(funder_id, "This person no longer speaks for the funder.")


@blueprint.post("/funders/<uuid:funder_id>/invitations/<uuid:invitation_id>/send-again")
def resend_invitation(funder_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Mail an open invitation again, with a new link."""
    actor = demand(Action.RUN_ROUNDS)
    sent = invitations.resend_invitation(db.session(), invitation_id, actor=actor, now=now())
    return _to_funder(funder_id, f"We mailed a new link to {sent.email}. The old one is void.")


@blueprint.post("/funders/<uuid:funder_id>/invitations/<uuid:invitation_id>/withdraw")
def withdraw_invitation(funder_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Take an open invitation back."""
    actor = demand(Action.RUN_ROUNDS)
    invitations.withdraw_invitation(db.session(), invitation_id, actor=actor, now=now())
    return _to_funder(funder_id, "The invitation is withdrawn; its link no longer works.")


@blueprint.route("/funders/<uuid:funder_id>/stakes/new", methods=["GET", "POST"])
def record_investment(funder_id: UUID) -> ResponseReturnValue:
    """Note that the funder holds a stake in an applicant."""
    actor = demand(Action.RUN_ROUNDS)
    record = funder_record(db.session(), funder_id)
    form = StakeForm()
    names = organisation_names(db.session())
    form.organisation_id.choices = named_options(names, prompt="Choose an organisation")
    if form.validate_on_submit():
        try:
            funders.record_investment(
                db.session(),
                funder_id,
                _organisation(form),
                note=form.note.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return _to_funder(funder_id, "The stake is recorded. It counts as a conflict.")
    shown = render_template("funders/stake.html", form=form, funder=record)
    return shown, 422 if form.is_submitted() else 200


@blueprint.post("/funders/<uuid:funder_id>/stakes/<uuid:investment_id>/remove")
def remove_investment(funder_id: UUID, investment_id: UUID) -> ResponseReturnValue:
    """Take a stake off the record."""
    actor = demand(Action.RUN_ROUNDS)
    funders.remove_investment(db.session(), investment_id, actor=actor, now=now())
    return _to_funder(funder_id, "The stake is off the record.")


def _add_officer(form: OfficerForm, funder_id: UUID, *, actor: Actor) -> str:
    email, session = form.email.data or "", db.session()
    if "appoint" in request.form:
        person_id = person_to_seat(session, email, actor=actor)
        funders.add_officer(session, funder_id, person_id=person_id, actor=actor, now=now())
        return f"{email} speaks for the funder now."
    invited = invitations.invite_officer(
        session, funder_id, email=email, name=form.name.data or "", actor=actor, now=now()
    )
    return f"We mailed an invitation to {invited.email}."


def _organisation(form: StakeForm) -> UUID:
    try:
        return UUID(form.organisation_id.data or "")
    except ValueError:
        problem = Problem("organisation_id", "Choose an organisation.")
        raise InvalidInput([problem]) from None


def _to_funder(funder_id: UUID, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("funders.show_funder", funder_id=funder_id), code=303)
