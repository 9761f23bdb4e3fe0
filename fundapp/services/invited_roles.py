"""What an accepted invitation gives: a seat on a panel, an office, a membership."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import RoundState
from fundapp.models import Envelope, Invitation, Membership, Office, Round
from fundapp.services.audit import record_event
from fundapp.services.judges_entering import propose_own_entries, refuse_own_judge
from fundapp.services.seats import take_seat

CLOSED_TO_REVIEWERS = frozenset(
    {RoundState.DECIDED, RoundState.ANNOUNCED, RoundState.CLOSED, RoundState.CANCELLED}
)


def give_role(session: Session, invitation: Invitation, *, actor: Actor, now: datetime) -> None:
    """Give the actor the seat, the office or the membership that the invitation offers.

    WrongState when it cannot be given any more.
    """
    if invitation.kind == "reviewer":
        _seat(session, invitation, actor=actor, now=now)
    elif invitation.kind == "officer":
        _appoint(session, invitation, actor=actor, now=now)
    else:
        _join(session, invitation, actor=actor, now=now)


def _seat(session: Session, invitation: Invitation, *, actor: Actor, now: datetime) -> None:
    round_ = session.get_one(Round, invitation.round_id)
    if round_.state in CLOSED_TO_REVIEWERS:
        raise WrongState("This round ended in the meantime; no more reviews are needed.")
    envelope = select(Envelope.funder_id).where(
        Envelope.round_id == round_.id, Envelope.funder_id == invitation.funder_id
    )
    if invitation.funder_id is None or session.scalar(envelope) is None:
        raise WrongState("The funder left this round in the meantime. Ask for a new invitation.")
    session.refresh(round_, with_for_update=True)
    refuse_own_judge(session, round_.id, actor=actor)
    take_seat(
        session,
        round_.id,
        person_id=actor.person_id,
        funder_id=invitation.funder_id,
        review_load=invitation.review_load or 0,
        actor=actor,
        now=now,
    )


def _appoint(session: Session, invitation: Invitation, *, actor: Actor, now: datetime) -> None:
    held = select(Office.id).where(
        Office.funder_id == invitation.funder_id, Office.person_id == actor.person_id
    )
    if session.scalar(held) is None:
        office = Office(funder_id=invitation.funder_id, person_id=actor.person_id, since_at=now)
        session.add(office)
        session.flush()
        record_event(session, "office.taken", office, actor=actor, now=now)
        propose_own_entries(session, actor.person_id, actor=actor, now=now)


def _join(session: Session, invitation: Invitation, *, actor: Actor, now: datetime) -> None:
    if invitation.organisation_id in actor.memberships:
        return
    membership = Membership(
        organisation_id=invitation.organisation_id,
        person_id=actor.person_id,
        role=invitation.member_role,
        joined_at=now,
    )
    session.add(membership)
    session.flush()
    record_event(session, "membership.joined", membership, actor=actor, now=now)
    propose_own_entries(session, actor.person_id, actor=actor, now=now)
