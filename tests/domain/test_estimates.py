"""Estimates: honest, or none."""

from datetime import timedelta

import pytest

from fundapp.domain.estimates import roughly, time_left
from tests.builders import NOW

SECOND = timedelta(seconds=1)


def every(seconds: int, count: int, *, ago: int = 0):
    return [NOW - (ago + seconds * number) * SECOND for number in range(count)]


def test_the_rest_takes_as_long_as_the_last_ones_did() -> None:
    assert time_left(every(2, 11), 100, now=NOW) == timedelta(seconds=200)


def test_only_the_last_fifty_count() -> None:
    slow_before = every(2, 50) + every(60, 50, ago=100)
    assert time_left(slow_before, 100, now=NOW) == timedelta(seconds=200)


def test_an_earlier_run_does_not_count() -> None:
    assert time_left(every(2, 11) + every(2, 30, ago=3600), 100, now=NOW) == 200 * SECOND


def test_the_estimate_grows_while_nothing_comes() -> None:
    assert time_left(every(2, 11, ago=20), 100, now=NOW) == timedelta(seconds=400)


@pytest.mark.parametrize(
    ("done", "left"),
    [([], 10), (every(2, 4), 10), (every(2, 11, ago=121), 10), (every(2, 11), 0)],
    ids=["nothing", "too few", "standstill", "nothing left"],
)
def test_without_ground_there_is_none(done, left: int) -> None:
    assert time_left(done, left, now=NOW) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "less than a minute"),
        (70, "about a minute"),
        (260, "about 4 minutes"),
        (5_300, "about 88 minutes"),
        (10_000, "about 3 hours"),
    ],
)
def test_words(seconds: int, words: str) -> None:
    assert roughly(seconds * SECOND) == words
