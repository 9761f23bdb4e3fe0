"""How often something may be tried, and how long to wait after that."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """At most `count` tries within any `window`."""

    count: int
    window: timedelta


def seconds_to_wait(tries: Sequence[datetime], limit: Limit, *, now: datetime) -> int:
    """Return how many whole seconds must pass before the next try; 0 = none.

    A try counts as long as it is younger than the window.
    """
    counted = sorted(at for at in tries if at > now - limit.window)
    if len(counted) < limit.count:
        return 0
    frees_a_place = counted[-limit.count]
    return math.ceil((frees_a_place + limit.window - now).total_seconds())


def wait_sentence(seconds: int) -> str:
    """Say how long to wait, in minutes from one minute on."""
    if seconds <= 60:
        return "Wait a minute and try again."
    minutes = math.ceil(seconds / 60)
    return f"Wait {minutes} minutes and try again."
