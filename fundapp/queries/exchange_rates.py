"""The rates of a round, and what sums in other currencies are at them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.money import Money, minor_digits
from fundapp.joint.allocation.exchange import Rate, award_in_own, split
from fundapp.models import Application
from fundapp.models import ExchangeRate as ExchangeRateRow


@dataclass(frozen=True)
class RoundRates:
    """The rates of one round by currency, ready to compute with."""

    round_currency: str
    by_currency: Mapping[str, ExchangeRate]

    def of(self, currency: str) -> Rate:
        """Return the rate of one of the other currencies."""
        listed = self.by_currency[currency]
        return engine_rate(listed, self.round_currency)

    def award(self, amount: int, application: Application) -> Money | None:
        """Return what an award of `amount` is in the currency that the applicant asked in.

        None where that is the round's.
        """
        asked = own_request(application)
        if asked is None:
            return None
        rate = self.of(asked.currency)
        requested = application.amount_requested or 0
        own = award_in_own(amount, rate, requested=requested, own_requested=asked.minor)
        return Money(own, asked.currency)


def rates_of_round(session: Session, round_id: UUID) -> tuple[ExchangeRate, ...]:
    """Return the round's other currencies by code. 1 statement."""
    rows = session.scalars(
        select(ExchangeRateRow)
        .where(ExchangeRateRow.round_id == round_id)
        .order_by(ExchangeRateRow.currency)
    )
    return tuple(
        ExchangeRate(
            currency=row.currency, rate=row.rate, source=row.source, quoted_on=row.quoted_on
        )
        for row in rows
    )


def rates_for(
    session: Session, round_id: UUID, *, currency: str, wanted: Iterable[str | None]
) -> RoundRates:
    """Return the round's rates, read only where one of `wanted` is another currency.

    `currency` is the round's. At most 1 statement; none for a round in one currency.
    """
    listed = rates_of_round(session, round_id) if any(wanted) else ()
    return RoundRates(currency, {one.currency: one for one in listed})


def engine_rate(listed: ExchangeRate, round_currency: str) -> Rate:
    """Return a listed rate as the arithmetic takes it."""
    return Rate(
        currency=listed.currency,
        round_currency=round_currency,
        rate=Decimal(listed.rate),
        digits=minor_digits(listed.currency),
        round_digits=minor_digits(round_currency),
        source=listed.source,
        on=listed.quoted_on,
    )


def own_money(minor: int | None, currency: str | None) -> Money | None:
    """Return a sum in a currency of its own, None where there is none."""
    return None if minor is None or currency is None else Money(minor, currency)


def own_request(application: Application) -> Money | None:
    """Return what was asked for in another currency than the round's, None otherwise."""
    return own_money(application.own_amount, application.own_currency)


def own_parts(own: Money | None, amounts: Mapping[str, int]) -> dict[str, Money]:
    """Split an award in its own currency in proportion to parts of it; empty without one."""
    if own is None:
        return {}
    return {name: Money(part, own.currency) for name, part in split(own.minor, amounts).items()}
