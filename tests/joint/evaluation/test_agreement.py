from typing import Any

import numpy as np
import pytest

from fundapp.joint.calibration.review_table import Score, review_table
from fundapp.joint.calibration.variance_components import fit_components
from fundapp.joint.evaluation import agreement_intervals
from fundapp.joint.evaluation.agreement import (
    FLAT,
    SELECTED,
    UNREPLICATED,
    agreement,
    chance_of_belonging,
    krippendorff_alpha,
    reviews_needed,
)
from tests.joint.reference_data import expected
from tests.joint.rounds import aibs, made_round, mint_section, mock_panel


def agreement_of(reviews: list[Score], **options: bool) -> Any:
    table = review_table(reviews)
    return agreement(table, fit_components(table), seed="s", **options)


def test_aibs_is_met():
    found, reference = agreement_of(aibs()), expected("aibs-scores.csv")
    assert found.icc_single.value == pytest.approx(reference["full"]["icc1"], abs=6e-8)
    assert found.icc_panel.value == pytest.approx(reference["full"]["icc_mean_of_3"], abs=6e-7)
    ends = [found.icc_single.low, found.icc_single.high]
    assert ends == pytest.approx(reference["recomputed"]["icc_anova"]["ICC1_F_CI95"], abs=6e-8)
    assert found.icc_single.reason == "Exact interval from the F distribution."
    assert found.reviews_per_application == pytest.approx(3)


def test_among_the_best_of_aibs_agreement_fades():
    found = agreement_of(aibs(best=58))
    reference = expected("aibs-scores.csv")["top_58_by_ScoreRankAdj"]
    assert found.icc_single.value == pytest.approx(reference["icc1"], abs=1e-8)
    assert found.icc_panel.value == pytest.approx(reference["icc_mean_of_3"], abs=6e-8)
    assert agreement_of(aibs(best=36)).icc_single.value == 0


def test_a_selection_is_refused_with_the_reason():
    found = agreement_of(aibs(best=58), is_selection=True)
    coefficients = (found.icc_single, found.icc_consistency, found.icc_panel)
    assert {(one.value, one.low, one.high, one.reason) for one in coefficients} == {
        (None, None, None, SELECTED)
    }
    assert found.krippendorff_alpha is None


@pytest.mark.parametrize("panel", ["p1", "p2"])
def test_complete_panels_are_met(panel):
    found = agreement_of(mock_panel(panel))
    reference = expected("snsf-mock-panels.csv")["icc"][panel]
    assert found.icc_single.value == pytest.approx(reference["ICC2"], abs=6e-5)
    assert found.icc_consistency.value == pytest.approx(reference["ICC3"], abs=6e-5)
    for one in (found.icc_single, found.icc_consistency, found.icc_panel):
        assert one.low < one.value < one.high


@pytest.mark.parametrize("section", ["one", "two"])
def test_real_votes_with_gaps_are_met(section):
    found = agreement_of(mint_section(section)).icc_consistency
    reference = expected("snsf-mint-votes-sections-1-2.csv")
    assert found.value == pytest.approx(reference["recomputed"][section]["icc3"], abs=6e-5)
    assert found.low == pytest.approx(reference[section]["ci"][0], abs=0.02)
    assert found.high == pytest.approx(reference[section]["ci"][1], abs=0.02)


@pytest.mark.parametrize(("each", "method"), [(3, "redrawn"), (8, "F distribution")])
def test_intervals_by_the_delta_method_are_like_those_by_other_ways(each, method, monkeypatch):
    reviews, _ = made_round(np.random.default_rng(9), 40, 8, each=each)
    usual = agreement_of(reviews)
    assert method in usual.icc_single.reason
    table = review_table(reviews)
    delta = agreement_intervals._delta_intervals(fit_components(table).components)
    for ends, one in ((delta.single, usual.icc_single), (delta.consistency, usual.icc_consistency)):
        assert ends == pytest.approx((one.low, one.high), abs=0.12)


def test_intervals_by_profile_are_like_the_exact_ones():
    table = review_table(aibs())
    components = fit_components(table).components
    profile = agreement_intervals._profile_interval(table, components)
    assert profile == pytest.approx(agreement_intervals.one_way_interval(table), abs=0.02)


def test_redrawn_intervals_are_the_same_with_the_same_seed(monkeypatch):
    monkeypatch.setattr(agreement_intervals, "REDRAWS", 20)
    reviews, _ = made_round(np.random.default_rng(3), 12, 6, each=3)
    assert agreement_of(reviews) == agreement_of(reviews[::-1])


def test_no_agreement_without_replication_or_spread():
    alone = [Score(f"a{i}", f"r{i % 3}", float(i)) for i in range(12)]
    assert agreement_of(alone).icc_single.reason == UNREPLICATED
    flat = [Score(f"a{i}", f"r{r}", 4.0) for i in range(5) for r in range(4)]
    assert agreement_of(flat).icc_panel.reason == FLAT


def test_consistency_needs_reviewers_who_are_told_from_chance():
    nested = [
        Score(f"a{i}", f"r{i}-{j}", np.sin(9 * i + j) + i) for i in range(6) for j in range(3)
    ]
    found = agreement_of(nested)
    assert found.icc_consistency.value is None
    assert found.icc_single.low < found.icc_single.value < found.icc_single.high


def test_exact_agreement_has_a_coefficient_of_one():
    exact = agreement_of([Score(f"a{i}", f"r{r}", float(i)) for i in range(5) for r in range(4)])
    assert (exact.icc_single.value, exact.icc_consistency.value) == (1, 1)
    strict = agreement_of([Score(f"a{i}", f"r{r}", float(r)) for i in range(5) for r in range(4)])
    assert (strict.icc_single.value, strict.icc_consistency.value) == (0, None)


@pytest.mark.parametrize(
    ("icc", "wanted"), [(0.3711489, (4.0, 6.8, 15.2)), (0.3419, (4.5, 7.7, 17.3))]
)
def test_reviews_needed_for_a_reliability(icc, wanted):
    found = [reviews_needed(icc, reliability=r) for r in (0.7, 0.8, 0.9)]
    assert found == pytest.approx(wanted, abs=0.05)
    assert reviews_needed(0, reliability=0.8) is None


def test_the_chance_of_belonging_is_that_of_two_normal_scores():
    assert chance_of_belonging(0.639068, share=0.36) == pytest.approx(0.73, abs=0.005)
    assert chance_of_belonging(0.0, share=0.2) == pytest.approx(0.2)
    assert chance_of_belonging(1.0, share=0.2) == pytest.approx(1)
    drawn = np.random.default_rng(1).standard_normal((2, 400_000))
    seen = np.sqrt(0.5) * drawn[0] + np.sqrt(0.5) * drawn[1]
    both = (drawn[0] > 0.8416212) & (seen > 0.8416212)
    assert chance_of_belonging(0.5, share=0.2) == pytest.approx(both.mean() / 0.2, abs=0.01)


def test_krippendorff_alpha_counts_pairs():
    reviews = [
        Score(application, reviewer, score)
        for application, scores in {"a": (1, 2), "b": (3, 3, 5), "c": (4,), "d": (2, 4)}.items()
        for reviewer, score in zip("xyz", scores, strict=False)
    ]
    pairable = [("a", 1), ("a", 2), ("b", 3), ("b", 3), ("b", 5), ("d", 2), ("d", 4)]
    within = sum(
        (x - y) ** 2 / (sum(c == a for c, _ in pairable) - 1)
        for i, (a, x) in enumerate(pairable)
        for j, (b, y) in enumerate(pairable)
        if i != j and a == b
    )
    between = sum((x - y) ** 2 for _, x in pairable for _, y in pairable)
    alpha = 1 - (len(pairable) - 1) * within / between
    assert krippendorff_alpha(review_table(reviews)) == pytest.approx(alpha)
    assert krippendorff_alpha(review_table(reviews[:1])) is None
