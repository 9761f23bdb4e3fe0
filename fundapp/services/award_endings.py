"""What follows when an award ends: money back, the reserve list, and the manager told."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.money import Money
from fundapp.domain.states import ApplicationState, AwardState, ContributionState
from fundapp.models import Application, Award, Contribution, Decision, Envelope, Person, Round
from fundapp.queries.barred import barred_pairs
from fundapp.services.envelopes import move_money
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.own_parts import settle_own_parts
from fundapp.services.reserves import MovedUp, move_up_reserve
from fundapp.services.signing_requests import supersede_unsigned


def end_award(
    session: Session,
    award: Award,
    decision: Decision,
    *,
    state: AwardState,
    envelopes: Mapping[UUID, Envelope],
    now: datetime,
) -> MovedUp:
    """End an award as refused, lapsed or withdrawn: its money goes back, the reserve moves up.

    The caller holds the locks of the envelopes and of the award. A letter that still waits for
    signatures is superseded.
    """
    parts = session.scalars(
        select(Contribution).where(
            Contribution.decision_id == decision.id,
            Contribution.state != ContributionState.REFUSED,
        )
    )
    freed = {part.funder_id: part.amount for part in parts}
    move_money(session, envelopes, {funder: -sum_ for funder, sum_ in freed.items()})
    award.state = state
    session.flush()
    supersede_unsigned(session, [decision.application_id], now=now)
    round_ = session.get_one(Round, decision.round_id)
    settle_own_parts(session, round_, envelopes, funders=freed)
    return move_up_reserve(session, decision, freed, now=now)


def tell_manager(
    session: Session,
    award: Award,
    decision: Decision,
    *,
    moved: MovedUp,
    by: str = "",
    note: str = "",
    now: datetime,
) -> None:
    """Mail who entered the decision: what ended, and who moved up or why nobody did.

    An application from which the manager is barred is told as recused.
    """
    manager = session.get_one(Person, decision.decided_by_id)
    application = session.get_one(Application, decision.application_id)
    round_ = session.get_one(Round, decision.round_id)
    closed = barred_pairs(session, round_.id).applications_closed_to(manager.id)
    if decision.application_id in closed:
        return
    reserves = session.execute(
        select(Application.reference, Application.title, Decision.reserve_place)
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Application.round_id == round_.id,
            Application.state == ApplicationState.RESERVED,
            Application.id.not_in(closed),
            Decision.reserve_place.is_not(None),
        )
        .order_by(Decision.reserve_place, Application.number)
    ).all()
    text = mail_text(
        f"award_{award.state.value}",
        reference=application.reference,
        title=application.title,
        by=by,
        note=note,
        amount=str(Money(decision.amount or 0, round_.currency)),
        moved=moved,
        is_moved_closed=moved.application_id in closed,
        reserves=reserves,
        round_id=round_.id,
    )
    queue_mail(
        session,
        Letterbox(manager.email, manager.name),
        text,
        now=now,
        round_id=round_.id,
        once_key=f"award_{award.state.value}:{decision.id}:{decision.version}",
    )
