"""Which entry takes which place of a prize ladder, where places can be for one category only."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key")


def entries_of_places(
    order: Sequence[Key], categories: Mapping[Key, str], places: Sequence[str]
) -> list[Key | None]:
    """Return for each place the best entry that may take it and has none yet, None for nobody.

    order: the entries, the best first. categories: what each entry chose. places: the category of
    each place in the order of the ladder, "" for all entries. An entry takes one place: the first
    of the ladder that is open to it and to nobody above it.
    """
    free = list(order)
    found: list[Key | None] = []
    for category in places:
        taker = next((one for one in free if category in {"", categories.get(one, "")}), None)
        if taker is not None:
            free.remove(taker)
        found.append(taker)
    return found
