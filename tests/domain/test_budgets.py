import pytest

from fundapp.domain.budgets import budget_total, line_amount
from fundapp.domain.money import Money

PRICE = {"minor": 250, "currency": "EUR"}


@pytest.mark.parametrize(
    ("row", "amount"),
    [
        ({"price": PRICE, "quantity": 3}, Money(750, "EUR")),
        ({"price": PRICE, "quantity": None}, Money(250, "EUR")),
        ({"price": PRICE}, Money(250, "EUR")),
        ({"price": PRICE, "quantity": "three"}, None),
        ({"price": "x", "quantity": 3}, None),
        ({}, None),
    ],
)
def test_a_line_comes_to_quantity_times_price(row, amount):
    assert line_amount(row) == amount


def test_the_total_counts_the_lines_that_can_be_read():
    rows: list[dict] = [{"price": PRICE, "quantity": 2}, {"price": "x"}, {"price": PRICE}]
    assert budget_total(rows, currency="EUR") == Money(750, "EUR")
    assert budget_total([], currency="EUR") == Money(0, "EUR")
