"""What a funder says beforehand of one application: it pays nothing, or at least a sum."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import shown
from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.joint_evaluation import WishKind
from fundapp.domain.permissions import Action, Actor, ContributionFacts, require
from fundapp.domain.states import ApplicationState, RoundKind, RoundState
from fundapp.models import Application, FundingWish, Round
from fundapp.queries.access import facts_of_application
from fundapp.services.audit import record_event
from fundapp.services.envelopes import lock_envelopes
from fundapp.services.notes import read_note


def set_wish(
    session: Session,
    application_id: UUID,
    funder_id: UUID,
    *,
    kind: WishKind | None,
    amount: int | None = None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> FundingWish | None:
    """Enter, change or (kind None) take away a funder's wish; plans made from now on keep it.

    amount: minor units, for a pin: the least that the funder pays. A reason is needed. The
    same wish again changes nothing.
    """
    application = session.get(Application, application_id)
    if application is None:
        raise NotFound("There is no such application.")
    round_ = session.get_one(Round, application.round_id)
    # The same order of locks as everybody who decides, so that two wishes never cross.
    envelopes = lock_envelopes(session, round_.id)
    facts = facts_of_application(session, application, round_)
    require(actor, Action.WISH_FOR_FUNDER, ContributionFacts(funder_id, facts))
    if funder_id not in envelopes:
        raise NotFound("This funder has no envelope in this round.")
    _refuse_closed(application, round_)
    note = read_note(reason, field="reason", if_missing="Say why." if kind else "")
    if kind is WishKind.PIN:
        _refuse_sum(amount, application, round_, envelope=envelopes[funder_id].amount)
    wish = session.scalar(
        select(FundingWish).where(
            FundingWish.application_id == application_id, FundingWish.funder_id == funder_id
        )
    )
    if kind is None:
        if wish is not None:
            _record(session, "funding_wish.removed", wish, actor=actor, now=now)
            session.delete(wish)
        return None
    least = amount if kind is WishKind.PIN else None
    if wish is None:
        wish = FundingWish(round_id=round_.id, application_id=application_id, funder_id=funder_id)
        session.add(wish)
    elif (wish.kind, wish.amount, wish.reason) == (kind, least, note):
        return wish
    wish.kind, wish.amount, wish.reason = kind, least, note
    wish.entered_by_id, wish.entered_at = actor.person_id, now
    session.flush()
    _record(session, "funding_wish.entered", wish, actor=actor, now=now)
    return wish


def _refuse_closed(application: Application, round_: Round) -> None:
    if round_.kind is RoundKind.PRIZE:
        raise WrongState("Prizes are paid as the ladder says, so there is nothing to wish for.")
    is_open = application.state is ApplicationState.UNDER_REVIEW
    if not is_open or round_.state is not RoundState.DELIBERATING:
        raise WrongState("Wishes are entered while the round is deliberating.")


def _refuse_sum(
    amount: int | None, application: Application, round_: Round, *, envelope: int
) -> None:
    if not amount or amount < 0:
        raise InvalidInput([Problem("amount", "Enter the least that the funder pays.")])
    for most, words in (
        (application.amount_requested or 0, "was asked for"),
        (envelope, "is in the envelope"),
    ):
        if amount > most:
            sentence = f"{shown(most, round_.currency)} {words}. Enter that or less."
            raise InvalidInput([Problem("amount", sentence)])


def _record(
    session: Session, event: str, wish: FundingWish, *, actor: Actor, now: datetime
) -> None:
    record_event(
        session,
        event,
        wish,
        actor=actor,
        now=now,
        application_id=wish.application_id,
        funder_id=wish.funder_id,
        kind=wish.kind,
        amount=wish.amount,
        reason=wish.reason,
    )
