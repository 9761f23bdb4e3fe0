"""Plans of assignments: proposed or loaded, previewed, applied or discarded."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.assignment_files import BadLine, ListedReviewer, ReadFile, read_file
from fundapp.domain.assignments import ASSIGNING_STATES, require_assigning
from fundapp.domain.errors import InvalidInput
from fundapp.domain.permissions import Action, Actor
from fundapp.extensions import db
from fundapp.models import AssignmentPlan
from fundapp.queries.assignment_plans import plan_preview
from fundapp.queries.panel import Panel, panel_of_round
from fundapp.services import assignment_plans
from fundapp.services.assignment_drafts import PlanDraft, draft_from_pairs
from fundapp.web.access import demand
from fundapp.web.forms.assignments import AimForm, AssignmentFileForm
from fundapp.web.installation import now
from fundapp.web.transactions import begin_writing, reads_first

blueprint = Blueprint("assignment_plans", __name__)

FROM_FILE = "from a file"
SHOWN_AT_MOST = 200
"""Bad lines listed on one page; all are counted."""


@blueprint.route("/rounds/<uuid:round_id>/assignments/file", methods=["GET", "POST"])
@reads_first
def load_file(round_id: UUID) -> ResponseReturnValue:
    """Read a list of assignments; every bad line is told, a good list becomes a plan."""
    actor = demand(Action.ASSIGN_REVIEWERS)
    panel = panel_of_round(db.session(), round_id)
    form = AssignmentFileForm()
    bad_lines: tuple[BadLine, ...] = ()
    if form.is_submitted():
        require_assigning(panel.round.state)
        found = _read(panel, form.text())
        bad_lines = found.bad_lines
        if not bad_lines:
            try:
                draft = draft_from_pairs(panel, found.pairs, method=FROM_FILE)
            except InvalidInput as error:
                bad_lines = _lines_of(found, error)
            else:
                return _stored(draft, actor=actor)
    page = render_template(
        "assignments/file.html",
        round=panel.round,
        form=form,
        bad_lines=bad_lines[:SHOWN_AT_MOST],
        bad_count=len(bad_lines),
        is_open=panel.round.state in ASSIGNING_STATES,
        banner=panel.round.notice,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/assignment-plans/<uuid:plan_id>")
def show_plan(plan_id: UUID) -> str:
    """What a plan changes: loads, funders, a reason for each pair, what stays short."""
    actor = demand(Action.ASSIGN_REVIEWERS)
    number = request.args.get("page", 1, type=int)
    plan = plan_preview(db.session(), plan_id, reader_id=actor.person_id, number=number)
    return render_template(
        "assignments/plan.html",
        plan=plan,
        round=plan.panel.round,
        aims=AimForm(data={"aim": AimForm.aim_of(plan.account.wishes)}),
        is_open=plan.panel.round.state in ASSIGNING_STATES,
        banner=plan.panel.round.notice,
    )


@blueprint.post("/assignment-plans/<uuid:plan_id>/apply")
def apply_plan(plan_id: UUID) -> ResponseReturnValue:
    """Ask the plan's reviewers by mail."""
    actor = demand(Action.ASSIGN_REVIEWERS)
    applied = assignment_plans.apply_plan(db.session(), plan_id, actor=actor, now=now())
    if applied.was_applied_before:
        flash("This plan was applied before. Nobody was asked twice.")
    else:
        reviewers = len({assignment.person_id for assignment in applied.assignments})
        flash(f"{len(applied.assignments)} reviews offered to {reviewers} reviewers by mail.")
    for sentence in applied.left_out:
        flash(f"Left out: {sentence}", "caution")
    return redirect(_round_of(plan_id), code=303)


@blueprint.post("/assignment-plans/<uuid:plan_id>/discard")
def discard_plan(plan_id: UUID) -> ResponseReturnValue:
    """Put the plan away; nobody is asked."""
    actor = demand(Action.ASSIGN_REVIEWERS)
    assignment_plans.discard_plan(db.session(), plan_id, actor=actor, now=now())
    flash("The plan is discarded. Nobody was asked.")
    return redirect(_round_of(plan_id), code=303)


def _stored(draft: PlanDraft, *, actor: Actor) -> ResponseReturnValue:
    begin_writing()
    plan = assignment_plans.store_plan(db.session(), draft, actor=actor, now=now())
    return redirect(url_for("assignment_plans.show_plan", plan_id=plan.id), code=303)


def _round_of(plan_id: UUID) -> str:
    round_id = db.session().get_one(AssignmentPlan, plan_id).round_id
    return url_for("assignments.show_board", round_id=round_id)


def _read(panel: Panel, text: str | BadLine) -> ReadFile:
    if isinstance(text, BadLine):
        return ReadFile((), (), (text,))
    applications = {found.reference: found.id for found in panel.under_review}
    reviewers = [
        ListedReviewer(seat.person_id, seat.email, seat.label, seat.funder, seat.funder_code)
        for seat in panel.seats
        if seat.is_active
    ]
    return read_file(text, applications=applications, reviewers=reviewers)


def _lines_of(found: ReadFile, error: InvalidInput) -> tuple[BadLine, ...]:
    """Turn problems of pairs into problems of the lines that name them."""
    return tuple(
        BadLine(found.lines[int(problem.field.removeprefix("pair-"))], "reviewer", problem.sentence)
        for problem in error.problems
    )
