"""Signed-in browsers."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed, WrongState
from fundapp.queries.access import actor_for, signed_in
from fundapp.queries.people import running_sign_ins
from fundapp.services.sign_ins import end_all_sign_ins, end_sign_in, start_sign_in
from fundapp.services.tokens import hash_of_token
from tests.builders import NOW, a_person


def test_a_token_signs_in_until_it_ends_or_expires(session: Session) -> None:
    person = a_person(session)
    token = start_sign_in(session, person, browser="Firefox on Linux", now=NOW)
    session.flush()
    key = hash_of_token(token)
    found = signed_in(session, key, now=NOW)
    assert found is not None
    assert found.actor.person_id == person.id
    assert signed_in(session, hash_of_token(token + "x"), now=NOW) is None
    assert signed_in(session, key, now=NOW + timedelta(days=14)) is None
    end_sign_in(session, found.sign_in_id, actor=found.actor, now=NOW)
    session.flush()
    assert signed_in(session, key, now=NOW) is None


def test_signing_out_everywhere(session: Session) -> None:
    person, other = a_person(session), a_person(session)
    for browser in ("one", "two", "three"):
        start_sign_in(session, person, browser=browser, now=NOW)
    start_sign_in(session, other, browser="theirs", now=NOW)
    session.flush()
    actor = actor_for(session, person.id)
    assert end_all_sign_ins(session, person.id, actor=actor, now=NOW) == 3
    assert running_sign_ins(session, person.id, now=NOW) == []
    assert [row.browser for row in running_sign_ins(session, other.id, now=NOW)] == ["theirs"]


def test_nobody_ends_the_sign_in_of_another(session: Session) -> None:
    person, other = a_person(session), a_person(session)
    start_sign_in(session, person, browser="one", now=NOW)
    session.flush()
    (row,) = running_sign_ins(session, person.id, now=NOW)
    with pytest.raises(NotAllowed):
        end_sign_in(session, row.id, actor=actor_for(session, other.id), now=NOW)


def test_an_unconfirmed_address_does_not_sign_in(session: Session) -> None:
    person = a_person(session, email_confirmed_at=None)
    with pytest.raises(WrongState, match="Confirm your mail address"):
        start_sign_in(session, person, browser="one", now=NOW)
