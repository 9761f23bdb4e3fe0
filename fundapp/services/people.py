"""People: their accounts, passwords, profiles and roles."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.identifiers import read_orcid
from fundapp.domain.languages import DEFAULT, checked_language
from fundapp.domain.permissions import Action, Actor, PersonFacts, require
from fundapp.domain.text import one_line, quoted, shorten
from fundapp.models import Person
from fundapp.services.addresses import read_address
from fundapp.services.audit import record_event
from fundapp.services.links import LIFETIME, Purpose, issue_link, open_link, void_links
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.sign_ins import end_all_sign_ins

LONGEST_NAME = 200
LONGEST_ZONE = 64
FIRST_LINK_LIFETIME = timedelta(days=7)


class FundRole(StrEnum):
    """Roles that an administrator gives."""

    FUND_MANAGER = "fund_manager"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class NewAdministrator:
    """An administrator and the token of the link that sets their password."""

    person: Person
    token: str


def register_person(
    session: Session, *, email: str, name: str, password_hash: str, now: datetime
) -> Person:
    """Open an unconfirmed account and mail the link that confirms it.

    A known address gets a mail that says so, and nothing changes; the caller must answer
    the same in both cases. The link carries this registration's name and password, so
    that somebody else's registration of the same address cannot slip in its own.
    """
    address, name = read_address(email), read_name(name)
    person = person_of_address(session, address) or _add_person(session, address, name, now=now)
    if person.email_confirmed_at is not None:
        queue_mail(session, _letterbox(person), mail_text("address_known"), now=now)
        return person
    details = {"name": name, "password_hash": password_hash}
    token = issue_link(session, person, Purpose.CONFIRM, now=now, details=details)
    text = mail_text("confirm_address", token=token, expires_at=now + LIFETIME[Purpose.CONFIRM])
    queue_mail(session, Letterbox(person.email), text, now=now)
    return person


def confirm_email(session: Session, token: str, *, now: datetime) -> Person:
    """Confirm the address that the link was mailed to.

    The name and the password of the registration become the account's. NotFound or
    WrongState when the link is unknown, used or expired.
    """
    link = open_link(session, token, Purpose.CONFIRM, now=now)
    person = _person(session, link.person_id)
    if person.email_confirmed_at is None:
        person.name = link.details["name"]
        person.password_hash = link.details["password_hash"]
        person.email_confirmed_at = now
        record_event(session, "person.confirmed", person, actor=as_actor(person), now=now)
    void_links(session, person.id, Purpose.CONFIRM, now=now)
    return person


def request_password_reset(session: Session, email: str, *, now: datetime) -> None:
    """Mail a link to choose a new password; nothing happens for an unknown address."""
    person = person_of_address(session, read_address(email))
    if person is None:
        return
    token = issue_link(session, person, Purpose.RESET, now=now)
    text = mail_text("reset_password", token=token, expires_at=now + LIFETIME[Purpose.RESET])
    queue_mail(session, _letterbox(person), text, now=now)


def reset_password(session: Session, token: str, *, password_hash: str, now: datetime) -> Person:
    """Set the password by a mailed link, which also confirms the address.

    Ends every sign-in and every other open link of the person.
    """
    link = open_link(session, token, Purpose.RESET, now=now)
    person = _person(session, link.person_id)
    person.email_confirmed_at = person.email_confirmed_at or now
    _set_password(session, person, password_hash, actor=as_actor(person), now=now)
    return person


def change_password(
    session: Session,
    person_id: UUID,
    *,
    password_hash: str,
    keep_sign_in_id: UUID,
    actor: Actor,
    now: datetime,
) -> None:
    """Set a new password and end every sign-in but the one it was typed in.

    The caller has made sure that the person knows the old one.
    """
    require(actor, Action.USE_ACCOUNT, PersonFacts(person_id))
    person = _person(session, person_id)
    _set_password(session, person, password_hash, actor=actor, now=now, keep=keep_sign_in_id)


def renew_password_hash(session: Session, person_id: UUID, *, old: str, new: str) -> None:
    """Put a stronger hash of the same password in place of `old`, unless that has changed."""
    person = _person(session, person_id)
    if person.password_hash == old:
        person.password_hash = new


def update_profile(
    session: Session,
    person_id: UUID,
    *,
    name: str,
    time_zone: str,
    orcid: str = "",
    language: str = DEFAULT,
    actor: Actor,
    now: datetime,
) -> Person:
    """Change a person's name, the zone in which they read times, their ORCID and language.

    `language` is that of letters on applications which they begin from now on.
    """
    require(actor, Action.USE_ACCOUNT, PersonFacts(person_id))
    person = _person(session, person_id)
    person.name, person.time_zone = read_name(name), read_time_zone(time_zone)
    person.orcid = read_orcid(orcid)
    person.language = checked_language(language)
    record_event(session, "person.changed", person, actor=actor, now=now)
    return person


def grant_role(
    session: Session, person_id: UUID, *, role: FundRole, actor: Actor, now: datetime
) -> None:
    """Make a person a fund manager or an administrator."""
    require(actor, Action.ADMINISTER)
    person = _person(session, person_id)
    if person.email_confirmed_at is None or person.anonymised_at is not None:
        raise WrongState("Only somebody who confirmed their address can be given a role.")
    if _set_role(person, role, is_held=True):
        record_event(session, "person.role_granted", person, actor=actor, now=now, role=role)


def revoke_role(
    session: Session, person_id: UUID, *, role: FundRole, actor: Actor, now: datetime
) -> None:
    """Take a role away. The last administrator keeps theirs."""
    require(actor, Action.ADMINISTER)
    person = _person(session, person_id)
    if role is FundRole.ADMINISTRATOR and is_last_administrator(session, person):
        raise WrongState("This is the last administrator. Make another person one first.")
    if _set_role(person, role, is_held=False):
        record_event(session, "person.role_revoked", person, actor=actor, now=now, role=role)


def bootstrap_administrator(
    session: Session, *, email: str, name: str, now: datetime
) -> NewAdministrator:
    """Make the person of `email` an administrator and fund manager, from the shell.

    Makes the account where there is none. The token sets the password, once, within
    seven days; whoever holds it has the account, so it is only printed on the shell.
    """
    address, name = read_address(email), read_name(name)
    person = person_of_address(session, address) or _add_person(session, address, name, now=now)
    for role in FundRole:
        _set_role(person, role, is_held=True)
        record_event(session, "person.role_granted", person, actor=None, now=now, role=role)
    token = issue_link(session, person, Purpose.RESET, now=now, lifetime=FIRST_LINK_LIFETIME)
    return NewAdministrator(person=person, token=token)


def person_of_address(session: Session, address: str) -> Person | None:
    """Return the person with this stored address."""
    return session.scalar(select(Person).where(Person.email == address))


def add_confirmed_person(
    session: Session, address: str, *, name: str, password_hash: str, now: datetime
) -> Person:
    """Open an account whose address is proven already, by a link that was mailed to it.

    Somebody who has a confirmed account must sign in instead: WrongState.
    """
    name = read_name(name)
    person = person_of_address(session, address) or _add_person(session, address, name, now=now)
    if person.email_confirmed_at is not None:
        raise WrongState("You have an account with this address. Sign in to go on.")
    person.name, person.password_hash, person.email_confirmed_at = name, password_hash, now
    void_links(session, person.id, Purpose.CONFIRM, now=now)
    record_event(session, "person.confirmed", person, actor=as_actor(person), now=now)
    return person


def is_last_administrator(session: Session, person: Person) -> bool:
    """Tell whether the installation would be without an administrator but for this person."""
    administrators = session.scalars(
        select(Person.id).where(Person.is_administrator.is_(True)).with_for_update()
    ).all()
    return list(administrators) == [person.id]


def as_actor(person: Person) -> Actor:
    """Return the person as the one who acts upon their own account."""
    return Actor(person_id=person.id, name=person.name, email=person.email)


def read_name(typed: str, *, field: str = "name") -> str:
    """Return a name on one line; InvalidInput when it is missing or too long."""
    name = one_line(typed)
    if not name:
        raise InvalidInput([Problem(field, "Enter a name")])
    if len(name) > LONGEST_NAME:
        sentence = f"Shorten the name to {LONGEST_NAME} characters. It has {len(name):,}"
        raise InvalidInput([Problem(field, sentence)])
    return name


def read_time_zone(typed: str) -> str:
    """Return the zone that `typed` names: Africa/Nairobi, nairobi, "New York", utc.

    InvalidInput when no zone or more than one has that name.
    """
    wanted = shorten(typed, LONGEST_ZONE).replace(" ", "_").casefold()
    zones = {zone.casefold(): zone for zone in available_timezones()}
    matches = {zones[key] for key in zones if key == wanted or key.endswith(f"/{wanted}")}
    exact = zones.get(wanted) or (matches.pop() if wanted and len(matches) == 1 else None)
    if exact is None:
        sentence = f"Enter a time zone, such as Africa/Nairobi. You entered {quoted(typed)}"
        raise InvalidInput([Problem("time_zone", sentence)])
    return ZoneInfo(exact).key


def _add_person(session: Session, address: str, name: str, *, now: datetime) -> Person:
    """Add an unconfirmed person; somebody who registers the same address meanwhile wins."""
    person = Person(email=address, name=name, created_at=now)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        return session.scalars(select(Person).where(Person.email == address)).one()
    record_event(session, "person.registered", person, actor=None, now=now)
    return person


def _set_password(
    session: Session,
    person: Person,
    password_hash: str,
    *,
    actor: Actor,
    now: datetime,
    keep: UUID | None = None,
) -> None:
    person.password_hash = password_hash
    for purpose in Purpose:
        void_links(session, person.id, purpose, now=now)
    end_all_sign_ins(session, person.id, actor=actor, now=now, except_id=keep)
    queue_mail(session, _letterbox(person), mail_text("password_changed", now=now), now=now)
    record_event(session, "person.password_changed", person, actor=actor, now=now)


def _set_role(person: Person, role: FundRole, *, is_held: bool) -> bool:
    """Return whether that changed anything."""
    column = "is_fund_manager" if role is FundRole.FUND_MANAGER else "is_administrator"
    was_held: bool = getattr(person, column)
    setattr(person, column, is_held)
    return was_held is not is_held


def _person(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound("There is no such person.")
    return person


def _letterbox(person: Person) -> Letterbox:
    return Letterbox(person.email, person.name)
