"""What holds a person's data, and until when."""

from datetime import date

import pytest

from fundapp.domain.retention import Hold, Participation, hold_of, months_after


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 5), 2, date(2028, 2, 5)),
        (date(2024, 2, 29), 84, date(2031, 2, 28)),
        (date(2026, 11, 2), 0, date(2026, 11, 2)),
    ],
)
def test_months_after(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


def test_nothing_holds_who_took_part_in_nothing() -> None:
    assert hold_of([]) == Hold()
    assert hold_of([]).is_over(date(2026, 1, 1))


def test_the_longest_retention_counts() -> None:
    hold = hold_of(
        [
            Participation("Short", date(2026, 1, 1), 12),
            Participation("Long", date(2025, 1, 1), 84),
        ]
    )
    assert hold == Hold(last_day=date(2032, 1, 1))
    assert not hold.is_over(date(2032, 1, 1))
    assert hold.is_over(date(2032, 1, 2))


def test_a_running_round_holds_without_end() -> None:
    hold = hold_of([Participation("Runs", None, 12), Participation("Over", date(2000, 1, 1), 1)])
    assert hold.running == ("Runs",)
    assert not hold.is_over(date(2999, 1, 1))
