"""Deleting a round that never opened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import RoundState
from fundapp.models import Invitation, OutboxMessage, PanelSeat, Round
from fundapp.queries.round_deletions import draft_contents
from fundapp.services.audit import record_event
from fundapp.services.round_drafts import DRAFT_DELETED, locked_round


def delete_round(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Delete a draft with its form, rubric, envelopes, prizes, panel and invitations.

    The audit line stays, and with it the reference. Rounds copied from it stay as they
    are. WrongState for a call that has opened: it can be cancelled instead.
    """
    round_ = locked_round(session, round_id, actor=actor)
    if round_.state is not RoundState.DRAFT:
        raise WrongState("This call has opened, so it cannot be deleted. Cancel it instead.")
    gone = vars(draft_contents(session, round_id))
    record_event(
        session,
        DRAFT_DELETED,
        round_,
        actor=actor,
        now=now,
        reference=round_.reference,
        title=round_.title,
        currency=round_.currency,
        **gone,
    )
    session.execute(delete(PanelSeat).where(PanelSeat.round_id == round_id))
    session.execute(delete(Invitation).where(Invitation.round_id == round_id))
    for table, column in ((Round, Round.copied_from_id), (OutboxMessage, OutboxMessage.round_id)):
        session.execute(update(table).where(column == round_id).values({column: None}))
    session.delete(round_)
    session.flush()
