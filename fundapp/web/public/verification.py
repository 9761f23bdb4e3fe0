"""Is this document genuine? For anybody who holds a letter or an announcement."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from fundapp.documents.seals import NoDocument
from fundapp.domain.errors import Problem
from fundapp.exports.badges import token_in
from fundapp.extensions import db
from fundapp.queries.verification import document_of_code
from fundapp.services.credentials import check_badge
from fundapp.services.verification import FileVerdict, check_file, what_it_means
from fundapp.web.installation import installation, now
from fundapp.web.transactions import reads_first

blueprint = Blueprint("verification", __name__)

UNKNOWN = "No document of ours has this reference with this code. Compare both with the paper."
NO_FILE = "Choose the PDF that you were given."
LARGEST = 50_000_000
"""Bytes."""


@blueprint.get("/verify")
def show_verdict() -> ResponseReturnValue:
    """Ask for a reference and its code, and say which document they belong to."""
    reference, code = request.args.get("reference", ""), request.args.get("code", "")
    if not (reference.strip() or code.strip()):
        return _page()
    found = document_of_code(db.session(), reference, code, now=now())
    if found is None:
        return _page(problems=[Problem("reference", UNKNOWN)]), 404
    return _page(told=FileVerdict(found.verdict, what_it_means(found), found), is_paper=True)


@blueprint.post("/verify")
@reads_first
def check_upload() -> ResponseReturnValue:
    """Say whether the file itself is ours, unchanged and in force. Nothing of it is kept."""
    upload = request.files.get("file")
    pdf = upload.read(LARGEST + 1) if upload else b""
    if not pdf:
        return _page(problems=[Problem("file", NO_FILE)]), 422
    try:
        if len(pdf) > LARGEST:
            raise NoDocument("This file is larger than any document of ours.")
        if token := token_in(pdf):
            return _badge(token)
        key = installation().seal_key
        told = check_file(db.session(), pdf, certificate=key.certificate, now=now())
    except NoDocument as error:
        return _page(problems=[Problem("file", str(error))]), 422
    return _page(told=told)


def _badge(token: str) -> str:
    key = installation().badge_key
    verdict, _, badge = check_badge(db.session(), token, key=key, now=now())
    return render_template("badges/checked.html", verdict=verdict.value, badge=badge)


def _page(
    *,
    told: FileVerdict | None = None,
    is_paper: bool = False,
    problems: list[Problem] | None = None,
) -> str:
    return render_template(
        "verification/verify.html",
        told=told,
        is_paper=is_paper,
        problems=problems or [],
        reference="" if told else request.args.get("reference", ""),
        code="" if told else request.args.get("code", ""),
        banner=(told.document.notice or None) if told and told.document else None,
    )
