import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.money import (
    CURRENCIES,
    Money,
    minor_digits,
    parse_money,
    split_in_proportion,
    total_of,
)


def problem_of(text: str, currency: str = "EUR") -> str:
    with pytest.raises(InvalidInput) as refused:
        parse_money(text, currency, field="requested")
    [problem] = refused.value.problems
    assert problem.field == "requested"
    return problem.sentence


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12500", "EUR", 1_250_000),
        ("12,500.50", "EUR", 1_250_050),
        ("12 500,50", "EUR", 1_250_050),
        ("12.500", "EUR", 1_250_000),
        ("€12,500", "EUR", 1_250_000),
        ("12 500 €", "EUR", 1_250_000),
        ("EUR 12500", "EUR", 1_250_000),
        ("12500 eur", "EUR", 1_250_000),
        ("US$ 5", "USD", 500),
        ("$5", "USD", 500),
        ("KSh 500", "KES", 50_000),
        ("R 1 000", "ZAR", 100_000),
        ("¥12,500", "JPY", 12_500),
        ("12500.125", "KWD", 12_500_125),
        ("0", "EUR", 0),
    ],
)
def test_amounts_are_read_as_people_type_them(text, currency, minor):
    assert parse_money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        (
            "about 12k",
            "EUR",
            "Enter an amount in EUR, such as 12500 or 12500.50. You entered “about 12k”.",
        ),
        (
            "$500",
            "EUR",
            "Enter an amount in EUR, such as 12500 or 12500.50. You entered “$500”.",
        ),
        ("x", "JPY", "Enter an amount in JPY, such as 12500. You entered “x”."),
        ("-5", "EUR", "Enter an amount of 0 or more. You entered “-5”."),
        ("1.005,125", "EUR", "EUR has at most 2 decimals. You entered “1.005,125”."),
        ("12.50", "JPY", "JPY has no decimals. You entered “12.50”."),
        (
            "12.500",
            "KWD",
            "Write “12.500” without a mark between the thousands, such as 12500 or 12500.500.",
        ),
        ("9" * 20, "EUR", f"Enter a smaller amount. You entered “{'9' * 20}”."),
    ],
)
def test_what_is_no_amount_gets_a_sentence(text, currency, sentence):
    assert problem_of(text, currency) == sentence


def test_a_huge_paste_gets_a_short_sentence():
    assert problem_of("9" * 10_000_000) == (
        f"Enter an amount in EUR, such as 12500 or 12500.50. You entered “{'9' * 39}…”."
    )


def test_problem_is_on_the_field_amount_unless_said_otherwise():
    with pytest.raises(InvalidInput) as refused:
        parse_money("x", "JPY")
    assert refused.value.problems == (
        Problem("amount", "Enter an amount in JPY, such as 12500. You entered “x”."),
    )


def test_adding_and_taking_away_stay_in_one_currency():
    assert Money(5, "EUR") + Money(7, "EUR") == Money(12, "EUR")
    assert Money(5, "EUR") - Money(7, "EUR") == Money(-2, "EUR")
    with pytest.raises(ValueError, match="EUR and USD cannot be mixed"):
        Money(5, "EUR") + Money(5, "USD")


def test_amounts_are_ordered_within_one_currency():
    assert max(Money(5, "EUR"), Money(7, "EUR")) == Money(7, "EUR")
    with pytest.raises(ValueError, match="EUR and USD cannot be mixed"):
        sorted([Money(1, "USD"), Money(5, "EUR")])


def test_total_of_nothing_is_zero():
    assert total_of([], currency="EUR") == Money(0, "EUR")
    assert total_of([Money(1, "EUR"), Money(2, "EUR")], currency="EUR") == Money(3, "EUR")


@pytest.mark.parametrize("minor", [1.5, True, "5"])
def test_units_that_are_not_whole_are_refused(minor):
    with pytest.raises(TypeError):
        Money(minor, "EUR")


@pytest.mark.parametrize("currency", ["eur", "XXX", ""])
def test_unknown_currencies_are_refused(currency):
    with pytest.raises(ValueError, match="no active ISO 4217 currency"):
        Money(1, currency)


@pytest.mark.parametrize(
    ("money", "for_people", "for_machines"),
    [
        (Money(1_250_050, "EUR"), "EUR 12,500.50", "12500.50"),
        (Money(1_250_000, "EUR"), "EUR 12,500", "12500.00"),
        (Money(5, "EUR"), "EUR 0.05", "0.05"),
        (Money(-5, "EUR"), "EUR −0.05", "-0.05"),
        (Money(12_500, "JPY"), "JPY 12,500", "12500"),
        (Money(1_001, "KWD"), "KWD 1.001", "1.001"),
    ],
)
def test_amounts_are_written_for_people_and_for_machines(money, for_people, for_machines):
    assert str(money) == for_people
    assert money.as_decimal_text() == for_machines


@given(
    st.integers(min_value=0, max_value=10**12),
    st.sampled_from(sorted(c for c in CURRENCIES if minor_digits(c) != 3)),
)
def test_machine_text_reads_back_as_the_same_amount(minor, currency):
    money = Money(minor, currency)
    assert parse_money(money.as_decimal_text(), currency) == money


def test_remainders_go_to_the_largest_first_and_then_to_the_earlier():
    assert split_in_proportion(100, [1, 1, 1]) == [34, 33, 33]
    assert split_in_proportion(10, [3, 3, 1]) == [4, 4, 2]
    assert split_in_proportion(0, [0, 0]) == [0, 0]
    assert split_in_proportion(7, [0, 5]) == [0, 7]


@given(
    st.integers(min_value=0, max_value=10**15),
    st.lists(st.integers(min_value=0, max_value=10**12), min_size=1).filter(any),
)
def test_parts_add_up_and_are_within_one_unit_of_the_exact_share(total, weights):
    parts = split_in_proportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [0, 0]), (1, [])])
def test_impossible_splits_are_refused(total, weights):
    with pytest.raises(ValueError, match="0"):
        split_in_proportion(total, weights)
