"""The samples of an attached log: a list with a search, and one after the other."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fundapp.domain.errors import FilesUnavailable, NotFound
from fundapp.domain.masking import mask_identity
from fundapp.domain.permissions import Action, Actor, may
from fundapp.domain.text import with_controls_shown
from fundapp.evidence.record import EvidenceRefused
from fundapp.evidence.sample import Sample
from fundapp.evidence.samples import SampleLog, open_samples
from fundapp.extensions import db
from fundapp.queries.access import application_facts
from fundapp.queries.attachments import attachment_record
from fundapp.queries.paging import page_among
from fundapp.queries.samples import SampleFile, sample_file, viewings_of
from fundapp.services.sensitive_files import mark_sensitive, record_viewing
from fundapp.web.access import demand
from fundapp.web.downloads import LOST
from fundapp.web.installation import installation, now
from fundapp.web.transactions import remember

blueprint = Blueprint("samples", __name__)

ON_A_PAGE = 50
LONGEST_SEARCH = 200
SHOWN_AT_FIRST = 6_000
"""Characters of one text before “Show all of it”."""

_CANARY = re.compile(r"canary\s+(?:guid|string)\W{0,3}([\w:-]{8,80})", re.IGNORECASE)


@dataclass(frozen=True)
class Reader:
    """Who looks at the samples of which log. is_own: one of the applicant's people."""

    actor: Actor
    file: SampleFile
    is_own: bool

    def clean(self, text: str) -> str:
        """Return a text of the log as this reader may see it, nothing in it hidden from sight."""
        shown = with_controls_shown(text)
        return mask_identity(shown, self.file.identity) if self.file.identity else shown


@blueprint.get("/attachments/<uuid:attachment_id>/samples")
def show_list(attachment_id: UUID) -> ResponseReturnValue:
    """The samples of a log, all or those that a search finds."""
    session = db.session()
    reader = _reader(session, attachment_id)
    words = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    only_wrong = request.args.get("wrong") == "1"
    log, problem = _opened(reader.file)
    places: list[int] = []
    is_cut = False
    if log is not None:
        places = list(range(len(log)))
        if words or only_wrong:
            found = log.search(words, only_wrong=only_wrong)
            places, is_cut = list(found.places), found.is_cut
    page = page_among(places, number=request.args.get("page", 1, type=int), size=ON_A_PAGE)
    return _page(
        "samples/list.html",
        reader,
        total=len(log) if log else 0,
        problem=problem,
        page=page,
        rows=[_row(log, place, reader) for place in page.rows] if log else [],
        words=words,
        only_wrong=only_wrong,
        is_cut=is_cut,
        viewings=_viewings(session, reader),
    )


@blueprint.get("/attachments/<uuid:attachment_id>/samples/<int:place>")
def show_sample(attachment_id: UUID, place: int) -> ResponseReturnValue:
    """One sample, counted from 1. A look at a sensitive one is recorded."""
    reader = _reader(db.session(), attachment_id)
    log, problem = _opened(reader.file)
    if log is None or not 1 <= place <= len(log):
        raise NotFound(problem or "There is no such sample.")
    sample, problem = _sample(log, place - 1)
    if reader.file.is_sensitive:
        remember(
            partial(
                record_viewing,
                attachment_id=attachment_id,
                sample=log.ids[place - 1],
                actor=reader.actor,
                now=now(),
            )
        )
    return _page(
        "samples/sample.html",
        reader,
        place=place,
        total=len(log),
        name=reader.clean(log.ids[place - 1]),
        sample=_shown(sample, reader) if sample else None,
        problem=problem,
        is_full=request.args.get("full") == "1",
        most=SHOWN_AT_FIRST,
    )


@blueprint.post("/attachments/<uuid:attachment_id>/sensitivity")
def mark(attachment_id: UUID) -> ResponseReturnValue:
    """Say that a file is sensitive, or that it is not."""
    record = attachment_record(db.session(), attachment_id)
    actor = demand(Action.EDIT_APPLICATION, application_facts(db.session(), record.application_id))
    is_sensitive = request.form.get("sensitive") == "1"
    mark_sensitive(db.session(), attachment_id, is_sensitive=is_sensitive, actor=actor, now=now())
    flash(
        f"“{record.filename}” is now looked at in the app only, and each look is recorded."
        if is_sensitive
        else f"“{record.filename}” is no longer sensitive. Reviewers may download it."
    )
    return redirect(address_of("samples.show_list", attachment_id=attachment_id), code=303)


def _reader(session: Session, attachment_id: UUID) -> Reader:
    record = attachment_record(session, attachment_id)
    facts = application_facts(session, record.application_id)
    actor = demand(Action.VIEW_SAMPLES, facts)
    is_own = facts.organisation_id in actor.memberships
    file = sample_file(
        session,
        record,
        log=request.args.get("log", 0, type=int),
        is_own=is_own,
        hide_identity=not may(actor, Action.VIEW_APPLICANT, facts),
    )
    return Reader(actor, file, is_own)


def _opened(file: SampleFile) -> tuple[SampleLog | None, str]:
    """Return the samples, or None and why there are none."""
    try:
        content = installation().files.get(file.sha256)
    except FileNotFoundError as error:
        raise FilesUnavailable(LOST) from error
    try:
        return open_samples(content, inner=file.inner), ""
    except EvidenceRefused as refusal:
        return None, str(refusal)


def _sample(log: SampleLog, place: int) -> tuple[Sample | None, str]:
    try:
        return log.at(place), ""
    except EvidenceRefused as refusal:
        return None, str(refusal)


def _row(log: SampleLog, place: int, reader: Reader) -> dict[str, Any]:
    sample, problem = _sample(log, place)
    if sample is None:
        name = reader.clean(log.ids[place])
        return {"place": place + 1, "name": name, "problem": problem}
    asked = next((one.text for one in reversed(sample.messages) if one.role == "user"), "")
    return {
        "place": place + 1,
        "name": reader.clean(sample.name),
        "asked": " ".join(reader.clean(asked)[:400].split())[:160],
        "scores": [(score.name, score.value, score.is_right) for score in sample.scores],
        "error": bool(sample.error),
    }


def _shown(sample: Sample, reader: Reader) -> dict[str, Any]:
    clean = reader.clean
    found = _CANARY.search(sample.all_text)
    return {
        "messages": [(clean(one.role), clean(one.text)) for one in sample.messages],
        "target": clean(sample.target),
        "output": clean(sample.output),
        "error": clean(sample.error),
        "scores": [
            (clean(one.name), clean(one.value), one.is_right, clean(one.explanation))
            for one in sample.scores
        ],
        "tokens": sample.tokens,
        "seconds": sample.seconds,
        "canary": clean(found[1]) if found else "",
    }


def _viewings(session: Session, reader: Reader) -> Any:
    """Return who looked: by name for managers, as a count for the applicant."""
    if not reader.file.is_sensitive or not (reader.is_own or reader.actor.is_fund_manager):
        return None
    return viewings_of(session, reader.file.attachment_id)


def _page(template: str, reader: Reader, **values: Any) -> Response:
    response = make_response(
        render_template(
            template,
            file=reader.file,
            is_own=reader.is_own,
            is_manager=reader.actor.is_fund_manager,
            watermark=f"{reader.actor.name}, {reader.actor.email}, {now():%Y-%m-%d %H:%M} UTC"
            if reader.file.is_sensitive
            else "",
            banner=reader.file.notice,
            **values,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
