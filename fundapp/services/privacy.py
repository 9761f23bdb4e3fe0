"""A person's own data: asking for deletion, making it anonymous when its time is over.

Making anonymous takes away name, address, password, sign-ins, links, memberships,
offices, the reviewer's profile and bids, and the texts of mails to the person. Marks,
decisions and audit lines stay: they hold the person's id only, which leads to "Deleted
person" from then on.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, MemberRole, PersonFacts, require
from fundapp.domain.states import InvitationState, JobState, MailState
from fundapp.models import (
    Attempt,
    Bid,
    Invitation,
    Job,
    Membership,
    Office,
    OneTimeLink,
    Organisation,
    OutboxMessage,
    PanelSeat,
    Person,
    Rerun,
    ReviewerProfile,
    SignIn,
)
from fundapp.queries.participations import hold_on
from fundapp.services.audit import record_event
from fundapp.services.nominations import forget_nominations, forget_nominations_of
from fundapp.services.people import is_last_administrator
from fundapp.services.throttling import LONGEST_WINDOW
from fundapp.services.votes import forget_voters
from fundapp.services.work import Work

DELETED_NAME = "Deleted person"
KEEP_ENDED = timedelta(days=30)
DAILY_JOBS = ("anonymise_due_people", "forget_expired", "lapse_awards", "remind_verifiers")


def request_deletion(session: Session, person_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Note that a person wants to be deleted; return True when that was done at once.

    Data that a round holds stays until that round's retention time is over. Refused
    (WrongState) for the last administrator and for an organisation's only owner while
    it has other members.
    """
    require(actor, Action.USE_ACCOUNT, PersonFacts(person_id))
    person = _person(session, person_id)
    _refuse_while_needed(session, person)
    person.deletion_requested_at = person.deletion_requested_at or now
    record_event(session, "person.deletion_requested", person, actor=actor, now=now)
    return _anonymise_if_due(session, person, today=now.date(), now=now)


def withdraw_deletion_request(
    session: Session, person_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take the wish to be deleted back; nothing was deleted yet."""
    require(actor, Action.USE_ACCOUNT, PersonFacts(person_id))
    person = _person(session, person_id)
    if person.deletion_requested_at is not None:
        person.deletion_requested_at = None
        record_event(session, "person.deletion_withdrawn", person, actor=actor, now=now)


def anonymise_due_people(work: Work) -> None:
    """Job, daily: make everybody anonymous who asked for it and whom no round holds any more."""
    with work.reading() as session:
        waiting = session.scalars(
            select(Person.id)
            .where(Person.deletion_requested_at.is_not(None), Person.anonymised_at.is_(None))
            .order_by(Person.id)
        ).all()
    for person_id in waiting:
        with work.transaction() as session:
            person = _person(session, person_id)
            if person.deletion_requested_at is not None and person.anonymised_at is None:
                _anonymise_if_due(session, person, today=work.now().date(), now=work.now())


def forget_expired(work: Work) -> None:
    """Job, daily: delete counters, links and sign-ins that serve no purpose any more."""
    now = work.now()
    expired = now - KEEP_ENDED
    care = (Job.kind.in_(DAILY_JOBS), Job.state == JobState.DONE, Job.finished_at < expired)
    with work.transaction() as session:
        session.execute(delete(Attempt).where(Attempt.at < now - LONGEST_WINDOW))
        session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < expired))
        ended = (SignIn.ended_at < expired) | (SignIn.expires_at < expired)
        session.execute(delete(SignIn).where(ended))
        session.execute(delete(Job).where(*care))
        forget_voters(session, now=now)
        forget_nominations(session, now=now)


def _refuse_while_needed(session: Session, person: Person) -> None:
    if is_last_administrator(session, person):
        raise WrongState("You are the last administrator. Make another person one first.")
    owned = select(Membership.organisation_id).where(
        Membership.person_id == person.id, Membership.role == MemberRole.OWNER
    )
    others = (
        select(Membership.organisation_id)
        .where(Membership.organisation_id.in_(owned), Membership.person_id != person.id)
        .group_by(Membership.organisation_id)
        .having(func.count().filter(Membership.role == MemberRole.OWNER) == 0)
    )
    left = select(Organisation.name).where(Organisation.id.in_(others)).order_by(Organisation.name)
    name = session.scalar(left.limit(1))
    if name is not None:
        raise WrongState(f"You are the only owner of {name}. Make a colleague owner first.")


def _anonymise_if_due(session: Session, person: Person, *, today: date, now: datetime) -> bool:
    if not hold_on(session, person.id).is_over(today):
        return False
    _anonymise(session, person, now=now)
    record_event(session, "person.anonymised", person, actor=None, now=now)
    return True


def _anonymise(session: Session, person: Person, *, now: datetime) -> None:
    gone = f"deleted-{person.id.hex}@deleted.invalid"
    _forget_mails(session, person.email, gone)
    forget_nominations_of(session, person.email)
    session.execute(
        update(Invitation)
        .where((Invitation.email == person.email) | (Invitation.accepted_by_id == person.id))
        .values(email=gone, name=DELETED_NAME, answer_note="")
    )
    session.execute(
        update(Invitation)
        .where(Invitation.email == gone, Invitation.state == InvitationState.OFFERED)
        .values(state=InvitationState.WITHDRAWN, answered_at=now)
    )
    session.execute(
        update(Rerun)
        .where((Rerun.verifier_email == person.email) | (Rerun.verifier_id == person.id))
        .values(verifier_email=gone, verifier_name=DELETED_NAME, token_hash=None)
    )
    for table in (SignIn, OneTimeLink, Membership, Office, ReviewerProfile, Bid):
        session.execute(delete(table).where(table.person_id == person.id))
    session.execute(
        update(PanelSeat).where(PanelSeat.person_id == person.id).values(is_active=False)
    )
    person.email, person.name, person.password_hash = gone, DELETED_NAME, None
    person.is_administrator = person.is_fund_manager = False
    person.time_zone, person.orcid = "UTC", ""
    person.anonymised_at = now


def _forget_mails(session: Session, address: str, gone: str) -> None:
    """Empty the mails to an address; what still waits is not sent."""
    to_person = OutboxMessage.to_address == address
    session.execute(
        update(OutboxMessage)
        .where(to_person, OutboxMessage.state == MailState.QUEUED)
        .values(state=MailState.FAILED, last_error="The account was deleted.")
    )
    emptied = {"to_address": gone, "to_name": DELETED_NAME, "subject": "", "body": ""}
    session.execute(update(OutboxMessage).where(to_person).values(**emptied, attachments=[]))


def _person(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound("There is no such person.")
    return person
