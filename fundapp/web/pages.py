"""What every page knows: filters, addresses of static files, navigation."""

import hashlib
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol
from flask import Flask, current_app, request, url_for
from markdown_it import MarkdownIt
from markupsafe import Markup
from nh3 import clean

from fundapp.domain.money import Money
from fundapp.domain.windows import Deadline
from fundapp.extensions import db
from fundapp.queries.signatures import count_to_sign
from fundapp.web.access import current_actor, time_zone
from fundapp.web.evidence_rows import log_rows
from fundapp.web.installation import installation, now
from fundapp.web.navigation import navigation_for
from fundapp.web.prize_rows import gate_rows, rule_rows

MARKDOWN_TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote"),
    *("code", "pre", "table", "thead", "tbody", "tr", "th", "td", "hr", "br"),
}
LOCALE = "en_GB"


def install(app: Flask) -> None:
    """Register filters and context."""
    app.jinja_env.filters.update(
        money=show_money,
        date=show_date,
        datetime=show_datetime,
        time_left=show_time_left,
        number=show_number,
        markdown=show_markdown,
        text_lines=show_text,
        log_rows=log_rows,
        prize_rule_rows=rule_rows,
        gate_rows=gate_rows,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)


def safe_target(text: str | None) -> str | None:
    """Return a path on this site to go to after an act; None for anything else."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return None
    parts = urlsplit(text)
    return text if not parts.netloc and not parts.scheme and "\\" not in text else None


def show_money(
    minor: int | None, currency: str, *, cents: bool = False, own: Money | None = None
) -> str:
    """Minor units as an amount: €1,250 (cents only where there are some, or asked for).

    own: the same in a currency of its own, which stands behind: €1,250 (US$1,359).
    """
    if minor is None:
        return "–"
    if own is not None:
        shown = show_money(minor, currency, cents=cents)
        return f"{shown} ({show_money(own.minor, own.currency, cents=cents)})"
    whole, _, fraction = Money(abs(minor), currency).as_decimal_text().partition(".")
    decimals = f".{fraction}" if fraction and (cents or fraction.strip("0")) else ""
    return f"{'-' if minor < 0 else ''}{_sign_of(currency)}{int(whole):,}{decimals}"


@cache
def _sign_of(currency: str) -> str:
    sign = str(get_currency_symbol(currency, locale=LOCALE))
    return f"{sign}\N{NO-BREAK SPACE}" if sign[-1].isalpha() else sign


def show_date(day: date | datetime | None, style: str = "long") -> str:
    """2 November 2026. An instant is shown as the day it is in the reader's zone."""
    if day is None:
        return "–"
    if isinstance(day, datetime):
        day = day.astimezone(_zone()).date()
    return _date_text(day, style)


@lru_cache(maxsize=4096)
def _date_text(day: date, style: str) -> str:
    return format_date(day, style, locale=LOCALE)


def show_datetime(at: datetime | None, zone: str | None = None) -> str:
    """Monday 14 December 2026, 15:00 (EAT): in the given zone, or the reader's."""
    if at is None:
        return "–"
    place = ZoneInfo(zone) if zone else _zone()
    local = at.astimezone(place)
    day = format_datetime(local, "EEEE d MMMM y, HH:mm", tzinfo=place, locale=LOCALE)
    return f"{day} {local.tzname()}"


def show_time_left(at: datetime | None) -> str:
    """21 days left."""
    return Deadline(at, "UTC").time_left(now()) if at else ""


def show_number(value: Any, digits: int = 1) -> str:
    """A number with at most `digits` decimals; – when there is none."""
    if value is None:
        return "–"
    return _number_text(round(float(value), digits))


@lru_cache(maxsize=4096)
def _number_text(number: float) -> str:
    return format_decimal(number, locale=LOCALE)


def show_markdown(text: str) -> Markup:
    """Markdown of fund managers as safe HTML: a short list of tags, no images, no scripts."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return Markup(  # noqa: S704  (nh3 cleaned it)
        clean(html, tags=MARKDOWN_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "mailto"})
    )


def show_text(text: str) -> list[str]:
    """Paragraphs of typed text, split at blank lines."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def static_url(filename: str) -> str:
    """Address of a static file that changes with its content, so browsers may keep it."""
    path = str(Path(current_app.static_folder or "") / filename)
    return url_for("static", filename=filename, v=_fingerprint(path))


def _zone() -> ZoneInfo:
    return ZoneInfo(time_zone())


def _context() -> dict[str, Any]:
    config = installation().config
    return {
        "fund": {
            "name": config.fund_name,
            "tagline": config.fund_tagline,
            "address": config.fund_address,
            "mail": config.fund_mail,
        },
        "static_url": static_url,
        "navigation": navigation_for(current_actor(), request.path, to_sign=_to_sign()),
        "now": now,
        "banner": None,
        "lang": "en",
        "dir": "ltr",
    }


def _to_sign() -> int:
    """Return how many award letters wait for the reader, an officer."""
    actor = current_actor()
    if actor is None or not actor.offices:
        return 0
    return count_to_sign(db.session(), actor.person_id, actor.offices)
