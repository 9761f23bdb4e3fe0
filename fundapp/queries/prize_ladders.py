"""The places of a prize round and their sums."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.models import PrizeRung


@dataclass(frozen=True)
class Rung:
    """One place of the prize ladder; amount in minor units. category: "" = for all entries."""

    id: UUID
    title: str
    amount: int
    category: str = ""

    @property
    def told(self) -> str:
        """Return the place with its category."""
        return f"{self.title} ({self.category})" if self.category else self.title


def prize_ladder(session: Session, round_id: UUID) -> tuple[Rung, ...]:
    """Return the prizes of a round, the first first. 1 statement."""
    rows = session.execute(
        select(PrizeRung.id, PrizeRung.title, PrizeRung.amount, PrizeRung.category)
        .where(PrizeRung.round_id == round_id)
        .order_by(PrizeRung.position)
    )
    return tuple(Rung(*row) for row in rows)
