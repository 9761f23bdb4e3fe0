"""The decision room: plans of who pays what, tried, compared, entered."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, Problem, WrongState
from fundapp.domain.permissions import Action, may
from fundapp.domain.states import RoundKind
from fundapp.exports.allocation_files import allocation_file, as_text
from fundapp.extensions import db
from fundapp.models import AllocationPlan
from fundapp.queries.allocation_plans import plan_tabs, stored_plan
from fundapp.queries.allocation_readings import plan_view
from fundapp.queries.decisions import DecisionRoom
from fundapp.queries.plan_comparisons import compared_plans
from fundapp.services import allocation_plans
from fundapp.services.allocation_drafts import draft_plan
from fundapp.services.audit import record_event
from fundapp.web.access import current_actor, demand
from fundapp.web.forms.allocation_plans import what_if_again, what_if_shown, what_if_typed
from fundapp.web.installation import now
from fundapp.web.manager.decisions import load_room
from fundapp.web.manager.round_pages import page_of_board
from fundapp.web.transactions import begin_writing, reads_first, remember

blueprint = Blueprint("allocation_plans", __name__)


@blueprint.get("/rounds/<uuid:round_id>/allocation-plans")
def show_list(round_id: UUID) -> str:
    """The round's plans, and the form to work out one."""
    room = _room(round_id)
    return _list(room, {"reserves": "3"}, ())


@blueprint.post("/rounds/<uuid:round_id>/allocation-plans")
@reads_first
def make_plan(round_id: UUID) -> ResponseReturnValue:
    """Work out a plan with what was changed; nothing is entered."""
    actor = demand(Action.DECIDE)
    session = db.session()
    inputs = allocation_plans.read_inputs(session, round_id, actor=actor)
    typed = what_if_typed(inputs.funders, request.form, currency=inputs.head.currency)
    problems: Sequence[Problem] = typed.problems
    if not problems:
        try:
            draft = draft_plan(inputs, typed.what_if)
        except InvalidInput as error:
            problems = error.problems
        except WrongState as refusal:
            problems = (Problem("", str(refusal)),)
        else:
            begin_writing()
            plan = allocation_plans.store_plan(db.session(), draft, actor=actor, now=now())
            return redirect(url_for("allocation_plans.show_plan", plan_id=plan.id), code=303)
    return _list(_room(round_id), typed.texts, problems), 422


@blueprint.get("/allocation-plans/<uuid:plan_id>")
def show_plan(plan_id: UUID) -> str:
    """One plan: applications by funders, what each funder gains, what was just left out."""
    stored = stored_plan(db.session(), plan_id)
    room = _room(stored.plan.round_id)
    view = plan_view(db.session(), stored, room=room)
    return render_template(
        "allocation_plans/plan.html",
        view=view,
        room=room,
        page=page_of_board([*view.funded, *view.left_out]),
        typed=what_if_shown(view),
        again=what_if_again(view) if view.is_overtaken else {},
        problems={},
        stamp=_stamp(view.sha256, is_finished=view.is_finished),
        may_decide=_may_decide(room),
        most_value=max([one.joint for one in view.funders] + [one.alone for one in view.funders]),
        offices=getattr(current_actor(), "offices", frozenset()),
        banner=room.head.notice,
    )


@blueprint.get("/allocation-plans/<uuid:plan_id>/state")
def show_state(plan_id: UUID) -> Response:
    """What the plan's page looks at while the exact plan is being worked out."""
    plan = stored_plan(db.session(), plan_id).plan
    _room(plan.round_id)
    return jsonify({"stamp": _stamp(plan.sha256, is_finished=plan.result["finished"])})


@blueprint.get("/allocation-plans/<uuid:plan_id>/compared-with/<uuid:other_id>")
def compare(plan_id: UUID, other_id: UUID) -> str:
    """Two plans side by side: who enters, who leaves, what changes for each funder."""
    first, second = (stored_plan(db.session(), id_).plan for id_ in (plan_id, other_id))
    room = _room(first.round_id)
    return render_template(
        "allocation_plans/compare.html",
        compared=compared_plans(first, second, room=room),
        tabs=plan_tabs(db.session(), room.head.id),
        room=room,
        banner=room.head.notice,
    )


@blueprint.post("/allocation-plans/<uuid:plan_id>/enter")
def enter_plan(plan_id: UUID) -> ResponseReturnValue:
    """Make the plan's decisions; each officer then confirms its parts."""
    actor = demand(Action.DECIDE)
    done = allocation_plans.enter_plan(
        db.session(), plan_id, sha256=request.form.get("sha256", ""), actor=actor, now=now()
    )
    told = "1 decision is" if done.entered == 1 else f"{done.entered} decisions are"
    stand = f" {done.kept} stood already." if done.kept else ""
    flash(f"{told} entered, and pending until the release.{stand}")
    if done.closed:
        flash(f"{done.closed} closed to you must be decided by another fund manager.", "caution")
    return redirect(url_for("allocation_plans.show_plan", plan_id=plan_id), code=303)


@blueprint.post("/allocation-plans/<uuid:plan_id>/discard")
def discard_plan(plan_id: UUID) -> ResponseReturnValue:
    """Put the plan away; no decision changes."""
    actor = demand(Action.DECIDE)
    plan = allocation_plans.discard_plan(db.session(), plan_id, actor=actor, now=now())
    flash(f"{plan.name} is discarded. No decision changed.")
    return redirect(url_for("allocation_plans.show_list", round_id=plan.round_id), code=303)


@blueprint.get("/allocation-plans/<uuid:plan_id>/instance.json")
def export_plan(plan_id: UUID) -> Response:
    """The plan's question as a file that `fundapp allocate` reads; who took it is recorded."""
    plan = stored_plan(db.session(), plan_id).plan
    room = _room(plan.round_id)
    names = _names(room)
    if not names.keys() >= {one["application_id"] for one in plan.result["decisions"]}:
        raise NotAllowed("This file holds an application that is closed to you.")
    note = f"{room.head.reference}, {plan.name}, money in {room.head.currency}, {plan.sha256}"
    content = allocation_file(plan.inputs, names=names, note=note)
    actor, at = current_actor(), now()

    def record(session: Session) -> None:
        row = session.get_one(AllocationPlan, plan_id)
        record_event(session, "allocation_plan.exported", row, actor=actor, now=at, plan=row.name)

    remember(record)
    response = Response(as_text(content).encode(), mimetype="application/json")
    name = f"{room.head.reference}-{plan.name.replace(' ', '-')}.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _names(room: DecisionRoom) -> Mapping[str, str]:
    """Return what a file calls funders and applications: their codes and references."""
    names = {str(one.funder_id): one.code for one in room.funders}
    return names | {str(row.id): row.reference for row in room.shown}


def _room(round_id: UUID) -> DecisionRoom:
    room = load_room(round_id)
    if room.head.kind is RoundKind.PRIZE:
        raise WrongState("Prizes go down the ranking, so there are no plans in this round.")
    return room


def _list(room: DecisionRoom, typed: Mapping[str, str], problems: Sequence[Problem]) -> str:
    return render_template(
        "allocation_plans/list.html",
        room=room,
        tabs=plan_tabs(db.session(), room.head.id),
        typed=typed,
        problems={problem.field: problem.sentence for problem in problems},
        may_decide=_may_decide(room),
        banner=room.head.notice,
    )


def _may_decide(room: DecisionRoom) -> bool:
    return room.is_deciding and bool(may(current_actor(), Action.DECIDE, room.head.facts))


def _stamp(sha256: str, *, is_finished: bool) -> str:
    return f"{sha256[:16]}-{'whole' if is_finished else 'begun'}"
