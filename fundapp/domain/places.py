"""Places of a ranking for a reader who may not see all of it."""

from collections.abc import Collection, Hashable, Mapping
from itertools import groupby
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def places_among(ranks: Mapping[Key, int], *, hidden: Collection[Key]) -> dict[Key, int]:
    """Return the places of those that are not hidden, counted among themselves.

    Equal ranks keep sharing a place. Without a gap in the numbers nobody can tell where a
    hidden one stands.
    """
    order = sorted((key for key in ranks if key not in hidden), key=lambda key: ranks[key])
    found: dict[Key, int] = {}
    for _, group in groupby(order, key=lambda key: ranks[key]):
        found.update(dict.fromkeys(group, len(found) + 1))
    return found
