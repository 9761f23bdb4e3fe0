from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.joint.evaluation.funder_views import CriterionScore, funder_views, kendall_tau

QUALITY = {"a": (1, 5), "b": (2, 4), "c": (3, 3), "d": (4, 2), "e": (5, 1)}
MARKS = [
    CriterionScore(application, reviewer, criterion, mark + (reviewer == "z"))
    for application, marks in QUALITY.items()
    for reviewer in "xyz"
    for criterion, mark in zip(("importance", "validity"), marks, strict=True)
]
WEIGHTS = {"North": {"importance": 1}, "South": {"validity": 1}, "West": {"importance": 2.0}}


def views(marks=MARKS, weights=WEIGHTS, **options):
    return funder_views(marks, weights, fundable=2, seed="s", **options)


def test_each_funder_ranks_with_its_own_weights():
    found = views()
    orders = {one.funder: "".join(row.application for row in one.rows) for one in found.rankings}
    assert orders == {"North": "edcba", "South": "abcde", "West": "edcba"}
    assert {(pair.first, pair.second): round(pair.tau, 9) for pair in found.pairs} == {
        ("North", "South"): -1,
        ("North", "West"): 1,
        ("South", "West"): -1,
    }


def test_the_widest_gaps_come_first():
    gaps = views().gaps
    assert [gap.application for gap in gaps] == ["a", "e", "b", "d", "c"]
    first = gaps[0]
    assert (first.best_funder, first.worst_funder) == ("South", "North")
    assert (first.best_rank, first.worst_rank, first.gap) == pytest.approx((1, 5, 4), abs=0.02)


def test_the_order_of_marks_changes_nothing():
    assert views(MARKS[::-1]) == views()


def test_a_missing_mark_is_refused_or_left_out_and_never_made_up():
    abstained = [
        one
        if (one.application, one.reviewer, one.criterion) != ("a", "x", "validity")
        else CriterionScore("a", "x", "validity", None)
        for one in MARKS
    ]
    with pytest.raises(ValueError, match="The review of a by x lacks a mark"):
        views(abstained)
    found = {one.funder: one for one in views(abstained, renormalises=True).rankings}
    reviews = {row.application: row.reviews for row in found["South"].rows}
    assert (reviews["a"], reviews["b"]) == (2, 3)
    both = funder_views(
        abstained,
        {"All": {"importance": 1, "validity": 1}},
        fundable=None,
        seed="s",
        renormalises=True,
    )
    means = {row.application: row.raw_mean for row in both.rankings[0].rows}
    assert means["a"] == pytest.approx((1 + 3 + 4) / 3)


@pytest.mark.parametrize(
    ("marks", "weights", "sentence"),
    [
        (MARKS, {"North": {"importance": 0}}, "North must give some criterion a weight"),
        (MARKS, {"North": {"importance": -1}}, "North must give some criterion a weight"),
        ([*MARKS, MARKS[0]], WEIGHTS, "x has two marks for a on one criterion"),
    ],
)
def test_what_no_funder_can_rank_is_refused(marks, weights, sentence):
    with pytest.raises(ValueError, match=sentence):
        views(marks, weights)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30))
def test_kendall_tau_counts_pairs(pairs):
    first, second = np.array(pairs, dtype=float).T
    counts = [
        (np.sign(a - c) * np.sign(b - d), a != c, b != d)
        for (a, b), (c, d) in combinations(pairs, 2)
    ]
    agreeing, untied_first, untied_second = np.sum(counts, axis=0)
    found = kendall_tau(first, second)
    if not untied_first or not untied_second:
        assert found is None
    else:
        assert found == pytest.approx(agreeing / (untied_first * untied_second) ** 0.5)
