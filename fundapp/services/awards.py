"""The grantee's answer to an award."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import AwardState, OrderState
from fundapp.models import Award, Decision, DocumentOrder
from fundapp.queries.access import application_facts
from fundapp.services.audit import record_event
from fundapp.services.award_endings import end_award, tell_manager
from fundapp.services.envelopes import lock_envelopes
from fundapp.services.notes import read_note


def accept_award(session: Session, award_id: UUID, *, actor: Actor, now: datetime) -> Award:
    """Accept an award by its day (until 23:59 UTC). Accepting twice changes nothing."""
    award, decision = _open_award(session, award_id, actor=actor)
    if award.state is AwardState.ACCEPTED:
        return award
    _refuse_late(award, now=now)
    _refuse_unsigned(session, decision)
    award.state, award.answered_at = AwardState.ACCEPTED, now
    record_event(
        session, "award.accepted", award, actor=actor, now=now, round_id=decision.round_id,
        application_id=decision.application_id,
    )  # fmt: skip
    return award


def refuse_award(
    session: Session, award_id: UUID, *, note: str = "", actor: Actor, now: datetime
) -> Award:
    """Refuse an award: its money goes back, the reserve list moves up, the manager is told.

    Also possible after the day to answer, and after accepting was not yet done.
    """
    award, decision = _open_award(session, award_id, actor=actor)
    if award.state is AwardState.REFUSED:
        return award
    if award.state is not AwardState.ISSUED:
        raise WrongState("You accepted this award. Write to the fund to give it back.")
    text = read_note(note, field="note")
    envelopes = lock_envelopes(session, decision.round_id)
    award.answered_at = now
    moved = end_award(
        session, award, decision, state=AwardState.REFUSED, envelopes=envelopes, now=now
    )
    record_event(
        session, "award.refused", award, actor=actor, now=now, round_id=decision.round_id,
        application_id=decision.application_id, note=text,
    )  # fmt: skip
    tell_manager(session, award, decision, moved=moved, by=actor.name, note=text, now=now)
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
    if award.state is AwardState.LAPSED:
        raise WrongState(
            "Nobody answered this award by its day, so it lapsed. Write to the fund: it may still "
            "be possible."
        )
    return award, decision


def _refuse_late(award: Award, *, now: datetime) -> None:
    if award.state is AwardState.REFUSED:
        raise WrongState("You refused this award, and its money went to others.")
    if award.answer_by is not None and now.date() > award.answer_by:
        raise WrongState(
            f"The day to accept was {award.answer_by:%d %B %Y}. Write to the fund: it may still "
            "be possible."
        )


def _refuse_unsigned(session: Session, decision: Decision) -> None:
    """Nobody accepts what the funders have not signed."""
    waiting = select(DocumentOrder.id).where(
        DocumentOrder.application_id == decision.application_id,
        DocumentOrder.state == OrderState.UNSIGNED,
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise WrongState(
            "The funders are signing your letter. We write to you when it is there; accept it then."
        )
