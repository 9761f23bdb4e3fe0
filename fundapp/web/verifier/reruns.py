"""The verifier's pages: the mailed link, what to run, and bringing the log."""

from typing import BinaryIO, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.permissions import Action
from fundapp.domain.uploads import FileKind, check_upload
from fundapp.extensions import db
from fundapp.queries.people import credentials_of
from fundapp.queries.rerun_claims import how_to_run
from fundapp.queries.reruns import (
    RerunSheet,
    facts_of_rerun,
    rerun_of_link,
    rerun_sheet,
    reruns_of_verifier,
)
from fundapp.services import rerun_deliveries as deliveries
from fundapp.services.attachments import StoredUpload
from fundapp.services.evidence import logs_in
from fundapp.services.tokens import hash_of_token
from fundapp.web.access import current_actor, demand
from fundapp.web.account.entering import enter
from fundapp.web.account.links import link_problem
from fundapp.web.forms.account import NewPersonForm
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.reruns import DeclineForm, DeliveryForm
from fundapp.web.installation import installation, now
from fundapp.web.rerun_rows import VERDICT_WORDS, comparison_rows, result_rows
from fundapp.web.transactions import begin_writing, reads_first

blueprint = Blueprint("own_reruns", __name__)

TAKEN = (FileKind.TEXT, FileKind.ARCHIVE)


@blueprint.get("/rerun-links/<token>")
def show_link(token: str) -> ResponseReturnValue:
    """What is asked, and how to say yes: signed in, or with a new account."""
    return _link_page(token, NewPersonForm(formdata=None))


@blueprint.post("/rerun-links/<token>/accept")
def accept(token: str) -> ResponseReturnValue:
    """Take the re-run on as the person who is signed in."""
    actor = demand(Action.USE_ACCOUNT)
    rerun = deliveries.accept_rerun(db.session(), token, actor=actor, now=now())
    return redirect(url_for("own_reruns.show", rerun_id=rerun.id), code=303)


@blueprint.post("/rerun-links/<token>/register")
@reads_first
def accept_as_new_person(token: str) -> ResponseReturnValue:
    """Open an account for the address that the link was mailed to, and take the re-run on."""
    form = NewPersonForm()
    if not form.validate():
        return _link_page(token, form, status=422)
    password_hash = installation().passwords.hash_of(form.password.data or "")
    begin_writing()
    person = deliveries.accept_as_new_verifier(
        db.session(), token, name=form.name.data or "", password_hash=password_hash, now=now()
    )
    enter(person)
    sheet = rerun_of_link(db.session(), hash_of_token(token))
    return redirect(url_for("own_reruns.show", rerun_id=sheet.row.id), code=303)


@blueprint.post("/rerun-links/<token>/decline")
def decline_link(token: str) -> ResponseReturnValue:
    """Say no without an account, with a note if one likes."""
    form = DeclineForm()
    if not form.validate():
        return _link_page(token, NewPersonForm(formdata=None), refusal=form, status=422)
    try:
        deliveries.decline_rerun_by_link(db.session(), token, note=form.note.data or "", now=now())
    except (NotFound, WrongState) as error:
        return link_problem(error)
    return redirect(url_for("account.show_declined"), code=303)


@blueprint.get("/reruns")
def show_list() -> str:
    """What this person runs or ran again."""
    actor = demand(Action.USE_ACCOUNT)
    sheets = reruns_of_verifier(db.session(), actor.person_id)
    return render_template("reruns/own_list.html", sheets=sheets)


@blueprint.get("/reruns/<uuid:rerun_id>")
def show(rerun_id: UUID) -> str:
    """What to run, by when, and the form to bring the log."""
    demand(Action.DELIVER_RERUN, facts_of_rerun(db.session(), rerun_id))
    return _own_page(rerun_id, DeliveryForm(formdata=None))


@blueprint.post("/reruns/<uuid:rerun_id>")
@reads_first
def deliver(rerun_id: UUID) -> ResponseReturnValue:
    """Take the log and compare it at once; another takes its place until it is settled."""
    actor = demand(Action.DELIVER_RERUN, facts_of_rerun(db.session(), rerun_id))
    form = DeliveryForm()
    if form.validate():
        try:
            upload = _receive()
            begin_writing()
            deliveries.deliver_rerun(
                db.session(),
                rerun_id,
                upload=upload,
                note=form.note.data or "",
                actor=actor,
                now=now(),
            )
        except InvalidInput as error:
            show_problems(form, error)
        else:
            flash("Your log is in, and compared.")
            return redirect(url_for("own_reruns.show", rerun_id=rerun_id), code=303)
    return _own_page(rerun_id, form), 422


@blueprint.get("/reruns/<uuid:rerun_id>/decline")
def ask_to_decline(rerun_id: UUID) -> str:
    """The form to say no, for a verifier with a conflict too."""
    demand(Action.DECLINE_RERUN, facts_of_rerun(db.session(), rerun_id))
    return _decline_page(rerun_id, DeclineForm(formdata=None))


@blueprint.post("/reruns/<uuid:rerun_id>/decline")
def decline(rerun_id: UUID) -> ResponseReturnValue:
    """Say no as the verifier; the fund asks another team."""
    actor = demand(Action.DECLINE_RERUN, facts_of_rerun(db.session(), rerun_id))
    form = DeclineForm()
    if not form.validate():
        return _decline_page(rerun_id, form), 422
    note = form.note.data or ""
    deliveries.decline_rerun(db.session(), rerun_id, note=note, actor=actor, now=now())
    flash("You declined. The fund asks another team.")
    return redirect(url_for("own_reruns.show_list"), code=303)


def _decline_page(rerun_id: UUID, form: DeclineForm) -> str:
    sheet = rerun_sheet(db.session(), rerun_id)
    return render_template("reruns/decline.html", sheet=sheet, form=form, banner=sheet.notice)


def _receive() -> StoredUpload:
    """Check, read and store the file; InvalidInput says what is wrong with it."""
    file = request.files.get("log")
    if file is None or not file.filename:
        raise InvalidInput([Problem("log", "Choose the log of your run.")])
    limit = installation().config.largest_upload
    content = file.stream.read(limit + 1)
    file.stream.seek(0)
    checked = check_upload(file.filename, content, accepts=TAKEN, field="log", max_bytes=limit)
    logs = logs_in(checked.name, checked.kind, content)
    sha256, size = installation().files.put(cast(BinaryIO, file.stream))
    return StoredUpload(checked.name, checked.kind, checked.media_type, size, sha256, logs)


def _link_page(
    token: str, form: NewPersonForm, *, refusal: DeclineForm | None = None, status: int = 200
) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    try:
        sheet = rerun_of_link(session, hash_of_token(token))
        if actor is None or sheet.verifier_id != actor.person_id:
            deliveries.require_unused(sheet.verifier_id, sheet.row.state)
    except NotFound:
        return link_problem(NotFound(deliveries.UNKNOWN))
    except WrongState as error:
        return link_problem(error)
    if actor is not None and sheet.verifier_id == actor.person_id:
        return _to_own(sheet)
    if not form.is_submitted():
        form.name.data = sheet.row.verifier_name
    page = render_template(
        "reruns/link.html",
        token=token,
        sheet=sheet,
        form=form,
        refusal=refusal or DeclineForm(formdata=None),
        has_account=credentials_of(session, sheet.row.verifier_email) is not None,
        banner=sheet.notice,
    )
    return page, status


def _to_own(sheet: RerunSheet) -> Response:
    return redirect(url_for("own_reruns.show", rerun_id=sheet.row.id), code=303)


def _own_page(rerun_id: UUID, form: DeliveryForm) -> str:
    session = db.session()
    sheet = rerun_sheet(session, rerun_id)
    comparison = sheet.row.comparison
    return render_template(
        "reruns/own.html",
        sheet=sheet,
        row=sheet.row,
        form=form,
        claim_rows=result_rows(sheet.row.claim),
        how=how_to_run(session, sheet.application_id),
        compared=comparison_rows(sheet.row.claim, comparison) if comparison else [],
        at=now(),
        verdict_words=VERDICT_WORDS,
        banner=sheet.notice,
    )
