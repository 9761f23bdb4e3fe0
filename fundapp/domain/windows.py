"""Deadlines to the second, in the zone of the round, and how they are told to people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fundapp.domain.errors import InvalidInput, Problem

ANYWHERE_ON_EARTH = "Etc/GMT+12"
"""The last zone to leave a day: what is open there is open everywhere."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_LOCAL = re.compile(
    "([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:T| |, ?)+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
)
_UNITS: Mapping[str, timedelta] = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}


@dataclass(frozen=True)
class Deadline:
    """A closing time: `at` in UTC, told in `zone`, also as anywhere on earth where said so.

    The closing second itself still counts: with 15:00:00, what arrives at 15:00:00.9 is
    in time and what arrives at 15:00:01.0 is late.
    """

    at: datetime
    zone: str
    anywhere_on_earth: bool = False

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise ValueError("A deadline is kept in UTC")

    def is_open(self, now: datetime) -> bool:
        """Tell whether something that arrives at `now` is in time."""
        return now < self.at.replace(microsecond=0) + timedelta(seconds=1)

    def extended_to(self, at: datetime) -> "Deadline":
        """Return the deadline moved to `at`; raise InvalidInput where that is no later."""
        if at <= self.at:
            sentence = f"Choose a time after the deadline, {self.in_words()}."
            raise InvalidInput([Problem("extended_to", sentence)])
        return replace(self, at=at.astimezone(UTC))

    def time_left(self, now: datetime) -> str:
        """Return "21 days left", "closing now" or "closed 2 minutes ago".

        The largest unit of which at least two are left, rounded down, so that nobody is
        promised more time than there is.
        """
        left = self.at.replace(microsecond=0) - now.replace(microsecond=0)
        if left == timedelta(0):
            return "closing now"
        if left < timedelta(0):
            return f"closed {_duration(-left)} ago"
        return f"{_duration(left)} left"

    def in_words(self) -> str:
        """Return the closing time in its zone, in UTC, and anywhere on earth where said so."""
        others = ["UTC"] if not self.anywhere_on_earth else ["UTC", ANYWHERE_ON_EARTH]
        return ", ".join(
            [
                day_in_words(self.at, self.zone),
                time_in_words(self.at, self.zone),
                *(_time_elsewhere(self, zone) for zone in others if not self._is_told_in(zone)),
            ]
        )

    def _is_told_in(self, zone: str) -> bool:
        return zone_in_words(self.at, zone) == zone_in_words(self.at, self.zone)


def effective_deadline(deadline: Deadline, extension_at: datetime | None) -> Deadline:
    """Return the later of the round's deadline and one applicant's extension, if there is one."""
    if extension_at is None or extension_at <= deadline.at:
        return deadline
    return deadline.extended_to(extension_at)


def day_in_words(at: datetime, zone: str) -> str:
    """Return "Monday 14 December 2026", the day in `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"


def time_in_words(at: datetime, zone: str) -> str:
    """Return "15:00 Nairobi time (EAT)", with seconds only where there are any."""
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{clock} {zone_in_words(at, zone)}"


def zone_in_words(at: datetime, zone: str) -> str:
    """Return "Nairobi time (EAT)": the zone's city and its short name, which may be an offset."""
    if zone == ANYWHERE_ON_EARTH:
        return "anywhere on earth (UTC−12)"
    if _is_utc(zone):
        return "UTC"
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    short = at.astimezone(ZoneInfo(zone)).tzname() or ""
    if short[:1] in "+-":
        short = f"UTC{short.replace('-', '−')}"
    return f"{city} time ({short})"


def check_zone(zone: str, *, field: str = "zone") -> str:
    """Return `zone` if it names a time zone of the IANA database; raise InvalidInput if not."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        sentence = "Choose a time zone such as Africa/Nairobi or Europe/Berlin."
        raise InvalidInput([Problem(field, sentence)]) from error
    return zone


def parse_local(text: str, zone: str, *, field: str = "at") -> datetime:
    """Return the UTC time of a typed local time, "2026-12-14 15:00" or with a T, in `zone`.

    A time that the clocks skip is refused. One that they run through twice means the
    later, so that a deadline never falls before what was announced. Raises InvalidInput.
    """
    match = _LOCAL.fullmatch(text.strip())
    sentence = "Enter a date and a time such as 2026-12-14 15:00."
    if match is None:
        raise InvalidInput([Problem(field, sentence)])
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        local = datetime(
            year, month, day, hour, minute, second, tzinfo=ZoneInfo(check_zone(zone)), fold=1
        )
        at = local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput([Problem(field, sentence)]) from error
    if at.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        sentence = (
            f"The clocks in {zone} go forward that night and skip {local:%H:%M}. "
            "Choose another time."
        )
        raise InvalidInput([Problem(field, sentence)])
    return at


def typed_local(at: datetime, zone: str) -> str:
    """Return `at` as `parse_local` takes it, for the form field: "2026-12-14T15:00"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%dT%H:%M:%S}" if local.second else f"{local:%Y-%m-%dT%H:%M}"


def _duration(length: timedelta) -> str:
    """Return whole units of the largest kind of which there are two, "1 second" for one second."""
    for unit, size in _UNITS.items():
        count = length // size
        if count >= 2:
            return f"{count} {unit}s"
    return "1 second"


def _time_elsewhere(deadline: Deadline, zone: str) -> str:
    """Return the closing time in another zone, with its day where that is another day."""
    here, there = (deadline.at.astimezone(ZoneInfo(name)) for name in (deadline.zone, zone))
    told = time_in_words(deadline.at, zone)
    if there.date() == here.date():
        return told
    return f"{told} on {there.day} {MONTHS[there.month - 1]}"


def _is_utc(zone: str) -> bool:
    return zone in ("UTC", "Etc/UTC")
