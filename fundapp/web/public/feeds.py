"""What others may follow: announcements as Atom feeds, dates of calls as calendars."""

from datetime import datetime

from flask import Blueprint, Response, request

from fundapp.exports.atom import MEDIA_TYPE as ATOM
from fundapp.exports.atom import FeedPlace, fund_feed, round_feed
from fundapp.exports.calendars import MEDIA_TYPE as CALENDAR
from fundapp.exports.calendars import calendar_of
from fundapp.extensions import db
from fundapp.queries.announced_awards import announced_awards
from fundapp.queries.calls import call_of, published_calls
from fundapp.web.installation import installation, now

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/announcements.atom")
def follow_fund() -> Response:
    """Every announced round, from its instant on."""
    rounds = announced_awards(db.session(), now=now())
    config = installation().config
    place = _place("/announcements.atom", f"{config.fund_name}: awards")
    content, changed_at = fund_feed(place, rounds)
    return _told(content, media_type=ATOM, changed_at=changed_at)


@blueprint.get("/announcements/<reference>.atom")
def follow_round(reference: str) -> Response:
    """The awards of one round; the feed of a published call is there before, and empty."""
    call = call_of(db.session(), reference, now=now())
    rounds = announced_awards(db.session(), now=now(), reference=reference)
    place = _place(f"/announcements/{reference}.atom", f"{call.title}: awards")
    content, changed_at = round_feed(place, rounds[0] if rounds else None)
    return _told(content, media_type=ATOM, changed_at=changed_at)


@blueprint.get("/calls.ics")
def download_dates() -> Response:
    """The dates of all calls."""
    calls = published_calls(db.session(), now=now())
    config = installation().config
    content = calendar_of(calls, site=config.public_url, name=config.fund_name)
    return _told(content, media_type=CALENDAR)


@blueprint.get("/calls/<reference>.ics")
def download_dates_of_call(reference: str) -> Response:
    """The dates of one call."""
    call = call_of(db.session(), reference, now=now())
    content = calendar_of([call], site=installation().config.public_url, name=call.title)
    return _told(content, media_type=CALENDAR)


def _place(path: str, title: str) -> FeedPlace:
    config = installation().config
    return FeedPlace(site=config.public_url, path=path, title=title, fund=config.fund_name)


def _told(content: bytes, *, media_type: str, changed_at: datetime | None = None) -> Response:
    """Others may keep it but ask each time: what is public changes at an instant."""
    response = Response(content, content_type=f"{media_type}; charset=utf-8")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    response.last_modified = changed_at
    response.add_etag()
    response.make_conditional(request)
    return response
