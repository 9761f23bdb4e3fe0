"""The money of a round's funders while it is being committed.

Whoever moves money locks the round's envelopes first, in the order of their ids, and
only then anything else. So two who decide at once wait for each other, and the second
sees what the first has taken.
"""

from collections.abc import Mapping
from typing import NoReturn
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fundapp.domain.errors import EnvelopeOverdrawn
from fundapp.models import Envelope, Funder


def lock_envelopes(session: Session, round_id: UUID) -> dict[UUID, Envelope]:
    """Lock and return the round's envelopes by funder, as they stand now."""
    rows = session.scalars(
        select(Envelope)
        .where(Envelope.round_id == round_id)
        .order_by(Envelope.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.funder_id: row for row in rows}


def move_money(
    session: Session, envelopes: Mapping[UUID, Envelope], changes: Mapping[UUID, int]
) -> None:
    """Commit (or free, below 0) minor units by funder.

    Raises EnvelopeOverdrawn; then the caller's transaction must not be committed. The
    envelopes are locked by the caller; should they not be, the database compares for itself.
    """
    for funder_id in sorted(changes):
        change, envelope = changes[funder_id], envelopes[funder_id]
        if not change:
            continue
        has_room = Envelope.committed + change <= Envelope.amount
        moved = session.execute(
            update(Envelope)
            .where(Envelope.id == envelope.id, has_room)
            .values(committed=Envelope.committed + change)
            .execution_options(synchronize_session=False)
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            _refuse(session, funder_id)
        session.expire(envelope, ["committed"])


def _refuse(session: Session, funder_id: UUID) -> NoReturn:
    name = session.scalar(select(Funder.name).where(Funder.id == funder_id))
    raise EnvelopeOverdrawn(
        f"The envelope of {name} has less left than this takes. Somebody may have decided at "
        "the same time: reload the page to see what is left."
    )
