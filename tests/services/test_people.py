"""Accounts: registering, confirming, passwords, profile, roles."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from fundapp.domain.permissions import Actor
from fundapp.models import AuditEvent, OneTimeLink, OutboxMessage, Person, SignIn
from fundapp.queries.access import actor_for
from fundapp.services import people
from fundapp.services.people import FundRole
from fundapp.services.sign_ins import start_sign_in
from tests.builders import NOW, a_person


def register(session: Session, email: str = "Ada@Sample.Example", **changes: str) -> Person:
    values = {"name": " Ada  Sample ", "password_hash": "hash of ada"} | changes
    return people.register_person(session, email=email, now=NOW, **values)


def mails(session: Session) -> list[OutboxMessage]:
    session.flush()
    return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.queued_at)))


def token_in(mail: OutboxMessage) -> str:
    found = re.search(r"\{site\}/[a-z-]+/(\S+)", mail.body)
    assert found is not None
    return found[1]


def events(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)))


def administrator(session: Session) -> Actor:
    return actor_for(session, a_person(session, is_administrator=True).id)


def test_registering_confirms_by_link(session: Session) -> None:
    person = register(session)
    assert (person.email, person.name) == ("ada@sample.example", "Ada Sample")
    assert (person.password_hash, person.email_confirmed_at) == (None, None)
    (mail,) = mails(session)
    assert mail.to_address == "ada@sample.example"
    assert people.confirm_email(session, token_in(mail), now=NOW) is person
    assert (person.password_hash, person.email_confirmed_at) == ("hash of ada", NOW)
    assert events(session) == ["person.registered", "person.confirmed"]


def test_each_link_confirms_its_own_registration(session: Session) -> None:
    """Somebody else who registers the address cannot slip their password in."""
    register(session)
    own = token_in(mails(session)[0])
    register(session, password_hash="hash of a stranger", name="Stranger")
    person = people.confirm_email(session, own, now=NOW)
    assert (person.name, person.password_hash) == ("Ada Sample", "hash of ada")
    links = session.scalars(select(OneTimeLink).execution_options(populate_existing=True)).all()
    assert [(link.used_at, link.details) for link in links] == [(NOW, {}), (NOW, {})]


def test_a_known_address_gets_a_mail_and_nothing_changes(session: Session) -> None:
    person = a_person(session, email="ada@sample.example", name="Ada", password_hash="old")
    assert register(session, email="ADA@sample.example", name="Other") is person
    assert (person.name, person.password_hash) == ("Ada", "old")
    assert [mail.subject for mail in mails(session)] == ["You have an account at {fund}"]


def test_the_mail_does_not_carry_what_a_stranger_typed(session: Session) -> None:
    register(session, name="Buy at https://shop.example")
    (mail,) = mails(session)
    assert mail.to_name == ""
    assert "shop.example" not in mail.subject + mail.body


def test_links_work_once_and_for_a_while(session: Session) -> None:
    register(session)
    token = token_in(mails(session)[0])
    with pytest.raises(NotFound, match="never given out"):
        people.confirm_email(session, token + "x", now=NOW)
    with pytest.raises(NotFound):
        people.reset_password(session, token, password_hash="other purpose", now=NOW)
    with pytest.raises(WrongState, match="has expired"):
        people.confirm_email(session, token, now=NOW + timedelta(days=3))
    people.confirm_email(session, token, now=NOW + timedelta(days=3, seconds=-1))
    with pytest.raises(WrongState, match="was used before"):
        people.confirm_email(session, token, now=NOW)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Enter a mail address, such as name@example.org"),
        ("nonsense", "Enter a mail address, such as name@example.org. You entered “nonsense”"),
        ("a@b", "Enter a mail address, such as name@example.org. You entered “a@b”"),
        ("x" * 300 + "@a.org", "This address is too long: at most 254 characters"),
        ("ü@a.org", "We can only write to addresses with the letters a to z before the @ sign"),
        ("a\x00b@a.org", "Enter a mail address, such as name@example.org. You entered “ab@a.org”"),
    ],
)
def test_addresses_that_are_none(session: Session, email: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        register(session, email=email)
    assert [(one.field, one.sentence) for one in refusal.value.problems] == [("email", sentence)]
    assert mails(session) == []


def test_international_domains_are_stored_in_ascii(session: Session) -> None:
    assert register(session, email="ada@Müller.example").email == "ada@xn--mller-kva.example"


def test_reset_sets_the_password_confirms_and_signs_out_everywhere(session: Session) -> None:
    person = a_person(session, email="ada@sample.example", password_hash="old")
    start_sign_in(session, person, browser="Firefox", now=NOW)
    people.request_password_reset(session, "ADA@sample.example", now=NOW)
    people.request_password_reset(session, "ada@sample.example", now=NOW)
    first, second = (token_in(mail) for mail in mails(session))
    people.reset_password(session, first, password_hash="new", now=NOW)
    assert person.password_hash == "new"
    assert session.scalars(select(SignIn.ended_at)).all() == [NOW]
    with pytest.raises(WrongState, match="used before"):
        people.reset_password(session, second, password_hash="newer", now=NOW)
    assert sorted(mail.subject for mail in mails(session)) == [
        "Choose a new password for {fund}",
        "Choose a new password for {fund}",
        "Your password at {fund} was changed",
    ]


def test_reset_for_an_unknown_address_does_nothing(session: Session) -> None:
    people.request_password_reset(session, "nobody@sample.example", now=NOW)
    assert mails(session) == []


def test_changing_the_password_keeps_this_browser(session: Session) -> None:
    person = a_person(session, password_hash="old")
    for browser in ("this", "other"):
        start_sign_in(session, person, browser=browser, now=NOW)
    session.flush()
    this = session.scalars(select(SignIn).where(SignIn.browser == "this")).one()
    people.change_password(
        session,
        person.id,
        password_hash="new",
        keep_sign_in_id=this.id,
        actor=actor_for(session, person.id),
        now=NOW,
    )
    ended = {row.browser: row.ended_at for row in session.scalars(select(SignIn))}
    assert ended == {"this": None, "other": NOW}


def test_nobody_changes_somebody_else(session: Session) -> None:
    person, other = a_person(session), a_person(session)
    with pytest.raises(NotAllowed):
        people.update_profile(
            session,
            person.id,
            name="X",
            time_zone="UTC",
            actor=actor_for(session, other.id),
            now=NOW,
        )


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Africa/Nairobi", "Africa/Nairobi"),
        ("nairobi", "Africa/Nairobi"),
        (" new  york ", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_time_zones_by_name_or_city(typed: str, zone: str) -> None:
    assert people.read_time_zone(typed) == zone


@pytest.mark.parametrize("typed", ["", "Atlantis", "../etc/passwd", "x" * 100_000, "🕰"])
def test_time_zones_that_are_none(typed: str) -> None:
    with pytest.raises(InvalidInput, match="Enter a time zone"):
        people.read_time_zone(typed)


def test_roles_are_given_and_taken_by_administrators(session: Session) -> None:
    actor, person = administrator(session), a_person(session)
    people.grant_role(session, person.id, role=FundRole.FUND_MANAGER, actor=actor, now=NOW)
    assert person.is_fund_manager
    people.revoke_role(session, person.id, role=FundRole.FUND_MANAGER, actor=actor, now=NOW)
    assert not person.is_fund_manager
    assert events(session) == ["person.role_granted", "person.role_revoked"]
    with pytest.raises(NotAllowed):
        people.grant_role(
            session,
            person.id,
            role=FundRole.ADMINISTRATOR,
            actor=actor_for(session, person.id),
            now=NOW,
        )


def test_the_last_administrator_stays(session: Session) -> None:
    actor = administrator(session)
    with pytest.raises(WrongState, match="last administrator"):
        people.revoke_role(
            session, actor.person_id, role=FundRole.ADMINISTRATOR, actor=actor, now=NOW
        )


def test_the_first_administrator_comes_from_the_shell(session: Session) -> None:
    added = people.bootstrap_administrator(session, email="ada@sample.example", name="Ada", now=NOW)
    person = people.reset_password(
        session, added.token, password_hash="new", now=NOW + timedelta(days=6)
    )
    assert person is added.person
    assert (person.is_administrator, person.is_fund_manager) == (True, True)
    assert person.email_confirmed_at == NOW + timedelta(days=6)
