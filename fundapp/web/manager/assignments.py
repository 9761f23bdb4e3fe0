"""Assignment: who reviews what, and what is still short."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.assignments import ASSIGNING_STATES
from fundapp.domain.errors import InvalidInput, NotFound
from fundapp.domain.permissions import Action, ApplicationFacts
from fundapp.domain.states import RoundState
from fundapp.exports.csv_writer import write_csv
from fundapp.extensions import db
from fundapp.models import Assignment
from fundapp.queries.access import application_facts
from fundapp.queries.assignments import assignment_board, assignment_list, reviewers_of_application
from fundapp.services import assignments
from fundapp.web.access import demand
from fundapp.web.forms.assignments import AskForm, TakeOffForm
from fundapp.web.forms.checks import show_problems
from fundapp.web.installation import now

blueprint = Blueprint("assignments", __name__)

LIST_COLUMNS = ("application", "reviewer", "funder", "state", "due_at")


@blueprint.get("/rounds/<uuid:round_id>/assignments")
def show_board(round_id: UUID) -> str:
    """Coverage by application, load by reviewer, and what is late."""
    actor = demand(Action.ASSIGN_REVIEWERS)
    only = request.args.get("only", "")
    board = assignment_board(
        db.session(),
        round_id,
        only=only if only in {"short", "late"} else "",
        reader_id=actor.person_id,
        number=request.args.get("page", 1, type=int),
        now=now(),
    )
    return render_template(
        "assignments/board.html",
        board=board,
        round=board.panel.round,
        only=only,
        is_open=_is_open(board.panel.round.state),
        banner=board.panel.round.notice,
    )


@blueprint.get("/rounds/<uuid:round_id>/assignments.csv")
def download_list(round_id: UUID) -> Response:
    """The assignments that count, in the columns that a list to load has too."""
    actor = demand(Action.ASSIGN_REVIEWERS)
    reference, rows = assignment_list(db.session(), round_id, reader_id=actor.person_id)
    response = Response("".join(write_csv(LIST_COLUMNS, rows)).encode(), mimetype="text/csv")
    filename = f"{reference}-assignments.csv"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


@blueprint.route("/applications/<uuid:application_id>/reviewers", methods=["GET", "POST"])
def assign_reviewer(application_id: UUID) -> ResponseReturnValue:
    """One application: its reviewers, and everybody who could be asked."""
    facts = application_facts(db.session(), application_id)
    actor = demand(Action.ASSIGN_REVIEWERS, facts)
    form = AskForm()
    person_id = form.person()
    if form.is_submitted() and person_id is None:
        form.form_errors = ["Choose a reviewer."]
    elif form.validate_on_submit() and person_id is not None:
        try:
            assignments.assign_reviewer(
                db.session(),
                application_id,
                person_id,
                reason=form.reason.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            form.form_errors = [problem.sentence for problem in error.problems]
        else:
            flash("The reviewer is asked by mail.")
            return redirect(_page_of(application_id), code=303)
    return _reviewers_page(facts, form), 422 if form.is_submitted() else 200


@blueprint.route("/assignments/<uuid:assignment_id>/withdraw", methods=["GET", "POST"])
def withdraw_assignment(assignment_id: UUID) -> ResponseReturnValue:
    """Take one reviewer off, with a mail that says why."""
    assignment, facts = _assignment(assignment_id)
    actor = demand(Action.ASSIGN_REVIEWERS, facts)
    form = TakeOffForm()
    if form.validate_on_submit():
        try:
            assignments.withdraw_assignment(
                db.session(), assignment_id, reason=form.reason.data or "", actor=actor, now=now()
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("The reviewer is taken off and told by mail.")
            return redirect(_page_of(facts.id), code=303)
    shown = reviewers_of_application(db.session(), facts.round.id, facts.id, now=now())
    page = render_template(
        "assignments/withdraw.html",
        shown=shown,
        placed=next(one for one in shown.row.placed if one.id == assignment.id),
        form=form,
        banner=shown.panel.round.notice,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/assignments/<uuid:assignment_id>/reassign", methods=["GET", "POST"])
def reassign_review(assignment_id: UUID) -> ResponseReturnValue:
    """Give an open review to somebody else: a list of who could, one button each."""
    assignment, facts = _assignment(assignment_id)
    actor = demand(Action.ASSIGN_REVIEWERS, facts)
    form = AskForm()
    person_id = form.person()
    if form.is_submitted() and person_id is None:
        form.form_errors = ["Choose a reviewer."]
    elif form.validate_on_submit() and person_id is not None:
        try:
            assignments.reassign_review(
                db.session(), assignment_id, person_id, actor=actor, now=now()
            )
        except InvalidInput as error:
            db.session.rollback()
            form.form_errors = [problem.sentence for problem in error.problems]
        else:
            flash("The review is somebody else's now; both are told by mail.")
            return redirect(_page_of(facts.id), code=303)
    return _reviewers_page(facts, form, moved=assignment), 422 if form.is_submitted() else 200


def _reviewers_page(
    facts: ApplicationFacts, form: AskForm, *, moved: Assignment | None = None
) -> str:
    shown = reviewers_of_application(db.session(), facts.round.id, facts.id, now=now())
    name = "" if moved is None else shown.panel.seat_of[moved.person_id].name
    return render_template(
        "assignments/reviewers.html",
        shown=shown,
        round=shown.panel.round,
        form=form,
        moved=moved,
        moved_name=name,
        is_open=_is_open(facts.round.state),
        banner=shown.panel.round.notice,
    )


def _assignment(assignment_id: UUID) -> tuple[Assignment, ApplicationFacts]:
    assignment = db.session().get(Assignment, assignment_id)
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return assignment, application_facts(db.session(), assignment.application_id)


def _page_of(application_id: UUID) -> str:
    return url_for("assignments.assign_reviewer", application_id=application_id)


def _is_open(state: RoundState) -> bool:
    return state in ASSIGNING_STATES
