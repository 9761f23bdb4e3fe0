"""The decision room: who pays what, one decision at a time or by a proposal."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import (
    EnvelopeOverdrawn,
    InvalidInput,
    NotFound,
    StaleVersion,
    WrongState,
)
from fundapp.domain.permissions import Action, Actor, may
from fundapp.domain.states import DecisionKind, RoundKind
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.allocation_plans import plan_tabs
from fundapp.queries.barred import barred_pairs
from fundapp.queries.decisions import DecisionRoom, RoomRow, decision_room
from fundapp.queries.deliberations import round_head, seen_by
from fundapp.queries.prize_ladders import prize_ladder
from fundapp.queries.reruns import RerunRow, rerun_marks, wants_reruns_in
from fundapp.services import decisions
from fundapp.services.contributions import ask_for_word
from fundapp.web.access import current_actor, demand
from fundapp.web.forms.base import options
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.decisions import KIND_WORDS, DecisionForm, sums_shown, sums_typed
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import page_of_board
from fundapp.web.rerun_rows import STATE_WORDS

blueprint = Blueprint("decisions", __name__)

MOST_RESERVES = 50


@blueprint.get("/rounds/<uuid:round_id>/decisions")
def show_room(round_id: UUID) -> str:
    """Applications by funders, with what each pays and each officer's word."""
    room = load_room(round_id)
    return render_template(
        "decisions/room.html",
        room=room,
        page=page_of_board(room.rows),
        tabs=plan_tabs(db.session(), round_id),
        reruns=_reruns(room),
        rerun_words=STATE_WORDS,
        may_decide=bool(may(current_actor(), Action.DECIDE, room.head.facts)),
        kind_words=KIND_WORDS,
        banner=room.head.notice,
    )


def _reruns(room: DecisionRoom) -> Mapping[UUID, RerunRow] | None:
    """Return the re-run of each winner, None where the rules ask for none."""
    session, head = db.session(), room.head
    if head.kind is not RoundKind.PRIZE or not wants_reruns_in(session, head.id):
        return None
    return rerun_marks(session, head.id)


@blueprint.get("/rounds/<uuid:round_id>/decisions/proposal")
def show_proposal(round_id: UUID) -> str:
    """Who could pay what down the ranking, with the reason for each; nothing is entered."""
    actor = demand(Action.DECIDE)
    proposal = decisions.propose_allocation(
        db.session(), round_id, reserves=_reserves(), actor=actor, now=now()
    )
    room = load_room(round_id)
    return render_template(
        "decisions/proposal.html",
        room=room,
        proposal=proposal,
        page=page_of_board(proposal.rows),
        reserves=_reserves(),
        kind_words=KIND_WORDS,
        banner=room.head.notice,
    )


@blueprint.post("/rounds/<uuid:round_id>/decisions/proposal")
def apply_proposal(round_id: UUID) -> ResponseReturnValue:
    """Enter the proposal that was looked at."""
    actor = demand(Action.DECIDE)
    made = decisions.apply_proposal(
        db.session(),
        round_id,
        sha256=request.form.get("sha256", "") or "none",
        reserves=_reserves(),
        actor=actor,
        now=now(),
    )
    told = "One decision is" if len(made) == 1 else f"{len(made)} decisions are"
    flash(f"{told} entered, and pending until the release.")
    return redirect(url_for("decisions.show_room", round_id=round_id), code=303)


@blueprint.post("/rounds/<uuid:round_id>/decisions/ask")
def ask(round_id: UUID) -> ResponseReturnValue:
    """Mail the officers whose word is missing."""
    actor = demand(Action.DECIDE)
    count = ask_for_word(db.session(), round_id, actor=actor, now=now())
    flash(f"{count} mails to officers are on their way. Each gets one a day at most.")
    return redirect(url_for("decisions.show_room", round_id=round_id), code=303)


@blueprint.route("/applications/<uuid:application_id>/decision", methods=["GET", "POST"])
def resolve(application_id: UUID) -> ResponseReturnValue:
    """One application: what stands, and the form to decide it."""
    facts = application_facts(db.session(), application_id)
    actor = demand(Action.DECIDE, facts)
    room = load_room(facts.round.id)
    row = row_of(room, application_id)
    form = _form(room, row)
    if request.method == "GET":
        return _sheet(room, row, form, sums=sums_shown(room, row), problems={})
    sums, problems = sums_typed(room, request.form)
    if form.validate() and not problems:
        try:
            _enter(form, row, sums, actor=actor)
        except InvalidInput as error:
            problems = _spread(form, error)
        except (StaleVersion, EnvelopeOverdrawn) as error:
            db.session.rollback()
            form.form_errors = [*form.form_errors, str(error)]
            room = load_room(facts.round.id)
            row = row_of(room, application_id)
        else:
            flash(f"{row.reference}: decision entered.")
            return redirect(url_for("decisions.show_room", round_id=facts.round.id), code=303)
    typed = {
        funder.funder_id: request.form.get(f"funder-{funder.funder_id}", "")
        for funder in room.funders
    }
    return _sheet(room, row, form, sums=typed, problems=problems), 422


@blueprint.post("/applications/<uuid:application_id>/decision/take-back")
def take_back(application_id: UUID) -> ResponseReturnValue:
    """Remove a pending decision and free its money."""
    facts = application_facts(db.session(), application_id)
    actor = demand(Action.DECIDE, facts)
    decisions.take_back_decision(
        db.session(), application_id, version=_version(), actor=actor, now=now()
    )
    flash("The decision is taken back. Its money is free again.")
    return redirect(url_for("decisions.show_room", round_id=facts.round.id), code=303)


def load_room(round_id: UUID) -> DecisionRoom:
    """Return the room as this reader may see it, after asking whether they may."""
    session = db.session()
    head, funders = round_head(session, round_id)
    actor = demand(Action.VIEW_RANKING, head.facts)
    barred = barred_pairs(session, round_id)
    return decision_room(session, head, funders, barred=barred, seen=seen_by(actor, head, barred))


def row_of(room: DecisionRoom, application_id: UUID) -> RoomRow:
    """Return one application's row; NotFound when it is not in the room."""
    for row in room.rows:
        if row.id == application_id:
            return row
    raise NotFound("This application is not under decision.")


def _form(room: DecisionRoom, row: RoomRow) -> DecisionForm:
    form = DecisionForm(
        kind=row.kind.value if row.kind else None,
        reserve_place=row.reserve_place,
        prize_rung_id=str(row.prize_rung_id or ""),
        citation=row.citation,
        reason=row.reason,
        advice=row.advice,
    )
    ladder = prize_ladder(db.session(), room.head.id)
    form.prize_rung_id.choices = options(
        [("", "No prize"), *((str(rung.id), rung.title) for rung in ladder)]
    )
    return form


def _enter(form: DecisionForm, row: RoomRow, sums: dict[UUID, int], *, actor: Actor) -> None:
    kind = DecisionKind(form.kind.data)
    decisions.resolve_application(
        db.session(),
        row.id,
        kind=kind,
        contributions=sums if kind is DecisionKind.AWARD else {},
        reserve_place=form.reserve_place.data,
        prize_rung_id=form.rung_id,
        citation=form.citation.data or "",
        reason=form.reason.data or "",
        advice=form.advice.data or "",
        version=_version(),
        actor=actor,
        now=now(),
    )


def _spread(form: DecisionForm, error: InvalidInput) -> dict[UUID, str]:
    """Put the problems above their fields; return those of the funders' sums."""
    of_funders = {
        UUID(problem.field.removeprefix("funder-")): problem.sentence
        for problem in error.problems
        if problem.field.startswith("funder-")
    }
    rest = [problem for problem in error.problems if not problem.field.startswith("funder-")]
    if rest:
        show_problems(form, InvalidInput(rest))
    return of_funders


def _sheet(
    room: DecisionRoom,
    row: RoomRow,
    form: DecisionForm,
    *,
    sums: dict[UUID, str],
    problems: dict[UUID, str],
) -> str:
    return render_template(
        "decisions/application.html",
        room=room,
        row=row,
        form=form,
        sums=sums,
        problems=problems,
        kind_words=KIND_WORDS,
        banner=room.head.notice,
    )


def _version() -> int:
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise WrongState("This form was not sent whole. Reload the page and send it again.")
    return int(text)


def _reserves() -> int:
    wanted = request.values.get("reserves", 0, type=int)
    return min(max(0, wanted), MOST_RESERVES)
