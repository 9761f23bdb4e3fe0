"""What goes when a draft round is deleted."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import InvitationState
from fundapp.models import Criterion, Envelope, Invitation, PanelSeat, PrizeRung, Question


@dataclass(frozen=True)
class DraftContents:
    """How much of each kind a draft round holds. envelope_money in minor units."""

    questions: int
    criteria: int
    envelopes: int
    envelope_money: int
    prizes: int
    reviewers: int
    invitations: int


def draft_contents(session: Session, round_id: UUID) -> DraftContents:
    """Return what goes with a draft round. 1 statement."""
    row = session.execute(
        select(
            _count(Question, round_id),
            _count(Criterion, round_id),
            _count(Envelope, round_id),
            select(func.coalesce(func.sum(Envelope.amount), 0))
            .where(Envelope.round_id == round_id)
            .scalar_subquery(),
            _count(PrizeRung, round_id),
            _count(PanelSeat, round_id, PanelSeat.is_active.is_(True)),
            _count(Invitation, round_id, Invitation.state == InvitationState.OFFERED),
        )
    ).one()
    return DraftContents(*(int(number) for number in row))


def _count(table: Any, round_id: UUID, *conditions: Any) -> Any:
    own = select(func.count()).select_from(table).where(table.round_id == round_id, *conditions)
    return own.scalar_subquery()
