from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from fundapp.documents.environments import template_environment
from fundapp.documents.formats import LANGUAGES, Formats, is_numeric
from fundapp.domain.money import Money

ENGLISH = Formats(LANGUAGES["en"])


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [
        (22_000_000, "EUR", "€220,000"),
        (22_000_050, "EUR", "€220,000.50"),
        (0, "EUR", "€0"),
        (1_234_567, "JPY", "JP¥1,234,567"),
        (1_234_567, "KWD", "KWD\u00a01,234.567"),
        (1_234_000, "KES", "KES\u00a012,340"),
        (-5_00, "EUR", "-€5"),
    ],
)
def test_writes_money_without_empty_decimals(minor, currency, expected):
    assert ENGLISH.money(Money(minor, currency)) == expected


def test_writes_days():
    assert ENGLISH.day(date(2027, 2, 6)) == "6 February 2027"
    assert ENGLISH.short_day(date(2027, 2, 6)) == "6 Feb 2027"


def test_writes_instants_in_utc():
    nairobi = timezone(timedelta(hours=3))
    at = datetime(2027, 2, 6, 1, 5, 9, tzinfo=nairobi)
    assert ENGLISH.instant(at) == "5 Feb 2027, 22:05\u00a0UTC"
    assert ENGLISH.instant(at.astimezone(UTC), seconds=True) == "5 Feb 2027, 22:05:09\u00a0UTC"


@pytest.mark.parametrize(("value", "expected"), [(4.44, "4.4"), (4, "4.0"), (6.75, "6.8")])
def test_writes_means_with_one_decimal(value, expected):
    assert ENGLISH.mean(value) == expected


def test_lists_names():
    assert ENGLISH.listed(["A"]) == "A"
    assert ENGLISH.listed(["A", "B", "C"]) == "A, B and C"


@pytest.mark.parametrize(
    ("value", "expected", "numeric"),
    [
        (1_319, "1,319", True),
        (Money(5_00, "EUR"), "€5", True),
        (date(2027, 2, 6), "6 Feb 2027", False),
        ("text", "text", False),
        (None, "", False),
    ],
)
def test_writes_cells(value, expected, numeric):
    assert ENGLISH.cell(value) == expected
    assert is_numeric(value) is numeric


def test_every_language_has_the_same_words():
    def names(code: str) -> set[str]:
        module = template_environment(code).globals["words"]
        return {name for name in vars(module) if not name.startswith("_")}

    assert {code: names(code) for code in LANGUAGES} == dict.fromkeys(LANGUAGES, names("en"))
