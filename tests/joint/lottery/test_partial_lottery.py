import csv
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from fundapp.joint.lottery.merit import merit, worst_case
from fundapp.joint.lottery.partial_lottery import (
    BILLION,
    Interval,
    plan_lottery,
    plan_snsf_lottery,
    without_inversions,
)
from tests.joint.reference_data import expected, shared

MERIT_FILE = "merit-example-intervals.csv"
NEAR = 1e-6


def interval(item, lower, upper):
    return Interval(str(item), float(lower), float(upper))


@pytest.fixture(scope="module")
def example():
    with shared(MERIT_FILE).open() as file:
        rows = list(csv.DictReader(file))
    return [interval(row["item"], row["lower"], row["upper"]) for row in rows]


@st.composite
def fields(draw):
    """Up to seven intervals with many ties and points, and a number of places."""
    ends = st.tuples(st.integers(0, 9), st.integers(0, 4))
    pairs = draw(st.lists(ends, min_size=1, max_size=7))
    items = [interval(i, low, low + width) for i, (low, width) in enumerate(pairs)]
    return items, draw(st.integers(0, len(items)))


def best_sets(items, select):
    """Return every set that could be the true best: no one outside surely above one inside."""
    everybody = range(len(items))
    return [
        inside
        for inside in combinations(everybody, select)
        if all(
            items[out].lower <= items[one].upper
            for one in inside
            for out in set(everybody) - set(inside)
        )
    ]


def brute_force(items, select):
    """Return the best worst case by one row for each set that could be the true best."""
    rows = [[-float(i in inside) for i in range(len(items))] for inside in best_sets(items, select)]
    found = linprog(
        [0.0] * len(items) + [-1.0],
        A_ub=[[*row, 1.0] for row in rows],
        b_ub=[0.0] * len(rows),
        A_eq=[[1.0] * len(items) + [0.0]],
        b_eq=[select],
        bounds=[(0, 1)] * len(items) + [(None, None)],
    )
    return -float(found.fun or 0.0)


@pytest.mark.parametrize("select", [50, 106, 150])
def test_the_example_reaches_its_worst_cases(example, select):
    reference = expected(MERIT_FILE)["other_k"][str(select)]
    assert plan_lottery(example, select=select).worst_case == pytest.approx(reference, abs=6e-5)


def test_the_example_has_the_published_worst_case_and_chances(example):
    lottery = plan_lottery(example, select=100)
    reference = expected(MERIT_FILE)
    assert lottery.worst_case == pytest.approx(reference["optimal_worst_case_value"], abs=NEAR)
    chances = np.round([entry.probability for entry in lottery.entries], 8)
    values, counts = np.unique(chances, return_counts=True)
    assert list(zip(values.tolist(), counts.tolist(), strict=True)) == [
        (0.0, 243),
        (0.30526316, 5),
        (0.52631579, 12),
        (0.78947368, 4),
        (1.0, 89),
    ]


def test_the_snsf_rule_promises_less(example):
    reference = expected(MERIT_FILE)["snsf_rule"]
    lottery = plan_snsf_lottery(example, select=100)
    drawn = [entry.probability for entry in lottery.entries if entry.is_drawn]
    sure = [entry for entry in lottery.entries if entry.billionths == BILLION]
    assert (len(sure), len(drawn)) == (reference["certain"], reference["in_draw"])
    assert drawn == pytest.approx([reference["probability"]] * len(drawn), abs=NEAR)
    assert lottery.worst_case == pytest.approx(reference["worst_case"], abs=NEAR)


def test_taking_the_first_promises_least(example):
    by_middle = sorted(example, key=lambda one: -(one.lower + one.upper))
    chances = np.repeat([1.0, 0.0], [100, len(example) - 100])
    lower = np.array([one.lower for one in by_middle])
    upper = np.array([one.upper for one in by_middle])
    reference = expected(MERIT_FILE)["deterministic_top_k_worst_case"]
    assert worst_case(chances, lower, upper, select=100) == reference


@settings(max_examples=150, deadline=None)
@given(fields())
def test_the_worst_case_is_the_best_over_all_sets(field):
    items, select = field
    lottery = plan_lottery(items, select=select)
    chances = [lottery.probabilities[one.item] for one in items]
    reached = min(sum(chances[i] for i in inside) for inside in best_sets(items, select))
    assert lottery.worst_case == pytest.approx(reached, abs=1e-9)
    assert lottery.worst_case == pytest.approx(brute_force(items, select), abs=NEAR)


@settings(max_examples=150, deadline=None)
@given(fields(), st.randoms(use_true_random=False))
def test_chances_keep_their_promises(field, random):
    items, select = field
    lottery = plan_lottery(items, select=select)
    shuffled = random.sample(items, len(items))
    assert plan_lottery(shuffled, select=select) == lottery
    assert sum(entry.billionths for entry in lottery.entries) == select * BILLION
    for a in lottery.entries:
        assert 0 <= a.billionths <= BILLION
        for b in lottery.entries:
            if a.lower > b.upper:
                assert a.billionths == BILLION or b.billionths == 0
            if a.lower >= b.lower and a.upper >= b.upper:
                assert a.billionths >= b.billionths - 1_000


@settings(max_examples=60, deadline=None)
@given(fields())
def test_a_lottery_is_needed_when_several_sets_can_be_the_best(field):
    items, select = field
    assert plan_lottery(items, select=select).is_needed == (len(best_sets(items, select)) > 1)


def test_equal_intervals_get_equal_chances():
    lottery = plan_lottery([interval(i, 1, 2) for i in range(4)], select=1)
    assert lottery.probabilities == {"0": 0.25, "1": 0.25, "2": 0.25, "3": 0.25}
    assert lottery.worst_case == 0.25


def test_chances_that_do_not_end_still_add_up():
    lottery = plan_lottery([interval(i, 1, 2) for i in range(3)], select=1)
    assert [entry.printed for entry in lottery.entries] == [
        "0.333333334",
        "0.333333333",
        "0.333333333",
    ]


@pytest.mark.parametrize(("select", "chance"), [(0, 0.0), (3, 1.0)])
def test_none_or_all_need_no_lottery(select, chance):
    lottery = plan_lottery([interval(i, i, 9) for i in range(3)], select=select)
    assert (lottery.is_needed, lottery.worst_case) == (False, select)
    assert set(lottery.probabilities.values()) == {chance}


def test_intervals_that_do_not_overlap_at_the_line_need_no_lottery():
    items = [interval("a", 5, 9), interval("b", 6, 7), interval("c", 1, 4), interval("d", 0, 3)]
    lottery = plan_lottery(items, select=2)
    assert lottery.probabilities == {"a": 1.0, "b": 1.0, "c": 0.0, "d": 0.0}
    assert lottery.reason == (
        "No lottery is needed: the intervals on the two sides of the line do not overlap, so it is "
        "sure which are best."
    )


def test_points_at_the_line_share_its_places():
    items = [interval("a", 3, 3), interval("b", 2, 2), interval("c", 2, 2), interval("d", 1, 1)]
    assert plan_lottery(items, select=2).probabilities == {"a": 1.0, "b": 0.5, "c": 0.5, "d": 0.0}


def test_ends_as_large_as_numbers_go():
    items = [interval("a", -1e308, 1e308), interval("b", 1e308, 1.7e308), interval("c", -1, 1)]
    assert plan_lottery(items, select=1).probabilities == {"a": 0.5, "b": 0.5, "c": 0.0}
    assert plan_snsf_lottery(items, select=1).probabilities == {"a": 0.0, "b": 1.0, "c": 0.0}


@pytest.mark.parametrize("plan", [plan_lottery, plan_snsf_lottery])
@pytest.mark.parametrize(
    ("items", "select", "sentence"),
    [
        ([("a", 1, 2)], 2, "There are 1 items, so 2 cannot be selected"),
        ([("a", 1, 2)], -1, "There are 1 items, so -1 cannot be selected"),
        ([], 0, "There is no item to select from"),
        ([("a", 1, 2), ("a", 3, 4)], 1, "An item comes twice"),
        ([("a", 2, 1)], 1, "The interval of a ends below its start"),
        ([("a", 1, float("inf"))], 1, "The interval of a has no finite ends"),
        ([("a", float("nan"), 1)], 1, "The interval of a has no finite ends"),
    ],
)
def test_what_is_no_lottery_is_refused(plan, items, select, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        plan([interval(*item) for item in items], select=select)


def test_chance_moves_from_the_surely_worse_to_the_surely_better():
    lower, upper = np.array([5.0, 4.0, 0.0, 0.0]), np.array([6.0, 5.0, 1.0, 9.0])
    moved = without_inversions(
        np.array([BILLION // 2, BILLION, BILLION // 4, BILLION // 4]), lower, upper
    )
    assert moved.tolist() == [BILLION * 3 // 4, BILLION, 0, BILLION // 4]


def test_wide_intervals_reach_what_rows_for_all_sets_reach():
    rng = np.random.default_rng(7)
    middle, half = rng.normal(size=13), rng.uniform(0.3, 1.2, 13)
    items = [interval(i, m - h, m + h) for i, (m, h) in enumerate(zip(middle, half, strict=True))]
    for select in range(1, 13):
        found = plan_lottery(items, select=select)
        assert found.worst_case == pytest.approx(brute_force(items, select), abs=NEAR)


def test_many_wide_intervals_are_bounded_by_what_is_sure():
    rng = np.random.default_rng(3)
    middle, half = rng.normal(size=200), rng.uniform(0.3, 1.2, 200)
    found = merit(middle - half, middle + half, select=60)
    reached = worst_case(found.chances, middle - half, middle + half, select=60)
    assert reached == pytest.approx(found.worst_case, abs=NEAR)
    assert found.sure <= found.worst_case <= 60
