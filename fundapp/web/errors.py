"""Turns refusals and faults into pages that say what to do.

Nothing below `web` knows HTTP: a FundError is raised there and becomes a page here.
A request that asks for JSON (the pages' own scripts) gets the same sentence as JSON.
"""

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from fundapp.domain.errors import (
    DocumentFailed,
    EnvelopeOverdrawn,
    FilesUnavailable,
    FundError,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyAttempts,
    WrongState,
)
from fundapp.extensions import db

logger = logging.getLogger("fundapp")

STATUS: dict[type[FundError], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    WrongState: 409,
    EnvelopeOverdrawn: 409,
    InvalidInput: 422,
    TooManyAttempts: 429,
    DocumentFailed: 503,
    FilesUnavailable: 503,
}

HEADINGS = {
    400: "This request could not be read",
    401: "Sign in to go on",
    403: "This is closed to you",
    404: "There is no such page",
    405: "This page cannot do that",
    409: "This has changed in the meantime",
    413: "This is too large to send",
    422: "Something needs mending",
    429: "Please wait a moment",
    500: "Something broke on our side",
    503: "This cannot be done just now",
}

SIGNED_OUT = (
    "You were signed out, so nothing of this was stored. Your text is kept below: sign in, "
    "open the page again and paste it there."
)

HTTP_SENTENCES = {
    400: "The form was not sent whole. Go back, reload the page and send it again.",
    404: "Check the address, or start from the first page.",
    405: "Go back and use the buttons of the page.",
    413: (
        "One form takes files of up to 20 MB and texts of up to 24 MB. Nothing of this one was "
        "stored; what you saved before is safe. Go back: your browser still shows what you "
        "typed. Leave out the largest file or shorten the longest text, then send it again."
    ),
}


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(FundError, _fund_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _status(error: FundError) -> int:
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 409


def _fund_error(error: FundError) -> Response:
    status = _status(error)
    if status == 401 and request.method == "GET" and not _wants_json():
        return _sign_in_page()
    sentence = SIGNED_OUT if status == 401 else str(error)
    response = _page(status, sentence, problems=getattr(error, "problems", ()))
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _sign_in_page() -> Response:
    from flask import redirect, url_for

    target = url_for("account.sign_in", then=request.full_path.rstrip("?"))
    return make_response(redirect(target, code=303))


def _stale_form(error: CSRFError) -> Response:
    sentence = (
        "This form was opened before you signed in or out. Nothing was changed. "
        "Your text is below: reload the page in another tab, then paste it there."
    )
    return _page(400, sentence)


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    sentence = HTTP_SENTENCES.get(error.code, error.description or "")
    return _page(error.code, sentence)


def _fault(error: Exception) -> Response:
    db.session.rollback()
    logger.error("fault", exc_info=error, extra={"facts": {"request": g.get("request_id", "")}})
    sentence = (
        "Nothing of your last step was stored. What you typed is below. Try again in a "
        f"minute; if it happens again, write to us and give the reference {_reference()}."
    )
    return _page(500, sentence)


def _reference() -> str:
    return str(g.get("request_id", "none"))


def _page(status: int, sentence: str, *, problems: Any = ()) -> Response:
    if _wants_json():
        body = {"problem": sentence, "problems": [vars(problem) for problem in problems]}
        return make_response(jsonify(body), status)
    page = render_template(
        "layout/error.html",
        status=status,
        heading=HEADINGS.get(status, "This did not work"),
        sentence=sentence,
        problems=problems,
        typed=_typed(),
        reference=_reference(),
    )
    return make_response(page, status)


def _wants_json() -> bool:
    is_script = request.headers.get("X-Requested-With") == "autosave"
    return is_script or request.accept_mimetypes.best == "application/json"


def _typed() -> list[tuple[str, str]]:
    """What the person had typed, to be shown so that nothing is lost. Never a secret.

    Ids, numbers and the values of choices have no blanks; a single short word is soon typed.
    """
    if request.method == "GET":
        return []
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:
        return []
    hidden = ("csrf", "password", "token")
    return [
        (name, text)
        for name, text in fields
        if (len(text) > 40 or " " in text.strip()) and not any(word in name for word in hidden)
    ]
