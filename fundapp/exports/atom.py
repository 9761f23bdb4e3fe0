"""Announcements as an Atom 1.0 feed (RFC 4287)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from fundapp.domain.money import Money
from fundapp.domain.text import plain
from fundapp.queries.announced_awards import AwardedRound, AwardRow

MEDIA_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed: the format wants an instant."""


@dataclass(frozen=True, kw_only=True)
class FeedPlace:
    """Where a feed stands. site: the address of the installation; path: of the feed there."""

    site: str
    path: str
    title: str
    fund: str


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """id stays the same for ever; updated_at is never earlier than the announcement."""

    id: UUID
    title: str
    updated_at: datetime
    published_at: datetime
    url: str
    text: str


def fund_feed(place: FeedPlace, rounds: Iterable[AwardedRound]) -> tuple[bytes, datetime]:
    """Return the feed of the fund, an entry for each announced round, and when it last changed."""
    entries = [_round_entry(round_, place.site) for round_ in rounds if round_.announced_at]
    return _feed(place, entries)


def round_feed(place: FeedPlace, round_: AwardedRound | None) -> tuple[bytes, datetime]:
    """Return the feed of a round, an entry for each award; without any until it is public."""
    if round_ is None:
        return _feed(place, [])
    return _feed(place, [_award_entry(award, round_, place.site) for award in round_.awards])


def _round_entry(round_: AwardedRound, site: str) -> _Entry:
    at = round_.announced_at or NOTHING_YET
    noun = "prize" if round_.kind.value == "prize" else "grant"
    count = len(round_.awards)
    told = f"{count} {noun}{'' if count == 1 else 's'}, {Money(round_.total, round_.currency)}."
    return _Entry(
        id=round_.id,
        title=f"{round_.title}: {noun}s announced",
        updated_at=round_.updated_at or at,
        published_at=at,
        url=f"{site}/awards",
        text="\n".join([*_noticed(round_), told, *(_award_line(one) for one in round_.awards)]),
    )


def _award_line(award: AwardRow) -> str:
    prize = f"{award.prize}: " if award.prize else ""
    return f"{prize}{award.title}, {award.organisation}"


def _award_entry(award: AwardRow, round_: AwardedRound, site: str) -> _Entry:
    told = f"{award.organisation} gets {Money(award.amount, round_.currency)}."
    payers = ", ".join(funder for funder, _ in award.parts)
    lines = [*_noticed(round_), told, award.citation, f"Paid by {payers}." if payers else ""]
    return _Entry(
        id=award.id,
        title=f"{award.prize}: {award.title}" if award.prize else award.title,
        updated_at=award.told_at,
        published_at=award.told_at,
        url=f"{site}/awards/{award.reference}",
        text="\n".join(line for line in lines if line),
    )


def _noticed(round_: AwardedRound) -> Iterator[str]:
    if round_.notice:
        yield round_.notice


def _feed(place: FeedPlace, entries: list[_Entry]) -> tuple[bytes, datetime]:
    newest_first = sorted(entries, key=lambda entry: (entry.updated_at, str(entry.id)))[::-1]
    updated_at = newest_first[0].updated_at if newest_first else NOTHING_YET
    url = place.site + place.path
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _text(feed, "id", url)
    _text(feed, "title", place.title)
    _text(feed, "updated", _instant(updated_at))
    _text(SubElement(feed, "author"), "name", place.fund)
    SubElement(feed, "link", {"rel": "self", "type": MEDIA_TYPE, "href": url})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": _awards(place)})
    for entry in newest_first:
        _add(feed, entry)
    indent(feed)
    return tostring(feed, encoding="utf-8", xml_declaration=True), updated_at


def _awards(place: FeedPlace) -> str:
    return f"{place.site}/awards"


def _add(feed: Element, entry: _Entry) -> None:
    element = SubElement(feed, "entry")
    _text(element, "id", entry.id.urn)
    _text(element, "title", entry.title)
    _text(element, "updated", _instant(entry.updated_at))
    _text(element, "published", _instant(entry.published_at))
    SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
    _text(element, "content", entry.text)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = plain(text)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
