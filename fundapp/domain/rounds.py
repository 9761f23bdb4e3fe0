"""The settings of a round: what a fund manager writes before the call opens, and its limits."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.languages import LANGUAGES
from fundapp.domain.letter_terms import LetterTerms, check_letter_terms
from fundapp.domain.money import CURRENCIES, LARGEST_SUM
from fundapp.domain.permissions import PeerReviews
from fundapp.domain.prize_rules import PrizeRules, check_prize_rules
from fundapp.domain.templates.shape import RoundTemplate
from fundapp.domain.text import one_line, plain
from fundapp.domain.windows import check_zone

LONGEST = {
    "title": 200,
    "programme": 200,
    "summary": 1_000,
    "call_text": 50_000,
    "notice": 500,
    "source_note": 2_000,
}
"""Most characters of each text."""

MOST_REVIEWS = 20
_SEVERAL_LINES = frozenset({"call_text", "source_note"})
_CLOSING_TIME = time(15)


@dataclass(frozen=True, kw_only=True)
class RoundSettings:
    """Everything of a round but its form, rubric, envelopes and panel.

    Sums in minor units of `currency`; instants in UTC, told in `time_zone`. `notice` is the
    strip that every page and document carries; `source_note` says where replayed data
    come from. `announcement_languages` are those of the announcement beside English.
    """

    title: str
    currency: str
    programme: str = ""
    summary: str = ""
    call_text: str = ""
    notice: str = ""
    source_note: str = ""
    smallest_award: int | None = None
    largest_award: int | None = None
    time_zone: str = "UTC"
    is_anywhere_on_earth: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    reviews_due_at: datetime | None = None
    decides_on: date | None = None
    reviews_wanted: int = 3
    funders_wanted: int = 2
    is_blind: bool = False
    peer_reviews: PeerReviews = PeerReviews.AFTER_OWN
    takes_bids: bool = False
    weighs_confidence: bool = False
    corrects_strictness: bool = True
    needs_signatures: bool = False
    announcement_languages: tuple[str, ...] = ()
    letter_terms: LetterTerms = field(default_factory=LetterTerms)
    prize_rules: PrizeRules = field(default_factory=PrizeRules)
    retention_months: int = 84


def checked_settings(settings: RoundSettings) -> RoundSettings:
    """Return the settings as they are stored; raise InvalidInput with a sentence per field.

    Texts and dates may still be empty: what a call needs before it opens is another
    question (`readiness`).
    """
    texts: dict[str, Any] = {name: _tidy(name, getattr(settings, name)) for name in LONGEST}
    tidy = replace(settings, **texts)
    problems = [
        *_texts(tidy),
        *_sums(tidy),
        *_dates(tidy),
        *_panel(tidy),
        *check_letter_terms(tidy.letter_terms),
        *_languages(tidy),
        *check_prize_rules(
            tidy.prize_rules, closes_at=tidy.closes_at, reviews_due_at=tidy.reviews_due_at
        ),
    ]
    if problems:
        raise InvalidInput(problems)
    return tidy


def _languages(settings: RoundSettings) -> Iterator[Problem]:
    if not LANGUAGES.keys() >= set(settings.announcement_languages):
        names = ", ".join(language.name for language in LANGUAGES.values())
        yield Problem("announcement_languages", f"Choose among: {names}.")


def settings_from_template(
    template: RoundTemplate, *, opens_on: date | None = None, time_zone: str = "UTC"
) -> RoundSettings:
    """Return a template's settings, its dates counted from `opens_on` (none without it)."""
    settings = RoundSettings(
        title=template.title,
        currency=template.currency,
        summary=template.summary,
        call_text=template.call_text,
        smallest_award=template.smallest_award,
        largest_award=template.largest_award,
        reviews_wanted=template.reviews_wanted,
        funders_wanted=template.funders_wanted,
        is_blind=template.is_blind,
        letter_terms=template.letter_terms,
        prize_rules=template.prize_rules,
        time_zone=check_zone(time_zone, field="time_zone"),
    )
    if opens_on is None:
        return settings
    days = template.days
    closes_on = opens_on + timedelta(days=days.open)
    reviewed_on = closes_on + timedelta(days=days.screening + days.reviewing)
    return replace(
        settings,
        opens_at=_at(opens_on, time(9), time_zone),
        closes_at=_at(closes_on, _CLOSING_TIME, time_zone),
        reviews_due_at=_at(reviewed_on, _CLOSING_TIME, time_zone),
        decides_on=reviewed_on + timedelta(days=days.deliberating),
    )


def settings_of_next_round(
    earlier: RoundSettings, *, opens_on: date | None = None
) -> RoundSettings:
    """Return an earlier round's settings for a new one: its dates moved to `opens_on`, or blank.

    The same wall-clock times in the same zone; what replayed or sample rounds say of
    themselves is not copied.
    """
    blank = replace(
        earlier,
        notice="",
        source_note="",
        opens_at=None,
        closes_at=None,
        reviews_due_at=None,
        decides_on=None,
        prize_rules=replace(earlier.prize_rules, votes_open_at=None, votes_close_at=None),
    )
    if opens_on is None or earlier.opens_at is None:
        return blank
    first = earlier.opens_at.astimezone(ZoneInfo(earlier.time_zone)).date()
    shift = opens_on - first
    return replace(
        blank,
        opens_at=_shifted(earlier.opens_at, shift, earlier.time_zone),
        closes_at=_shifted(earlier.closes_at, shift, earlier.time_zone),
        reviews_due_at=_shifted(earlier.reviews_due_at, shift, earlier.time_zone),
        decides_on=earlier.decides_on + shift if earlier.decides_on else None,
        prize_rules=replace(
            earlier.prize_rules,
            votes_open_at=_shifted(earlier.prize_rules.votes_open_at, shift, earlier.time_zone),
            votes_close_at=_shifted(earlier.prize_rules.votes_close_at, shift, earlier.time_zone),
        ),
    )


def _at(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def _shifted(at: datetime | None, shift: timedelta, zone: str) -> datetime | None:
    if at is None:
        return None
    local = at.astimezone(ZoneInfo(zone))
    return _at(local.date() + shift, local.time(), zone)


def _tidy(name: str, text: str) -> str:
    return plain(text).strip() if name in _SEVERAL_LINES else one_line(text)


def _texts(settings: RoundSettings) -> Iterator[Problem]:
    if not settings.title:
        yield Problem("title", "Give the round a title, such as Seed grants 2027.")
    for name, limit in LONGEST.items():
        length = len(getattr(settings, name))
        if length > limit:
            yield Problem(name, f"{length:,} characters. Shorten by {length - limit:,}.")
    if not 1 <= settings.retention_months <= 600:
        yield Problem("retention_months", "Keep data between 1 and 600 months.")


def _sums(settings: RoundSettings) -> Iterator[Problem]:
    if settings.currency not in CURRENCIES:
        yield Problem("currency", "Choose a currency by its three letters, such as EUR.")
    low, high = settings.smallest_award, settings.largest_award
    for name in ("smallest_award", "largest_award"):
        value = getattr(settings, name)
        if value is not None and not 1 <= value <= LARGEST_SUM:
            yield Problem(name, "Enter an amount above 0, or leave this empty.")
    if low is not None and high is not None and low > high:
        yield Problem("largest_award", "Make the largest award at least the smallest.")


def _dates(settings: RoundSettings) -> Iterator[Problem]:
    try:
        check_zone(settings.time_zone, field="time_zone")
    except InvalidInput as error:
        yield from error.problems
        return
    opens, closes, due = settings.opens_at, settings.closes_at, settings.reviews_due_at
    if opens and closes and closes <= opens:
        yield Problem("closes_at", "Choose a deadline after the day on which the call opens.")
    if closes and due and due <= closes:
        yield Problem("reviews_due_at", "Let reviews end after the deadline for applications.")
    if due and settings.decides_on:
        last = due.astimezone(ZoneInfo(settings.time_zone)).date()
        if settings.decides_on < last:
            yield Problem("decides_on", "Decide on the day on which reviews end, or later.")


def _panel(settings: RoundSettings) -> Iterator[Problem]:
    if not 1 <= settings.reviews_wanted <= MOST_REVIEWS:
        yield Problem("reviews_wanted", f"Ask for 1 to {MOST_REVIEWS} reviews.")
    elif not 1 <= settings.funders_wanted <= settings.reviews_wanted:
        sentence = f"Enter 1 to {settings.reviews_wanted}: no more funders than reviews."
        yield Problem("funders_wanted", sentence)
