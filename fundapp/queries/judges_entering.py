"""Judges of a prize round who belong to organisations that enter it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, InvitationState, RoundKind, RoundState
from fundapp.models import (
    Application,
    Envelope,
    Invitation,
    Membership,
    Office,
    Organisation,
    PanelSeat,
    Person,
    Round,
)

_OVER = (RoundState.CLOSED, RoundState.CANCELLED)
_NOT_IN = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)


@dataclass(frozen=True)
class OwnEntry:
    """A submitted entry of an organisation to which a judge of its round belongs."""

    application_id: UUID
    round_id: UUID
    organisation: str


def judges_in_organisation(
    session: Session, round_id: UUID, organisation_id: UUID, *, now: datetime
) -> list[UUID]:
    """Return the members who sit on the panel, are invited to it, or speak for a funder.

    1 statement.
    """
    is_invited = exists().where(
        Invitation.round_id == round_id,
        Invitation.kind == "reviewer",
        Invitation.email == Person.email,
        Invitation.state == InvitationState.OFFERED,
        Invitation.expires_at > now,
    )
    return list(
        session.scalars(
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.organisation_id == organisation_id,
                or_(_judges(Person.id, round_id), is_invited),
            )
            .order_by(Person.id)
        )
    )


def enters_itself(session: Session, round_id: UUID, person_id: UUID) -> bool:
    """Tell whether somebody is in an organisation that entered the prize round. 1 statement."""
    entered = exists().where(
        Round.id == round_id,
        Round.kind == RoundKind.PRIZE,
        Application.round_id == Round.id,
        Application.state.not_in(_NOT_IN),
        Membership.organisation_id == Application.organisation_id,
        Membership.person_id == person_id,
    )
    return bool(session.scalar(select(entered)))


def own_entries(session: Session, person_id: UUID) -> list[OwnEntry]:
    """Return what somebody's organisations entered in running prize rounds that they judge.

    1 statement.
    """
    rows = session.execute(
        select(Application.id, Application.round_id, Organisation.name)
        .join(Round, Round.id == Application.round_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Round.kind == RoundKind.PRIZE,
            Round.state.not_in(_OVER),
            Application.state.not_in(_NOT_IN),
            Membership.person_id == person_id,
            _judges(Membership.person_id, Round.id),
        )
        .order_by(Application.id)
    )
    return [OwnEntry(*row) for row in rows]


def _judges(person_id: object, round_id: object) -> ColumnElement[bool]:
    sits = exists().where(
        PanelSeat.round_id == round_id,
        PanelSeat.person_id == person_id,
        PanelSeat.is_active.is_(True),
    )
    speaks = exists().where(
        Envelope.round_id == round_id,
        Office.funder_id == Envelope.funder_id,
        Office.person_id == person_id,
    )
    return or_(sits, speaks)
