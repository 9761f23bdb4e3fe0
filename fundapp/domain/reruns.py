"""Re-runs of provisional winners: when one is wanted, and who moves up where one fails."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.states import RerunState, RoundKind

OPEN_RERUN_STATES = frozenset({RerunState.ASKED, RerunState.DELIVERED})
"""Re-runs that nobody has settled."""

PASSED_RERUN_STATES = frozenset({RerunState.CONFIRMED, RerunState.WAIVED})
"""With one of these an award can be released."""

MOVED_UP = "Moved up because the re-run of an entry placed before it did not confirm its result."
"""The reason of an award that comes so; its winner reads it."""


def wants_reruns(kind: RoundKind, prize_rules: Mapping[str, Any]) -> bool:
    """Tell whether provisional winners of a round are verified by a re-run."""
    return kind is RoundKind.PRIZE and prize_rules_from_data(prize_rules).rerun_days > 0


def rerun_hindrance(state: RerunState | None) -> str:
    """Say what keeps a pending award from being released, "" for nothing. None = never asked."""
    match state:
        case None | RerunState.WITHDRAWN:
            return "Its re-run is not asked for yet."
        case RerunState.ASKED:
            return "Its re-run is not in yet."
        case RerunState.DELIVERED:
            return "Its re-run is in. Settle it first."
        case RerunState.FAILED:
            return "Its re-run failed. Decline it, or ask for another re-run."
        case _:
            return ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place of a prize ladder. category "" = for all entries."""

    id: UUID
    position: int
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One entry under decision: its place in the frozen ranking, and the prize it has.

    rank is shared by ties, position is not; category: of the entry, "" where none is asked.
    """

    id: UUID
    rank: int
    position: int
    category: str = ""
    prize: Place | None = None


def next_in_line(vacant: Place, standings: Iterable[Standing]) -> Sequence[Standing]:
    """Return who moves up to a vacant place: nobody, one entry, or several that share a rank.

    Entries with a later place of the same ladder move up too, so that nobody passes them; a
    prize of another category is kept. Of a shared rank who has a prize comes first.
    """
    line = [one for one in standings if _may_take(vacant, one)]
    if not line:
        return ()
    line.sort(key=lambda one: (one.rank, one.prize is None, one.position))
    best = line[0]
    if best.prize is not None:
        return (best,)
    return tuple(one for one in line if one.rank == best.rank)


def _may_take(vacant: Place, standing: Standing) -> bool:
    if vacant.category not in {"", standing.category}:
        return False
    if standing.prize is None:
        return True
    is_same_ladder = standing.prize.category == vacant.category
    return is_same_ladder and standing.prize.position > vacant.position
