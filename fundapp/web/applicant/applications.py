"""A person's applications: the list, starting, the overview, submitting, withdrawing."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.applications import LANGUAGE_STATES, editing_refusal
from fundapp.domain.errors import InvalidInput, NotFound, Problem
from fundapp.domain.gates import Outcome
from fundapp.domain.languages import LANGUAGES
from fundapp.domain.permissions import Action, OrganisationFacts, may
from fundapp.domain.states import APPLICATION_TRANSITIONS, ApplicationState, may_advance
from fundapp.extensions import db
from fundapp.models import Round
from fundapp.queries.access import application_facts
from fundapp.queries.applications import applications_of_organisations, round_head
from fundapp.queries.blinding import traces_in_draft
from fundapp.queries.drafts import Draft, application_draft
from fundapp.queries.gallery import gallery_choice
from fundapp.queries.gates import NO_GATES, draft_gates, submitted_gates
from fundapp.queries.organisations import organisations_named
from fundapp.queries.submission_copies import issued_copy
from fundapp.services.applications import start_application as start
from fundapp.services.applications import submit_application as submit
from fundapp.services.applications import withdraw_application as withdraw
from fundapp.services.gates import KNOWN_FIELD, NOTE_FIELD
from fundapp.services.letter_languages import choose_letter_language
from fundapp.web.access import current_actor, demand
from fundapp.web.applicant.check_page import check_rows, claims_shown, things_left, traces_shown
from fundapp.web.applicant.heads import (
    CANCELLED,
    STATE_WORDS,
    UNTITLED,
    banner_of,
    done_count,
    standing_of,
    task_list,
)
from fundapp.web.downloads import send_stored
from fundapp.web.forms.applications import LetterLanguageForm, StartForm, WithdrawalForm
from fundapp.web.forms.base import options
from fundapp.web.forms.checks import show_problems
from fundapp.web.installation import now

blueprint = Blueprint("applications", __name__)


@blueprint.get("/applications")
def show_list() -> str:
    """All applications of the person's organisations."""
    actor = demand(Action.USE_ACCOUNT)
    session = db.session()
    return render_template(
        "applications/list.html",
        applications=applications_of_organisations(session, actor.memberships),
        organisations=organisations_named(session, actor.memberships),
        state_words=STATE_WORDS,
        cancelled=CANCELLED,
        untitled=UNTITLED,
    )


@blueprint.route("/calls/<reference>/apply", methods=["GET", "POST"])
def start_application(reference: str) -> ResponseReturnValue:
    """Begin an application in an open call, or go on with the one that is there."""
    actor = demand(Action.USE_ACCOUNT)
    round_, facts = round_head(db.session(), Round.reference == reference)
    demand(Action.VIEW_CALL, facts)
    choices = [
        one
        for one in organisations_named(db.session(), actor.memberships)
        if may(actor, Action.START_APPLICATION, OrganisationFacts(one.id))
    ]
    if not choices:
        return redirect(url_for("organisations.create_organisation", then=request.path), code=303)
    form = StartForm()
    form.organisation.choices = options((str(one.id), one.name) for one in choices)
    if request.method == "GET" and len(choices) == 1:
        form.organisation.data = str(choices[0].id)
    chosen = next((one for one in choices if str(one.id) == form.organisation.data), None)
    if form.is_submitted() and chosen is None:
        form.organisation.errors = ["Choose the organisation that applies."]
    elif form.validate_on_submit() and chosen is not None:
        made = start(db.session(), facts.id, chosen.id, actor=actor, now=now())
        return redirect(_overview(made.id), code=303)
    page = render_template(
        "applications/start.html",
        form=form,
        round=round_,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/applications/<uuid:application_id>")
def show_application(application_id: UUID) -> ResponseReturnValue:
    """Where the application stands and what is left to do; others read what was submitted."""
    facts = application_facts(db.session(), application_id)
    actor = demand(Action.VIEW_APPLICATION, facts)
    if not may(actor, Action.VIEW_DRAFT, facts):
        target = url_for("round_applications.read_application", application_id=application_id)
        return redirect(target, code=303)
    draft = application_draft(db.session(), application_id)
    return _overview_page(
        draft, LetterLanguageForm(formdata=None, data={"language": draft.head.language})
    )


@blueprint.get("/applications/<uuid:application_id>/check")
def check_answers(application_id: UUID) -> str:
    """Every answer with a link to change it, and all that is left to do."""
    demand(Action.VIEW_DRAFT, application_facts(db.session(), application_id))
    return _check_page(application_draft(db.session(), application_id))


@blueprint.post("/applications/<uuid:application_id>/submit")
def submit_application(application_id: UUID) -> ResponseReturnValue:
    """Submit; a second click lands on the same confirmation."""
    actor = demand(Action.USE_ACCOUNT)
    try:
        submit(
            db.session(),
            application_id,
            actor=actor,
            now=now(),
            known_failures=request.form.get(KNOWN_FIELD, "").split(","),
            gates_note=request.form.get(NOTE_FIELD, ""),
        )
    except InvalidInput as error:
        draft = application_draft(db.session(), application_id)
        return _check_page(draft, tuple(error.problems)), 422
    return redirect(
        url_for("applications.show_confirmation", application_id=application_id), code=303
    )


@blueprint.post("/applications/<uuid:application_id>/language")
def choose_language(application_id: UUID) -> ResponseReturnValue:
    """Choose the language of the letters on this application."""
    actor = demand(Action.EDIT_APPLICATION, application_facts(db.session(), application_id))
    form = LetterLanguageForm()
    language = form.language.data or ""
    try:
        choose_letter_language(db.session(), application_id, language, actor=actor, now=now())
    except InvalidInput as error:
        show_problems(form, error)
        return _overview_page(application_draft(db.session(), application_id), form), 422
    flash(f"We write to you in this language: {LANGUAGES[language].own_name}.")
    return redirect(_overview(application_id), code=303)


@blueprint.get("/applications/<uuid:application_id>/submitted")
def show_confirmation(application_id: UUID) -> str:
    """What we have, its number, and what comes next."""
    demand(Action.VIEW_DRAFT, application_facts(db.session(), application_id))
    draft = application_draft(db.session(), application_id)
    if draft.head.reference is None:
        raise NotFound("This application was not submitted yet.")
    copy = issued_copy(db.session(), application_id)
    gates = submitted_gates(db.session(), [application_id]).get(application_id, NO_GATES)
    return render_template("applications/submitted.html", **_context(draft), copy=copy, gates=gates)


@blueprint.route("/applications/<uuid:application_id>/withdraw", methods=["GET", "POST"])
def withdraw_application(application_id: UUID) -> ResponseReturnValue:
    """Take the application back, with a reason."""
    actor = demand(Action.EDIT_APPLICATION, application_facts(db.session(), application_id))
    form = WithdrawalForm()
    if form.validate_on_submit():
        try:
            withdraw(
                db.session(),
                application_id,
                reason=form.reason.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("The application is withdrawn.")
            return redirect(_overview(application_id), code=303)
    draft = application_draft(db.session(), application_id)
    page = render_template("applications/withdraw.html", form=form, **_context(draft))
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/applications/<uuid:application_id>/copy.pdf")
def download_copy(application_id: UUID) -> ResponseReturnValue:
    """The PDF of exactly what was submitted."""
    demand(Action.VIEW_APPLICANT, application_facts(db.session(), application_id))
    copy = issued_copy(db.session(), application_id)
    if copy is None:
        raise NotFound("The copy is being printed. Try again in a minute.")
    return send_stored(copy.sha256, name=copy.filename)


def _check_page(draft: Draft, problems: tuple[Problem, ...] = ()) -> str:
    actor = current_actor()
    is_editor = may(actor, Action.EDIT_ORGANISATION, OrganisationFacts(draft.head.organisation_id))
    refusal = editing_refusal(draft.head.window, draft.head.state, now()) or is_editor.reason
    gates = draft_gates(db.session(), draft)
    wrong = {problem.field: problem.sentence for problem in problems}
    return render_template(
        "applications/check.html",
        **_context(draft, current="check"),
        sections=[(state, check_rows(draft, state)) for state in draft.sections],
        left=things_left(draft),
        traces=traces_shown(draft, traces_in_draft(db.session(), draft)),
        refusal=refusal,
        problem_count=len(draft.problems),
        claims=claims_shown(db.session(), draft),
        gates=gates,
        failed_gates=[one for one in gates if one.outcome is Outcome.FAILS],
        gate_problems=[one for one in (KNOWN_FIELD, NOTE_FIELD) if one in wrong],
        wrong=wrong,
        gates_note=request.form.get(NOTE_FIELD, ""),
    )


def _overview_page(draft: Draft, form: LetterLanguageForm) -> str:
    head = draft.head
    facts = application_facts(db.session(), head.id)
    may_edit = not head.window.is_cancelled and bool(
        may(current_actor(), Action.EDIT_APPLICATION, facts)
    )
    return render_template(
        "applications/application.html",
        **_context(draft),
        copy=issued_copy(db.session(), head.id),
        form=form,
        may_choose_language=may_edit and head.state in LANGUAGE_STATES,
        may_withdraw=may_edit
        and may_advance(APPLICATION_TRANSITIONS, head.state, ApplicationState.WITHDRAWN),
    )


def _context(draft: Draft, *, current: str = "") -> dict[str, object]:
    head = draft.head
    return {
        "draft": draft,
        "head": head,
        "standing": standing_of(head, now=now(), is_changed=draft.is_changed),
        "tasks": task_list(draft, current=current),
        "done": done_count(draft),
        "is_open": not editing_refusal(head.window, head.state, now()),
        "untitled": UNTITLED,
        "banner": banner_of(head.notice),
        "gallery": gallery_choice(db.session(), head.id, now=now()),
        "may_choose_gallery": may(
            current_actor(),
            Action.EDIT_ORGANISATION,
            OrganisationFacts(head.organisation_id),
        ).is_allowed,
    }


def _overview(application_id: UUID) -> str:
    return url_for("applications.show_application", application_id=application_id)
