"""Who is behind this request, and what they may do.

Flask-Login keeps an opaque token in the signed session cookie; the row of that token
in `sign_in` says whose it is and whether it still counts, so that one can sign out
everywhere.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask
from flask_login import UserMixin, current_user

from fundapp.domain.errors import NotSignedIn
from fundapp.domain.permissions import Action, Actor, Subject, may, require
from fundapp.extensions import db, login
from fundapp.queries.access import SignedIn, signed_in
from fundapp.services.tokens import hash_of_token
from fundapp.web.installation import now

View = TypeVar("View", bound=Callable[..., Any])


class SignedInPerson(UserMixin):
    """Flask-Login's view of a signed-in person."""

    def __init__(self, token: str, who: SignedIn) -> None:
        self.token = token
        self.who = who

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.token


def install(app: Flask) -> None:
    """Bind Flask-Login to our sign-in rows."""
    login.init_app(app)
    login.session_protection = ""
    login.user_loader(_load)
    app.context_processor(lambda: {"actor": current_actor(), "may": _may_in_template})


def current_actor() -> Actor | None:
    """Return who asks, or None for a stranger."""
    person = _person()
    return person.who.actor if person else None


def who() -> SignedIn:
    """Return the signed-in person's record; only call it behind `requires`."""
    person = _person()
    if person is None:
        raise NotSignedIn("Sign in to go on.")
    return person.who


def time_zone() -> str:
    """Return the reader's time zone; UTC for a stranger."""
    person = _person()
    return person.who.time_zone if person else "UTC"


def _person() -> SignedInPerson | None:
    found: object = current_user._get_current_object()  # noqa: SLF001
    return found if isinstance(found, SignedInPerson) else None


def demand(action: Action, subject: Subject = None) -> Actor:
    """Return the actor when the table allows `action`; raise with its reason when not."""
    return require(current_actor(), action, subject)


def requires(action: Action) -> Callable[[View], View]:
    """Guard a view whose permission depends on the person alone."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            demand(action)
            return view(*args, **kwargs)

        return cast(View, guarded)

    return decorate


def _load(token: str) -> SignedInPerson | None:
    found = signed_in(db.session(), hash_of_token(token), now=now())
    return SignedInPerson(token, found) if found else None


def _may_in_template(action: str, subject: Subject = None) -> bool:
    return bool(may(current_actor(), Action(action), subject))


def sign_in_id() -> UUID:
    """Return the id of the current sign-in row."""
    return who().sign_in_id
