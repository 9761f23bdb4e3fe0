"""Who pays for the next application of the reserve list when an award's money is free again."""

from collections.abc import Mapping
from uuid import UUID

from fundapp.domain.money import split_in_proportion


def pay_from(
    amount: int, *, freed: Mapping[UUID, int], left: Mapping[UUID, int]
) -> dict[UUID, int]:
    """Return what each funder pays of `amount` (minor units); nothing where it does not suffice.

    freed: what went back to each funder. left: all that each may spend here, `freed` included,
    in the order of the funders. Whose money became free pays first, in proportion to it; what
    is missing comes from the others, the one with the most left first.
    """
    first = {id_: min(sum_, left.get(id_, 0)) for id_, sum_ in freed.items()}
    first = {id_: sum_ for id_, sum_ in first.items() if sum_ > 0}
    if sum(first.values()) >= amount:
        parts = split_in_proportion(amount, list(first.values()))
        return {id_: part for id_, part in zip(first, parts, strict=True) if part}
    rest = amount - sum(first.values())
    paid = dict(first)
    remaining = {id_: sum_ - first.get(id_, 0) for id_, sum_ in left.items()}
    for id_ in sorted(remaining, key=lambda one: -remaining[one]):
        part = min(rest, remaining[id_])
        if part > 0:
            paid[id_] = paid.get(id_, 0) + part
            rest -= part
    return paid if not rest else {}
