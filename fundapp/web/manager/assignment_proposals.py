"""Automatic plans: drafted, drafted anew by other wishes, changed by hand, waited for."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.assignment_wishes import DraftWishes
from fundapp.domain.assignments import ASSIGNING_STATES, require_assigning
from fundapp.domain.errors import InvalidInput, NotFound
from fundapp.domain.permissions import Action, Actor
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.assignment_plans import OpenPlan, open_plan
from fundapp.queries.draft_progress import draft_progress
from fundapp.queries.matching import match_facts
from fundapp.queries.panel import Panel, panel_of_round
from fundapp.queries.plan_changes import changeable_pair
from fundapp.services.assignment_jobs import order_draft, takes_long
from fundapp.services.assignment_plans import store_plan
from fundapp.services.plan_changes import draft_as_wished, with_change, without_last_change
from fundapp.web.access import demand
from fundapp.web.forms.assignments import AimForm, ChangeForm
from fundapp.web.installation import now
from fundapp.web.transactions import begin_writing, reads_first

blueprint = Blueprint("assignment_proposals", __name__)


@blueprint.post("/rounds/<uuid:round_id>/assignments/propose")
@reads_first
def propose_assignments(round_id: UUID) -> ResponseReturnValue:
    """Draft assignments for what is short. Nobody is asked yet."""
    actor = demand(Action.ASSIGN_REVIEWERS)
    panel = panel_of_round(db.session(), round_id)
    require_assigning(panel.round.state)
    form = AimForm()
    before = _plan_of(form.changed_plan(), panel)
    changes = before.wishes.changes if before else ()
    return _drafted(panel, replace(form.wishes(), changes=changes), before, actor=actor)


@blueprint.route(
    "/assignment-plans/<uuid:plan_id>/applications/<uuid:application_id>/reviewers"
    "/<uuid:person_id>",
    methods=["GET", "POST"],
)
@reads_first
def change_pair(plan_id: UUID, application_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """One pair of a plan: who else could review it and what that costs; change it."""
    session = db.session()
    actor = demand(Action.ASSIGN_REVIEWERS, application_facts(session, application_id))
    plan = open_plan(session, plan_id)
    panel = panel_of_round(session, plan.round_id)
    form = ChangeForm()
    if form.is_submitted():
        require_assigning(panel.round.state)
        try:
            wishes = with_change(panel, plan, form.change(application_id, person_id))
        except InvalidInput as error:
            form.form_errors = [problem.sentence for problem in error.problems]
        else:
            return _drafted(panel, wishes, plan, actor=actor)
    page = render_template(
        "assignments/change.html",
        shown=changeable_pair(session, panel, plan, pair=(application_id, person_id)),
        form=form,
        round=panel.round,
        is_open=panel.round.state in ASSIGNING_STATES,
        banner=panel.round.notice,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/assignment-plans/<uuid:plan_id>/undo")
@reads_first
def undo_change(plan_id: UUID) -> ResponseReturnValue:
    """Take the last change by hand back."""
    actor = demand(Action.ASSIGN_REVIEWERS)
    plan = open_plan(db.session(), plan_id)
    panel = panel_of_round(db.session(), plan.round_id)
    require_assigning(panel.round.state)
    return _drafted(panel, without_last_change(plan), plan, actor=actor)


@blueprint.get("/rounds/<uuid:round_id>/assignments/drafts/<uuid:plan_id>")
def show_progress(round_id: UUID, plan_id: UUID) -> ResponseReturnValue:
    """How far a draft is that takes longer; leads on to the plan when it is there."""
    demand(Action.ASSIGN_REVIEWERS)
    progress = draft_progress(db.session(), round_id, plan_id)
    if progress.is_there:
        return redirect(url_for("assignment_plans.show_plan", plan_id=plan_id), code=303)
    return render_template("assignments/progress.html", progress=progress, banner=progress.notice)


def _drafted(
    panel: Panel, wishes: DraftWishes, before: OpenPlan | None, *, actor: Actor
) -> ResponseReturnValue:
    """Draft at once, or leave it to a worker where it takes long."""
    replaces = before.id if before else None
    if takes_long(panel, wishes):
        begin_writing()
        plan_id = order_draft(
            db.session(), panel.round.id, wishes, replaces=replaces, actor=actor, now=now()
        )
        address = url_for(".show_progress", round_id=panel.round.id, plan_id=plan_id)
        return redirect(address, code=303)
    facts = match_facts(db.session(), panel.round.id)
    draft = draft_as_wished(panel, facts, wishes, before=before)
    begin_writing()
    plan = store_plan(db.session(), draft, replaces=replaces, actor=actor, now=now())
    return redirect(url_for("assignment_plans.show_plan", plan_id=plan.id), code=303)


def _plan_of(plan_id: UUID | None, panel: Panel) -> OpenPlan | None:
    if plan_id is None:
        return None
    plan = open_plan(db.session(), plan_id)
    if plan.round_id != panel.round.id:
        raise NotFound("There is no such plan in this round.")
    return plan
