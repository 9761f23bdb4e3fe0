"""The public vote: one for each confirmed mail address, kept apart from the jury's judgement."""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.mail import UNREACHABLE, VOTE_KEY
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.states import RoundState
from fundapp.models import Application, OutboxMessage, PublicVote, Round
from fundapp.queries.gallery import SHOWN_STATES
from fundapp.services.audit import record_event
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.tokens import hash_of_token, new_token

KEEP_ADDRESS = timedelta(days=2)
"""So long the outbox knows a voter's address."""

SECOND_CLICK = timedelta(minutes=1)

CLOSED = "The public vote of this round is not open."


def cast_vote(
    session: Session,
    round_id: UUID,
    application_id: UUID | None,
    *,
    email: str,
    key: bytes,
    now: datetime,
) -> None:
    """Take a vote and mail the link that confirms it; it counts from then on.

    Who voted before without confirming chooses anew. Who confirmed keeps that vote and is told so
    by mail, so that the page tells nobody which addresses have voted. `key`: the secret that
    addresses are hashed with. That nobody votes for their own entry cannot be known.
    """
    round_ = _open_round(session, round_id, now=now)
    entry = _entry(session, round_id, application_id)
    voter = voter_hash(email, round_id=round_id, key=key)
    vote = session.scalar(
        select(PublicVote).where(PublicVote.round_id == round_id, PublicVote.voter_hash == voter)
    )
    if vote is not None and _is_said_again(vote, entry, now=now):
        return
    token = new_token()
    if vote is None:
        vote = PublicVote(round_id=round_id, voter_hash=voter)
        session.add(vote)
    if vote.confirmed_at is None:
        vote.application_id, vote.cast_at = entry.id, now
        vote.token_hash = hash_of_token(token)
        session.flush()
        record_event(session, "public_vote.cast", vote, actor=None, now=now)
    text = mail_text(
        "vote_known" if vote.confirmed_at else "vote_link",
        round_title=round_.title,
        notice=round_.notice,
        title=entry.title,
        token=token,
    )
    key_once = f"{VOTE_KEY}{vote.id}:{hash_of_token(token)[:16]}"
    queue_mail(session, Letterbox(email), text, now=now, round_id=round_id, once_key=key_once)


def _is_said_again(vote: PublicVote, entry: Application, *, now: datetime) -> bool:
    """Tell whether this is a second click: the first one's link is on its way."""
    is_same = vote.application_id == entry.id and now - vote.cast_at < SECOND_CLICK
    return vote.confirmed_at is None and is_same


def confirm_vote(session: Session, token: str, *, now: datetime) -> PublicVote:
    """Count the vote of a mailed link; a second press changes nothing."""
    vote = session.scalar(
        select(PublicVote)
        .where(PublicVote.token_hash == hash_of_token(token))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if vote is None:
        raise NotFound("This link is not valid any more. Vote again to get another.")
    if vote.confirmed_at is not None:
        return vote
    _open_round(session, vote.round_id, now=now)
    _entry(session, vote.round_id, vote.application_id)
    vote.confirmed_at = now
    session.flush()
    record_event(session, "public_vote.confirmed", vote, actor=None, now=now)
    return vote


def forget_voters(session: Session, *, now: datetime) -> None:
    """Take the addresses of voters and what was written to them out of the outbox."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.once_key.startswith(VOTE_KEY, autoescape=True),
            OutboxMessage.queued_at < now - KEEP_ADDRESS,
            OutboxMessage.body != "",
        )
        .values(to_address=f"voter{UNREACHABLE}", to_name="", body="")
    )


def voter_hash(email: str, *, round_id: UUID, key: bytes) -> str:
    """Return what is kept of an address: without the key it cannot be tried out.

    Letters' case and what stands behind a + do not make another voter. The same address has
    another hash in each round.
    """
    local, _, domain = email.strip().lower().rpartition("@")
    address = f"{local.partition('+')[0]}@{domain}"
    return hmac.new(key, f"vote:{round_id}:{address}".encode(), hashlib.sha256).hexdigest()


def _open_round(session: Session, round_id: UUID, *, now: datetime) -> Round:
    """Lock the round, so that two votes of one address come one after the other."""
    round_ = session.get(Round, round_id, with_for_update=True, populate_existing=True)
    if round_ is None or round_.state in (RoundState.DRAFT, RoundState.CANCELLED):
        raise NotFound("There is no such round.")
    if not prize_rules_from_data(round_.prize_rules).takes_votes(now):
        raise WrongState(CLOSED)
    return round_


def _entry(session: Session, round_id: UUID, application_id: UUID | None) -> Application:
    entry = session.get(Application, application_id) if application_id else None
    if (
        entry is None
        or entry.round_id != round_id
        or not entry.in_gallery
        or entry.number is None
        or entry.state not in SHOWN_STATES
    ):
        raise InvalidInput([Problem("entry", "Choose one of the entries.")])
    return entry
