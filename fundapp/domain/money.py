"""Money as whole minor units of one ISO 4217 currency. Never a float."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import total_ordering

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.numerals import NumeralError, NumeralFault, read_units
from fundapp.domain.text import quoted

_CODES_BY_DIGITS = """
0 BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
2 AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
  CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
  HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
  MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
  QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
  TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW
3 BHD IQD JOD KWD LYD OMR TND
"""

_MINOR_DIGITS: Mapping[str, int] = {
    code: int(digits)
    for digits, codes in re.findall(r"([0-9])((?:\s+[A-Z]{3})+)", _CODES_BY_DIGITS)
    for code in codes.split()
}

CURRENCIES = frozenset(_MINOR_DIGITS)
"""Active currencies of ISO 4217 in which a fund may pay."""

LARGEST_SUM = 10**15
"""Most minor units of one sum."""

_SIGNS: Mapping[str, tuple[str, ...]] = {
    "AUD": ("A$", "$"),
    "BRL": ("R$",),
    "CAD": ("C$", "$"),
    "CHF": ("Fr.", "SFr."),
    "CNY": ("¥", "元"),
    "EUR": ("€",),
    "GBP": ("£",),
    "GHS": ("GH₵", "₵"),
    "HKD": ("HK$", "$"),
    "IDR": ("Rp",),
    "ILS": ("₪",),
    "INR": ("₹", "Rs"),
    "JPY": ("¥", "円"),
    "KES": ("KSh", "Ksh."),
    "KRW": ("₩",),
    "MXN": ("MX$", "$"),
    "NGN": ("₦",),
    "NZD": ("NZ$", "$"),
    "PHP": ("₱",),
    "SGD": ("S$", "$"),
    "TRY": ("₺",),
    "UAH": ("₴",),
    "UGX": ("USh",),
    "USD": ("US$", "$"),
    "VND": ("₫",),
    "ZAR": ("R",),
}


def minor_digits(currency: str) -> int:
    """Return the decimal digits of an active currency by ISO 4217: EUR 2, JPY 0, KWD 3."""
    return _MINOR_DIGITS[currency]


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount: `minor` units (cents) of `currency`. Compares and adds within one currency only.

    Raises ValueError for an unknown currency and TypeError for units that are not whole.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Money counts whole minor units, not {self.minor!r}")
        if self.currency not in CURRENCIES:
            raise ValueError(f"{self.currency!r} is no active ISO 4217 currency")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor_of(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._minor_of(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """Return text for people: "EUR 12,500" or "EUR 12,500.50", no empty decimals."""
        digits = minor_digits(self.currency)
        whole, fraction = divmod(abs(self.minor), 10**digits)
        sign = "−" if self.minor < 0 else ""
        decimals = f".{fraction:0{digits}d}" if fraction else ""
        return f"{self.currency} {sign}{whole:,}{decimals}"

    def as_decimal_text(self) -> str:
        """Return text for machines and form fields: "12500.50", every minor digit, no grouping."""
        digits = minor_digits(self.currency)
        whole, fraction = divmod(abs(self.minor), 10**digits)
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{whole}.{fraction:0{digits}d}" if digits else f"{sign}{whole}"

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be mixed")
        return other.minor


def total_of(amounts: Iterable[Money], *, currency: str) -> Money:
    """Return the sum of `amounts`, zero for none. Raises ValueError for another currency."""
    return sum(amounts, start=Money(0, currency))


def beside(amount: Money, own: Money | None) -> str:
    """Return a sum with the same in a currency of its own behind: "EUR 460 (USD 500)"."""
    return f"{amount} ({own})" if own is not None else str(amount)


def parse_money(text: str, currency: str, *, field: str = "amount") -> Money:
    """Return the typed amount in `currency`.

    Takes groupings of any country, digits of any script and the currency's own sign or
    code. Raises InvalidInput with one sentence on `field` for what is no amount, is
    negative, too precise, ambiguous or in another currency.
    """
    try:
        minor = read_units(_without_sign(text, currency), digits=minor_digits(currency))
    except NumeralError as error:
        raise InvalidInput([Problem(field, _sentence(error.fault, text, currency))]) from error
    if minor < 0:
        sentence = f"Enter an amount of 0 or more. You entered {quoted(text)}."
        raise InvalidInput([Problem(field, sentence)])
    return Money(minor, currency)


def split_in_proportion(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split `total_minor` into whole parts in proportion to `weights`, losing nothing.

    Largest remainder: each part is the exact share rounded down, and the units left over
    go to the largest remainders, the earlier place first. The parts add up to the total
    and each is within one unit of its exact share. Raises ValueError for a negative
    total or weight, and where all weights are zero but the total is not.
    """
    if total_minor < 0 or any(weight < 0 for weight in weights):
        raise ValueError("Totals and weights are 0 or more")
    whole = sum(weights)
    if whole == 0:
        if total_minor:
            raise ValueError("Nobody can take a part: all weights are 0")
        return [0] * len(weights)
    shares = [divmod(total_minor * weight, whole) for weight in weights]
    parts = [part for part, _ in shares]
    by_remainder = sorted(range(len(weights)), key=lambda place: -shares[place][1])
    for place in by_remainder[: total_minor - sum(parts)]:
        parts[place] += 1
    return parts


def _without_sign(text: str, currency: str) -> str:
    """Return `text` without the currency's own code or sign at either end."""
    amount = text.strip()
    for sign in (currency, *_SIGNS.get(currency, ())):
        if amount.upper().startswith(sign.upper()):
            return amount[len(sign) :]
        if amount.upper().endswith(sign.upper()):
            return amount[: -len(sign)]
    return amount


def _sentence(fault: NumeralFault, text: str, currency: str) -> str:
    digits = minor_digits(currency)
    example = f"12500 or 12500.{'50'.ljust(digits, '0')}" if digits else "12500"
    match fault:
        case NumeralFault.TOO_PRECISE:
            allowed = f"at most {digits} decimals" if digits else "no decimals"
            return f"{currency} has {allowed}. You entered {quoted(text)}."
        case NumeralFault.TOO_LARGE:
            return f"Enter a smaller amount. You entered {quoted(text)}."
        case NumeralFault.AMBIGUOUS:
            return f"Write {quoted(text)} without a mark between the thousands, such as {example}."
        case NumeralFault.NOT_A_NUMBER:
            return f"Enter an amount in {currency}, such as {example}. You entered {quoted(text)}."
