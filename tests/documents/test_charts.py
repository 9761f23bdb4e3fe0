import pytest

from fundapp.documents.charts import (
    FEWEST_ENTRIES,
    along,
    axis_ticks,
    poster_lines,
    shared_scale,
)
from tests.documents.announcement_rows import some_entries
from tests.documents.letter_rows import a_criterion


@pytest.mark.parametrize(
    ("value", "scale", "expected"),
    [
        (1, (1, 2, 3, 4, 5), 0),
        (5, (1, 2, 3, 4, 5), 40),
        (3.5, (1, 2, 3, 4, 5), 25),
        (6, (1, 3, 5, 6, 8, 10), 22.22),
        (7, (1, 5), 40),
        (-7, (1, 5), 0),
        (3, (3,), 0),
    ],
)
def test_places_a_value_on_its_line(value, scale, expected):
    assert along(value, scale, 40) == expected


def test_labels_a_long_scale_at_its_ends_and_middle():
    assert axis_ticks((1, 3, 5, 6, 8, 10)) == (1, 3, 5, 6, 8, 10)
    assert axis_ticks(tuple(range(101))) == (0, 50, 100)


def test_finds_the_scale_that_all_criteria_share():
    five, ten = a_criterion(), a_criterion(scale=(1, 10))
    assert shared_scale([five, five]) == (1, 2, 3, 4, 5)
    assert shared_scale([five, ten]) is None
    assert shared_scale([]) is None


def test_draws_no_lines_for_a_few_entries():
    assert poster_lines(some_entries(FEWEST_ENTRIES - 1, awarded=1), width=170, height=110) == ()


@pytest.mark.parametrize("count", [8, 41, 68, 400])
@pytest.mark.parametrize("labels", [(), ("First", "Second", "Third"), ("Prize",) * 8])
def test_lines_fill_the_chart_from_top_to_bottom(count, labels):
    entries = some_entries(count, awarded=3, labels=labels)
    lines = poster_lines(entries, width=170, height=110)
    heights = [line.y for line in lines]
    assert len(lines) == count
    assert heights == sorted(heights)
    assert 0 < heights[0] < heights[-1] < 110
    assert max(line.thin[1] for line in lines) == 170
    assert min(line.thin[0] for line in lines) == 0
    assert [line.label for line in lines if line.label] == list(labels if len(labels) < 5 else ())


def test_a_label_stands_behind_a_line_that_begins_too_early():
    entries = some_entries(8, awarded=8, labels=("", "", "", "", "", "", "", "Last"))
    last = poster_lines(entries, width=170, height=110)[-1]
    assert not last.is_label_before
    assert last.label_at == last.thin[1] + 3
