"""The panel of a round: who reviews, for whom, how much."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, NotFound
from fundapp.domain.permissions import Action, Actor
from fundapp.domain.states import InvitationState
from fundapp.extensions import db
from fundapp.queries.invitations import invitations_to_round
from fundapp.queries.rounds import PanelRow, panel_rows, round_record
from fundapp.services import invitations, panels
from fundapp.web.access import demand
from fundapp.web.forms.base import options
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.panels import ReviewerForm, SeatForm
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import RoundPage, round_page

blueprint = Blueprint("panels", __name__)


@blueprint.route("/rounds/<uuid:round_id>/panel", methods=["GET", "POST"])
def show_panel(round_id: UUID) -> ResponseReturnValue:
    """Who sits on the panel and who is invited; invite or seat somebody."""
    page = round_page(round_id, "panel")
    form = ReviewerForm()
    _offer_funders(form, page)
    if form.validate_on_submit():
        try:
            message = _add_reviewer(form, round_id, actor=page.actor)
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return _to_panel(round_id, message)
    invited = [
        row
        for row in invitations_to_round(db.session(), round_id)
        if row.kind == "reviewer" and row.state is not InvitationState.ACCEPTED
    ]
    shown = render_template(
        "rounds/panel.html",
        **page.context(),
        form=form,
        seats=panel_rows(db.session(), round_id),
        invited=invited,
    )
    return shown, 422 if form.is_submitted() else 200


@blueprint.route("/rounds/<uuid:round_id>/panel/<uuid:seat_id>/edit", methods=["GET", "POST"])
def edit_seat(round_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Change the terms of a seat."""
    page = round_page(round_id, "panel")
    seat = _seat(round_id, seat_id)
    form = SeatForm(
        data={
            "funder_id": str(seat.funder_id),
            "review_load": str(seat.review_load),
            "topics": ", ".join(seat.topics),
            "languages": ", ".join(seat.languages),
        }
    )
    _offer_funders(form, page)
    if form.validate_on_submit():
        try:
            panels.seat_reviewer(
                db.session(),
                round_id,
                person_id=seat.person_id,
                **form.terms(),
                is_whole=True,
                actor=page.actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return _to_panel(round_id, f"The seat of {seat.name} is saved.")
    shown = render_template("rounds/seat.html", **page.context(), form=form, seat=seat)
    return shown, 422 if form.is_submitted() else 200


@blueprint.post("/rounds/<uuid:round_id>/panel/<uuid:seat_id>/remove")
def remove_seat(round_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Take a reviewer off the panel."""
    actor = _manager_of(round_id)
    panels.unseat_reviewer(db.session(), round_id, seat_id, actor=actor, now=now())
    return _to_panel(round_id, "The reviewer is off the panel. Reviews that are in stay.")


@blueprint.post("/rounds/<uuid:round_id>/panel/invitations/<uuid:invitation_id>/send-again")
def resend_invitation(round_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Mail an open invitation again, with a new link."""
    actor = _manager_of(round_id)
    sent = invitations.resend_invitation(db.session(), invitation_id, actor=actor, now=now())
    return _to_panel(round_id, f"We mailed a new link to {sent.email}. The old one is void.")


@blueprint.post("/rounds/<uuid:round_id>/panel/invitations/<uuid:invitation_id>/withdraw")
def withdraw_invitation(round_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Take an open invitation back."""
    actor = _manager_of(round_id)
    invitations.withdraw_invitation(db.session(), invitation_id, actor=actor, now=now())
    return _to_panel(round_id, "The invitation is withdrawn; its link no longer works.")


def _add_reviewer(form: ReviewerForm, round_id: UUID, *, actor: Actor) -> str:
    terms = form.terms()
    email = form.email.data or ""
    if "seat" in request.form:
        person_id = panels.person_to_seat(db.session(), email, actor=actor)
        panels.seat_reviewer(
            db.session(), round_id, person_id=person_id, **terms, actor=actor, now=now()
        )
        return f"{email} sits on the panel now."
    invited = invitations.invite_reviewer(
        db.session(),
        round_id,
        email=email,
        name=form.name.data or "",
        funder_id=terms["funder_id"],
        review_load=terms["review_load"],
        actor=actor,
        now=now(),
        note=form.note.data or "",
    )
    return f"We mailed an invitation to {invited.email}."


def _offer_funders(form: SeatForm, page: RoundPage) -> None:
    shares = page.readiness.content.envelopes
    form.funder_id.choices = options((str(share.funder_id), share.name) for share in shares)


def _seat(round_id: UUID, seat_id: UUID) -> PanelRow:
    seats = panel_rows(db.session(), round_id)
    seat = next((one for one in seats if one.id == seat_id), None)
    if seat is None:
        raise NotFound("There is no such seat.")
    return seat


def _manager_of(round_id: UUID) -> Actor:
    demand(Action.RUN_ROUNDS)
    return demand(Action.RUN_ROUNDS, round_record(db.session(), round_id).facts)


def _to_panel(round_id: UUID, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("panels.show_panel", round_id=round_id), code=303)
