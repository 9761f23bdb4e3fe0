"""One section of the form: its page, a plain save, and saving while somebody types."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from fundapp.domain.applications import stamps_as_text
from fundapp.domain.errors import FilesUnavailable, InvalidInput, StaleVersion, WrongState
from fundapp.domain.permissions import Action, Actor
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.drafts import Draft, application_draft
from fundapp.services.sections import ReceivedFile
from fundapp.services.sections import save_section as save
from fundapp.web.access import demand, time_zone
from fundapp.web.applicant.both_texts import PostedSection, answer_to_script, read_section
from fundapp.web.applicant.fields import clock_text
from fundapp.web.applicant.section_page import Shown, section_page
from fundapp.web.applicant.uploads import receive_files
from fundapp.web.installation import now
from fundapp.web.transactions import begin_writing, reads_first

blueprint = Blueprint("sections", __name__)


@blueprint.get("/applications/<uuid:application_id>/sections/<uuid:section_id>")
def show_section(application_id: UUID, section_id: UUID) -> str:
    """The section as it was saved; `check` also says what is missing."""
    demand(Action.VIEW_DRAFT, application_facts(db.session(), application_id))
    draft = application_draft(db.session(), application_id)
    shown = Shown(
        add=request.args.get("add", ""),
        in_lines="add" in request.args or "lines" in request.args,
        with_missing="check" in request.args,
    )
    return section_page(draft, draft.section(section_id), shown)


@blueprint.post("/applications/<uuid:application_id>/sections/<uuid:section_id>")
@reads_first
def save_section(application_id: UUID, section_id: UUID) -> ResponseReturnValue:
    """Save the whole section, with its files; then go where the button says.

    Nothing typed is lost: what cannot be stored is shown again, with a sentence.
    """
    actor = demand(Action.EDIT_APPLICATION, application_facts(db.session(), application_id))
    draft = application_draft(db.session(), application_id)
    state = draft.section(section_id)
    posted = read_section(request.form, draft, state)
    try:
        files = receive_files(state.section.questions)
        begin_writing()
        is_changed = _save(draft, section_id, posted, files=files, actor=actor)
    except InvalidInput as error:
        return _again(draft, section_id, Shown(posted=posted, problems=error.problems)), 422
    except StaleVersion as error:
        return _again(draft, section_id, Shown(posted=posted, clashes=error.theirs)), 409
    except WrongState as error:
        return _again(draft, section_id, Shown(posted=posted, refusal=str(error))), 409
    except FilesUnavailable as error:
        return _again(draft, section_id, Shown(posted=posted, refusal=str(error))), 503
    return redirect(_target(draft, section_id, is_changed=is_changed), code=303)


@blueprint.post("/applications/<uuid:application_id>/sections/<uuid:section_id>/autosave")
@reads_first
def autosave_section(application_id: UUID, section_id: UUID) -> ResponseReturnValue:
    """Save what is typed so far; answers the page's script."""
    actor = demand(Action.EDIT_APPLICATION, application_facts(db.session(), application_id))
    draft = application_draft(db.session(), application_id)
    posted = read_section(request.form, draft, draft.section(section_id))
    begin_writing()
    try:
        _save(draft, section_id, posted, files=(), actor=actor)
    except StaleVersion as error:
        answer = answer_to_script(posted, draft.section(section_id), error)
        return jsonify(answer), 409
    return _saved(application_id, section_id, posted)


def _save(
    draft: Draft,
    section_id: UUID,
    posted: PostedSection,
    *,
    files: Sequence[ReceivedFile],
    actor: Actor,
) -> bool:
    """Store answers and files; tell whether any answer changed. Advances the stamps."""
    own_files = {attached.id for files_ in draft.files.values() for attached in files_}
    saved = save(
        db.session(),
        draft.head.id,
        section_id,
        posted=posted.fields,
        stamps=posted.stamps,
        files=files,
        detached=posted.detach if posted.detach in own_files else None,
        actor=actor,
        now=now(),
    )
    before = dict(posted.stamps)
    posted.stamps.update({one.code: one.stamp for one in saved})
    return posted.stamps != before


def _saved(application_id: UUID, section_id: UUID, posted: PostedSection) -> Response:
    session, moment = db.session(), now()
    session.flush()
    state = application_draft(session, application_id).section(section_id)
    return jsonify(
        saved_at=moment.isoformat(),
        saved_at_text=clock_text(moment, time_zone()),
        version=stamps_as_text(posted.stamps),
        problems=[vars(problem) for problem in state.check.unreadable],
    )


def _again(draft: Draft, section_id: UUID, shown: Shown) -> str:
    db.session.rollback()
    fresh = application_draft(db.session(), draft.head.id)
    return section_page(fresh, fresh.section(section_id), shown)


def _target(draft: Draft, section_id: UUID, *, is_changed: bool) -> str:
    """Return where to go: by the button, and on only when nothing new is to mend."""
    form: MultiDict[str, str] = request.form
    if form.get("add"):
        return _address(draft, section_id, add=form["add"], anchor=form["add"])
    line = form.get("remove", "").rpartition("-")[0]
    if line or form.get("attach") or form.get("detach"):
        in_lines = "on" if line else None
        return _address(draft, section_id, lines=in_lines, anchor=line or form.get("attach"))
    if form.get("go") == "list":
        return url_for("applications.show_application", application_id=draft.head.id)
    db.session().flush()
    fresh = application_draft(db.session(), draft.head.id)
    if form.get("go") != "next" or (is_changed and fresh.section(section_id).check.to_mend):
        flash("Saved.")
        return _address(draft, section_id)
    return _next_page(fresh, section_id)


def _address(
    draft: Draft,
    section_id: UUID,
    *,
    add: str | None = None,
    lines: str | None = None,
    anchor: str | None = None,
) -> str:
    return url_for(
        "sections.show_section",
        application_id=draft.head.id,
        section_id=section_id,
        add=add,
        lines=lines,
        _anchor=anchor,
    )


def _next_page(draft: Draft, section_id: UUID) -> str:
    ids = [state.section.id for state in draft.sections]
    following = ids[ids.index(section_id) + 1 :]
    if not following:
        return url_for("applications.check_answers", application_id=draft.head.id)
    return _address(draft, following[0])
