"""Results of several logs on the same task by the same metric, each against the largest."""

from collections.abc import Sequence
from dataclasses import dataclass

from fundapp.evidence.comparison import Difference, Interval, difference_of, interval_of
from fundapp.evidence.record import Metric
from fundapp.evidence.results import Result


@dataclass(frozen=True)
class OwnedResult:
    """One result, and whose it is: its place in the lists that were given."""

    owner: int
    result: Result


@dataclass(frozen=True)
class ComparedResult:
    """One result beside others. difference: to the largest, None for that itself."""

    owner: int
    result: Result
    interval: Interval | None
    difference: Difference | None


@dataclass(frozen=True)
class ComparedTask:
    """Results that may share an axis, the largest value first. low, high: the ends of the axis.

    model: the one that all ran, "" where models differ.
    """

    task: str
    metric: str
    model: str
    rows: tuple[ComparedResult, ...]

    @property
    def low(self) -> float:
        """Return the smallest value that is drawn, 0 where all are shares."""
        return 0.0 if self._are_shares else min(self._drawn)

    @property
    def high(self) -> float:
        """Return the largest value that is drawn, 1 where all are shares."""
        return 1.0 if self._are_shares else max(self._drawn)

    @property
    def _are_shares(self) -> bool:
        return all(0.0 <= (row.result.value or 0.0) <= 1.0 for row in self.rows)

    @property
    def _drawn(self) -> list[float]:
        values = [row.result.value or 0.0 for row in self.rows]
        ends = [row.interval for row in self.rows if row.interval is not None]
        return [*values, *(one.low for one in ends), *(one.high for one in ends)]


def compare_results(
    owned: Sequence[Sequence[Result]], *, least_owners: int = 1, same_model: bool = False
) -> tuple[ComparedTask, ...]:
    """Return the results by task and metric, where at least `least_owners` have one.

    same_model: only results of one model stand together, so that a difference is one of the runs.
    Names are compared without regard to capitals; results without a task or a value are left out,
    and so are copies of one log. Of equal values the earlier owner comes first.
    """
    found: dict[tuple[str, str, str], list[OwnedResult]] = {}
    for owner, results in enumerate(owned):
        for result in results:
            if result.task is None or result.value is None:
                continue
            model = (result.model or "").casefold() if same_model else ""
            key = (result.task.casefold(), result.metric.casefold(), model)
            group = found.setdefault(key, [])
            if OwnedResult(owner, result) not in group:
                group.append(OwnedResult(owner, result))
    return tuple(
        _compared(group)
        for _, group in sorted(found.items())
        if len({one.owner for one in group}) >= least_owners
    )


def _compared(group: Sequence[OwnedResult]) -> ComparedTask:
    ordered = sorted(group, key=lambda one: (-(one.result.value or 0.0), one.owner))
    best = _metric(ordered[0].result)
    rows = tuple(
        ComparedResult(
            one.owner,
            one.result,
            interval_of(_metric(one.result)),
            difference_of(best, _metric(one.result)) if place else None,
        )
        for place, one in enumerate(ordered)
    )
    first = ordered[0].result
    models = {one.result.model or "" for one in group}
    model = models.pop() if len(models) == 1 else ""
    return ComparedTask(task=first.task or "", metric=first.metric, model=model, rows=rows)


def _metric(result: Result) -> Metric:
    return Metric(name=result.metric, value=result.value, stderr=result.stderr, n=result.n)
