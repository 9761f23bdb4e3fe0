"""What the funders of a round said beforehand of one application."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.joint_evaluation import WishKind
from fundapp.models import FundingWish, Person


@dataclass(frozen=True)
class WishSheet:
    """One funder's wish; amount in minor units, for a pin."""

    kind: WishKind
    amount: int | None
    reason: str
    entered_by: str


def wishes_on(session: Session, application_id: UUID) -> Mapping[UUID, WishSheet]:
    """Return the wishes on an application by funder. 1 statement."""
    rows = session.execute(
        select(FundingWish, Person.name)
        .join(Person, Person.id == FundingWish.entered_by_id)
        .where(FundingWish.application_id == application_id)
        .order_by(FundingWish.funder_id)
    )
    return {
        wish.funder_id: WishSheet(wish.kind, wish.amount, wish.reason, name) for wish, name in rows
    }
