"""The grantee's answer to an award."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.money import Money
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import ApplicationState, AwardState
from fundapp.models import Application, Award, Contribution, Decision, Person, Round
from fundapp.queries.access import application_facts
from fundapp.services.audit import record_event
from fundapp.services.envelopes import lock_envelopes, move_money
from fundapp.services.mail_texts import mail_text
from fundapp.services.notes import read_note
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.own_parts import settle_own_parts


def accept_award(session: Session, award_id: UUID, *, actor: Actor, now: datetime) -> Award:
    """Accept an award by its day (until 23:59 UTC). Accepting twice changes nothing."""
    award, decision = _open_award(session, award_id, actor=actor)
    if award.state is AwardState.ACCEPTED:
        return award
    _refuse_late(award, now=now)
    _answer(award, AwardState.ACCEPTED, now=now)
    record_event(
        session, "award.accepted", award, actor=actor, now=now, round_id=decision.round_id,
        application_id=decision.application_id,
    )  # fmt: skip
    return award


def refuse_award(
    session: Session, award_id: UUID, *, note: str = "", actor: Actor, now: datetime
) -> Award:
    """Refuse an award: its money goes back to the envelopes, and the manager is told.

    Also possible after the day to answer, and after accepting was not yet done.
    """
    award, decision = _open_award(session, award_id, actor=actor)
    if award.state is AwardState.REFUSED:
        return award
    if award.state is not AwardState.ISSUED:
        raise WrongState("You accepted this award. Write to the fund to give it back.")
    text = read_note(note, field="note")
    envelopes = lock_envelopes(session, decision.round_id)
    parts = session.scalars(select(Contribution).where(Contribution.decision_id == decision.id))
    freed = {part.funder_id: -part.amount for part in parts}
    move_money(session, envelopes, freed)
    _answer(award, AwardState.REFUSED, now=now)
    session.flush()
    round_ = session.get_one(Round, decision.round_id)
    settle_own_parts(session, round_, envelopes, funders=freed)
    record_event(
        session, "award.refused", award, actor=actor, now=now, round_id=decision.round_id,
        application_id=decision.application_id, note=text,
    )  # fmt: skip
    _tell_manager(session, decision, note=text, actor=actor, now=now)
    return award


def _open_award(session: Session, award_id: UUID, *, actor: Actor) -> tuple[Award, Decision]:
    decision = session.scalar(
        select(Decision).join(Award, Award.decision_id == Decision.id).where(Award.id == award_id)
    )
    if decision is None:
        raise NotFound("There is no such award.")
    require(actor, Action.ANSWER_AWARD, application_facts(session, decision.application_id))
    lock_envelopes(session, decision.round_id)
    award = session.get_one(Award, award_id, with_for_update=True, populate_existing=True)
    if award.state is AwardState.WITHDRAWN:
        raise WrongState("The fund took this award back. Write to us if you have questions.")
    return award, decision


def _refuse_late(award: Award, *, now: datetime) -> None:
    if award.state is AwardState.REFUSED:
        raise WrongState("You refused this award, and its money went to others.")
    if award.answer_by is not None and now.date() > award.answer_by:
        raise WrongState(
            f"The day to accept was {award.answer_by:%d %B %Y}. Write to the fund: it may still "
            "be possible."
        )


def _answer(award: Award, state: AwardState, *, now: datetime) -> None:
    award.state = state
    award.answered_at = now


def _tell_manager(
    session: Session, decision: Decision, *, note: str, actor: Actor, now: datetime
) -> None:
    manager = session.get_one(Person, decision.decided_by_id)
    application = session.get_one(Application, decision.application_id)
    round_ = session.get_one(Round, decision.round_id)
    reserves = session.execute(
        select(Application.reference, Application.title, Decision.reserve_place)
        .join(Decision, Decision.application_id == Application.id)
        .where(Application.round_id == round_.id, Application.state == ApplicationState.RESERVED)
        .order_by(Decision.reserve_place, Application.number)
    ).all()
    text = mail_text(
        "award_refused",
        reference=application.reference,
        title=application.title,
        refused_by=actor.name,
        note=note,
        amount=str(Money(decision.amount or 0, round_.currency)),
        reserves=reserves,
        round_id=round_.id,
    )
    queue_mail(
        session,
        Letterbox(manager.email, manager.name),
        text,
        now=now,
        round_id=round_.id,
        once_key=f"award_refused:{decision.id}:{decision.version}",
    )
