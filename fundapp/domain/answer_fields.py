"""One typed field: the value it holds and, where it cannot be taken, what to do about it.

Each reader takes the question, its plain text (never empty) and the currency of money, and
returns the value and a sentence, "" when nothing is to mend. What cannot be read is
returned as it was typed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias
from urllib.parse import urlsplit

from fundapp.domain.errors import InvalidInput
from fundapp.domain.money import CURRENCIES, LARGEST_SUM, Money, parse_money
from fundapp.domain.numerals import NumeralError, read_units
from fundapp.domain.questions import Question, QuestionKind
from fundapp.domain.text import count_words, one_line, plain, quoted

Cell: TypeAlias = str | int | dict[str, str | int] | None
"""The value of one field; a dict is money: {"minor": int, "currency": str}."""

Worth: TypeAlias = Callable[[Money], Money]
"""What a sum is in the round's currency."""

MAX_SHORT_TEXT = 200
"""Most characters of a short text."""

_MAX_LINK = 2_000
_MAX_EMAIL = 254
_Read: TypeAlias = tuple[Cell, str]


def same(money: Money) -> Money:
    """Return a sum that is in the round's currency already."""
    return money


def read_field(question: Question, raw: object, *, currency: str, worth: Worth = same) -> _Read:
    """Return the value of one field and a sentence, "" when nothing is to mend.

    `raw` is the posted text or a value stored before; anything else counts as empty. Money
    is read in `currency`; its limits are sums of the round's, which `worth` compares it in.
    """
    text = plain(_typed(raw)).strip()
    if question.kind is QuestionKind.MONEY and text:
        return _read_money(question, text, currency, worth=worth)
    return _READERS[question.kind](question, text, currency) if text else (None, "")


def unknown_choice(question: Question, choices: list[str]) -> str:
    """Return a sentence on the first choice that is not offered, "" when all are."""
    strange = next((choice for choice in choices if choice not in question.options), "")
    return f"Choose from the list. {quoted(strange)} is not in it." if strange else ""


def _typed(raw: object) -> str:
    match raw:
        case str():
            return raw
        case bool():
            return ""
        case int():
            return str(raw)
        case {"minor": int(minor), "currency": str(currency)} if currency in CURRENCIES:
            return Money(int(minor), currency).as_decimal_text()
        case _:
            return ""


def _read_short_text(question: Question, text: str, _currency: str) -> _Read:
    line = one_line(text)
    if len(line) > MAX_SHORT_TEXT:
        return line, f"{len(line):,} characters. Shorten by {len(line) - MAX_SHORT_TEXT:,}."
    return line, _too_many_words(question, line)


def _read_long_text(question: Question, text: str, _currency: str) -> _Read:
    return text, _too_many_words(question, text)


def _too_many_words(question: Question, text: str) -> str:
    words = count_words(text) if question.max_words is not None else 0
    excess = words - (question.max_words or 0)
    return f"{words:,} words. Shorten by {excess:,}." if excess > 0 else ""


def _read_number(question: Question, text: str, _currency: str) -> _Read:
    low, high = question.minimum, question.maximum
    try:
        number = read_units(text, digits=0)
    except NumeralError:
        example = next((n for n in (300, low, high) if n is not None and _fits(n, question)), 300)
        return text, f"Enter a whole number, such as {example}. You entered {quoted(text)}."
    if low is not None and number < low:
        return number, f"Enter a number of at least {low:,}. You entered {number:,}."
    if high is not None and number > high:
        return number, f"Enter a number of at most {high:,}. You entered {number:,}."
    return number, ""


def _fits(number: int, question: Question) -> bool:
    low, high = question.minimum, question.maximum
    return (low is None or low <= number) and (high is None or number <= high)


def _read_money(question: Question, text: str, currency: str, *, worth: Worth) -> _Read:
    try:
        money = parse_money(text, currency, field=question.code)
    except InvalidInput as error:
        return text, error.problems[0].sentence
    in_round = worth(money)
    if in_round.minor > LARGEST_SUM:
        return text, f"Enter a smaller amount. You entered {money}."
    value: Cell = {"minor": money.minor, "currency": money.currency}
    entered = f"{money}" if in_round == money else f"{money}, which is {in_round}"
    low, high = question.minimum, question.maximum
    if low is not None and in_round.minor < low:
        return value, f"Enter at least {Money(low, in_round.currency)}. You entered {entered}."
    if high is not None and in_round.minor > high:
        return value, f"Enter at most {Money(high, in_round.currency)}. You entered {entered}."
    return value, ""


def _read_choice(question: Question, text: str, _currency: str) -> _Read:
    choice = one_line(text)
    if choice in question.options and question.passing and choice not in question.passing:
        return choice, question.if_not_passing
    return choice, unknown_choice(question, [choice])


def _read_date(_question: Question, text: str, _currency: str) -> _Read:
    match = re.fullmatch("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    sentence = f"Enter a date such as 2026-12-14. You entered {quoted(text)}."
    if match is None:
        return text, sentence
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat(), ""
    except ValueError:
        return text, sentence


def _read_link(_question: Question, text: str, _currency: str) -> _Read:
    link = text if "://" in text else f"https://{text}"
    if _is_link(link):
        return link, ""
    return text, f"Enter a link such as https://example.org/report. You entered {quoted(text)}."


def _is_link(link: str) -> bool:
    """Tell whether `link` leads to a public web page: http or https, a host, no password."""
    if len(link) > _MAX_LINK or re.search(r"\s", link):
        return False
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and re.fullmatch(r"[^.]+(\.[^.]+)+", host) is not None
        and "@" not in parts.netloc
        and port_is_readable
    )


def _read_email(_question: Question, text: str, _currency: str) -> _Read:
    if len(text) <= _MAX_EMAIL and re.fullmatch(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+", text):
        return text, ""
    return text, f"Enter a mail address such as name@example.org. You entered {quoted(text)}."


_READERS: Mapping[QuestionKind, Callable[[Question, str, str], _Read]] = {
    QuestionKind.SHORT_TEXT: _read_short_text,
    QuestionKind.LONG_TEXT: _read_long_text,
    QuestionKind.NUMBER: _read_number,
    QuestionKind.SINGLE_CHOICE: _read_choice,
    QuestionKind.DATE: _read_date,
    QuestionKind.LINK: _read_link,
    QuestionKind.EMAIL: _read_email,
}
