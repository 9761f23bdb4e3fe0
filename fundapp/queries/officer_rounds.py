"""Rounds as a funder's officer sees them: what waits for the funder's word."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.money import Money
from fundapp.domain.states import ContributionState, DecisionState, RoundState
from fundapp.models import Contribution, Decision, Envelope, Funder, Round
from fundapp.queries.exchange_rates import own_money


@dataclass(frozen=True)
class OfficerRound:
    """One funder in one round; sums in minor units. waiting: parts without a word yet.

    own: the envelope in its own currency, where that is not the round's.
    """

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
    own: Money | None


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
            *(Envelope.own_amount, Envelope.own_currency),
        )
        .join(Envelope, Envelope.round_id == Round.id)
        .join(Funder, Funder.id == Envelope.funder_id)
        .where(Envelope.funder_id.in_(funder_ids), Round.state != RoundState.DRAFT)
        .order_by(Round.created_at.desc(), Round.id, Funder.name)
    )
    return [_officer_round(row) for row in rows]


def _officer_round(row: Any) -> OfficerRound:
    *columns, own_amount, own_currency = row
    values: dict[str, Any] = dict(zip(OfficerRound.__annotations__, columns, strict=False))
    return OfficerRound(**values, own=own_money(own_amount, own_currency))
