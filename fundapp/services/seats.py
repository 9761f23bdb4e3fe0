"""Seats on a round's panel."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.models import PanelSeat, Round
from fundapp.services.audit import record_event


def take_seat(
    session: Session,
    round_id: UUID,
    *,
    person_id: UUID,
    funder_id: UUID,
    review_load: int,
    actor: Actor,
    now: datetime,
) -> PanelSeat:
    """Seat a person on the panel, or give the seat they have had back with these terms.

    The caller has asked the permission table. The round's row is locked, so that the
    labels ("Reviewer 7") are given once.
    """
    session.get_one(Round, round_id, with_for_update=True)
    seat = session.scalar(
        select(PanelSeat).where(PanelSeat.round_id == round_id, PanelSeat.person_id == person_id)
    )
    if seat is None:
        taken = session.scalar(select(func.count()).where(PanelSeat.round_id == round_id)) or 0
        label = f"Reviewer {taken + 1}"
        seat = PanelSeat(round_id=round_id, person_id=person_id, label=label, joined_at=now)
        session.add(seat)
    seat.funder_id, seat.review_load, seat.is_active = funder_id, review_load, True
    session.flush()
    record_event(
        session,
        "panel_seat.taken",
        seat,
        actor=actor,
        now=now,
        funder_id=funder_id,
        person_id=person_id,
    )
    return seat
