"""The rounds that a person took part in, for whatever role."""

from uuid import UUID

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from fundapp.domain.retention import Hold, Participation, hold_of
from fundapp.domain.states import RoundState
from fundapp.models import (
    Application,
    Assignment,
    Conflict,
    Contribution,
    Decision,
    Envelope,
    Membership,
    Office,
    PanelSeat,
    Round,
    SubmittedVersion,
)

ENDED = frozenset({RoundState.ANNOUNCED, RoundState.CLOSED, RoundState.CANCELLED})


def hold_on(session: Session, person_id: UUID) -> Hold:
    """Return what holds a person's data back from being made anonymous. 1 statement."""
    rounds = session.scalars(
        select(Round).where(Round.id.in_(union(*_round_ids(person_id)))).order_by(Round.reference)
    )
    return hold_of(_participation(round_) for round_ in rounds)


def _participation(round_: Round) -> Participation:
    ended_at = round_.announced_at or round_.state_since if round_.state in ENDED else None
    return Participation(
        round_title=round_.title,
        ended_on=ended_at.date() if ended_at else None,
        retention_months=round_.retention_months,
    )


def _round_ids(person_id: UUID) -> list[Select[UUID]]:
    of_application = select(Application.round_id)
    member = Membership.organisation_id == Application.organisation_id
    return [
        select(Round.id).where(Round.created_by_id == person_id),
        select(PanelSeat.round_id).where(PanelSeat.person_id == person_id),
        select(Assignment.round_id).where(Assignment.person_id == person_id),
        select(Decision.round_id).where(Decision.decided_by_id == person_id),
        select(Decision.round_id)
        .join(Contribution, Contribution.decision_id == Decision.id)
        .where(Contribution.answered_by_id == person_id),
        select(Envelope.round_id)
        .join(Office, Office.funder_id == Envelope.funder_id)
        .where(Office.person_id == person_id),
        of_application.join(Membership, member).where(
            Membership.person_id == person_id, Application.number.is_not(None)
        ),
        of_application.where(Application.contact_id == person_id, Application.number.is_not(None)),
        of_application.join(
            SubmittedVersion, SubmittedVersion.application_id == Application.id
        ).where(SubmittedVersion.submitted_by_id == person_id),
        of_application.join(Conflict, Conflict.application_id == Application.id).where(
            Conflict.person_id == person_id
        ),
    ]
