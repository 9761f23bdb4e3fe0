"""How long the rest will take, from when the last ones were done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

FEWEST = 5
"""With fewer done there is nothing to go by."""

MOST = 50
"""Older ones say nothing about now."""

STILLNESS = timedelta(minutes=2)
"""After so long without a new one nobody can say when the next comes."""


def time_left(done_at: Sequence[datetime], left: int, *, now: datetime) -> timedelta | None:
    """Return an estimate for `left` more at the pace of the last ones; None without ground for it.

    done_at: the newest first. Pauses between two that are longer than STILLNESS begin the count
    anew. The time since the last one counts too, so that an estimate grows when nothing comes.
    """
    run = list(done_at[:1])
    for earlier in done_at[1:MOST]:
        if run[-1] - earlier > STILLNESS:
            break
        run.append(earlier)
    if left == 0 or len(run) < FEWEST or now - run[0] > STILLNESS:
        return None
    return (now - run[-1]) / (len(run) - 1) * left


def roughly(span: timedelta) -> str:
    """Return a span in words that promise no more than they can keep."""
    minutes = round(span / timedelta(minutes=1))
    if minutes < 1:
        return "less than a minute"
    if minutes < 90:
        return "about a minute" if minutes == 1 else f"about {minutes} minutes"
    return f"about {round(minutes / 60)} hours"
