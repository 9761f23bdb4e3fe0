"""Announcing a round: at once, or under embargo until an instant that may still be moved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.embargoes import checked_instant, embargo_until
from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import ROUND_TRANSITIONS, RoundState, advance
from fundapp.models import Round
from fundapp.queries.access import facts_of_round
from fundapp.services.audit import record_event
from fundapp.services.certificates import order_certificates
from fundapp.services.credentials import order_credentials
from fundapp.services.document_orders import order_announcement
from fundapp.services.envelopes import lock_envelopes


def announce_round(
    session: Session,
    round_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    publish_at: datetime | None = None,
) -> Round:
    """Publish a decided round at `publish_at`, at once for None; the announcement is printed.

    Until then its results are under embargo. Announcing twice changes nothing. InvalidInput for
    an instant that is past or more than a year ahead.
    """
    round_ = _locked(session, round_id, actor=actor)
    if round_.state is RoundState.ANNOUNCED:
        return round_
    at = now if publish_at is None else checked_instant(publish_at, now=now)
    before = round_.state
    round_.state = advance(ROUND_TRANSITIONS, before, RoundState.ANNOUNCED, what="This round")
    round_.state_since = now
    round_.announced_at = at
    details: dict[str, Any] = {"before": before} if at == now else {"before": before, "until": at}
    record_event(session, "round.announced", round_, actor=actor, now=now, **details)
    order_announcement(session, round_id, note="", actor=actor, now=now)
    order_certificates(session, round_id, actor=actor, now=now)
    order_credentials(session, round_, actor=actor, now=now)
    return round_


def move_publication(
    session: Session, round_id: UUID, *, publish_at: datetime | None, actor: Actor, now: datetime
) -> Round:
    """Give results under embargo another instant; None = they are public at once."""
    round_ = _under_embargo(session, round_id, actor=actor, now=now)
    at = now if publish_at is None else checked_instant(publish_at, now=now)
    if at != round_.announced_at:
        round_.announced_at = at
        record_event(session, "round.publication_moved", round_, actor=actor, now=now, until=at)
        order_credentials(session, round_, actor=actor, now=now)
        session.flush()
    return round_


def call_off_announcement(
    session: Session, round_id: UUID, *, actor: Actor, now: datetime
) -> Round:
    """Take the announcement back while its results are under embargo: the round is decided."""
    round_ = _under_embargo(session, round_id, actor=actor, now=now)
    record_event(session, "round.announcement_called_off", round_, actor=actor, now=now)
    round_.state, round_.state_since = RoundState.DECIDED, now
    round_.announced_at = None
    session.flush()
    return round_


def _under_embargo(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> Round:
    round_ = _locked(session, round_id, actor=actor)
    if embargo_until(round_.state, round_.announced_at, now) is None:
        raise WrongState("These results are not under embargo. What is public stays public.")
    return round_


def _locked(session: Session, round_id: UUID, *, actor: Actor) -> Round:
    lock_envelopes(session, round_id)
    round_ = session.get(Round, round_id, with_for_update=True, populate_existing=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.RELEASE_DECISIONS, facts_of_round(session, round_))
    return round_
