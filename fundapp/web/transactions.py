"""One transaction per request, opened and closed here only.

A safe request (GET, HEAD) reads and is rolled back. Every other request writes: its
transaction begins as a writing one and is committed when the answer is no error.
A view marked `reads_first` does slow work (hashing a password, storing a file) before
it calls `begin_writing()` itself.

What a refused request must remember (throttling, an audit line of refused access) is
given to `remember` and written in a short transaction of its own after the main one
has ended; doing it earlier would wait for ourselves on SQLite.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.extensions import db

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def reads_first(view: View) -> View:
    """Mark a view that calls `begin_writing()` itself, after its slow part."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def begin_writing() -> None:
    """Start the request's writing transaction; anything read before must be read again."""
    database.begin_writing(db.session())
    g.is_writing = True


def remember(act: Callable[[Session], None]) -> None:
    """Have `act` run in its own transaction after this request's one has ended."""
    if "remembered" not in g:
        g.remembered = []
    g.remembered.append(act)


def install(app: Flask) -> None:
    """Open, close and clean up around every request."""
    app.before_request(_open)
    app.after_request(_close)
    app.teardown_request(_clean_up)


def _open() -> None:
    g.is_writing = False
    if request.method in SAFE_METHODS or request.endpoint in {None, "static"}:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "reads_first", False):
        begin_writing()


def _close(response: Response) -> Response:
    if g.get("is_writing") and response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    g.is_writing = False
    return response


def _clean_up(error: BaseException | None) -> None:
    db.session.rollback()
    remembered = g.pop("remembered", [])
    if remembered:
        database.begin_writing(db.session())
        for act in remembered:
            act(db.session())
        db.session.commit()
