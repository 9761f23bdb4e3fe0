"""Other currencies of a round: what can be listed, and where it stands in the rules."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from fundapp.domain.exchange_rates import ExchangeRate, check_rates, tidy_rates
from fundapp.domain.money import Money
from fundapp.domain.rules import rules_text
from tests.domain.test_rounds import CONTENT, IDENTITY, NOW, SETTINGS, SHARES, sentences

TODAY = date(2026, 11, 2)
USD = ExchangeRate(
    currency="USD", rate="0.92", source="Bank of Lilliput (sample)", quoted_on=date(2026, 10, 30)
)


def problems(*rates: ExchangeRate, **in_use: str) -> list[tuple[str, str]]:
    found = check_rates(rates, round_currency="EUR", in_use=in_use, today=TODAY)
    return [(problem.field, problem.sentence) for problem in found]


def test_a_good_rate_has_no_problem() -> None:
    assert problems(USD, replace(USD, currency="KES", rate="0.0071"), USD="Lilliput") == []


@pytest.mark.parametrize(
    ("change", "column", "sentence"),
    [
        ({"currency": "XYZ"}, "currency", "Enter a currency by its three letters, such as USD."),
        (
            {"currency": "EUR"},
            "currency",
            "EUR is the round’s own currency. Leave this line out.",
        ),
        (
            {"rate": "0,92"},
            "rate",
            "Enter a number above 0 with a point and at most 12 decimals, such as 0.92. "
            "You entered “0,92”.",
        ),
        (
            {"rate": "0.0"},
            "rate",
            "Enter a number above 0 with a point and at most 12 decimals, such as 0.92. "
            "You entered “0.0”.",
        ),
        (
            {"rate": ""},
            "rate",
            "Enter a number above 0 with a point and at most 12 decimals, such as 0.92.",
        ),
        ({"source": ""}, "source", "Say who published the rate."),
        ({"source": "x" * 201}, "source", "Shorten this to 200 characters."),
        (
            {"quoted_on": TODAY + timedelta(1)},
            "quoted_on",
            "This day is still to come. Enter the day of the rate.",
        ),
    ],
)
def test_each_wrong_cell_has_its_sentence(
    change: dict[str, str], column: str, sentence: str
) -> None:
    assert problems(replace(USD, **change)) == [(f"rates-0-{column}", sentence)]  # type: ignore[arg-type]


def test_a_currency_stands_once_and_stays_while_somebody_gives_in_it() -> None:
    twice = [("rates-1-currency", "USD stands above already. Keep one of the two.")]
    assert problems(USD, USD) == twice
    used = "Lilliput gives in USD, so its rate cannot be removed. Change that envelope first."
    assert problems(USD=("Lilliput")) == [("rates", used)]


def test_rates_are_tidied_and_stand_by_currency() -> None:
    kes = replace(USD, currency=" kes ", rate=" 0.0071 ")
    assert [(one.currency, one.rate) for one in tidy_rates([USD, kes])] == [
        ("KES", "0.0071"),
        ("USD", "0.92"),
    ]


def test_rules_name_rates_and_own_sums_only_where_there_are_some() -> None:
    own = (replace(SHARES[0], own=Money(65_217_391, "USD")), SHARES[1])
    data = json.loads(rules_text(IDENTITY, SETTINGS, replace(CONTENT, envelopes=own, rates=(USD,))))
    assert data["exchange_rates"] == [
        {
            "currency": "USD",
            "quoted_on": "2026-10-30",
            "rate": "0.92",
            "source": "Bank of Lilliput (sample)",
        }
    ]
    assert data["envelopes"] == [
        {
            "amount": 60_000_000,
            "funder": "f1",
            "name": "Funder 1",
            "own_amount": 65_217_391,
            "own_currency": "USD",
        },
        {"amount": 40_000_000, "funder": "f2", "name": "Funder 2"},
    ]
    plain = json.loads(rules_text(IDENTITY, SETTINGS, CONTENT))
    assert "exchange_rates" not in plain
    assert [sorted(one) for one in plain["envelopes"]] == [["amount", "funder", "name"]] * 2


def test_an_old_rate_asks_for_a_newer_one() -> None:
    fresh = replace(USD, quoted_on=(NOW - timedelta(31)).date())
    old = replace(USD, quoted_on=(NOW - timedelta(32)).date())
    assert sentences(content=replace(CONTENT, rates=(fresh,))) == []
    assert sentences(content=replace(CONTENT, rates=(old,))) == [
        "The rate of USD is of 1 October 2026. Look for a newer one."
    ]


def test_a_blind_round_is_told_what_currencies_give_away() -> None:
    blind = replace(SETTINGS, is_blind=True)
    fresh = replace(USD, quoted_on=NOW.date())
    assert sentences(blind, replace(CONTENT, rates=(fresh,))) == [
        "Reviewers of this blind round read sums in the applicant’s currency, which may tell "
        "the country. Take one currency only, or accept that."
    ]
    assert sentences(blind) == []
