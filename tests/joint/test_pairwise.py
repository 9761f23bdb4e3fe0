"""Judging by pairs: the order, its doubt, and which pair to ask next."""

import random
from itertools import combinations
from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from fundapp.joint.pairwise.bradley_terry import (
    PRIOR_SD,
    Comparison,
    FittedPairs,
    disagreements,
    fit_pairs,
    near_ties,
)
from fundapp.joint.pairwise.next_pairs import pairs_to_ask

ENTRIES = 5
COMPARISONS = st.lists(
    st.builds(
        lambda pair, share, judge: Comparison(judge, pair[0], pair[1], share),
        st.sampled_from(list(combinations(range(ENTRIES), 2))),
        st.sampled_from([0.0, 0.5, 1.0]),
        st.sampled_from("abc"),
    ),
    max_size=25,
)


def by_hand(comparisons: list[Comparison]) -> np.ndarray:
    """The mode by a general minimiser."""

    def loss(merits: np.ndarray) -> float:
        total = float(merits @ merits) / (2 * PRIOR_SD**2)
        for one in comparisons:
            gap = merits[one.first] - merits[one.second]
            total += float(np.logaddexp(0, gap)) - one.first_share * float(gap)
        return total

    return minimize(loss, np.zeros(ENTRIES), method="BFGS", options={"gtol": 1e-9}).x


@settings(max_examples=60, deadline=None)
@given(comparisons=COMPARISONS)
def test_merits_are_the_mode(comparisons: list[Comparison]) -> None:
    fitted = fit_pairs(ENTRIES, comparisons)
    assert np.allclose(fitted.merits, by_hand(comparisons), atol=1e-5)
    assert abs(float(fitted.merits.sum())) < 1e-8


@settings(max_examples=60, deadline=None)
@given(comparisons=COMPARISONS, data=st.data())
def test_order_and_direction_of_the_comparisons_change_nothing(
    comparisons: list[Comparison], data: st.DataObject
) -> None:
    turned = [
        Comparison(one.judge, one.second, one.first, 1 - one.first_share)
        for one in data.draw(st.permutations(comparisons))
    ]
    first, second = fit_pairs(ENTRIES, comparisons), fit_pairs(ENTRIES, turned)
    assert np.allclose(first.merits, second.merits, atol=1e-9)
    assert np.allclose(first.covariance, second.covariance, atol=1e-9)


def test_two_entries_have_the_closed_form() -> None:
    many = 400
    fitted = fit_pairs(2, [Comparison("a", 0, 1)] * 300 + [Comparison("a", 1, 0)] * 100)
    gap = float(fitted.merits[0] - fitted.merits[1])
    assert gap == pytest.approx(log(3), abs=0.01)
    assert fitted.spread(0, 1) == pytest.approx(1 / sqrt(many * 0.75 * 0.25), rel=0.02)
    assert 1 / (1 + exp(-gap)) == pytest.approx(0.75, abs=0.002)


def test_without_comparisons_all_are_one_tie() -> None:
    fitted = fit_pairs(3, [])
    assert fitted.merits.tolist() == [0.0, 0.0, 0.0]
    assert near_ties(fitted) == [[0, 1, 2]]
    assert fitted.interval(0) == pytest.approx((-1.645 * PRIOR_SD, 1.645 * PRIOR_SD), abs=0.001)


def test_an_entry_that_always_wins_has_a_finite_merit() -> None:
    fitted = fit_pairs(2, [Comparison("a", 0, 1)] * 50)
    assert 2 < fitted.merits[0] < 10
    assert near_ties(fitted) == [[0], [1]]


def test_senseless_comparisons_are_refused() -> None:
    for one in (Comparison("a", 1, 1), Comparison("a", 0, 9), Comparison("a", 0, 1, 2.0)):
        with pytest.raises(ValueError, match=r"itself|no pair|between 0 and 1"):
            fit_pairs(2, [one])


def test_a_judge_who_says_the_contrary_stands_out() -> None:
    pairs = list(combinations(range(4), 2))
    many = [Comparison(judge, *pair) for judge in "abcd" for pair in pairs]
    found = disagreements(fit_pairs(4, [*many, *(Comparison("z", j, i) for i, j in pairs)]))
    assert max(found, key=lambda judge: found[judge]) == "z"
    assert found["a"] < 1 < found["z"]


def test_intervals_hold_as_often_as_they_say() -> None:
    chance, held, asked = random.Random(3), 0, 0
    for _ in range(60):
        true = np.array([chance.gauss(0, PRIOR_SD) for _ in range(6)])
        fitted = simulated(true, comparisons=60, chance=chance, informed=False)
        for first, second in combinations(range(6), 2):
            gap = float(fitted.merits[first] - fitted.merits[second])
            held += abs(true[first] - true[second] - gap) <= 1.645 * fitted.spread(first, second)
            asked += 1
    assert held / asked == pytest.approx(0.9, abs=0.04)


def test_the_pairs_that_tell_most_leave_less_doubt_than_random_ones() -> None:
    chance = random.Random(5)
    errors = {True: 0.0, False: 0.0}
    for _ in range(40):
        true = np.array([chance.gauss(0, 2) for _ in range(8)])
        for informed in errors:
            fitted = simulated(true, comparisons=24, chance=chance, informed=informed)
            errors[informed] += float(np.trace(fitted.covariance))
    assert errors[True] < 0.97 * errors[False]


def simulated(
    true: np.ndarray, *, comparisons: int, chance: random.Random, informed: bool
) -> FittedPairs:
    done: list[Comparison] = []
    for number in range(comparisons):
        fitted = fit_pairs(len(true), done)
        judge = f"judge {number // len(true)}"
        free = list(combinations(range(len(true)), 2))
        ((first, second),) = (
            pairs_to_ask(fitted, judge=judge) if informed else [chance.choice(free)]
        )
        won = chance.random() < expit(true[first] - true[second])
        done.append(Comparison(judge, first, second, float(won)))
    return fit_pairs(len(true), done)


def test_a_judge_is_asked_each_pair_once_and_never_about_a_barred_entry() -> None:
    fitted = fit_pairs(4, [Comparison("a", 0, 1)])
    asked = pairs_to_ask(fitted, judge="a", count=9, barred={3})
    assert sorted(tuple(sorted(pair)) for pair in asked) == [(0, 2), (1, 2)]
    assert pairs_to_ask(fitted, judge="b", count=1, barred={0, 1, 3}) == []


def test_the_first_pair_asked_is_of_the_entries_least_known() -> None:
    fitted = fit_pairs(4, [Comparison("a", 0, 1), Comparison("b", 1, 0)])
    assert pairs_to_ask(fitted, judge="c") == [(2, 3)]
