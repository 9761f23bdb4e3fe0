"""The money of a draft round: its funders' envelopes and its prize ladder."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, WrongState
from fundapp.domain.form_writing import too_long
from fundapp.domain.money import LARGEST_SUM, Money
from fundapp.domain.permissions import Actor
from fundapp.domain.rules import FunderShare
from fundapp.domain.templates.shape import PrizePlace
from fundapp.domain.text import one_line
from fundapp.models import Envelope, Funder, PanelSeat, PrizeRung
from fundapp.queries.exchange_rates import own_money
from fundapp.queries.round_records import envelopes_of_round, prizes_of_round
from fundapp.services.audit import record_event
from fundapp.services.exchange_rates import in_round, listed_rate
from fundapp.services.funder_weights import forget_funder_weights
from fundapp.services.round_drafts import GONE, draft_to_change, refuse, refuse_stale, stamp_of

LONGEST_PRIZE_TITLE = 120
MOST_PRIZES = 50


def set_envelope(
    session: Session,
    round_id: UUID,
    funder_id: UUID,
    *,
    amount: int,
    actor: Actor,
    now: datetime,
    currency: str = "",
    version: int | None = None,
) -> Envelope:
    """Let a funder take part with `amount` minor units, or change what it brings.

    `currency` is one of the round's other currencies in which the funder gives; its sum in
    the round's is that at the rate, rounded down. `version` is the `envelopes_stamp` that
    the form showed, None where there was no form. StaleVersion carries the envelopes that
    stand when the funder has another one by now.
    """
    round_ = draft_to_change(session, round_id, actor=actor)
    if not 0 <= amount <= LARGEST_SUM:
        refuse(Problem("amount", "Enter an amount above 0."))
    funder = session.get(Funder, funder_id)
    if funder is None:
        raise InvalidInput([Problem("funder_id", "Choose a funder, or add a new one first.")])
    rows = session.scalars(select(Envelope).where(Envelope.round_id == round_id)).all()
    envelope = next((row for row in rows if row.funder_id == funder_id), None)
    own = Money(amount, currency) if currency not in ("", round_.currency) else None
    if own is not None:
        rate = listed_rate(session, round_, own.currency)
        amount = in_round(own, round_, rate, field="amount", of=funder.name)
    if envelope is not None and (envelope.amount, _own(envelope)) == (amount, own):
        return envelope
    if envelope is not None and version is not None:
        stored = envelopes_of_round(session, round_id)
        refuse_stale(stored, columns=_envelope_columns(stored), stamp=version)
    if envelope is None:
        position = max((row.position for row in rows), default=0) + 1
        envelope = Envelope(round_id=round_id, funder_id=funder_id, position=position)
        session.add(envelope)
    envelope.amount = amount
    envelope.own_amount = own.minor if own else None
    envelope.own_currency = own.currency if own else None
    session.flush()
    in_own: dict[str, Any] = {"given_in_own_currency": str(own)} if own else {}
    record_event(
        session,
        "round.envelope_set",
        round_,
        actor=actor,
        now=now,
        funder=funder.code,
        amount=amount,
        **in_own,
    )
    return envelope


def remove_envelope(
    session: Session, round_id: UUID, funder_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a funder out of the round; not while somebody reviews for it."""
    round_ = draft_to_change(session, round_id, actor=actor)
    envelope = session.scalar(
        select(Envelope).where(Envelope.round_id == round_id, Envelope.funder_id == funder_id)
    )
    if envelope is None:
        raise NotFound(GONE)
    seated = session.scalar(
        select(func.count())
        .select_from(PanelSeat)
        .where(
            PanelSeat.round_id == round_id,
            PanelSeat.funder_id == funder_id,
            PanelSeat.is_active.is_(True),
        )
    )
    if seated:
        people = "1 reviewer sits" if seated == 1 else f"{seated} reviewers sit"
        raise WrongState(f"{people} on the panel for this funder. Take them off the panel first.")
    record_event(
        session, "round.envelope_removed", round_, actor=actor, now=now, funder_id=funder_id
    )
    session.delete(envelope)
    forget_funder_weights(session, round_id, funder_id)
    session.flush()


def set_prizes(
    session: Session,
    round_id: UUID,
    prizes: Sequence[PrizePlace],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the prize ladder anew, the first place first. Sums in minor units.

    Fields of problems are "prizes-<row>-title" and "prizes-<row>-amount". `version` is the
    `prizes_stamp` that the form showed.
    """
    tidy = tuple(
        replace(one, title=one_line(one.title), category=one_line(one.category)) for one in prizes
    )
    refuse(*_prize_problems(tidy))
    round_ = draft_to_change(session, round_id, actor=actor)
    stored = prizes_of_round(session, round_id)
    if tidy == stored:
        return
    refuse_stale(stored, columns=_prize_columns(stored), stamp=version)
    session.execute(delete(PrizeRung).where(PrizeRung.round_id == round_id))
    for position, prize in enumerate(tidy, start=1):
        session.add(PrizeRung(round_id=round_id, position=position, **vars(prize)))
    session.flush()
    record_event(session, "round.prizes_set", round_, actor=actor, now=now, count=len(tidy))


def prizes_stamp(prizes: Sequence[PrizePlace]) -> int:
    """Return the number by which a form says which ladder it showed."""
    return stamp_of(_prize_columns(prizes))


def envelopes_stamp(shares: Sequence[FunderShare]) -> int:
    """Return the number by which a form says which envelopes it showed."""
    return stamp_of(_envelope_columns(shares))


def _own(envelope: Envelope) -> Money | None:
    return own_money(envelope.own_amount, envelope.own_currency)


def _envelope_columns(shares: Sequence[FunderShare]) -> list[tuple[str, int, str]]:
    return [(str(share.funder_id), share.amount, str(share.own or "")) for share in shares]


def _prize_columns(prizes: Sequence[PrizePlace]) -> list[tuple[str, int, str]]:
    return [(prize.title, prize.amount, prize.category) for prize in prizes]


def _prize_problems(prizes: Sequence[PrizePlace]) -> list[Problem]:
    problems: list[Problem] = []
    for row, prize in enumerate(prizes):
        problems += too_long(f"prizes-{row}-title", prize.title, LONGEST_PRIZE_TITLE)
        problems += too_long(f"prizes-{row}-category", prize.category, LONGEST_PRIZE_TITLE)
        if not prize.title:
            problems.append(Problem(f"prizes-{row}-title", "Name the prize, such as First prize."))
        if not 1 <= prize.amount <= LARGEST_SUM:
            problems.append(Problem(f"prizes-{row}-amount", "Enter a sum above 0."))
    if len(prizes) > MOST_PRIZES:
        problems.append(Problem("prizes", f"Keep to {MOST_PRIZES} prizes."))
    return problems
