"""How long a person's data must stay, because of the rounds that they took part in."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Participation:
    """A round that a person took part in. ended_on None = it is not announced yet."""

    round_title: str
    ended_on: date | None
    retention_months: int


@dataclass(frozen=True)
class Hold:
    """Why data stays: rounds that still run, and the last day of those that ended."""

    running: tuple[str, ...] = ()
    last_day: date | None = None

    def is_over(self, today: date) -> bool:
        """Tell whether nothing holds the data on `today`."""
        return not self.running and (self.last_day is None or self.last_day < today)


def hold_of(participations: Iterable[Participation]) -> Hold:
    """Return what holds a person's data: each round keeps it to the end of its own time."""
    found = list(participations)
    running = sorted(one.round_title for one in found if one.ended_on is None)
    days = [months_after(one.ended_on, one.retention_months) for one in found if one.ended_on]
    return Hold(running=tuple(running), last_day=max(days, default=None))


def months_after(day: date, months: int) -> date:
    """Return the same day of the month that many months later, or that month's last day."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
