"""Bids: how much a reviewer wants to review each application."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fundapp.domain.bidding import require_bidding
from fundapp.domain.errors import NotFound
from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import ApplicationState
from fundapp.models import Application, Bid, PanelSeat, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.barred import barred_pairs
from fundapp.queries.bids import is_assigned
from fundapp.services.audit import record_event


def save_bids(
    session: Session,
    round_id: UUID,
    bids: Mapping[UUID, BidValue | None],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Write the actor's bids by application id, None for none; return how many changed.

    Applications that are not under review, of another round, or closed to the actor by a
    conflict are passed over. Raises WrongState when the round takes no bids now. The seat's
    row is locked, so that two browsers of one person wait in turn.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.BID, facts_of_round(session, round_))
    seat = session.scalars(
        select(PanelSeat)
        .where(PanelSeat.round_id == round_id, PanelSeat.person_id == actor.person_id)
        .with_for_update()
    ).one()
    require_bidding(
        round_.state, takes_bids=round_.takes_bids, is_assigned=is_assigned(session, round_id)
    )
    barred = barred_pairs(session, round_id)
    open_ids = [
        id_
        for id_ in _under_review(session, round_id)
        if id_ in bids and not barred.bars(id_, person_id=actor.person_id, funder_id=seat.funder_id)
    ]
    changed = _write(session, round_id, {id_: bids[id_] for id_ in open_ids}, actor=actor, now=now)
    if changed:
        record_event(session, "round.bids_entered", round_, actor=actor, now=now, bids=changed)
    session.flush()
    return changed


def _write(
    session: Session,
    round_id: UUID,
    bids: Mapping[UUID, BidValue | None],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    own = (Bid.round_id == round_id, Bid.person_id == actor.person_id)
    standing = {bid.application_id: bid for bid in session.scalars(select(Bid).where(*own))}
    changed = 0
    gone = []
    for application_id, value in bids.items():
        bid = standing.get(application_id)
        if value == (bid.value if bid else None):
            continue
        changed += 1
        if value is None:
            gone.append(application_id)
        elif bid is None:
            session.add(
                Bid(
                    round_id=round_id,
                    application_id=application_id,
                    person_id=actor.person_id,
                    value=value,
                    entered_at=now,
                )
            )
        else:
            bid.value, bid.entered_at = value, now
    if gone:
        session.execute(delete(Bid).where(*own, Bid.application_id.in_(gone)))
    return changed


def _under_review(session: Session, round_id: UUID) -> list[UUID]:
    return list(
        session.scalars(
            select(Application.id)
            .where(
                Application.round_id == round_id,
                Application.state == ApplicationState.UNDER_REVIEW,
            )
            .order_by(Application.number, Application.id)
        )
    )
