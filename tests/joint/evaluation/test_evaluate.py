from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.joint.calibration.calibrate import calibrate
from fundapp.joint.calibration.review_table import Score, review_table
from fundapp.joint.calibration.variance_components import fit_components
from fundapp.joint.evaluation.evaluate import JointEvaluation, evaluate
from fundapp.joint.evaluation.fitted_reviews import ReviewScore
from fundapp.joint.evaluation.ranking import Band
from tests.joint.reference_data import expected
from tests.joint.rounds import aibs, made_round, mock_panel

LARGE = 160
"""Applications of a round in which ranks come from the fit, not from quadrature."""


def evaluated(reviews, **options) -> Any:
    return evaluate(reviews, fundable=options.pop("fundable", 3), seed="s", **options)


@cache
def mock(fundable: int | None) -> Any:
    """Return the first mock panel evaluated."""
    return evaluated(mock_panel("p1"), fundable=fundable)


def estimates(found: JointEvaluation) -> dict[str, float]:
    return {row.application: row.estimate for row in found.rows}


def order(found: JointEvaluation) -> list[str]:
    return [row.application for row in found.rows]


def test_nothing_is_corrected_where_reviewers_cannot_be_told_apart():
    found = evaluated(aibs(), higher_is_better=False)
    assert not found.calibrated
    assert found.why.startswith("No difference in strictness between reviewers can be detected.")
    means = [round(row.raw_mean, 9) for row in found.rows]
    assert means == sorted(means)
    assert {reviewer.strictness for reviewer in found.reviewers} == {None}
    mean = expected("aibs-scores.csv")["recomputed"]["two_way_reml"]["mean"]
    reliability = found.agreement.icc_panel.value
    for row in found.rows:
        assert row.estimate == pytest.approx(mean + reliability * (row.raw_mean - mean), abs=1e-5)
        assert row.low < row.low50 < row.estimate < row.high50 < row.high


def test_strictness_is_met_on_the_mock_panel():
    found = mock(5)
    reference = expected("snsf-mock-panels.csv")["two_way_reml_p1"]["reviewer_effect"]
    assert found.calibrated
    assert {one.reviewer: -one.strictness for one in found.reviewers} == pytest.approx(
        reference, abs=6e-4
    )
    assert all(one.low < one.strictness < one.high for one in found.reviewers)
    assert found.why.startswith("Reviewers differ in strictness by about 1.4 points")


def test_strict_reviewers_are_allowed_for():
    generator = np.random.default_rng(5)
    reviews, true = made_round(generator, LARGE, 24, each=3, deviations=(0.7, 1.0, 0.5))
    found = evaluated(reviews)
    by_id = sorted(found.rows, key=lambda row: row.application)
    raw = np.corrcoef(true, [row.raw_mean for row in by_id])[0, 1]
    calibrated = np.corrcoef(true, [row.estimate for row in by_id])[0, 1]
    assert found.calibrated
    assert calibrated > raw + 0.1


def test_the_row_of_a_round_holds_what_pages_show():
    found = mock(5)
    first = found.rows[0]
    assert (first.application, first.reviews, first.raw_mean) == ("#1", 5, 5.0)
    assert (first.rank_low, first.rank_high, first.band) == (1, 6, Band.CLEAR)
    assert found.ranking_method == "averaged over what the variances may be (quadrature)"
    assert sum(row.p_fundable for row in found.rows) == pytest.approx(5)
    assert {(row.p_fundable, row.band) for row in mock(None).rows} == {(None, None)}


def test_lower_is_better_turns_the_ranking_and_nothing_else():
    reviews = mock_panel("p1")
    turned = [replace(one, score=7 - one.score) for one in reviews]
    found, mirrored = mock(5), evaluated(turned, fundable=5, higher_is_better=False)
    assert order(found) == order(mirrored)
    for row, other in zip(found.rows, mirrored.rows, strict=True):
        assert (7 - row.estimate, 7 - row.high, 7 - row.low50) == pytest.approx(
            (other.estimate, other.low, other.high50)
        )
        assert row.expected_rank == pytest.approx(other.expected_rank)
    for one, other_reviewer in zip(found.reviewers, mirrored.reviewers, strict=True):
        assert one.strictness == pytest.approx(other_reviewer.strictness)


def test_the_scale_matters_to_the_priors_and_not_its_units():
    reviews = mock_panel("p1")
    hundred = [replace(one, score=20 * one.score) for one in reviews]
    found = mock(5)
    large = evaluated(hundred, scale=(20, 120))
    for row, other in zip(found.rows, large.rows, strict=True):
        assert row.expected_rank == pytest.approx(other.expected_rank, abs=1e-9)
        assert 20 * row.estimate == pytest.approx(other.estimate)
    unknown = evaluated(hundred)
    assert unknown.ranking_method == "from the fitted model"
    assert unknown.warnings[-1].startswith("The panel is small and its scale is not known")


def test_confidence_weighs_reviews():
    reviews, _ = made_round(np.random.default_rng(2), LARGE, 12, each=3)
    doubted = {(one.application, one.reviewer): 0.4 for one in reviews[:1]}
    plain, weighed = evaluated(reviews), evaluated(reviews, weights=doubted)
    first = reviews[0].application
    others = [one.score for one in reviews[1:3]]
    away = abs(estimates(weighed)[first] - np.mean(others))
    assert away < abs(estimates(plain)[first] - np.mean(others))


def test_the_reviews_of_the_services_can_be_evaluated():
    reviews = [
        ReviewScore(one.application, one.reviewer, "f", Fraction(one.score))
        for one in mock_panel("p1")
    ]
    assert order(evaluated(reviews, fundable=5)) == order(mock(5))


@pytest.mark.parametrize(
    ("reviews", "why"),
    [
        ([Score("a", "x", 3), Score("b", "y", 4)], "Below 3 reviewers or 10 scores"),
        (
            [Score(f"a{i}", f"r{r}", 4) for i in range(5) for r in range(4)],
            "All scores are the same",
        ),
        ([Score(f"a{i}", f"r{i % 4}", i % 5) for i in range(16)], "Hardly any application has two"),
        (
            [Score(f"a{i}", f"r{r}", (i + r) % 2) for i in range(6) for r in range(4)],
            "Reviewers agree so little that nothing tells the applications apart.",
        ),
        (
            [Score(f"a{i}", f"r{i}{r}", i + (r % 2)) for i in range(6) for r in range(4)],
            "Most reviewers have one review only",
        ),
    ],
)
def test_where_nothing_can_be_corrected_it_says_why(reviews, why):
    found = evaluated(reviews, fundable=2)
    assert (found.calibrated, found.why[: len(why)]) == (False, why)
    assert sum(row.expected_rank for row in found.rows) == pytest.approx(
        len(found.rows) * (len(found.rows) + 1) / 2
    )
    assert sum(row.p_fundable for row in found.rows) == pytest.approx(2, abs=0.01)


def test_plain_means_stand_where_they_must():
    few = [Score("a", "x", 3), Score("a", "y", 5), Score("b", "x", 1), Score("b", "y", 2)]
    a, b = sorted(evaluated(few).rows, key=lambda row: row.application)
    assert (a.estimate, b.estimate) == (4, 1.5)
    half = 1.6448536 * (1.25 / 2) ** 0.5
    assert (a.low, a.high) == pytest.approx((4 - half, 4 + half))
    only = evaluated([Score("a", "x", 3)], fundable=1).rows[0]
    assert (only.estimate, only.low, only.high, only.p_fundable) == (3, None, None, 1)


def test_scores_at_one_end_of_the_scale_are_warned_of():
    reviews = [Score(f"a{i}", f"r{r}", min(5, 2 + i + r)) for i in range(6) for r in range(3)]
    ceiling = "67 % of the scores are at one end of the scale."
    assert evaluated(reviews).warnings[0].startswith(ceiling)
    assert evaluated(reviews, scale=(0, 6)).warnings == ()
    turned = [replace(one, score=-one.score) for one in reviews]
    low = evaluated(turned, scale=(-5, 0), higher_is_better=False)
    assert low.warnings[0].startswith(ceiling)


def test_reviewers_are_flagged():
    reviews = [
        *(Score(f"a{i}", "same", 3) for i in range(4)),
        *(Score(f"a{i}", "busy", i) for i in range(4)),
        Score("a0", "once", 2),
    ]
    assert {one.reviewer: one.flag for one in evaluated(reviews).reviewers} == {
        "busy": "",
        "once": "One review only: strictness unknown.",
        "same": "Gave every application the same score.",
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"fundable": 0}, "must be 1 or more"),
        ({"scale": (5, 1)}, "from its lowest score to a higher one"),
        ({"scale": (1, float("inf"))}, "from its lowest score to a higher one"),
        ({"scale": (2, 6)}, "The score 1 is outside the scale from 2 to 6"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluated(mock_panel("p1"), **options)


@st.composite
def rounds_of_reviews(draw) -> list[Score]:
    """Draw a crossed round that is too large for quadrature, in a random order."""
    seed = draw(st.integers(0, 10**6))
    generator = np.random.default_rng(seed)
    deviations = draw(st.sampled_from([(1.0, 0.6, 0.8), (0.5, 0.0, 1.0), (0.3, 1.0, 0.3)]))
    reviews, _ = made_round(
        generator, LARGE, 11, each=draw(st.sampled_from([3, 4])), deviations=deviations
    )
    return [reviews[i] for i in generator.permutation(len(reviews))]


few_rounds = settings(max_examples=5, deadline=None)


@few_rounds
@given(rounds_of_reviews())
def test_the_order_of_reviews_changes_nothing(reviews):
    assert evaluated(reviews) == evaluated(sorted(reviews, key=lambda one: one.score))


@few_rounds
@given(rounds_of_reviews())
def test_renaming_reviewers_changes_no_estimate(reviews):
    renamed = [replace(one, reviewer=f"{99 - int(one.reviewer[1:])}") for one in reviews]
    assert estimates(evaluated(renamed)) == pytest.approx(estimates(evaluated(reviews)), abs=1e-9)


@few_rounds
@given(
    rounds_of_reviews(), st.sampled_from([-40.0, 0.5, 1000.0]), st.sampled_from([0.01, 1.0, 7.0])
)
def test_estimates_move_with_the_units(reviews, constant, factor):
    found = evaluated(reviews)
    moved = evaluated([replace(one, score=constant + factor * one.score) for one in reviews])
    assert moved.calibrated == found.calibrated
    wanted = {name: constant + factor * value for name, value in estimates(found).items()}
    assert estimates(moved) == pytest.approx(wanted, abs=1e-7 * factor + 1e-9)
    assert [row.expected_rank for row in moved.rows] == pytest.approx(
        [row.expected_rank for row in found.rows], abs=1e-5
    )
    if found.variance.reviewer:
        assert moved.variance.reviewer == pytest.approx(
            factor**2 * found.variance.reviewer, rel=1e-5
        )


def test_one_reviewers_constant_no_longer_matters_once_it_is_large():
    reviews, _ = made_round(np.random.default_rng(8), LARGE, 9, each=4, deviations=(1.0, 0.3, 0.7))
    harsh = [
        replace(one, score=one.score - 1000) if one.reviewer == "r003" else one for one in reviews
    ]
    harsher = [
        replace(one, score=one.score - 3000) if one.reviewer == "r003" else one for one in reviews
    ]
    first, second = evaluated(harsh), evaluated(harsher)
    assert first.calibrated
    shifted = np.corrcoef(
        [estimates(first)[name] for name in sorted(estimates(first))],
        [estimates(second)[name] for name in sorted(estimates(second))],
    )[0, 1]
    assert shifted > 0.9999


def test_intervals_hold_the_truth_as_often_as_they_say():
    generator = np.random.default_rng(12)
    held: dict[float, list[bool]] = {0.9: [], 0.5: []}
    for _ in range(60):
        reviews, true = made_round(generator, 60, 15, each=3, deviations=(0.8, 0.5, 1.0))
        table = review_table(reviews)
        posterior = calibrate(table, fit_components(table)).posterior
        for level, here in held.items():
            low, high = posterior.interval(level)
            here.extend((low <= true) & (true <= high))
    assert np.mean(held[0.9]) == pytest.approx(0.9, abs=0.02)
    assert np.mean(held[0.5]) == pytest.approx(0.5, abs=0.03)
