"""Envelopes and requests in other currencies than the round's, cents exact in both.

A rate is frozen with its source and date when the round opens, and every amount is computed
from it as an exact fraction. Which side is exact, and where the rest goes:

- an envelope is exact in its own currency; in the round's it is rounded down, so that no
  plan promises money that is not there;
- a request is exact in its own currency, which is what the applicant gets; in the round's
  it is rounded up, so that the plan's money pays for it;
- an award that gives all that was asked for is exactly the request in the applicant's
  currency; a smaller or larger one is rounded down there;
- what a funder pays is exact in the round's currency; in its own the sum is rounded up, which
  the rule for envelopes leaves room for, and the parts add up to that sum;
- the parts of one award, in the currency of the award, add up to the award.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How much of the round's currency one unit of another currency is.

    `rate` is per major unit (1 USD = 0.92 EUR: 0.92), as `source` published it `on` a day;
    `digits` and `round_digits` are the decimal digits of the other and of the round's
    currency (EUR 2, JPY 0). Raises ValueError for a rate that is not above zero.
    """

    currency: str
    round_currency: str
    rate: Decimal
    digits: int
    round_digits: int
    source: str
    on: date

    def __post_init__(self) -> None:
        if not self.rate.is_finite() or self.rate <= 0:
            raise ValueError(f"The rate of {self.currency} is {self.rate}. It must be above 0.")
        if not self.source.strip():
            raise ValueError(f"The rate of {self.currency} names no source.")
        if self.currency == self.round_currency and self.rate != 1:
            raise ValueError(f"{self.currency} is the round's own currency. Its rate is 1.")

    @property
    def minor(self) -> Fraction:
        """Return the round's minor units that one minor unit of the other currency is."""
        return Fraction(self.rate) * Fraction(10) ** (self.round_digits - self.digits)


def envelope_in_round(own: int, rate: Rate) -> int:
    """Return the round's minor units that an envelope of `own` minor units is good for."""
    return floor(own * rate.minor)


def request_in_round(own: int, rate: Rate) -> int:
    """Return the round's minor units that a request for `own` minor units takes."""
    return ceil(own * rate.minor)


def award_in_own(amount: int, rate: Rate, *, requested: int, own_requested: int) -> int:
    """Return what an award of `amount` round units gives who asked for `own_requested`.

    The request in full (`requested` in the round's currency, as `request_in_round` made it)
    is exactly what was asked for; any other sum is rounded down. So more is never less, and
    what the applicant gets never costs more than the award.
    """
    return own_requested if amount == requested else floor(amount / rate.minor)


def payments_in_own(
    paid: Mapping[str, int], rate: Rate, *, settled: int = 0, settled_own: int = 0
) -> dict[str, int]:
    """Return a funder's payments, by application, in minor units of its own currency.

    Their sum is what `paid`, in the round's minor units, comes to, rounded up: never more
    than an envelope of which `envelope_in_round` allowed as much. Each part is within one
    unit of exact. `settled` round units that cannot change any more, entered as
    `settled_own`, count towards the sum; the rest of it is split.
    """
    if not paid:
        return {}
    total = ceil((settled + sum(paid.values())) / rate.minor)
    return split(max(0, total - settled_own), paid)


def split(amount: int, parts: Mapping[str, int]) -> dict[str, int]:
    """Split `amount` in proportion to `parts` in whole units that add up to it exactly.

    Each is the difference of two running totals rounded down, in the order of the names, and
    so within one unit of exact. Raises ValueError where there is nothing to split by.
    """
    total = sum(parts.values())
    if amount < 0 or total < 0 or min(parts.values(), default=0) < 0 or (amount and not total):
        raise ValueError("An amount is split by parts of which none is below zero.")
    found = {}
    reached = 0
    for name in sorted(parts):
        before = amount * reached // total if total else 0
        reached += parts[name]
        found[name] = (amount * reached // total if total else 0) - before
    return found
