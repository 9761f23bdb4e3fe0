"""Money, dates and numbers as the reader of a document writes them.

Digits are those of CLDR for the language: 0 to 9 in all six, in Arabic and Hindi too.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from fundapp.domain.languages import LANGUAGES, Language
from fundapp.domain.money import Money, minor_digits

_LETTER_BESIDE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_DECIMALS = re.compile(r"0\.0+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


__all__ = ["LANGUAGES", "Formats", "Language", "is_numeric"]


class Formats:
    """Writes data in one language. Instants are UTC and say so."""

    def __init__(self, language: Language) -> None:
        self._locale = Locale.parse(language.locale)
        self._money_pattern = self._locale.currency_formats["standard"].pattern

    def money(self, amount: Money) -> str:
        """Return "€220,000" or "€220,000.50": no empty decimals, never a line break inside."""
        digits = minor_digits(amount.currency)
        shown = digits if amount.minor % 10**digits else 0
        text = format_currency(
            Decimal(amount.minor).scaleb(-digits),
            amount.currency,
            format=_DECIMALS.sub(f"0.{'0' * shown}".rstrip("."), self._money_pattern),
            locale=self._locale,
            currency_digits=False,
        )
        return _LETTER_BESIDE_DIGIT.sub(_NO_BREAK_SPACE, text).replace(" ", _NO_BREAK_SPACE)

    def day(self, day: date) -> str:
        """Return "26 February 2027"."""
        return format_date(day, "long", locale=self._locale)

    def short_day(self, day: date) -> str:
        """Return "26 Feb 2027", for tables."""
        return format_skeleton("yMMMd", day, locale=self._locale)

    def instant(self, at: datetime, *, seconds: bool = False) -> str:
        """Return "25 Feb 2027, 09:12 UTC", with seconds where they count."""
        utc = at.astimezone(UTC)
        length = "medium" if seconds else "short"
        clock = format_time(utc, length, tzinfo=UTC, locale=self._locale)
        pattern = str(get_datetime_format("medium", locale=self._locale))
        text = pattern.replace("{1}", self.short_day(utc.date())).replace("{0}", clock)
        return f"{text}{_NO_BREAK_SPACE}UTC"

    def number(self, value: int | float) -> str:
        """Return a count or a mark: "1,319", "4.5"."""
        return format_decimal(value, locale=self._locale)

    def mean(self, value: float) -> str:
        """Return a mean of marks with one decimal: "4.4"."""
        return format_decimal(value, format="0.0", locale=self._locale)

    def rate(self, text: str) -> str:
        """Return "1 USD = 0.92 EUR" with its numbers as the language writes them, all digits."""
        return _NUMBER.sub(self._exactly, text).replace(" ", _NO_BREAK_SPACE)

    def _exactly(self, found: re.Match[str]) -> str:
        return format_decimal(Decimal(found[0]), locale=self._locale, decimal_quantization=False)

    def listed(self, names: Sequence[str]) -> str:
        """Return "Ruritania, Lilliput and Erewhon"."""
        return format_list(list(names), locale=self._locale)

    def plural(self, count: int) -> str:
        """Return the CLDR plural category of `count`: "one", "few", "other"."""
        return self._locale.plural_form(count)

    def counted(self, count: int, forms: Mapping[str, str]) -> str:
        """Return the form of a counted noun by CLDR category, "#" filled with the number.

        A category without a form of its own takes "other".
        """
        form = forms.get(self.plural(count), forms["other"])
        return form.replace("# ", f"#{_NO_BREAK_SPACE}").replace("#", self.number(count))

    def cell(self, value: object) -> str:
        """Return a cell of a table: money, a day, a number or a text; None is empty."""
        match value:
            case Money():
                return self.money(value)
            case date():
                return self.short_day(value)
            case int():
                return self.number(value)
        return "" if value is None else str(value)


def is_numeric(value: object) -> bool:
    """Tell whether a cell stands at the end of its column: numbers and money."""
    return isinstance(value, int | Money)
