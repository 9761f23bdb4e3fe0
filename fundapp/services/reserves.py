"""The reserve list moves up when an award ends: a decision of its own, for people to release."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import Resolution, Terms, check_resolution, overdrawn, shown
from fundapp.domain.joint_evaluation import WishKind
from fundapp.domain.letter_terms import letter_terms_from_data
from fundapp.domain.reserves import pay_from
from fundapp.domain.states import (
    ApplicationState,
    DecisionKind,
    DecisionState,
    RoundKind,
    RoundState,
)
from fundapp.models import Application, Decision, FundingWish, PrizeRung, Round
from fundapp.queries.rerun_claims import categories_of_entries
from fundapp.services.audit import record_event
from fundapp.services.decisions import enter_resolution
from fundapp.services.deliberations import Deliberated, locked_rows, terms_for

MOVING_STATES = frozenset({RoundState.DECIDED, RoundState.ANNOUNCED})
REASON = (
    "Money became free after the decisions, and this application was the next on the reserve list."
)


@dataclass(frozen=True)
class MovedUp:
    """What came of an award's free money: who moved up, or why nobody did.

    application_id: of the one that moved up, or that the money does not suffice for.
    """

    application_id: UUID | None = None
    reference: str = ""
    title: str = ""
    problem: str = ""


def move_up_reserve(
    session: Session,
    ended: Decision,
    freed: Mapping[UUID, int],
    *,
    rung_id: UUID | None = None,
    now: datetime,
) -> MovedUp:
    """Enter an award for the next application of the reserve list, once for each ended award.

    freed: minor units that went back to each funder; the caller holds the locks of the
    envelopes. rung_id: the prize that became free, where `ended` has it no more; a prize of one
    category goes to an entry of that category. The award is pending: officers give their word, and
    a manager releases it. Nobody pays who is recused or wishes to pay nothing there, and no
    envelope is overdrawn; where the money does not suffice nothing is entered.
    """
    round_ = session.get_one(Round, ended.round_id)
    if round_.state not in MOVING_STATES:
        return MovedUp(problem="The round is closed, so nobody moves up.")
    before = session.execute(
        select(Application.id, Application.reference, Application.title)
        .join(Decision, Decision.application_id == Application.id)
        .where(Decision.follows_id == ended.id)
    ).one_or_none()
    if before is not None:
        return MovedUp(before.id, before.reference or "", before.title)
    rung_id = rung_id or ended.prize_rung_id
    application = _next_in_line(session, round_, rung_id, now=now)
    if application is None:
        return MovedUp(problem="Nobody waits on the reserve list.")
    here = locked_rows(session, application.id)
    told = MovedUp(application.id, application.reference or "", application.title)
    terms = terms_for(session, here)
    resolution = _award_for(session, here, terms, rung_id=rung_id, freed=freed)
    if resolution is None or check_resolution(resolution, terms) or overdrawn(resolution, terms):
        problem = _lack(session, here, terms, rung_id=rung_id)
        return MovedUp(told.application_id, told.reference, told.title, problem)
    _enter(session, here, resolution, ended=ended, now=now)
    return told


def _next_in_line(
    session: Session, round_: Round, rung_id: UUID | None, *, now: datetime
) -> Application | None:
    """Return the first application whose place is still kept and that the prize is for."""
    rung = session.get(PrizeRung, rung_id) if rung_id else None
    category = rung.category if rung else ""
    categories = categories_of_entries(session, round_.id) if category else {}
    days = timedelta(days=letter_terms_from_data(round_.letter_terms).reserve_days)
    rows = session.execute(
        select(Application, Decision.released_at)
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Application.round_id == round_.id,
            Application.state == ApplicationState.RESERVED,
            Decision.kind == DecisionKind.RESERVE,
            Decision.state == DecisionState.RELEASED,
        )
        .order_by(Decision.reserve_place, Application.number, Application.id)
    )
    kept = (
        application
        for application, told_at in rows
        if (told_at is None or now.date() <= (told_at + days).date())
        and categories.get(application.id, "") == category
    )
    return next(kept, None)


def _award_for(
    session: Session,
    here: Deliberated,
    terms: Terms,
    *,
    rung_id: UUID | None,
    freed: Mapping[UUID, int],
) -> Resolution | None:
    amount = _wanted(here, terms, rung_id=rung_id)
    if not amount:
        return None
    left = _left(terms, out=payers_out(session, here, terms))
    contributions = pay_from(amount, freed=freed, left=left)
    if not contributions:
        return None
    is_prize = here.round.kind is RoundKind.PRIZE
    return Resolution(
        kind=DecisionKind.AWARD,
        contributions=contributions,
        prize_rung_id=rung_id if is_prize else None,
        reason=REASON,
    )


def _wanted(here: Deliberated, terms: Terms, *, rung_id: UUID | None) -> int | None:
    """Return what the award would be: the prize that is free, or what was asked for."""
    if here.round.kind is RoundKind.PRIZE:
        return terms.rungs.get(rung_id) if rung_id else None
    return here.application.amount_requested


def payers_out(session: Session, here: Deliberated, terms: Terms) -> frozenset[UUID]:
    """Return the funders that may not pay here, or wish to pay nothing. 1 statement."""
    wishes = session.scalars(
        select(FundingWish.funder_id).where(
            FundingWish.application_id == here.application.id,
            FundingWish.kind == WishKind.OPT_OUT,
        )
    )
    return frozenset({*terms.recused, *wishes})


def _left(terms: Terms, *, out: Collection[UUID]) -> dict[UUID, int]:
    return {funder: max(sum_, 0) for funder, sum_ in terms.left.items() if funder not in out}


def _lack(session: Session, here: Deliberated, terms: Terms, *, rung_id: UUID | None) -> str:
    wanted = _wanted(here, terms, rung_id=rung_id)
    if not wanted:
        return "It is not clear what the award would be. Decide by hand."
    left = sum(_left(terms, out=payers_out(session, here, terms)).values())
    return (
        f"It would take {shown(wanted, terms.currency)}, and the funders that may pay it have "
        f"{shown(left, terms.currency)} left. Nothing was entered."
    )


def _enter(
    session: Session, here: Deliberated, resolution: Resolution, *, ended: Decision, now: datetime
) -> None:
    decision = enter_resolution(
        session, here, resolution, decided_by_id=ended.decided_by_id, now=now
    )
    decision.follows_id = ended.id
    session.flush()
    record_event(
        session,
        "decision.moved_up",
        decision,
        actor=None,
        now=now,
        application_id=decision.application_id,
        amount=decision.amount,
        contributions=dict(resolution.contributions),
        reason=decision.reason,
    )
