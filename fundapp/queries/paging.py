"""Lists in pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Item = TypeVar("Item")
BOARD_ROWS = 100
"""Rows on one page of a board, whose order and sums are worked out over all of them."""


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list: its rows, its number from 1, the last number, all rows counted."""

    rows: Sequence[Item]
    number: int
    last: int
    total: int


def page_of(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    make: Callable[[Any], Item],
    *,
    number: int,
    size: int,
    counted: Select[*tuple[Any, ...]] | None = None,
) -> Page[Item]:
    """Return page `number` (the nearest there is) of an ordered statement. 2 statements.

    `counted`: a cheaper statement with as many rows, for a long list.
    """
    every = statement.order_by(None) if counted is None else counted
    total = session.scalar(select(func.count()).select_from(every.subquery())) or 0
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    rows = session.execute(statement.limit(size).offset((number - 1) * size))
    return Page([make(row) for row in rows], number=number, last=last, total=total)


def page_among(rows: Sequence[Item], *, number: int, size: int) -> Page[Item]:
    """Return page `number` (the nearest there is) of rows that are all at hand."""
    last = max(1, -(-len(rows) // size))
    number = min(max(1, number), last)
    shown = rows[(number - 1) * size : number * size]
    return Page(shown, number=number, last=last, total=len(rows))
