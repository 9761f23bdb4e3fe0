"""The other currencies of a draft round, and the envelopes that are given in them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import Problem
from fundapp.domain.exchange_rates import ExchangeRate, check_rates, tidy_rates
from fundapp.domain.money import LARGEST_SUM, Money
from fundapp.domain.permissions import Actor
from fundapp.joint.allocation.exchange import envelope_in_round
from fundapp.models import Envelope, Funder, Round
from fundapp.models import ExchangeRate as ExchangeRateRow
from fundapp.queries.exchange_rates import engine_rate, rates_of_round
from fundapp.services.audit import record_event
from fundapp.services.round_drafts import draft_to_change, refuse, refuse_stale, stamp_of

_FURTHEST_AHEAD = timedelta(hours=14)
"""How far the date in the easternmost zone is before UTC."""


def set_exchange_rates(
    session: Session,
    round_id: UUID,
    rates: Sequence[ExchangeRate],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the round's other currencies anew; envelopes given in them are worked out again.

    `version` is the `rates_stamp` that the form showed. Fields of problems are
    "rates-<row>-<column>" in the order given, or "rates". A currency in which a funder gives
    cannot be removed.
    """
    round_ = draft_to_change(session, round_id, actor=actor)
    envelopes = _own_envelopes(session, round_id)
    tidy = tidy_rates(rates)
    typed = [tidy_rates([one])[0] for one in rates]
    in_use = {str(envelope.own_currency): name for envelope, name in envelopes}
    today = (now + _FURTHEST_AHEAD).date()
    refuse(*check_rates(typed, round_currency=round_.currency, in_use=in_use, today=today))
    stored = rates_of_round(session, round_id)
    if tidy == stored:
        return
    refuse_stale(stored, columns=_columns(stored), stamp=version)
    session.execute(delete(ExchangeRateRow).where(ExchangeRateRow.round_id == round_id))
    for one in tidy:
        session.add(ExchangeRateRow(round_id=round_id, **vars(one)))
    for envelope, name in envelopes:
        row = next(i for i, one in enumerate(typed) if one.currency == envelope.own_currency)
        own = Money(envelope.own_amount or 0, typed[row].currency)
        envelope.amount = in_round(own, round_, typed[row], field=f"rates-{row}-rate", of=name)
    session.flush()
    record_event(
        session,
        "round.exchange_rates_set",
        round_,
        actor=actor,
        now=now,
        rates=[one.in_words(round_.currency) for one in tidy],
    )


def rates_stamp(rates: Sequence[ExchangeRate]) -> int:
    """Return the number by which a form says which rates it showed."""
    return stamp_of(_columns(rates))


def listed_rate(session: Session, round_: Round, currency: str) -> ExchangeRate:
    """Return the rate of another currency; InvalidInput on "currency" where it is not listed."""
    rates = {one.currency: one for one in rates_of_round(session, round_.id)}
    if currency not in rates:
        refuse(Problem("currency", "Choose a currency of this round, or add its rate first."))
    return rates[currency]


def in_round(own: Money, round_: Round, rate: ExchangeRate, *, field: str, of: str) -> int:
    """Return what an envelope is in the round's currency, rounded down.

    InvalidInput on `field` where that is nothing, or more than can be kept. of: whose.
    """
    amount = envelope_in_round(own.minor, engine_rate(rate, round_.currency))
    if own and not amount:
        refuse(Problem(field, f"At this rate {own} of {of} come to nothing in {round_.currency}."))
    if amount > LARGEST_SUM:
        refuse(Problem(field, f"At this rate {own} of {of} come to more than can be kept."))
    return amount


def _own_envelopes(session: Session, round_id: UUID) -> list[tuple[Envelope, str]]:
    rows = session.execute(
        select(Envelope, Funder.name)
        .join(Funder, Funder.id == Envelope.funder_id)
        .where(Envelope.round_id == round_id, Envelope.own_currency.is_not(None))
        .order_by(Envelope.position, Envelope.id)
    )
    return [(envelope, name) for envelope, name in rows]


def _columns(rates: Sequence[ExchangeRate]) -> list[dict[str, str]]:
    return [one.as_data() for one in rates]
