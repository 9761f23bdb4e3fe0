"""The dates of calls as an iCalendar file (RFC 5545), for whoever wants them in a calendar.

Instants are written in UTC, so that they need no table of zones and mean the same everywhere; the
round's own zone, and anywhere on earth where it counts, stand in the words of the event.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from fundapp.domain.text import plain
from fundapp.domain.windows import Deadline, day_in_words, time_in_words
from fundapp.queries.calls import Call

MEDIA_TYPE = "text/calendar"
LONGEST_LINE = 75
"""Octets, without the line's end."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class _Event:
    """what: tells the events of one call apart, for ever. A date without a time is a whole day."""

    what: str
    summary: str
    starts: datetime | date
    ends: datetime | None = None
    words: str = ""
    stamp: datetime


def calendar_of(calls: Iterable[Call], *, site: str, name: str) -> bytes:
    """Return the public dates of `calls`. The same calls give the same bytes.

    Only what the frozen rules tell, and the announcement once its instant has come.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//fundapp//Dates of calls//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]
    for call in calls:
        for event in _events(call):
            lines += _component(call, event, site=site)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _events(call: Call) -> Iterator[_Event]:
    stamp = (call.state_since if call.is_cancelled else call.opened_at) or LONG_AGO
    if call.opens_at:
        yield _moment(call, "opens", "opens", at=call.opens_at, stamp=stamp)
    if call.deadline:
        words = f"Closes {call.deadline.in_words()}."
        yield _Event(
            what="closes", summary=f"{call.title} closes", starts=call.deadline.at, words=words,
            stamp=stamp,
        )  # fmt: skip
    votes = call.rules_of_prizes
    if votes.votes_open_at and votes.votes_close_at:
        yield _Event(
            what="vote",
            summary=f"{call.title}: public vote",
            starts=votes.votes_open_at,
            ends=votes.votes_close_at,
            words=f"Ends {Deadline(votes.votes_close_at, call.time_zone).in_words()}.",
            stamp=stamp,
        )
    if call.reviews_due_at:
        yield _moment(call, "reviews", "reviews end", at=call.reviews_due_at, stamp=stamp)
    if call.decides_on:
        yield _Event(
            what="decides", summary=f"{call.title}: decisions", starts=call.decides_on, stamp=stamp
        )
    if call.announced_at:
        at = call.announced_at
        yield _moment(call, "announced", "awards announced", at=at, stamp=at)


def _moment(call: Call, what: str, act: str, *, at: datetime, stamp: datetime) -> _Event:
    words = f"{day_in_words(at, call.time_zone)}, {time_in_words(at, call.time_zone)}."
    return _Event(what=what, summary=f"{call.title} {act}", starts=at, words=words, stamp=stamp)


def _component(call: Call, event: _Event, *, site: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(call.id, event.what)}"
    yield f"DTSTAMP:{_instant(event.stamp)}"
    if isinstance(event.starts, datetime):
        yield f"DTSTART:{_instant(event.starts)}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.starts:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.starts + timedelta(days=1):%Y%m%d}"
    if event.ends:
        yield f"DTEND:{_instant(event.ends)}"
    yield f"SUMMARY:{_escaped(event.summary)}"
    words = " ".join(part for part in (call.notice, event.words) if part)
    if words:
        yield f"DESCRIPTION:{_escaped(words)}"
    yield f"URL:{site}/calls/{call.reference}"
    yield "TRANSP:TRANSPARENT"
    if call.is_cancelled:
        yield "STATUS:CANCELLED"
        yield "SEQUENCE:1"
    yield "END:VEVENT"


def folded(line: str) -> str:
    """Return a content line folded at 75 octets, never inside a character."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n".join(parts)


def _escaped(text: str) -> str:
    return (
        plain(text)
        .replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\n", "\\n")
    )


def _uid(call_id: UUID, what: str) -> str:
    return uuid5(call_id, what).urn


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
