"""Checking a password and signing a browser in."""

from datetime import timedelta

from flask import redirect, request
from flask import session as cookie
from flask_login import login_user
from werkzeug.wrappers import Response

from fundapp.domain.browsers import browser_name
from fundapp.domain.errors import InvalidInput
from fundapp.extensions import db
from fundapp.models import Person
from fundapp.queries.access import signed_in
from fundapp.queries.people import Credentials, credentials_of
from fundapp.services.addresses import read_address
from fundapp.services.people import renew_password_hash
from fundapp.services.sign_ins import start_sign_in
from fundapp.services.throttling import (
    check_attempts,
    clear_attempts,
    record_attempt,
    sign_in_throttles,
)
from fundapp.services.tokens import hash_of_token
from fundapp.web.access import SignedInPerson
from fundapp.web.installation import installation, now
from fundapp.web.pages import safe_target
from fundapp.web.transactions import begin_writing, remember

HOME = "/"


def sign_in_with_password(email: str, password: str) -> bool:
    """Sign this browser in when the password is right; False when it is not.

    Failures are counted by address and by network; TooManyAttempts when there were too
    many. Takes as long for an unknown address. Begins the request's writing transaction.
    """
    throttles = sign_in_throttles(email, request.remote_addr or "")
    check_attempts(db.session(), throttles, now=now())
    found = _credentials(email)
    passwords = installation().passwords
    if not passwords.is_right(found.password_hash if found else None, password) or found is None:
        remember(lambda session: record_attempt(session, throttles, now=now()))
        return False
    stored = found.password_hash or ""
    renewed = passwords.hash_of(password) if passwords.is_outdated(stored) else None
    begin_writing()
    person = db.session().get_one(Person, found.person_id)
    if person.password_hash != stored:
        return False
    if renewed is not None:
        renew_password_hash(db.session(), person.id, old=stored, new=renewed)
    clear_attempts(db.session(), throttles[0])
    enter(person)
    return True


def is_own_password(email: str, password: str) -> bool:
    """Tell whether a signed-in person typed their password; counts failures like a sign-in."""
    throttles = sign_in_throttles(email, request.remote_addr or "")
    check_attempts(db.session(), throttles, now=now())
    found = _credentials(email)
    if installation().passwords.is_right(found.password_hash if found else None, password):
        return True
    remember(lambda session: record_attempt(session, throttles, now=now()))
    return False


def enter(person: Person) -> None:
    """Sign this browser in as `person`, with a new session."""
    lifetime = timedelta(days=installation().config.sign_in_days)
    browser = browser_name(request.headers.get("User-Agent", ""))
    token = start_sign_in(db.session(), person, browser=browser, now=now(), lifetime=lifetime)
    db.session().flush()
    found = signed_in(db.session(), hash_of_token(token), now=now())
    cookie.clear()
    if found is not None:
        login_user(SignedInPerson(token, found))
        cookie.permanent = True


def go_on(target: str | None = None) -> Response:
    """Redirect to `target` when it is a page of this site, else to the first page."""
    return redirect(safe_target(target) or HOME, code=303)


def _credentials(email: str) -> Credentials | None:
    try:
        return credentials_of(db.session(), read_address(email))
    except InvalidInput:
        return None
