"""The rubric of a draft round."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem, StaleVersion
from fundapp.domain.permissions import Action
from fundapp.domain.rubrics import Criterion
from fundapp.domain.templates.shape import MARKS
from fundapp.extensions import db
from fundapp.queries.round_parts import criterion_part
from fundapp.queries.round_records import criteria_of_round
from fundapp.services import rubrics
from fundapp.web.access import demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.round_parts import CriterionForm, VersionForm
from fundapp.web.forms.saving import Saving
from fundapp.web.forms.typed import Typed, read_version, status_of, typed_direction
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import RoundPage, round_page

blueprint = Blueprint("rubrics", __name__)


@blueprint.route("/rounds/<uuid:round_id>/rubric", methods=["GET", "POST"])
def edit_rubric(round_id: UUID) -> ResponseReturnValue:
    """All criteria; their weights in one form."""
    page = round_page(round_id, "rubric")
    criteria = criteria_of_round(db.session(), round_id)
    form = VersionForm()
    weights = {id_: criterion.weight for id_, criterion in criteria}
    typed = {id_: str(weight) for id_, weight in weights.items()}
    if request.method == "GET":
        form.version.data = str(rubrics.weights_stamp(weights))
    saving = Saving(form)
    if form.validate_on_submit():
        typed = {id_: request.form.get(f"weight-{id_}", typed[id_]) for id_, _ in criteria}
        with saving:
            weights = _read_weights(typed)
            rubrics.set_weights(
                db.session(),
                round_id,
                weights,
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            return _to_rubric(round_id, f"The weights are saved. Together {sum(weights.values())}.")
    rows = {"typed": typed, "problems": saving.problems, "theirs": saving.theirs}
    answer = render_template(
        "rounds/rubric.html", **page.context(), form=form, criteria=criteria, **rows
    )
    return answer, saving.status(422 if form.is_submitted() else 200)


@blueprint.route("/rounds/<uuid:round_id>/criteria/new", methods=["GET", "POST"])
def add_criterion(round_id: UUID) -> ResponseReturnValue:
    """Add a criterion."""
    page = round_page(round_id, "rubric")
    criteria = page.readiness.content.rubric.criteria
    form = CriterionForm()
    if request.method == "GET":
        scale = criteria[0].marks if criteria else MARKS
        form.marks.data = ", ".join(str(mark) for mark in scale)
        form.weight.data = str(max(1, 100 - sum(one.weight for one in criteria)))
    if form.is_submitted() and "refresh" not in request.form and form.validate():
        try:
            criterion = form.criterion("", _posted_anchors())
            rubrics.add_criterion(db.session(), round_id, criterion, actor=page.actor, now=now())
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return _to_rubric(round_id, "The criterion is added.")
    return _criterion_page(page, form, stored=None)


@blueprint.route("/criteria/<uuid:criterion_id>/edit", methods=["GET", "POST"])
def edit_criterion(criterion_id: UUID) -> ResponseReturnValue:
    """Change a criterion and its anchors."""
    demand(Action.RUN_ROUNDS)
    part = criterion_part(db.session(), criterion_id)
    page = round_page(part.round_id, "rubric")
    stored = part.criterion
    form = CriterionForm(data=_typed(stored))
    if request.method == "GET":
        form.version.data = str(rubrics.criterion_stamp(stored))
    saving = Saving(form, on_fields=True)
    if form.is_submitted() and "refresh" not in request.form and form.validate():
        with saving:
            rubrics.update_criterion(
                db.session(),
                criterion_id,
                form.criterion(stored.code, _posted_anchors()),
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            return _to_rubric(part.round_id, "The criterion is saved.")
    return _criterion_page(page, form, stored=stored, theirs=saving.theirs)


@blueprint.post("/criteria/<uuid:criterion_id>/move")
def move_criterion(criterion_id: UUID) -> ResponseReturnValue:
    """Move a criterion up or down."""
    actor = demand(Action.RUN_ROUNDS)
    part = criterion_part(db.session(), criterion_id)
    by = typed_direction()
    rubrics.move_criterion(db.session(), criterion_id, by=by, actor=actor, now=now())
    return _to_rubric(part.round_id, "")


@blueprint.post("/criteria/<uuid:criterion_id>/remove")
def remove_criterion(criterion_id: UUID) -> ResponseReturnValue:
    """Take a criterion out of the rubric."""
    actor = demand(Action.RUN_ROUNDS)
    part = criterion_part(db.session(), criterion_id)
    rubrics.remove_criterion(db.session(), criterion_id, actor=actor, now=now())
    return _to_rubric(part.round_id, f"“{part.criterion.title}” is removed.")


def _criterion_page(
    page: RoundPage,
    form: CriterionForm,
    *,
    stored: Criterion | None,
    theirs: StaleVersion | None = None,
) -> ResponseReturnValue:
    marks = form.read_marks(Typed(form))
    if form.is_submitted():
        anchors = _posted_anchors()
    else:
        anchors = {str(mark): text for mark, text in stored.anchors.items()} if stored else {}
    shown = render_template(
        "rounds/criterion.html",
        **page.context(),
        form=form,
        marks=marks,
        anchors=anchors,
        theirs=theirs,
        is_new=stored is None,
    )
    return shown, status_of(form, theirs, is_redrawn="refresh" in request.form)


def _typed(criterion: Criterion) -> dict[str, Any]:
    return {
        "title": criterion.title,
        "question": criterion.question,
        "weight": str(criterion.weight),
        "marks": ", ".join(str(mark) for mark in criterion.marks),
        "wants_evidence": criterion.wants_evidence,
        "facts": list(criterion.facts),
    }


def _posted_anchors() -> dict[str, str]:
    prefix = "anchor_"
    return {
        name.removeprefix(prefix): text
        for name, text in request.form.items()
        if name.startswith(prefix)
    }


def _read_weights(typed: dict[UUID, str]) -> dict[UUID, int]:
    wrong = [
        Problem(f"weight-{id_}", "Enter a weight from 1 to 100.")
        for id_, text in typed.items()
        if not (text.strip().isdecimal() and len(text.strip()) <= 3)
    ]
    if wrong:
        raise InvalidInput(wrong)
    return {id_: int(text) for id_, text in typed.items()}


def _to_rubric(round_id: UUID, message: str) -> ResponseReturnValue:
    if message:
        flash(message)
    return redirect(url_for("rubrics.edit_rubric", round_id=round_id), code=303)
