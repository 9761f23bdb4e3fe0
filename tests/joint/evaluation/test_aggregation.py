from fractions import Fraction
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.joint.evaluation.aggregation import (
    CORRECTED,
    MEAN,
    WEIGHTED_MEAN,
    AggregatedApplication,
    aggregate,
    evaluate_round,
)
from fundapp.joint.evaluation.evaluate import evaluate
from fundapp.joint.evaluation.fitted_reviews import NOT_AGREED, ReviewScore
from fundapp.joint.evaluation.ranking import Band


def review(application: str, reviewer: str, score, funder: str = "A", weight=1) -> ReviewScore:
    return ReviewScore(application, reviewer, funder, Fraction(score), Fraction(weight))


REVIEWS = [
    review("a", "x", 4, "A"),
    review("a", "y", 2, "B"),
    review("a", "z", 3, "B"),
    review("b", "x", 5, "A"),
]


def a_panel(*, spread: float = 1.0) -> list[ReviewScore]:
    """Twelve applications by three of six reviewers each, every second of them stricter."""
    chance = Random(3)
    reviews = []
    for number in range(12):
        for place in chance.sample(range(6), 3):
            shift = spread if place % 2 else -spread
            score = round(4 + number / 3 + shift + chance.gauss(0, 0.5), 2)
            reviews.append(review(f"a{number:02}", f"r{place}", Fraction(score)))
    return reviews


def evaluated(reviews, *, corrects=True, reached=4, seed="s", scale=(0, 11)):
    return evaluate_round(
        reviews,
        corrects_strictness=corrects,
        reached=lambda best_first: min(reached, len(best_first)),
        seed=seed,
        scale=scale,
    )


def test_a_round_is_summed_up():
    result = aggregate(["a", "b", "c"], REVIEWS, evaluation=None, seed="s")
    assert result.method == MEAN
    assert result.rows == (
        AggregatedApplication(
            application="b",
            reviews=1,
            raw_score=5.0,
            aggregated_score=5.0,
            standard_deviation=None,
            lowest=5.0,
            highest=5.0,
            funder_means={"A": 5.0},
            rank=1,
            position=1,
            evaluated=None,
        ),
        AggregatedApplication(
            application="a",
            reviews=3,
            raw_score=3.0,
            aggregated_score=3.0,
            standard_deviation=1.0,
            lowest=2.0,
            highest=4.0,
            funder_means={"A": 4.0, "B": 2.5},
            rank=2,
            position=2,
            evaluated=None,
        ),
        AggregatedApplication(
            application="c",
            reviews=0,
            raw_score=None,
            aggregated_score=None,
            standard_deviation=None,
            lowest=None,
            highest=None,
            funder_means={},
            rank=None,
            position=None,
            evaluated=None,
        ),
    )


def test_equal_means_share_a_rank_whatever_they_are_made_of():
    reviews = [review("a", "x", Fraction(1, 3)), review("b", "x", Fraction(2, 3))]
    reviews += [review("b", "y", 0), review("c", "x", 0)]
    rows = aggregate("abc", reviews, evaluation=None, seed="s").rows
    assert {row.application: (row.rank, row.position) for row in rows}["c"] == (3, 3)
    assert [row.rank for row in rows] == [1, 1, 3]


def test_ties_are_drawn_by_the_seed_and_nothing_else():
    reviews = [review(name, "x", 3) for name in "abcdefgh"]
    orders = {
        seed: [
            r.application for r in aggregate("abcdefgh", reviews, evaluation=None, seed=seed).rows
        ]
        for seed in ("one", "two")
    }
    again = aggregate("hgfedcba", reviews[::-1], evaluation=None, seed="one").rows
    assert [row.application for row in again] == orders["one"]
    assert orders["one"] != orders["two"]


def test_sure_reviews_count_more_where_their_weights_differ():
    reviews = [review("a", "x", 5, weight=Fraction(1, 5)), review("a", "y", 2)]
    result = aggregate(["a"], reviews, evaluation=None, seed="s")
    assert result.method == WEIGHTED_MEAN
    assert result.rows[0].aggregated_score == pytest.approx((5 / 5 + 2) / (6 / 5))
    assert result.rows[0].raw_score == 3.5


def test_corrected_scores_are_the_estimates_and_they_rank():
    reviews = a_panel()
    found = evaluated(reviews).evaluation
    result = aggregate({one.application for one in reviews}, reviews, evaluation=found, seed="s")
    assert (found.calibrated, result.method) == (True, CORRECTED)
    estimates = {row.application: row.estimate for row in found.rows}
    assert {row.application: row.aggregated_score for row in result.rows} == pytest.approx(
        estimates, abs=1e-6
    )
    scores = [float(row.aggregated_score or 0) for row in result.rows]
    assert scores == sorted(scores, reverse=True)
    raw = [float(row.raw_score or 0) for row in result.rows]
    assert raw != sorted(raw, reverse=True)


def test_the_rules_may_leave_scores_as_they_are():
    reviews = a_panel()
    found = evaluated(reviews, corrects=False).evaluation
    result = aggregate({one.application for one in reviews}, reviews, evaluation=found, seed="s")
    assert (found.calibrated, result.method) == (False, MEAN)
    assert found.why.startswith(NOT_AGREED)
    assert all(row.aggregated_score == row.raw_score for row in result.rows)
    assert all(one.strictness is None for one in found.reviewers)


def test_the_line_is_where_the_money_ends_in_the_order_that_counts():
    reviews = a_panel()
    asked: list[list[str]] = []

    def reached(best_first):
        asked.append(list(best_first))
        return 5

    found = evaluate_round(
        reviews, corrects_strictness=True, reached=reached, seed="s", scale=(0, 11)
    ).evaluation
    rows = aggregate(set(asked[0]), reviews, evaluation=found, seed="s").rows
    assert asked == [[row.application for row in rows]]
    assert found.fundable == 5
    assert sum(row.p_fundable or 0 for row in found.rows) == pytest.approx(5)


def test_without_money_nothing_is_banded():
    assert [row.band for row in evaluated(a_panel(), reached=0).evaluation.rows] == [None] * 12
    assert [row.band for row in evaluated(a_panel(), reached=12).evaluation.rows] == [
        Band.CLEAR
    ] * 12


def test_it_says_the_same_as_the_engine():
    reviews = a_panel()
    engine = evaluate(reviews, fundable=4, seed="s", scale=(0, 11))
    assert evaluated(reviews).complete == engine


def test_draws_are_the_same_for_one_seed_and_centre_on_the_estimates():
    found = evaluated(a_panel())
    drawn = found.fitted.draws(4000)
    assert drawn == evaluated(a_panel()).fitted.draws(4000)
    assert drawn != evaluated(a_panel(), seed="t").fitted.draws(4000)
    estimates = {row.application: row.estimate for row in found.evaluation.rows}
    assert {name: mean(here) for name, here in drawn.items()} == pytest.approx(estimates, abs=0.05)


def test_a_single_score_draws_itself():
    assert evaluated([review("a", "x", 3)]).fitted.draws(3) == {"a": (3.0, 3.0, 3.0)}


def test_an_older_evaluation_leaves_new_applications_without_a_rank():
    reviews = a_panel()
    found = evaluated([one for one in reviews if one.application != "a11"]).evaluation
    rows = aggregate({one.application for one in reviews}, reviews, evaluation=found, seed="s").rows
    assert (rows[-1].application, rows[-1].rank, rows[-1].raw_score is None) == ("a11", None, False)


def test_a_review_of_a_stranger_and_a_doubled_one_are_refused():
    with pytest.raises(ValueError, match="not in the round"):
        aggregate(["b"], REVIEWS, evaluation=None, seed="s")
    with pytest.raises(ValueError, match="two reviews"):
        aggregate("ab", [*REVIEWS, REVIEWS[0]], evaluation=None, seed="s")


@settings(max_examples=10, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcde"), st.sampled_from("vwxyz")),
        st.fractions(1, 5, max_denominator=6),
        min_size=1,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_input_is_irrelevant(scores, random):
    reviews = [review(a, r, score) for (a, r), score in scores.items()]
    shuffled = random.sample(reviews, len(reviews))
    first, second = (
        evaluated(order, reached=2, scale=(1, 5)).evaluation for order in (reviews, shuffled)
    )
    assert aggregate("abcde", reviews, evaluation=first, seed="s") == aggregate(
        "edcba", shuffled, evaluation=second, seed="s"
    )
