"""Budget lines that add up, and whether they add up to what is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from fundapp.domain.errors import Problem
from fundapp.domain.money import Money, total_of


def line_amount(row: Mapping[str, Any]) -> Money | None:
    """Return quantity times price of a budget row, in the price's currency.

    An empty quantity counts as one. None while either cannot be read.
    """
    price, quantity = row.get("price"), row.get("quantity")
    factor = 1 if quantity is None else quantity
    if not isinstance(price, Mapping) or not isinstance(factor, int):
        return None
    return Money(price["minor"] * factor, price["currency"])


def budget_total(rows: Sequence[Mapping[str, Any]], *, currency: str) -> Money:
    """Return the sum of the lines that can be read already, in the round's currency."""
    amounts = (line_amount(row) for row in rows)
    return total_of(
        (amount for amount in amounts if amount and amount.currency == currency), currency=currency
    )


def sum_problem(
    rows: Sequence[Mapping[str, Any]], requested: Money, *, field: str
) -> Problem | None:
    """Return a sentence on `field` where a finished budget differs from what is asked for.

    A line that cannot be read yet makes no claim about the sum: None.
    """
    if any(line_amount(row) is None for row in rows):
        return None
    total = budget_total(rows, currency=requested.currency)
    if total == requested:
        return None
    gap = max(total, requested) - min(total, requested)
    side = "more" if total > requested else "less"
    sentence = (
        f"The lines come to {total}, {gap} {side} than the {requested} you ask for. "
        f"Change the lines, or ask for {gap} {side}."
    )
    return Problem(field, sentence)
