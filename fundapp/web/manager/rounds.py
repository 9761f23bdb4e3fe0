"""Rounds: the list, a new one, its settings, its opening, its steps, its board."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, NotFound, StaleVersion
from fundapp.domain.permissions import Action, Actor
from fundapp.domain.round_steps import STEP_TEXTS
from fundapp.domain.rounds import settings_from_template, settings_of_next_round
from fundapp.domain.states import RoundState
from fundapp.domain.templates import TEMPLATES
from fundapp.extensions import db
from fundapp.models import Round
from fundapp.queries.rounds import (
    RoundRecord,
    earlier_rounds,
    round_board,
    round_record,
    rounds_page,
)
from fundapp.services import rounds
from fundapp.web.access import demand, requires, time_zone
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.rounds import NewRoundForm, SettingsForm, StepForm, typed_settings
from fundapp.web.forms.typed import read_version, take_version
from fundapp.web.installation import installation, now
from fundapp.web.manager.round_pages import round_page

blueprint = Blueprint("rounds", __name__)


@blueprint.get("/rounds")
@requires(Action.RUN_ROUNDS)
def show_list() -> str:
    """All rounds, the newest first."""
    page = rounds_page(db.session(), number=request.args.get("page", 1, type=int))
    return render_template("rounds/list.html", page=page)


@blueprint.route("/rounds/new", methods=["GET", "POST"])
def create_round() -> ResponseReturnValue:
    """Make a draft from a template or an earlier round."""
    actor = demand(Action.RUN_ROUNDS)
    form = NewRoundForm().offer_sources(earlier_rounds(db.session()))
    if request.method == "GET":
        form.time_zone.data, form.round_id.data = time_zone(), str(uuid4())
    if form.validate_on_submit():
        try:
            made = _make(form, actor=actor)
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash(f"{made.reference} is made. Write what is still missing, then open the call.")
            return redirect(url_for("rounds.edit_settings", round_id=made.id), code=303)
    page = render_template("rounds/new.html", form=form, templates=TEMPLATES)
    return page, 422 if form.is_submitted() else 200


def _make(form: NewRoundForm, *, actor: Actor) -> Round:
    source, opens_on, zone = form.read()
    given: dict[str, Any] = {
        "prefix": installation().config.reference_prefix,
        "actor": actor,
        "now": now(),
        "round_id": form.chosen_id(),
    }
    own_title = (form.title.data or "").strip()
    template = next((one for one in TEMPLATES if one.code == source), None)
    if template is not None:
        first = settings_from_template(template, opens_on=opens_on, time_zone=zone)
        settings = replace(first, title=own_title or first.title)
        return rounds.create_round(db.session(), settings, template=template, **given)
    earlier = round_record(db.session(), UUID(source))
    next_one = settings_of_next_round(earlier.settings, opens_on=opens_on)
    settings = replace(next_one, title=own_title or next_one.title)
    return rounds.copy_round(db.session(), settings, copied_from_id=earlier.id, **given)


@blueprint.get("/rounds/<uuid:round_id>")
def show_board(round_id: UUID) -> str:
    """Where the round stands, and what to do next."""
    demand(Action.USE_ACCOUNT)
    record = round_record(db.session(), round_id)
    demand(Action.VIEW_ROUND, record.facts)
    board = round_board(db.session(), record, now=now())
    return render_template(
        "rounds/board.html", round=record, board=board, banner=record.notice or None
    )


@blueprint.route("/rounds/<uuid:round_id>/settings", methods=["GET", "POST"])
def edit_settings(round_id: UUID) -> ResponseReturnValue:
    """Change the settings while the round is a draft; preview the call."""
    page = round_page(round_id, "settings")
    if not page.round.is_draft and request.method == "GET":
        return render_template("rounds/frozen.html", **page.context())
    form = SettingsForm(data=typed_settings(page.round.settings))
    if request.method == "GET":
        form.version.data = str(page.round.version)
    theirs, status = None, 200
    if form.is_submitted() and "preview" not in request.form:
        status = 422
        if form.validate_on_submit():
            try:
                _save_settings(form, round_id, actor=page.actor)
            except InvalidInput as error:
                show_problems(form, error)
            except StaleVersion as error:
                theirs, status = _differences(form, take_version(form, error)), 409
            else:
                flash("The settings are saved.")
                return redirect(url_for("rounds.edit_settings", round_id=round_id), code=303)
    shown = {"form": form, "theirs": theirs, "is_preview": "preview" in request.form}
    return render_template("rounds/settings.html", **page.context(), **shown), status


def _save_settings(form: SettingsForm, round_id: UUID, *, actor: Actor) -> None:
    rounds.update_round(
        db.session(),
        round_id,
        form.settings(),
        version=read_version(form),
        actor=actor,
        now=now(),
    )


def _differences(form: SettingsForm, error: StaleVersion) -> list[tuple[str, str, str]]:
    """Return label, our text and theirs of every field in which they differ."""
    theirs = typed_settings(error.theirs)
    return [
        (form[name].label.text, str(form[name].data or "–"), str(text or "–"))
        for name, text in theirs.items()
        if str(form[name].data or "").replace("\r\n", "\n").strip() != str(text or "").strip()
    ]


@blueprint.get("/rounds/<uuid:round_id>/opening")
def show_readiness(round_id: UUID) -> str:
    """What is missing before the call can open, and the button that opens it."""
    page = round_page(round_id, "opening")
    return render_template("rounds/opening.html", **page.context())


@blueprint.post("/rounds/<uuid:round_id>/opening")
def open_round(round_id: UUID) -> ResponseReturnValue:
    """Open the call: the rules are frozen."""
    page = round_page(round_id, "opening")
    try:
        opened = rounds.open_round(db.session(), round_id, actor=page.actor, now=now())
    except InvalidInput as error:
        return render_template("rounds/opening.html", **page.context(), problems=error), 422
    flash(f"The call is published and its rules are frozen: {opened.rules_hash[:16]}.")
    return redirect(url_for("rounds.show_board", round_id=round_id), code=303)


@blueprint.route("/rounds/<uuid:round_id>/steps/<target>", methods=["GET", "POST"])
def take_step(round_id: UUID, target: str) -> ResponseReturnValue:
    """Say what a step does, then take it."""
    demand(Action.RUN_ROUNDS)
    record = round_record(db.session(), round_id)
    actor = demand(Action.RUN_ROUNDS, record.facts)
    form = StepForm()
    if form.validate_on_submit():
        try:
            rounds.advance_round(
                db.session(),
                round_id,
                _state(target),
                actor=actor,
                now=now(),
                reason=form.reason.data or "",
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("Done. The round has moved on.")
            return redirect(url_for("rounds.show_board", round_id=round_id), code=303)
    return _step_page(record, _state(target), form)


def _step_page(record: RoundRecord, target: RoundState, form: StepForm) -> ResponseReturnValue:
    board = round_board(db.session(), record, now=now())
    step = next((one for one in board.steps if one.target is target), None)
    if step is None or (record.state, target) not in STEP_TEXTS:
        raise NotFound("The round does not take this step from where it stands now.")
    page = render_template(
        "rounds/step.html", round=record, step=step, form=form, banner=record.notice or None
    )
    return page, 422 if form.is_submitted() else 200


def _state(name: str) -> RoundState:
    try:
        return RoundState(name)
    except ValueError:
        raise NotFound("A round has no such state.") from None
