"""Atom feeds and calendars: well formed, stable, and never ahead of the instant."""

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.prize_rules import PrizeRules, prize_rules_as_data
from fundapp.domain.states import ApplicationState, AwardState, RoundKind, RoundState
from fundapp.exports.calendars import folded
from fundapp.models import Award, PrizeRung, Round
from tests.builders import (
    NOW,
    a_funder,
    a_round,
    an_application,
    an_award,
    an_organisation,
)

ATOM = "{http://www.w3.org/2005/Atom}"
AT = NOW + timedelta(hours=6)
SITE = "http://127.0.0.1:8000"
HOSTILE = 'Drift <b>&amp; "gauge"</b>; a, b\\c\x00'


def a_prize_round(session: Session, **columns: Any) -> Round:
    """A prize round of Nairobi with a public vote, announced at AT, and its winner."""
    rules = PrizeRules(
        votes_open_at=NOW + timedelta(weeks=6), votes_close_at=NOW + timedelta(weeks=8)
    )
    made: dict[str, Any] = {
        "kind": RoundKind.PRIZE,
        "title": "Prize, one; two",
        "time_zone": "Africa/Nairobi",
        "is_anywhere_on_earth": True,
        "announced_at": AT,
        "decides_on": date(2027, 1, 20),
        "prize_rules": prize_rules_as_data(rules),
    }
    round_ = a_round(session, RoundState.ANNOUNCED, **made | columns)
    rung = PrizeRung(round_id=round_.id, position=1, title="First prize", amount=5_000_000)
    session.add(rung)
    session.flush()
    entry = an_application(
        session, round_, an_organisation(session), ApplicationState.AWARDED, title=HOSTILE
    )
    an_award(
        session,
        entry,
        {a_funder(session).id: 5_000_000},
        AwardState.ACCEPTED,
        prize_rung_id=rung.id,
        citation="It tells <models> apart & says how surely.",
    )
    session.commit()
    return round_


@pytest.fixture
def announced(session: Session) -> Round:
    return a_prize_round(session)


def entries(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.data)  # noqa: S314  (our own)
    assert feed.findtext(f"{ATOM}id") == SITE + address
    assert [child.tag.removeprefix(ATOM) for child in feed][:4] == [
        "id",
        "title",
        "updated",
        "author",
    ]
    return [
        {child.tag.removeprefix(ATOM): child.text or child.attrib["href"] for child in entry}
        for entry in feed.iter(f"{ATOM}entry")
    ]


def test_the_feed_tells_a_round_from_its_instant_on(
    client: FlaskClient, clock: FixedClock, announced: Round
) -> None:
    clock.instant = AT - timedelta(microseconds=1)
    address = f"/announcements/{announced.reference}.atom"
    assert (entries(client, "/announcements.atom"), entries(client, address)) == ([], [])
    clock.instant = AT
    (entry,) = entries(client, "/announcements.atom")
    assert entry == {
        "id": announced.id.urn,
        "title": "Prize, one; two: prizes announced",
        "updated": "2026-11-02T15:00:00Z",
        "published": "2026-11-02T15:00:00Z",
        "link": f"{SITE}/awards",
        "content": "1 prize, EUR 50,000.\n"
        'First prize: Drift <b>&amp; "gauge"</b>; a, b\\c, Zembla Gauge',
    }
    (award,) = entries(client, address)
    assert award["title"] == 'First prize: Drift <b>&amp; "gauge"</b>; a, b\\c'
    assert award["link"] == f"{SITE}/awards/{announced.reference}-001"
    assert award["content"].splitlines() == [
        "Zembla Gauge gets EUR 50,000.",
        "It tells <models> apart & says how surely.",
        "Paid by Lilliput Foundation.",
    ]


def test_who_keeps_a_feed_asks_each_time(
    client: FlaskClient, clock: FixedClock, announced: Round
) -> None:
    before = client.get("/announcements.atom")
    asked = {"If-None-Match": before.headers["ETag"]}
    assert (before.headers["Cache-Control"], before.headers["Last-Modified"]) == (
        "no-cache",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    )
    assert client.get("/announcements.atom", headers=asked).status_code == 304
    clock.instant = AT
    after = client.get("/announcements.atom", headers=asked)
    assert (after.status_code, after.headers["Last-Modified"]) == (
        200,
        "Mon, 02 Nov 2026 15:00:00 GMT",
    )
    since = {"If-Modified-Since": after.headers["Last-Modified"]}
    assert client.get("/announcements.atom", headers=since).status_code == 304
    again = client.get("/announcements.atom")
    assert again.data == after.data


def test_an_award_that_moved_up_later_is_news(
    client: FlaskClient, clock: FixedClock, session: Session, announced: Round
) -> None:
    clock.instant = AT + timedelta(days=9)
    later = an_application(
        session, announced, an_organisation(session, "Next Gauge"), ApplicationState.AWARDED
    )
    decision = an_award(session, later, {a_funder(session).id: 100})
    moved_up = update(Award).where(Award.decision_id == decision.id)
    session.execute(moved_up.values(issued_at=AT + timedelta(days=8)))
    session.commit()
    first, second = entries(client, f"/announcements/{announced.reference}.atom")
    assert (first["updated"], second["updated"]) == ("2026-11-10T15:00:00Z", "2026-11-02T15:00:00Z")
    (whole,) = entries(client, "/announcements.atom")
    assert (whole["updated"], whole["published"]) == (first["updated"], second["updated"])


def events(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.data.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75
    found: list[dict[str, str]] = []
    for line in answer.data.decode().replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line and not line.startswith("END"):
            found[-1][name] = value
    return found


def test_the_calendar_tells_the_published_dates_and_the_instant_when_it_has_come(
    client: FlaskClient, clock: FixedClock, announced: Round
) -> None:
    before = events(client, f"/calls/{announced.reference}.ics")
    assert [
        (one["SUMMARY"], one.get("DTSTART", one.get("DTSTART;VALUE=DATE"))) for one in before
    ] == [
        ("Prize\\, one\\; two opens", "20261102T090000Z"),
        ("Prize\\, one\\; two closes", "20261214T090000Z"),
        ("Prize\\, one\\; two: public vote", "20261214T090000Z"),
        ("Prize\\, one\\; two reviews end", "20270111T090000Z"),
        ("Prize\\, one\\; two: decisions", "20270120"),
    ]
    closes = before[1]
    assert closes["DESCRIPTION"] == (
        "Closes Monday 14 December 2026\\, 12:00 Nairobi time (EAT)\\, 09:00 UTC\\, "
        "21:00 anywhere on earth (UTC−12) on 13 December."
    )
    assert (closes["DTSTAMP"], closes["URL"]) == (
        "20261102T090000Z",
        f"{SITE}/calls/{announced.reference}",
    )
    assert before[2]["DTEND"] == "20261228T090000Z"
    clock.instant = AT
    after = events(client, "/calls.ics")
    assert after[:-1] == before
    assert (after[-1]["SUMMARY"], after[-1]["DTSTART"], after[-1]["DTSTAMP"]) == (
        "Prize\\, one\\; two awards announced",
        "20261102T150000Z",
        "20261102T150000Z",
    )
    assert len({one["UID"] for one in after}) == 6


def test_a_cancelled_call_is_taken_out_of_calendars(client: FlaskClient, session: Session) -> None:
    a_round(session, RoundState.CANCELLED, cancelled_because="No money.")
    a_round(session, RoundState.DRAFT)
    session.commit()
    told = events(client, "/calls.ics")
    assert [(one["STATUS"], one["SEQUENCE"]) for one in told] == [("CANCELLED", "1")] * 3


def test_lines_fold_at_octets_and_never_inside_a_character() -> None:
    line = "SUMMARY:" + "é" * 100
    parts = folded(line).split("\r\n")
    assert [len(part.encode()) for part in parts] == [74, 75, 61]
    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == line
    assert folded("a" * 75) == "a" * 75


def test_public_pages_name_the_feed_and_drafts_have_none(
    client: FlaskClient, session: Session, announced: Round
) -> None:
    draft = a_round(session, RoundState.DRAFT)
    session.commit()
    link = '<link rel="alternate" type="application/atom+xml" href="/announcements.atom"'
    pages = ["/", "/calls", "/awards", f"/calls/{announced.reference}"]
    assert [link in client.get(page).text for page in pages] == [True] * 4
    for address in (f"/announcements/{draft.reference}.atom", f"/calls/{draft.reference}.ics"):
        assert client.get(address).status_code == 404
