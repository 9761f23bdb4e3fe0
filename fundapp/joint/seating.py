"""Seats and who sits in them: the network behind reviewer assignment.

Every application i has m distinct seats, each for another funder, and k - m free seats.
A unit of flow runs from a seat through (i, funder) to a reviewer. An assignment with k
reviewers from at least m funders exists exactly when all seats can be filled: the distinct
seats pick m funders, and any such assignment can be seated. Augmenting paths (Ford and
Fulkerson 1956) therefore find one whenever there is one.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise


class Seat(Enum):
    """A distinct seat is for a funder that the application does not have yet."""

    DISTINCT = "distinct"
    FREE = "free"


@dataclass(frozen=True)
class _SeatNode:
    application: str
    seat: Seat


@dataclass(frozen=True)
class _FunderNode:
    application: str
    funder: str


@dataclass(frozen=True)
class _ReviewerNode:
    reviewer: str


Rank = Callable[[str, str], tuple[float, float, int]]
"""Orders the reviewers for an application; the lowest is seated first."""

_Node = _SeatNode | _FunderNode | _ReviewerNode


@dataclass
class ApplicationSeats:
    """The seats of one application. `taken_funders` already have a locked reviewer here."""

    distinct_seats: int
    free_seats: int
    eligible: Mapping[str, str]
    taken_funders: frozenset[str]
    seated: dict[str, str] = field(default_factory=dict)
    distinct_funders: set[str] = field(default_factory=set)

    def empty_seats(self, seat: Seat) -> int:
        """Return how many seats of this sort are empty."""
        if seat is Seat.DISTINCT:
            return self.distinct_seats - len(self.distinct_funders)
        return self.free_seats - (len(self.seated) - len(self.distinct_funders))

    def takes_as_distinct(self, funder: str) -> bool:
        """Tell whether a distinct seat could go to `funder`."""
        return funder not in self.distinct_funders and funder not in self.taken_funders

    def has_free_seated(self, funder: str) -> bool:
        """Tell whether a reviewer of `funder` sits in a free seat."""
        here = sum(1 for its_funder in self.seated.values() if its_funder == funder)
        return here > (funder in self.distinct_funders)


class Seating:
    """Who sits where, and how many more reviews each reviewer can take.

    `seats` are by application and `spare` by reviewer, both in the order in which they
    are to be searched; `funders` gives each reviewer's funder.
    """

    def __init__(
        self,
        seats: Mapping[str, ApplicationSeats],
        spare: Mapping[str, int],
        funders: Mapping[str, str],
    ) -> None:
        self.seats = dict(seats)
        self.spare = dict(spare)
        self.funders = dict(funders)

    def fill_greedily(self, rank: Rank) -> None:
        """Seat, application by application, the reviewer of lowest `rank(application, reviewer)`.

        `rank` is asked anew for every seat, so it may look at the loads so far.
        """
        for application, seats in self.seats.items():
            for seat in Seat:
                while seats.empty_seats(seat) and self._seat_best(application, seat, rank):
                    pass

    def repair(self) -> None:
        """Move reviewers between applications until no further seat can be filled."""
        while path := self._augmenting_path():
            self._follow(path)

    def open_distinct_seats(self) -> None:
        """Turn the distinct seats that stayed empty into free ones."""
        for seats in self.seats.values():
            empty = seats.empty_seats(Seat.DISTINCT)
            seats.distinct_seats -= empty
            seats.free_seats += empty

    def _seat_best(self, application: str, seat: Seat, rank: Rank) -> bool:
        seats = self.seats[application]
        candidates = [
            reviewer
            for reviewer, funder in seats.eligible.items()
            if self.spare[reviewer] > 0
            and reviewer not in seats.seated
            and (seat is Seat.FREE or seats.takes_as_distinct(funder))
        ]
        if not candidates:
            return False
        best = min(candidates, key=lambda reviewer: rank(application, reviewer))
        seats.seated[best] = self.funders[best]
        if seat is Seat.DISTINCT:
            seats.distinct_funders.add(self.funders[best])
        self.spare[best] -= 1
        return True

    def _augmenting_path(self) -> list[_Node]:
        """Return a path from an empty seat to a reviewer with room; [] when there is none."""
        sources = [
            _SeatNode(application, seat)
            for application, seats in self.seats.items()
            for seat in Seat
            if seats.empty_seats(seat) > 0
        ]
        came_from: dict[_Node, _Node | None] = dict.fromkeys(sources)
        waiting: deque[_Node] = deque(sources)
        search = _Search(self)
        while waiting:
            node = waiting.popleft()
            if isinstance(node, _ReviewerNode) and self.spare[node.reviewer] > 0:
                return _path_to(node, came_from)
            for following in search.after(node):
                if following not in came_from:
                    came_from[following] = node
                    waiting.append(following)
        return []

    def _follow(self, path: list[_Node]) -> None:
        """Move one unit along `path`: backward steps undo what stood there."""
        for node, following in pairwise(path):
            match node, following:
                case _SeatNode(application, Seat.DISTINCT), _FunderNode(_, funder):
                    self.seats[application].distinct_funders.add(funder)
                case _FunderNode(application, funder), _SeatNode(_, Seat.DISTINCT):
                    self.seats[application].distinct_funders.discard(funder)
                case _FunderNode(application, funder), _ReviewerNode(reviewer):
                    self.seats[application].seated[reviewer] = funder
                case _ReviewerNode(reviewer), _FunderNode(application, _):
                    del self.seats[application].seated[reviewer]
        match path[-1]:
            case _ReviewerNode(reviewer):
                self.spare[reviewer] -= 1


class _Search:
    """One breadth-first search: what can be reached next, each reviewer offered once."""

    def __init__(self, seating: Seating) -> None:
        self.seating = seating
        self.unseen: dict[str, dict[str, None]] = {}
        for reviewer in seating.spare:
            self.unseen.setdefault(seating.funders[reviewer], {})[reviewer] = None
        self.seated_at: dict[str, list[str]] = {}
        for application, seats in seating.seats.items():
            for reviewer in seats.seated:
                self.seated_at.setdefault(reviewer, []).append(application)

    def after(self, node: _Node) -> Iterator[_Node]:
        """Yield the nodes to which one more unit could move on from `node`."""
        match node:
            case _SeatNode(application, seat):
                seats = self.seating.seats[application]
                for funder in self.unseen:
                    if seat is Seat.FREE or seats.takes_as_distinct(funder):
                        yield _FunderNode(application, funder)
            case _FunderNode(application, funder):
                yield from self._after_funder(application, funder)
            case _ReviewerNode(reviewer):
                for application in self.seated_at.get(reviewer, ()):
                    yield _FunderNode(application, self.seating.funders[reviewer])

    def _after_funder(self, application: str, funder: str) -> Iterator[_Node]:
        seats = self.seating.seats[application]
        found = [
            reviewer
            for reviewer in self.unseen[funder]
            if reviewer in seats.eligible and reviewer not in seats.seated
        ]
        for reviewer in found:
            del self.unseen[funder][reviewer]
            yield _ReviewerNode(reviewer)
        if funder in seats.distinct_funders:
            yield _SeatNode(application, Seat.DISTINCT)
        if seats.has_free_seated(funder):
            yield _SeatNode(application, Seat.FREE)


def _path_to(node: _Node, came_from: Mapping[_Node, _Node | None]) -> list[_Node]:
    path = [node]
    while (before := came_from[path[-1]]) is not None:
        path.append(before)
    return path[::-1]
