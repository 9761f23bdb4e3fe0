"""Asks in turn, and with several at once; adds up what came back."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.pages.client import Answer, ask
from benchmarks.pages.flows import Flow, Side, Step

AT_ONCE = 8
WARM_UP = 15


@dataclass
class Measured:
    """One kind of request: seconds alone, and per second with 8 at once, on each side."""

    name: str
    target: float
    alone: dict[str, list[float]] = field(default_factory=dict)
    rate: dict[str, float] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)

    def percentile(self, side: str, part: float) -> float:
        """Return a percentile of the seconds alone, in milliseconds."""
        ordered = sorted(self.alone[side])
        return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    def ratio(self, ours: str = Side.OURS, other: str = Side.FLOOR) -> float:
        """Return how many times as long ours takes, by the medians."""
        return self.percentile(ours, 0.5) / self.percentile(other, 0.5)


class WrongAnswerError(Exception):
    """A page answered something else than it should, so there is nothing to measure."""


@dataclass(frozen=True)
class Place:
    """A server, what is asked of it, and on which side of the comparison it stands."""

    flow: Flow
    side: Side
    port: int


def visit(place: Place, note: Callable[[Step, Answer], None]) -> None:
    """Go through one visit; tell `note` of each answer."""
    for step in place.flow(place.side):
        answer = ask(place.port, step.request)
        if answer.status != step.wanted:
            told = answer.body[:3000].decode(errors="replace")
            raise WrongAnswerError(f"{step.name}, {place.side}: {told}")
        note(step, answer)


def measure(places: Mapping[str, Place], *, alone: int, at_once: int = 0) -> list[Measured]:
    """Ask each place (by name) in turn, `alone` times; then in two turns with 8 at once."""
    found: dict[str, Measured] = {}

    def take(name: str, step: Step, answer: Answer) -> None:
        kind = found.setdefault(step.name, Measured(step.name, step.target))
        kind.alone.setdefault(name, []).append(answer.seconds)
        kind.size[name] = answer.size

    for number in range(WARM_UP + alone):
        for name, place in places.items():
            visit(place, _noting(take, name, is_kept=number >= WARM_UP))
    for _ in range(2):
        for name, place in places.items():
            for step_name, rate in _rates(place, visits=at_once // 2).items():
                rates = found[step_name].rate
                rates[name] = rates.get(name, 0) + rate / 2
    return list(found.values())


def _noting(
    take: Callable[[str, Step, Answer], None], name: str, *, is_kept: bool
) -> Callable[[Step, Answer], None]:
    def note(step: Step, answer: Answer) -> None:
        if is_kept:
            take(name, step, answer)

    return note


def _rates(place: Place, *, visits: int) -> dict[str, float]:
    """Return, by request, how many are answered per second by a server busy with them.

    A visit of several requests shares the time among them by what each took.
    """
    if not visits:
        return {}
    seconds: dict[str, list[float]] = {}

    def note(step: Step, answer: Answer) -> None:
        seconds.setdefault(step.name, []).append(answer.seconds)

    begun = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for future in [pool.submit(visit, place, note) for _ in range(visits)]:
            future.result()
    together = perf_counter() - begun
    whole = sum(map(sum, seconds.values()))
    return {name: len(taken) / (together * sum(taken) / whole) for name, taken in seconds.items()}
