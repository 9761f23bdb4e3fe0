"""Invitations by link: reviewers to a panel, officers to a funder, colleagues to an organisation.

Whoever holds the link may answer it, with or without an account to decline, signed in
to accept. Only a hash of the link's token is kept, so sending it again makes a new link
and closes the old one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.permissions import (
    Action,
    Actor,
    MemberRole,
    OrganisationFacts,
    Subject,
    require,
)
from fundapp.domain.states import InvitationState
from fundapp.domain.text import plain
from fundapp.models import (
    Funder,
    Invitation,
    Organisation,
    PanelSeat,
    Person,
    Round,
)
from fundapp.queries.access import facts_of_round
from fundapp.queries.judges_entering import enters_itself
from fundapp.services.addresses import read_address
from fundapp.services.audit import record_event
from fundapp.services.invitation_mail import send_invitation, send_refusal
from fundapp.services.invited_roles import CLOSED_TO_REVIEWERS, give_role
from fundapp.services.judges_entering import ENTERED
from fundapp.services.people import add_confirmed_person, as_actor, read_name
from fundapp.services.throttling import check_attempts, invitation_throttle, record_attempt
from fundapp.services.tokens import hash_of_token

LONGEST_NOTE = 2_000

UNKNOWN = "This link is not complete or was never given out. Copy the whole line from the mail."


@dataclass(frozen=True)
class _Invited:
    """Whom a new invitation goes to and what it gives."""

    kind: str
    email: str
    name: str
    columns: dict[str, Any]
    round_id: UUID | None = None


def invite_reviewer(
    session: Session,
    round_id: UUID,
    *,
    email: str,
    name: str,
    funder_id: UUID,
    review_load: int,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> Invitation:
    """Invite somebody to review at most `review_load` applications for one of the funders.

    Refused (InvalidInput) when they sit on the panel or hold an open invitation already,
    or the funder takes no part in the round.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    facts = facts_of_round(session, round_)
    require(actor, Action.RUN_ROUNDS, facts)
    if round_.state in CLOSED_TO_REVIEWERS:
        raise WrongState("This round is decided; nobody reviews in it any more.")
    if funder_id not in facts.funder_ids:
        raise _problem("funder_id", "Choose a funder that takes part in this round")
    if review_load < 1:
        raise _problem("review_load", "Enter how many reviews at most, 1 or more")
    address = read_address(email)
    seated = select(PanelSeat.id).join(Person, Person.id == PanelSeat.person_id)
    if session.scalar(
        seated.where(
            PanelSeat.round_id == round_id, PanelSeat.is_active.is_(True), Person.email == address
        )
    ):
        raise _problem("email", "This person sits on the panel already")
    invited_id = session.scalar(select(Person.id).where(Person.email == address))
    if invited_id is not None and enters_itself(session, round_id, invited_id):
        raise _problem("email", f"This person {ENTERED}.")
    columns = {"round_id": round_id, "funder_id": funder_id, "review_load": review_load}
    columns["note"] = _read_note(note)
    invited = _Invited("reviewer", address, read_name(name), columns, round_id)
    return _invite(session, invited, actor=actor, now=now)


def invite_officer(
    session: Session, funder_id: UUID, *, email: str, name: str, actor: Actor, now: datetime
) -> Invitation:
    """Invite somebody to speak for a funder."""
    require(actor, Action.RUN_ROUNDS)
    if session.get(Funder, funder_id) is None:
        raise NotFound("There is no such funder.")
    columns = {"funder_id": funder_id}
    invited = _Invited("officer", read_address(email), read_name(name), columns)
    return _invite(session, invited, actor=actor, now=now)


def invite_colleague(
    session: Session,
    organisation_id: UUID,
    *,
    email: str,
    name: str,
    role: MemberRole,
    actor: Actor,
    now: datetime,
) -> Invitation:
    """Invite somebody into an applicant organisation, as `role`."""
    require(actor, Action.INVITE_COLLEAGUE, OrganisationFacts(organisation_id))
    if session.get(Organisation, organisation_id) is None:
        raise NotFound("There is no such organisation.")
    columns = {"organisation_id": organisation_id, "member_role": role}
    invited = _Invited("colleague", read_address(email), read_name(name), columns)
    return _invite(session, invited, actor=actor, now=now)


def resend_invitation(
    session: Session, invitation_id: UUID, *, actor: Actor, now: datetime
) -> Invitation:
    """Mail an open invitation again, with a new link that closes the old one."""
    invitation = _own_invitation(session, invitation_id, actor=actor)
    throttle = [invitation_throttle(actor.person_id)]
    check_attempts(session, throttle, now=now)
    record_attempt(session, throttle, now=now)
    send_invitation(session, invitation, actor=actor, now=now)
    record_event(session, "invitation.resent", invitation, actor=actor, now=now)
    return invitation


def withdraw_invitation(
    session: Session, invitation_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take an open invitation back; its link says so from then on."""
    invitation = _own_invitation(session, invitation_id, actor=actor)
    invitation.state, invitation.answered_at = InvitationState.WITHDRAWN, now
    record_event(session, "invitation.withdrawn", invitation, actor=actor, now=now)


def accept_invitation(session: Session, token: str, *, actor: Actor, now: datetime) -> Invitation:
    """Give the actor what the invitation offers.

    The address of the account may differ from the invited one: people have several, and
    the audit line keeps who accepted. Accepting twice as the same person changes nothing.
    """
    require(actor, Action.USE_ACCOUNT)
    invitation = _invitation_of(session, token)
    if invitation.accepted_by_id == actor.person_id:
        return invitation
    require_open(invitation.state, expires_at=invitation.expires_at, now=now)
    give_role(session, invitation, actor=actor, now=now)
    invitation.state, invitation.answered_at = InvitationState.ACCEPTED, now
    invitation.accepted_by_id = actor.person_id
    record_event(session, "invitation.accepted", invitation, actor=actor, now=now)
    return invitation


def accept_as_new_person(
    session: Session, token: str, *, name: str, password_hash: str, now: datetime
) -> Person:
    """Open an account for the invited address, which the link proves, and accept.

    WrongState when the address has an account: its owner signs in and accepts.
    """
    invitation = _invitation_of(session, token)
    require_open(invitation.state, expires_at=invitation.expires_at, now=now)
    person = add_confirmed_person(
        session, invitation.email, name=name, password_hash=password_hash, now=now
    )
    accept_invitation(session, token, actor=as_actor(person), now=now)
    return person


def decline_invitation(session: Session, token: str, *, note: str, now: datetime) -> Invitation:
    """Decline without an account; the inviter gets a mail with the note.

    Declining twice changes nothing.
    """
    invitation = _invitation_of(session, token)
    if invitation.state is InvitationState.DECLINED:
        return invitation
    require_open(invitation.state, expires_at=invitation.expires_at, now=now)
    invitation.state, invitation.answered_at = InvitationState.DECLINED, now
    invitation.answer_note = _read_note(note)
    record_event(session, "invitation.declined", invitation, actor=None, now=now)
    send_refusal(session, invitation, now=now)
    return invitation


def require_open(state: InvitationState, *, expires_at: datetime, now: datetime) -> None:
    """Raise WrongState when an invitation was answered or withdrawn, or has expired."""
    sentences = {
        InvitationState.ACCEPTED: "This invitation was accepted. Sign in to go on.",
        InvitationState.DECLINED: "This invitation was declined. Ask for a new one to change that.",
        InvitationState.WITHDRAWN: "This invitation was withdrawn by who sent it.",
    }
    if state in sentences:
        raise WrongState(sentences[state])
    if expires_at <= now:
        raise WrongState("This invitation has expired. Ask who sent it for a new one.")


def _invite(session: Session, invited: _Invited, *, actor: Actor, now: datetime) -> Invitation:
    throttle = [invitation_throttle(actor.person_id)]
    check_attempts(session, throttle, now=now)
    _refuse_second(session, invited, now=now)
    record_attempt(session, throttle, now=now)
    invitation = Invitation(
        kind=invited.kind,
        email=invited.email,
        name=invited.name,
        state=InvitationState.OFFERED,
        invited_by_id=actor.person_id,
        invited_at=now,
        **invited.columns,
    )
    session.add(invitation)
    send_invitation(session, invitation, actor=actor, now=now)
    record_event(session, "invitation.offered", invitation, actor=actor, now=now, kind=invited.kind)
    return invitation


def _refuse_second(session: Session, invited: _Invited, *, now: datetime) -> None:
    places = ("round_id", "organisation_id") if invited.kind != "officer" else ("funder_id",)
    same_place = [
        getattr(Invitation, column) == invited.columns.get(column)
        for column in places
        if invited.columns.get(column)
    ]
    open_one = select(Invitation.id).where(
        Invitation.email == invited.email,
        Invitation.kind == invited.kind,
        Invitation.state == InvitationState.OFFERED,
        Invitation.expires_at > now,
        *same_place,
    )
    if session.scalar(open_one):
        sentence = "This person has an open invitation. Send it again instead, or withdraw it"
        raise _problem("email", sentence)


def _own_invitation(session: Session, invitation_id: UUID, *, actor: Actor) -> Invitation:
    """Return an open invitation that this actor may handle, its row locked."""
    invitation = session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:
        raise NotFound("There is no such invitation.")
    subject: Subject = None
    action = Action.RUN_ROUNDS
    if invitation.organisation_id is not None:
        action, subject = Action.INVITE_COLLEAGUE, OrganisationFacts(invitation.organisation_id)
    require(actor, action, subject)
    if invitation.state is not InvitationState.OFFERED:
        raise WrongState("This invitation was answered or withdrawn. Reload the page.")
    return invitation


def _invitation_of(session: Session, token: str) -> Invitation:
    invitation = session.scalar(
        select(Invitation).where(Invitation.token_hash == hash_of_token(token)).with_for_update()
    )
    if invitation is None:
        raise NotFound(UNKNOWN)
    return invitation


def _read_note(note: str) -> str:
    text = plain(note).strip()
    if len(text) > LONGEST_NOTE:
        sentence = f"Shorten the note to {LONGEST_NOTE:,} characters. It has {len(text):,}"
        raise _problem("note", sentence)
    return text


def _problem(field: str, sentence: str) -> InvalidInput:
    return InvalidInput([Problem(field, sentence)])
