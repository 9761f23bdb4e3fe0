"""Rounds in a list for the shell."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import Round


@dataclass(frozen=True)
class ListedRound:
    """One round; kind and state as their values."""

    id: UUID
    reference: str
    title: str
    kind: str
    state: str
    created_by_id: UUID


def listed_rounds(session: Session) -> tuple[ListedRound, ...]:
    """Return all rounds by reference. 1 statement."""
    rows = session.scalars(select(Round).order_by(Round.reference))
    return tuple(_listed(row) for row in rows)


def round_called(session: Session, reference: str) -> ListedRound:
    """Return the round of a reference, in whatever case it is typed. 1 statement."""
    row = session.scalar(select(Round).where(Round.reference == reference.strip().upper()))
    if row is None:
        raise NotFound(f"There is no round {reference}. `fundapp rounds` lists them.")
    return _listed(row)


def _listed(row: Round) -> ListedRound:
    return ListedRound(
        id=row.id,
        reference=row.reference,
        title=row.title,
        kind=row.kind.value,
        state=row.state.value,
        created_by_id=row.created_by_id,
    )
