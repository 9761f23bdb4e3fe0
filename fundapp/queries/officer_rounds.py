"""Rounds as a funder's officer sees them: what waits for the funder's word."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import ContributionState, DecisionState, RoundState
from fundapp.models import Contribution, Decision, Envelope, Funder, Round


@dataclass(frozen=True)
class OfficerRound:
    """One funder in one round; sums in minor units. waiting: parts without a word yet."""

    round_id: UUID
    reference: str
    title: str
    state: RoundState
    currency: str
    funder_id: UUID
    funder: str
    amount: int
    committed: int
    waiting: int


def rounds_of_officer(session: Session, funder_ids: Collection[UUID]) -> list[OfficerRound]:
    """Return the rounds in which these funders have money, the newest first. 1 statement."""
    waiting = (
        select(func.count())
        .select_from(Contribution)
        .join(Decision, Decision.id == Contribution.decision_id)
        .where(
            Decision.round_id == Round.id,
            Decision.state == DecisionState.PENDING,
            Contribution.funder_id == Envelope.funder_id,
            Contribution.state == ContributionState.PROPOSED,
        )
        .correlate(Round, Envelope)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Round.id,
            Round.reference,
            Round.title,
            Round.state,
            Round.currency,
            Funder.id,
            Funder.name,
            Envelope.amount,
            Envelope.committed,
            waiting,
        )
        .join(Envelope, Envelope.round_id == Round.id)
        .join(Funder, Funder.id == Envelope.funder_id)
        .where(Envelope.funder_id.in_(funder_ids), Round.state != RoundState.DRAFT)
        .order_by(Round.created_at.desc(), Round.id, Funder.name)
    )
    return [OfficerRound(*row) for row in rows]
