"""Who pays for the next of the reserve list."""

from uuid import UUID

import pytest

from fundapp.domain.reserves import pay_from

A, B, C = (UUID(int=number) for number in range(3))


@pytest.mark.parametrize(
    ("amount", "freed", "left", "paid"),
    [
        (20, {A: 12, B: 8}, {A: 30, B: 30, C: 30}, {A: 12, B: 8}),
        (10, {A: 12, B: 8}, {A: 30, B: 30, C: 30}, {A: 6, B: 4}),
        (30, {A: 12, B: 8}, {A: 15, B: 9, C: 5}, {}),
        (25, {A: 12, B: 8}, {A: 13, B: 9, C: 5}, {A: 12, B: 8, C: 5}),
        (27, {A: 12, B: 8}, {A: 13, B: 9, C: 5}, {A: 13, B: 9, C: 5}),
        (28, {A: 12, B: 8}, {A: 13, B: 9, C: 5}, {}),
        (10, {A: 12}, {B: 10}, {B: 10}),
        (10, {A: 12}, {A: 4, B: 9}, {A: 4, B: 6}),
        (10, {}, {}, {}),
    ],
)
def test_whose_money_is_free_pays_first(
    amount: int, freed: dict[UUID, int], left: dict[UUID, int], paid: dict[UUID, int]
) -> None:
    assert pay_from(amount, freed=freed, left=left) == paid
