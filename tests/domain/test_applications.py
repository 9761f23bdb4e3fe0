"""When an application may be written; how a form remembers what it had shown."""

from datetime import UTC, datetime, timedelta

import pytest

from fundapp.domain.applications import (
    Stamp,
    Window,
    canonical_json,
    editing_refusal,
    stamp_of,
    stamps_as_text,
    stamps_from_text,
    title_from,
)
from fundapp.domain.asked_sums import sum_asked
from fundapp.domain.money import Money
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.domain.windows import Deadline

CLOSES = datetime(2026, 12, 14, 12, 0, tzinfo=UTC)
LATER = CLOSES + timedelta(days=1)
SECOND = timedelta(seconds=1)


def _window(state: RoundState = RoundState.OPEN, until: datetime | None = None) -> Window:
    return Window(state, CLOSES - timedelta(weeks=6), Deadline(CLOSES, "UTC"), until)


@pytest.mark.parametrize(
    ("window", "at", "begins"),
    [
        (_window(), CLOSES - timedelta(weeks=7), "This call is not open yet."),
        (_window(), CLOSES - SECOND, ""),
        (_window(), CLOSES, ""),
        (_window(), CLOSES + SECOND, "The deadline has passed: Monday 14 December 2026, 12:00 UTC"),
        (_window(until=LATER), LATER, ""),
        (_window(until=LATER), LATER + SECOND, "The deadline has passed: Tuesday 15 December"),
        (_window(RoundState.SCREENING, LATER), LATER, ""),
        (_window(RoundState.SCREENING), CLOSES, "This call is closed."),
        (_window(RoundState.REVIEWING, LATER), CLOSES, "This call is closed."),
        (_window(RoundState.DRAFT), CLOSES, "This call is closed."),
        (Window(RoundState.OPEN, None, None), CLOSES, ""),
    ],
)
def test_the_window(window: Window, at: datetime, begins: str) -> None:
    refusal = window.refusal(at)
    assert refusal[: len(begins)] == begins
    assert bool(refusal) == bool(begins)


@pytest.mark.parametrize(
    ("state", "is_editable"),
    [
        (ApplicationState.DRAFT, True),
        (ApplicationState.SUBMITTED, True),
        (ApplicationState.UNDER_REVIEW, False),
        (ApplicationState.INELIGIBLE, False),
        (ApplicationState.AWARDED, False),
        (ApplicationState.DECLINED, False),
        (ApplicationState.RESERVED, False),
        (ApplicationState.WITHDRAWN, False),
    ],
)
def test_editable_states(state: ApplicationState, is_editable: bool) -> None:
    assert (editing_refusal(_window(), state, CLOSES) == "") is is_editable


def test_stamps_survive_the_form() -> None:
    stamps = {"title": stamp_of(3, "Drift"), "team": stamp_of(0, None)}
    assert stamps_from_text(stamps_as_text(stamps)) == stamps


@pytest.mark.parametrize("text", ["", "title", "title:x:abc", ":1:abc", "title:-1:a", "t:\u0661:a"])
def test_stamps_that_nobody_wrote_are_left_out(text: str) -> None:
    assert stamps_from_text(text) == {}


def test_a_stamp_without_digest_matches_no_value() -> None:
    assert stamps_from_text("title:1:") == {"title": Stamp(1, "")}
    assert stamp_of(1, "").digest != ""


def test_canonical_json_does_not_depend_on_order() -> None:
    assert canonical_json({"b": 1, "a": "é"}) == canonical_json({"a": "é", "b": 1})
    assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'


def test_title_and_amount_of_what_cannot_be_read() -> None:
    assert title_from(None) == ""
    assert title_from("x" * 400) == "x" * 300
    assert sum_asked("about 300") is None
    assert sum_asked({"minor": 5, "currency": "EUR"}) == Money(5, "EUR")
