"""Ordering the certificates of a prize round's winners. The worker prints them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.check_codes import new_code
from fundapp.domain.embargoes import ANNOUNCED_STATES
from fundapp.domain.permissions import Actor
from fundapp.domain.prize_rules import certifies_winners
from fundapp.domain.references import certificate_reference
from fundapp.domain.states import DocumentKind, OrderState
from fundapp.models import DocumentOrder, Round
from fundapp.queries.certificates import winners_to_certify
from fundapp.services.document_orders import queue_printing


def order_certificates(
    session: Session,
    round_id: UUID,
    *,
    application_ids: Sequence[UUID] | None = None,
    actor: Actor,
    now: datetime,
) -> list[DocumentOrder]:
    """Order a certificate for each winner in force, or for those of some applications.

    None for a round that gives grants, replays public data, or is not announced yet. One that is
    there already gets a next version, since its citation or sum may have changed. Nobody but
    managers sees one before the instant of the announcement.
    """
    round_ = session.get_one(Round, round_id)
    if not certifies_winners(round_.kind, round_.source_note):
        return []
    if round_.state not in ANNOUNCED_STATES:
        return []
    orders = [
        DocumentOrder(
            round_id=round_id,
            application_id=winner.application_id,
            kind=DocumentKind.CERTIFICATE,
            reference=certificate_reference(winner.reference, version=winner.version),
            language=winner.language,
            version=winner.version,
            code=new_code(),
            state=OrderState.QUEUED,
            ordered_by_id=actor.person_id,
            ordered_at=now,
        )
        for winner in winners_to_certify(session, round_id, application_ids=application_ids)
    ]
    session.add_all(orders)
    session.flush()
    queue_printing(session, orders, actor=actor, now=now)
    return orders
