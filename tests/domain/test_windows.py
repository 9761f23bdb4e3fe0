from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.errors import InvalidInput
from fundapp.domain.windows import (
    ANYWHERE_ON_EARTH,
    Deadline,
    check_zone,
    effective_deadline,
    parse_local,
    typed_local,
    zone_in_words,
)

CLOSES = datetime(2026, 12, 14, 12, 0, tzinfo=UTC)
NAIROBI = Deadline(CLOSES, "Africa/Nairobi")


@pytest.mark.parametrize(
    ("after", "is_open"),
    [
        (timedelta(seconds=-1), True),
        (timedelta(0), True),
        (timedelta(microseconds=999_999), True),
        (timedelta(seconds=1), False),
        (timedelta(days=1), False),
    ],
)
def test_the_closing_second_still_counts(after, is_open):
    assert NAIROBI.is_open(CLOSES + after) is is_open


def test_a_deadline_is_kept_in_utc():
    with pytest.raises(ValueError, match="UTC"):
        Deadline(datetime(2026, 12, 14, 12, 0), "UTC")  # noqa: DTZ001 - the missing zone is the point


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=21, hours=5), "21 days left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(days=1, hours=23), "47 hours left"),
        (timedelta(hours=3), "3 hours left"),
        (timedelta(minutes=119), "119 minutes left"),
        (timedelta(seconds=119), "119 seconds left"),
        (timedelta(seconds=1), "1 second left"),
        (timedelta(0), "closing now"),
        (timedelta(seconds=-1), "closed 1 second ago"),
        (timedelta(minutes=-2, seconds=-5), "closed 2 minutes ago"),
        (timedelta(days=-400), "closed 400 days ago"),
    ],
)
def test_the_time_left_is_told_in_words(before, words):
    assert NAIROBI.time_left(CLOSES - before) == words


@given(st.timedeltas(timedelta(days=-50), timedelta(days=50)))
def test_words_say_closed_exactly_when_it_is_closed(before):
    now = CLOSES - before
    assert NAIROBI.time_left(now).startswith("closed") is not NAIROBI.is_open(now)


@pytest.mark.parametrize(
    ("zone", "anywhere", "words"),
    [
        ("Africa/Nairobi", False, "Monday 14 December 2026, 15:00 Nairobi time (EAT), 12:00 UTC"),
        (
            "Pacific/Auckland",
            True,
            "Tuesday 15 December 2026, 01:00 Auckland time (NZDT), "
            "12:00 UTC on 14 December, 00:00 anywhere on earth (UTC−12) on 14 December",
        ),
        (
            "America/Sao_Paulo",
            True,
            "Monday 14 December 2026, 09:00 Sao Paulo time (UTC−03), 12:00 UTC, "
            "00:00 anywhere on earth (UTC−12)",
        ),
        ("Etc/UTC", False, "Monday 14 December 2026, 12:00 UTC"),
        (
            ANYWHERE_ON_EARTH,
            True,
            "Monday 14 December 2026, 00:00 anywhere on earth (UTC−12), 12:00 UTC",
        ),
    ],
)
def test_a_deadline_is_told_with_its_zone(zone, anywhere, words):
    assert Deadline(CLOSES, zone, anywhere).in_words() == words


def test_short_zone_names_follow_the_season():
    assert zone_in_words(datetime(2026, 7, 1, tzinfo=UTC), "Europe/Berlin") == "Berlin time (CEST)"
    assert zone_in_words(datetime(2026, 12, 1, tzinfo=UTC), "Europe/Berlin") == "Berlin time (CET)"


def test_an_extension_moves_the_deadline_of_one_applicant():
    later = CLOSES + timedelta(days=1)
    assert effective_deadline(NAIROBI, later) == Deadline(later, "Africa/Nairobi")
    assert effective_deadline(NAIROBI, None) == NAIROBI
    assert effective_deadline(NAIROBI, CLOSES - timedelta(days=1)) == NAIROBI


def test_an_extension_to_an_earlier_time_is_refused():
    with pytest.raises(InvalidInput) as refused:
        NAIROBI.extended_to(CLOSES)
    assert refused.value.problems[0].sentence == (
        "Choose a time after the deadline, "
        "Monday 14 December 2026, 15:00 Nairobi time (EAT), 12:00 UTC."
    )


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2026-12-14T15:00", "Africa/Nairobi", CLOSES),
        (" 2026-12-14 15:00 ", "Africa/Nairobi", CLOSES),
        ("2026-12-14, 15:00:00", "Africa/Nairobi", CLOSES),
        ("2026-12-14 00:00", ANYWHERE_ON_EARTH, CLOSES),
        ("2026-10-25 02:30", "Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25 03:30", "Europe/Berlin", datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
        ("2026-03-29 03:00", "Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ],
)
def test_local_times_become_utc_and_a_time_that_comes_twice_is_the_later(text, zone, at):
    assert parse_local(text, zone) == at


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter a date and a time such as 2026-12-14 15:00."),
        ("2026-12-14", "Enter a date and a time such as 2026-12-14 15:00."),
        ("2026-02-30 12:00", "Enter a date and a time such as 2026-12-14 15:00."),
        ("2026-12-14 25:00", "Enter a date and a time such as 2026-12-14 15:00."),
        ("0001-01-01 00:00", "Enter a date and a time such as 2026-12-14 15:00."),
        (
            "2026-03-29 02:30",
            "The clocks in Europe/Berlin go forward that night and skip 02:30. "
            "Choose another time.",
        ),
    ],
)
def test_times_that_are_none_are_refused_with_a_sentence(text, sentence):
    with pytest.raises(InvalidInput) as refused:
        parse_local(text, "Europe/Berlin", field="closes_at")
    [problem] = refused.value.problems
    assert (problem.field, problem.sentence) == ("closes_at", sentence)


@pytest.mark.parametrize("zone", ["", "America", "../etc/passwd", "Mars/Base", "\0", "x" * 500])
def test_unknown_zones_are_refused(zone):
    with pytest.raises(InvalidInput) as refused:
        check_zone(zone)
    assert refused.value.problems[0].sentence == (
        "Choose a time zone such as Africa/Nairobi or Europe/Berlin."
    )


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - zone is added below
    st.sampled_from(["Africa/Nairobi", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"]),
)
def test_form_text_reads_back_as_the_same_time_but_for_doubled_hours(naive, zone):
    at = naive.replace(tzinfo=UTC, microsecond=0)
    assert parse_local(typed_local(at, zone), zone) - at in (timedelta(0), timedelta(hours=1))
