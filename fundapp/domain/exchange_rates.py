"""The other currencies that a round takes, with the rate, source and date of each.

A rate says what one unit of the other currency is in the round's (1 USD = 0.92 EUR). It is
decimal text and exact. What sums come to at it is worked out in `joint/allocation/exchange`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fundapp.domain.errors import Problem
from fundapp.domain.money import CURRENCIES
from fundapp.domain.text import one_line, quoted

LONGEST_SOURCE = 200
MOST_CURRENCIES = 30
_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")


@dataclass(frozen=True, kw_only=True)
class ExchangeRate:
    """One unit of `currency` is `rate` units of the round's, says `source` for a day."""

    currency: str
    rate: str
    source: str
    quoted_on: date

    def as_data(self) -> dict[str, str]:
        """Return the rate as it stands in the frozen rules."""
        return {
            "currency": self.currency,
            "rate": self.rate,
            "source": self.source,
            "quoted_on": self.quoted_on.isoformat(),
        }

    def in_words(self, round_currency: str) -> str:
        """Return "1 USD = 0.92 EUR"."""
        return f"1 {self.currency} = {self.rate} {round_currency}"


def tidy_rates(rates: Sequence[ExchangeRate]) -> tuple[ExchangeRate, ...]:
    """Return the rates without stray spaces and in capitals, by currency."""
    tidy = (
        ExchangeRate(
            currency=one_line(one.currency).upper(),
            rate=one_line(one.rate),
            source=one_line(one.source),
            quoted_on=one.quoted_on,
        )
        for one in rates
    )
    return tuple(sorted(tidy, key=lambda one: one.currency))


def check_rates(
    rates: Sequence[ExchangeRate],
    *,
    round_currency: str,
    in_use: Mapping[str, str],
    today: date,
) -> list[Problem]:
    """Return what is wrong, on "rates-<row>-<column>" or "rates".

    in_use: the currencies that cannot be removed, each with the name of a funder who gives
    in it.
    """
    problems: list[Problem] = []
    listed: set[str] = set()
    for row, one in enumerate(rates):
        problems += [
            Problem(f"rates-{row}-{column}", sentence)
            for column, sentence in _row_problems(one, round_currency, listed, today=today)
        ]
        listed.add(one.currency)
    for currency in sorted(set(in_use) - listed):
        sentence = (
            f"{in_use[currency]} gives in {currency}, so its rate cannot be removed. Change "
            "that envelope first."
        )
        problems.append(Problem("rates", sentence))
    if len(rates) > MOST_CURRENCIES:
        problems.append(Problem("rates", f"Keep to {MOST_CURRENCIES} currencies."))
    return problems


def _row_problems(
    one: ExchangeRate, round_currency: str, listed: set[str], *, today: date
) -> Iterator[tuple[str, str]]:
    if one.currency not in CURRENCIES:
        yield "currency", "Enter a currency by its three letters, such as USD."
    elif one.currency == round_currency:
        yield "currency", f"{round_currency} is the round’s own currency. Leave this line out."
    elif one.currency in listed:
        yield "currency", f"{one.currency} stands above already. Keep one of the two."
    if _RATE.fullmatch(one.rate) is None or Decimal(one.rate) <= 0:
        sentence = "Enter a number above 0 with a point and at most 12 decimals, such as 0.92."
        yield "rate", f"{sentence} You entered {quoted(one.rate)}." if one.rate else sentence
    if not one.source:
        yield "source", "Say who published the rate."
    elif len(one.source) > LONGEST_SOURCE:
        yield "source", f"Shorten this to {LONGEST_SOURCE} characters."
    if one.quoted_on > today:
        yield "quoted_on", "This day is still to come. Enter the day of the rate."
