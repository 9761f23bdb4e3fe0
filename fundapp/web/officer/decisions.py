"""The officer's word: rounds, the funder's parts in one, approving and refusing them."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.decisions import FunderWord
from fundapp.domain.errors import InvalidInput, WrongState
from fundapp.domain.permissions import Action, ContributionFacts
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.contributions import ContributionSheet, contribution_sheet
from fundapp.queries.decisions import Cell, RoomRow
from fundapp.queries.deliberations import FunderEnvelope
from fundapp.queries.officer_rounds import rounds_of_officer
from fundapp.services import contributions
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.decisions import KIND_WORDS, ApproveForm, RefuseForm
from fundapp.web.installation import now
from fundapp.web.manager.decisions import load_room
from fundapp.web.manager.round_pages import page_of_board

blueprint = Blueprint("contributions", __name__)


@blueprint.get("/decisions")
def show_rounds() -> str:
    """The rounds of the officer's funders, with how many parts wait for a word."""
    actor = demand(Action.SPEAK_FOR_FUNDER)
    return render_template(
        "officer/rounds.html", rounds=rounds_of_officer(db.session(), actor.offices)
    )


@blueprint.get("/rounds/<uuid:round_id>/contributions")
def show_round(round_id: UUID) -> str:
    """One round: what the officer's funders would pay, award by award."""
    room = load_room(round_id)
    actor = demand(Action.SPEAK_FOR_FUNDER)
    own = [funder for funder in room.funders if funder.funder_id in actor.offices]
    page = page_of_board(room.rows)
    return render_template(
        "officer/round.html",
        room=room,
        own=own,
        page=page,
        waiting=_waiting(page.rows, own),
        waiting_in_all=len(_waiting(room.rows, own)),
        kind_words=KIND_WORDS,
        banner=room.head.notice,
    )


def _waiting(rows: Sequence[RoomRow], own: Sequence[FunderEnvelope]) -> list[tuple[RoomRow, Cell]]:
    """Return the parts of these funders that wait for a word, with their rows."""
    return [
        (row, cell)
        for row in rows
        if not row.is_recused
        for funder in own
        if (cell := row.cells[funder.funder_id]).word is FunderWord.PROPOSED
    ]


@blueprint.post("/rounds/<uuid:round_id>/contributions/approve")
def approve_shown(round_id: UUID) -> ResponseReturnValue:
    """Approve all parts that the page showed, with the sums it showed."""
    actor = demand(Action.SPEAK_FOR_FUNDER)
    approved = contributions.approve_shown(db.session(), _shown(), actor=actor, now=now())
    flash(f"{approved} {'part' if approved == 1 else 'parts'} approved.")
    return redirect(url_for("contributions.show_round", round_id=round_id), code=303)


@blueprint.get("/contributions/<uuid:contribution_id>")
def show_contribution(contribution_id: UUID) -> str:
    """One part: approve it with a condition, or refuse it with a reason."""
    return _page(_sheet(contribution_id), ApproveForm(formdata=None), RefuseForm(formdata=None))


@blueprint.post("/contributions/<uuid:contribution_id>/approve")
def approve(contribution_id: UUID) -> ResponseReturnValue:
    """Give the funder's word."""
    sheet = _sheet(contribution_id)
    form = ApproveForm()
    if not form.validate():
        return _page(sheet, form, RefuseForm(formdata=None)), 422
    contributions.approve_contribution(
        db.session(),
        contribution_id,
        condition=form.condition.data or "",
        paid_when=form.paid_when.data or "",
        amount=_amount(request.form.get("amount", "")),
        actor=demand(Action.USE_ACCOUNT),
        now=now(),
    )
    flash(f"Approved: {sheet.funder}’s part of {sheet.reference}.")
    return redirect(url_for("contributions.show_round", round_id=sheet.round_id), code=303)


@blueprint.post("/contributions/<uuid:contribution_id>/refuse")
def refuse(contribution_id: UUID) -> ResponseReturnValue:
    """Refuse the funder's part, with the reason."""
    sheet = _sheet(contribution_id)
    form = RefuseForm()
    if form.validate():
        try:
            contributions.refuse_contribution(
                db.session(),
                contribution_id,
                note=form.note.data or "",
                amount=_amount(request.form.get("amount", "")),
                actor=demand(Action.USE_ACCOUNT),
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash(f"Refused: {sheet.funder}’s part of {sheet.reference}. The manager is told.")
            return redirect(url_for("contributions.show_round", round_id=sheet.round_id), code=303)
    return _page(sheet, ApproveForm(formdata=None), form), 422


def _sheet(contribution_id: UUID) -> ContributionSheet:
    sheet = contribution_sheet(db.session(), contribution_id)
    facts = application_facts(db.session(), sheet.application_id)
    demand(Action.APPROVE_CONTRIBUTION, ContributionFacts(sheet.funder_id, facts))
    return sheet


def _page(sheet: ContributionSheet, approval: ApproveForm, refusal: RefuseForm) -> str:
    return render_template(
        "officer/contribution.html",
        sheet=sheet,
        approval=approval,
        refusal=refusal,
        banner=sheet.notice,
    )


def _shown() -> dict[UUID, int]:
    """Return the parts and sums that the form carries."""
    try:
        pairs = [text.split(":") for text in request.form.getlist("part")]
        return {UUID(part): _amount(amount) for part, amount in pairs}
    except ValueError as error:
        raise WrongState(
            "This form was not sent whole. Reload the page and send it again."
        ) from error


def _amount(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise WrongState("This form was not sent whole. Reload the page and send it again.")
    return int(text)
