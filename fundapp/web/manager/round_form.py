"""The application form of a draft round: sections and questions."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, StaleVersion
from fundapp.domain.permissions import Action
from fundapp.domain.questions import Question, QuestionKind
from fundapp.extensions import db
from fundapp.queries.questions import form_of_round
from fundapp.queries.round_parts import question_part, section_part
from fundapp.services import round_form
from fundapp.web.access import demand
from fundapp.web.forms.base import options
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.round_parts import (
    COLUMN_CODES,
    COLUMN_KINDS,
    KIND_WORDS,
    EmptyForm,
    QuestionForm,
    SectionForm,
    typed_columns,
    typed_question,
)
from fundapp.web.forms.rows import Row, is_rearranging, posted_rows
from fundapp.web.forms.saving import Saving
from fundapp.web.forms.typed import read_version, status_of, typed_direction
from fundapp.web.installation import now
from fundapp.web.manager.round_pages import RoundPage, round_page

blueprint = Blueprint("round_form", __name__)


@blueprint.get("/rounds/<uuid:round_id>/form")
def show_form(round_id: UUID) -> str:
    """All sections and questions, in their order."""
    page = round_page(round_id, "form")
    sections = form_of_round(db.session(), round_id)
    return render_template(
        "rounds/form.html", **page.context(), sections=sections, kind_words=KIND_WORDS
    )


@blueprint.route("/rounds/<uuid:round_id>/sections/new", methods=["GET", "POST"])
def add_section(round_id: UUID) -> ResponseReturnValue:
    """Add a page to the form."""
    page = round_page(round_id, "form")
    form = SectionForm()
    if form.validate_on_submit():
        try:
            round_form.add_section(
                db.session(),
                round_id,
                title=form.title.data or "",
                intro=form.intro.data or "",
                actor=page.actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return _to_form(round_id, "The section is added at the end.")
    return _section_page(page, form, section=None)


@blueprint.route("/sections/<uuid:section_id>/edit", methods=["GET", "POST"])
def edit_section(section_id: UUID) -> ResponseReturnValue:
    """Change a page's title and introduction."""
    demand(Action.RUN_ROUNDS)
    section = section_part(db.session(), section_id)
    page = round_page(section.round_id, "form")
    form = SectionForm(obj=section)
    if request.method == "GET":
        form.version.data = str(round_form.section_stamp(section.title, section.intro))
    saving = Saving(form, on_fields=True)
    if form.validate_on_submit():
        with saving:
            round_form.update_section(
                db.session(),
                section_id,
                title=form.title.data or "",
                intro=form.intro.data or "",
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            return _to_form(section.round_id, "The section is saved.")
    return _section_page(page, form, section=section, theirs=saving.theirs)


@blueprint.post("/sections/<uuid:section_id>/move")
def move_section(section_id: UUID) -> ResponseReturnValue:
    """Move a page up or down."""
    actor = demand(Action.RUN_ROUNDS)
    section = section_part(db.session(), section_id)
    round_form.move_section(db.session(), section_id, by=typed_direction(), actor=actor, now=now())
    return _to_form(section.round_id, "")


@blueprint.route("/sections/<uuid:section_id>/remove", methods=["GET", "POST"])
def remove_section(section_id: UUID) -> ResponseReturnValue:
    """Say which questions go with a page, then remove it."""
    demand(Action.RUN_ROUNDS)
    section = section_part(db.session(), section_id)
    page = round_page(section.round_id, "form")
    form = EmptyForm()
    if form.validate_on_submit():
        round_form.remove_section(db.session(), section_id, actor=page.actor, now=now())
        return _to_form(section.round_id, "The section and its questions are removed.")
    sections = form_of_round(db.session(), section.round_id)
    found = next(one for one in sections if one.id == section_id)
    return render_template("rounds/remove_section.html", **page.context(), section=found)


@blueprint.get("/sections/<uuid:section_id>/questions/choose")
def choose_kind(section_id: UUID) -> str:
    """Choose what sort of question to add."""
    demand(Action.RUN_ROUNDS)
    section = section_part(db.session(), section_id)
    page = round_page(section.round_id, "form")
    return render_template(
        "rounds/choose_kind.html", **page.context(), section=section, kind_words=KIND_WORDS
    )


@blueprint.route("/sections/<uuid:section_id>/questions/new", methods=["GET", "POST"])
def add_question(section_id: UUID) -> ResponseReturnValue:
    """Add a question of the kind that the address names."""
    demand(Action.RUN_ROUNDS)
    section = section_part(db.session(), section_id)
    page = round_page(section.round_id, "form")
    kind = _kind(request.args.get("kind", ""))
    form = _offer_sections(QuestionForm(), section.round_id)
    if request.method == "GET":
        form.section.data = str(section_id)
    columns = _posted_columns([dict.fromkeys(COLUMN_CODES, "")])
    if form.is_submitted() and not is_rearranging(request.form) and form.validate():
        try:
            round_form.add_question(
                db.session(),
                _chosen_section(form, section_id),
                _read(form, kind, page, columns=columns),
                actor=page.actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            return _to_form(section.round_id, "The question is added.")
    return _question_page(page, form, kind=kind, columns=columns, question_id=None)


@blueprint.route("/questions/<uuid:question_id>/edit", methods=["GET", "POST"])
def edit_question(question_id: UUID) -> ResponseReturnValue:
    """Change a question."""
    demand(Action.RUN_ROUNDS)
    part = question_part(db.session(), question_id)
    page = round_page(part.round_id, "form")
    stored = part.question
    shown = typed_question(stored, currency=page.round.settings.currency)
    form = _offer_sections(QuestionForm(data=shown), part.round_id)
    if request.method == "GET":
        form.version.data = str(round_form.question_stamp(stored))
        form.section.data = str(part.section_id)
    columns = _posted_columns(typed_columns(stored))
    saving = Saving(form, on_fields=True)
    if form.is_submitted() and not is_rearranging(request.form) and form.validate():
        with saving:
            round_form.update_question(
                db.session(),
                question_id,
                _read(form, stored.kind, page, columns=columns, stored=stored),
                section_id=_chosen_section(form, part.section_id),
                version=read_version(form),
                actor=page.actor,
                now=now(),
            )
        if saving.is_done:
            return _to_form(part.round_id, "The question is saved.")
    return _question_page(
        page,
        form,
        kind=stored.kind,
        columns=columns,
        question_id=question_id,
        theirs=saving.theirs,
    )


@blueprint.post("/questions/<uuid:question_id>/move")
def move_question(question_id: UUID) -> ResponseReturnValue:
    """Move a question up or down on its page."""
    actor = demand(Action.RUN_ROUNDS)
    part = question_part(db.session(), question_id)
    round_form.move_question(
        db.session(), question_id, by=typed_direction(), actor=actor, now=now()
    )
    return _to_form(part.round_id, "")


@blueprint.post("/questions/<uuid:question_id>/remove")
def remove_question(question_id: UUID) -> ResponseReturnValue:
    """Take a question out of the form."""
    actor = demand(Action.RUN_ROUNDS)
    part = question_part(db.session(), question_id)
    round_form.remove_question(db.session(), question_id, actor=actor, now=now())
    return _to_form(part.round_id, f"“{part.question.label}” is removed.")


def _section_page(
    page: RoundPage, form: SectionForm, *, section: Any, theirs: StaleVersion | None = None
) -> ResponseReturnValue:
    shown = render_template(
        "rounds/section.html", **page.context(), form=form, section=section, theirs=theirs
    )
    return shown, status_of(form, theirs)


def _question_page(page: RoundPage, form: QuestionForm, **shown: Any) -> ResponseReturnValue:
    theirs = shown.get("theirs")
    answer = render_template(
        "rounds/question.html",
        **page.context(),
        form=form,
        kind_words=KIND_WORDS,
        column_kinds=[(kind.value, KIND_WORDS[kind][0]) for kind in COLUMN_KINDS],
        **{"theirs": None, **shown},
    )
    return answer, status_of(form, theirs, is_redrawn=is_rearranging(request.form))


def _read(
    form: QuestionForm,
    kind: QuestionKind,
    page: RoundPage,
    *,
    columns: list[Row],
    stored: Question | None = None,
) -> Question:
    currency = page.round.settings.currency
    return form.question(kind, currency=currency, columns=columns, stored=stored)


def _offer_sections(form: QuestionForm, round_id: UUID) -> QuestionForm:
    sections = form_of_round(db.session(), round_id)
    form.section.choices = options((str(section.id), section.title) for section in sections)
    return form


def _chosen_section(form: QuestionForm, otherwise: UUID) -> UUID:
    try:
        return UUID(form.section.data or "")
    except ValueError:
        return otherwise


def _posted_columns(otherwise: list[Row]) -> list[Row]:
    if request.method == "GET":
        return otherwise
    return posted_rows(request.form, "columns", COLUMN_CODES)


def _kind(name: str) -> QuestionKind:
    return QuestionKind(name) if name in set(QuestionKind) else QuestionKind.SHORT_TEXT


def _to_form(round_id: UUID, message: str) -> ResponseReturnValue:
    if message:
        flash(message)
    return redirect(url_for("round_form.show_form", round_id=round_id), code=303)
