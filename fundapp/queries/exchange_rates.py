"""The rates of a round, and what sums in other currencies are at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from fundapp.domain.answers import Value
from fundapp.domain.asked_sums import currency_asked, sum_asked
from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.money import LARGEST_SUM, Money, minor_digits
from fundapp.joint.allocation.exchange import (
    Rate,
    award_in_own,
    request_in_round,
    split,
)
from fundapp.models import Application, Round
from fundapp.models import ExchangeRate as ExchangeRateRow

HAS_RATES = exists().where(ExchangeRateRow.round_id == Round.id).correlate(Round)
"""In a statement on rounds: whether it takes other currencies than its own."""


@dataclass(frozen=True)
class RoundRates:
    """The rates of one round by currency, ready to compute with."""

    round_currency: str
    by_currency: Mapping[str, ExchangeRate]

    @property
    def currencies(self) -> tuple[str, ...]:
        """Return the round's currency and the others; the one alone where it takes no other."""
        return (self.round_currency, *self.by_currency)

    def asked_in(self, answer: Value) -> str:
        """Return the currency that an answer to the question on the sum names."""
        return currency_asked(answer, self.currencies, default=self.round_currency)

    def worth(self, money: Money) -> Money:
        """Return what a request is in the round's currency, rounded up."""
        if money.currency == self.round_currency:
            return money
        return Money(request_in_round(money.minor, self.of(money.currency)), self.round_currency)

    def request_columns(self, answer: Value) -> dict[str, Any]:
        """Return the columns of an application that hold what an answer asks for."""
        asked = sum_asked(answer)
        in_round = self.worth(asked) if asked else None
        if asked is None or in_round is None or in_round.minor > LARGEST_SUM:
            return {"amount_requested": None, "own_amount": None, "own_currency": None}
        is_own = asked.currency != self.round_currency
        return {
            "amount_requested": in_round.minor,
            "own_amount": asked.minor if is_own else None,
            "own_currency": asked.currency if is_own else None,
        }

    def of(self, currency: str) -> Rate:
        """Return the rate of one of the other currencies."""
        listed = self.by_currency[currency]
        return engine_rate(listed, self.round_currency)

    def award(self, amount: int | None, application: Application) -> Money | None:
        """Return what an award of `amount` is in the currency that the applicant asked in.

        None where that is the round's, or nothing is awarded.
        """
        asked = own_request(application)
        if asked is None or amount is None:
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
    return tuple(listed_rate(row) for row in rows)


def listed_rate(row: ExchangeRateRow) -> ExchangeRate:
    """Return the plain rate of a row."""
    return ExchangeRate(
        currency=row.currency, rate=row.rate, source=row.source, quoted_on=row.quoted_on
    )


def round_rates(session: Session, round_id: UUID, *, currency: str, has_others: bool) -> RoundRates:
    """Return the rates of a round whose own currency is `currency`.

    1 statement, none where no other currency comes in.
    """
    listed = rates_of_round(session, round_id) if has_others else ()
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
