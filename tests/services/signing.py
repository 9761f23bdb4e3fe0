"""Award letters that wait for signatures, and officers who sign."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.letter_terms import letter_terms_as_data
from fundapp.domain.states import DecisionKind, OrderState
from fundapp.models import Contribution, Decision, DocumentOrder
from fundapp.services.contributions import approve_contribution
from fundapp.services.decisions import resolve_application
from fundapp.services.rankings import freeze_ranking
from fundapp.services.releases import release_decisions
from fundapp.services.signatures import sign_letters
from tests.builders import NOW
from tests.services.deliberating import Deliberating, a_deliberation
from tests.services.test_releases import TERMS

FIRST, SECOND = 12_000_000, 8_000_000


def a_released_round(session: Session, *, reserves: int = 1, **columns: Any) -> Deliberating:
    """Release a round: the first application is awarded by both funders, the others reserved.

    After `reserves` places on the reserve list the rest is declined.
    """
    terms = letter_terms_as_data(TERMS)
    room = a_deliberation(session, letter_terms=terms, **columns)
    actor = room.actor(session)
    freeze_ranking(session, room.round.id, actor=actor, now=NOW)
    sums = dict(zip((one.id for one in room.funders), (FIRST, SECOND), strict=True))
    for place, application in enumerate(room.applications):
        is_reserve = 0 < place <= reserves
        kind = DecisionKind.RESERVE if is_reserve else DecisionKind.DECLINE
        resolve_application(
            session,
            application.id,
            kind=kind if place else DecisionKind.AWARD,
            contributions={} if place else sums,
            reserve_place=place if is_reserve else None,
            actor=actor,
            now=NOW,
        )
    give_word(session, room)
    release_decisions(session, room.round.id, actor=actor, now=NOW)
    return room


def give_word(session: Session, room: Deliberating, *, paid_when: str = "on acceptance") -> None:
    """Let the officer of each funder approve its parts that wait."""
    officers = dict(zip((one.id for one in room.funders), room.officers, strict=True))
    parts = session.scalars(
        select(Contribution)
        .join(Decision, Decision.id == Contribution.decision_id)
        .where(Contribution.state == "proposed")
    )
    for part in parts.all():
        actor = room.actor(session, officers[part.funder_id])
        approve_contribution(
            session, part.id, condition="Name us.", paid_when=paid_when, actor=actor, now=NOW
        )


def orders(session: Session, state: OrderState) -> Sequence[DocumentOrder]:
    """Return the round's orders in a state, by reference."""
    return session.scalars(
        select(DocumentOrder).where(DocumentOrder.state == state).order_by(DocumentOrder.reference)
    ).all()


def sign(
    session: Session, room: Deliberating, place: int, *order_ids: UUID, now: datetime = NOW
) -> int:
    """Let the officer of the funder at `place` sign."""
    actor = room.actor(session, room.officers[place])
    return sign_letters(session, order_ids, funder_id=room.funders[place].id, actor=actor, now=now)
