"""How long to wait after too many tries."""

from datetime import UTC, datetime, timedelta

import pytest

from fundapp.domain.throttling import Limit, seconds_to_wait, wait_sentence

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
THREE_IN_TEN_MINUTES = Limit(3, timedelta(minutes=10))


def tries(*minutes_ago: float) -> list[datetime]:
    return [NOW - timedelta(minutes=minutes) for minutes in minutes_ago]


@pytest.mark.parametrize(
    ("made", "seconds"),
    [
        ([], 0),
        (tries(1, 2), 0),
        (tries(1, 2, 4), 360),
        (tries(1, 2, 4, 9), 360),
        (tries(1, 2, 10), 0),
        (tries(0, 0, 0), 600),
    ],
)
def test_seconds_to_wait(made: list[datetime], seconds: int) -> None:
    assert seconds_to_wait(made, THREE_IN_TEN_MINUTES, now=NOW) == seconds


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (5, "Wait a minute and try again."),
        (60, "Wait a minute and try again."),
        (61, "Wait 2 minutes and try again."),
        (600, "Wait 10 minutes and try again."),
    ],
)
def test_wait_sentence(seconds: int, sentence: str) -> None:
    assert wait_sentence(seconds) == sentence
