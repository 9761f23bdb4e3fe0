"""Signed-in browsers: each is a row, so that one can sign out everywhere."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, PersonFacts, require
from fundapp.domain.text import shorten
from fundapp.models import Person, SignIn
from fundapp.services.audit import record_event
from fundapp.services.tokens import hash_of_token, new_token

LIFETIME = timedelta(days=14)


def start_sign_in(
    session: Session,
    person: Person,
    *,
    browser: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> str:
    """Sign a person in and return the token for the cookie; only its hash is stored.

    The caller has made sure of the password. `browser` is what the list of sign-ins
    shows. An unconfirmed address cannot sign in: WrongState.
    """
    if person.email_confirmed_at is None or person.anonymised_at is not None:
        raise WrongState("Confirm your mail address first, by the link that we sent you.")
    token = new_token()
    session.add(
        SignIn(
            person_id=person.id,
            token_hash=hash_of_token(token),
            started_at=now,
            expires_at=now + lifetime,
            browser=shorten(browser, 200),
        )
    )
    actor = Actor(person_id=person.id, name=person.name, email=person.email)
    record_event(session, "person.signed_in", person, actor=actor, now=now)
    return token


def end_sign_in(session: Session, sign_in_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Sign one browser out. Ending an ended sign-in changes nothing."""
    sign_in = session.get(SignIn, sign_in_id)
    if sign_in is None:
        raise NotFound("There is no such sign-in.")
    require(actor, Action.USE_ACCOUNT, PersonFacts(sign_in.person_id))
    if sign_in.ended_at is None:
        sign_in.ended_at = now
        person = session.get_one(Person, sign_in.person_id)
        record_event(session, "person.signed_out", person, actor=actor, now=now)


def end_all_sign_ins(
    session: Session,
    person_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    except_id: UUID | None = None,
) -> int:
    """Sign every browser of a person out, but for one; return how many there were."""
    require(actor, Action.USE_ACCOUNT, PersonFacts(person_id))
    running = select(SignIn.id).where(
        SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now
    )
    ids = [found for found in session.scalars(running) if found != except_id]
    if ids:
        session.execute(update(SignIn).where(SignIn.id.in_(ids)).values(ended_at=now))
        person = session.get_one(Person, person_id)
        event = "person.signed_out_everywhere"
        record_event(session, event, person, actor=actor, now=now, browsers=len(ids))
    return len(ids)
