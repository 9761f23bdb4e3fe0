"""Whether results differ by more than chance: entries side by side, and a claim with its re-run."""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

from fundapp.evidence.record import Metric

LEVEL = 0.95


class Outcome(StrEnum):
    """What can be said of two results.

    UNKNOWN: one of them has neither a standard error nor a count of samples.
    """

    DIFFERS = "differs"
    WITHIN_NOISE = "within_noise"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Interval:
    """The ends of an interval, on the metric's own scale."""

    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """The second result less the first, its interval and what that says."""

    value: float
    interval: Interval | None
    outcome: Outcome


def standard_error(metric: Metric) -> float | None:
    """Return the error that the file gives, else that of a share of `n` samples; None for none.

    An error of 0 from one sample says nothing. A share has its error from n only (Agresti and
    Coull 1998: two successes and two failures are added, so that 0 and 1 have one too).
    """
    if metric.stderr is not None and not (metric.stderr == 0.0 and (metric.n or 0) <= 1):
        return metric.stderr
    if metric.stderr is not None or metric.n is None or metric.value is None:
        return None
    if metric.n < 2 or not 0.0 <= metric.value <= 1.0:
        return None
    share = (metric.value * metric.n + 2) / (metric.n + 4)
    return sqrt(share * (1 - share) / (metric.n + 4))


def interval_of(metric: Metric, level: float = LEVEL) -> Interval | None:
    """Return the interval of a result; None where its error is unknown."""
    error = standard_error(metric)
    if error is None or metric.value is None:
        return None
    half = NormalDist().inv_cdf((1 + level) / 2) * error
    return Interval(metric.value - half, metric.value + half)


def difference_of(first: Metric, second: Metric, level: float = LEVEL) -> Difference | None:
    """Return the second less the first, the two taken as independent; None without values."""
    if first.value is None or second.value is None:
        return None
    value = second.value - first.value
    errors = [standard_error(first), standard_error(second)]
    known = [error for error in errors if error is not None]
    if len(known) < 2:
        return Difference(value, None, Outcome.UNKNOWN)
    half = NormalDist().inv_cdf((1 + level) / 2) * sqrt(sum(error**2 for error in known))
    is_clear = abs(value) > half
    return Difference(
        value,
        Interval(value - half, value + half),
        Outcome.DIFFERS if is_clear else Outcome.WITHIN_NOISE,
    )
