import numpy as np
import pytest

from fundapp.joint.calibration.review_table import ReviewTable, Score, review_table
from fundapp.joint.calibration.variance_components import estimable_sides, fit_components
from tests.joint.reference_data import expected
from tests.joint.rounds import aibs, made_round, mint_section, mock_panel


def components_of(reviews):
    return fit_components(review_table(reviews)).components


@pytest.mark.parametrize(("best", "key"), [(1e9, "full"), (58, "top_58_by_ScoreRankAdj")])
def test_aibs_is_met_to_the_published_digits(best, key):
    found, reference = components_of(aibs(best=best)), expected("aibs-scores.csv")[key]
    assert found.application == pytest.approx(reference["var_proposal"], abs=6e-8)
    assert found.residual == pytest.approx(reference["var_residual"], abs=6e-8)


def test_aibs_has_no_detectable_strictness():
    found, reference = components_of(aibs()), expected("aibs-scores.csv")["recomputed"]
    two_way = reference["two_way_reml"]
    assert found.application == pytest.approx(two_way["var_proposal"], abs=6e-6)
    assert found.reviewer == two_way["var_reviewer"] == 0
    assert found.residual == pytest.approx(two_way["var_residual"], abs=6e-6)
    assert found.mean == pytest.approx(two_way["mean"], abs=6e-6)
    assert components_of(aibs(best=36)).application == reference["top_36"]["var_proposal"] == 0


def test_the_mock_panel_is_met():
    found = components_of(mock_panel("p1"))
    reference = expected("snsf-mock-panels.csv")["two_way_reml_p1"]
    assert found.application == pytest.approx(reference["var_proposal"], abs=6e-5)
    assert found.reviewer == pytest.approx(reference["var_reviewer"], abs=6e-5)
    assert found.residual == pytest.approx(reference["var_residual"], abs=6e-6)
    assert found.mean == pytest.approx(reference["mean"])


@pytest.mark.parametrize("section", ["one", "two"])
def test_real_votes_with_gaps_are_met(section):
    found = components_of(mint_section(section))
    reference = expected("snsf-mint-votes-sections-1-2.csv")["recomputed"][section]["var"]
    variances = [found.application, found.reviewer, found.residual]
    assert variances == pytest.approx(reference, abs=6e-5)


def test_balanced_reviews_have_the_components_of_the_analysis_of_variance():
    reviews, _ = made_round(np.random.default_rng(4), 20, 6, each=6)
    scores = np.array(
        [one.score for one in sorted(reviews, key=lambda r: (r.application, r.reviewer))]
    )
    grid = scores.reshape(20, 6)
    rows, columns = grid.mean(axis=1), grid.mean(axis=0)
    left = grid - rows[:, None] - columns + grid.mean()
    residual = (left**2).sum() / (19 * 5)
    found = components_of(reviews)
    assert found.residual == pytest.approx(residual)
    assert found.application == pytest.approx(np.var(rows, ddof=1) - residual / 6)
    assert found.reviewer == pytest.approx(np.var(columns, ddof=1) - residual / 20)


def dense_deviance(table: ReviewTable, variances: np.ndarray) -> float:
    applications = np.eye(len(table.applications))[table.application_of]
    reviewers = np.eye(len(table.reviewers))[table.reviewer_of]
    covariance = variances[0] * applications @ applications.T
    covariance += variances[1] * reviewers @ reviewers.T + variances[2] * np.eye(len(applications))
    inverse = np.linalg.inv(covariance)
    ones = inverse.sum(axis=1)
    left = inverse @ table.scores - ones * (ones @ table.scores) / ones.sum()
    return float(np.linalg.slogdet(covariance)[1] + np.log(ones.sum()) + table.scores @ left)


@pytest.mark.parametrize("shape", [(40, 12), (12, 40)])
def test_the_fit_is_a_minimum_whichever_side_is_larger(shape):
    reviews, _ = made_round(np.random.default_rng(6), *shape, each=6)
    table = review_table(reviews)
    found = fit_components(table).components
    best = np.array([found.application, found.reviewer, found.residual])
    least = dense_deviance(table, best)
    for change in np.vstack([np.eye(3), -np.eye(3)]) * 0.01:
        assert dense_deviance(table, best * (1 + change)) > least


@pytest.mark.parametrize(
    ("pairs", "sides"),
    [
        ([(i, r) for i in range(4) for r in range(3)], (True, True)),
        ([(i, 10 * i + r) for i in range(4) for r in range(3)], (True, False)),
        ([(i, i % 3) for i in range(9)], (False, False)),
        ([(i, 0) for i in range(9)], (False, False)),
        ([(0, r) for r in range(9)], (False, False)),
        ([(0, 0)], (False, False)),
        ([(i, r) for i in range(4) for r in (i, i + 1)], (True, True)),
    ],
)
def test_what_cannot_be_estimated_is_known_beforehand(pairs, sides):
    table = review_table([Score(f"a{i}", f"r{r}", float(i * r)) for i, r in pairs])
    assert estimable_sides(table) == sides


def test_confounded_variances_are_none():
    reviews = [
        Score(f"a{i}", f"r{i}-{r}", np.sin(9 * i + r) + i) for i in range(6) for r in range(3)
    ]
    found = components_of(reviews)
    assert (found.reviewer, found.application is None, found.residual is None) == (
        None,
        False,
        False,
    )
    assert components_of(reviews[::3]).application is None


def test_equal_scores_have_no_variances():
    found = components_of([Score(f"a{i}", f"r{r}", 4.0) for i in range(5) for r in range(4)])
    assert (found.application, found.reviewer, found.residual, found.mean) == (None, None, None, 4)


def test_reviewers_who_agree_exactly_leave_no_residual():
    found = components_of([Score(f"a{i}", f"r{r}", float(i)) for i in range(5) for r in range(4)])
    assert found.application == pytest.approx(2.5, rel=1e-4)
    assert (found.reviewer, found.residual) == (0, 0)


def test_reviewers_who_differ_by_strictness_only_leave_no_residual():
    reviews = [Score(f"a{i}", f"r{r}", float(i + r)) for i in range(5) for r in range(4)]
    found = components_of(reviews)
    assert found.application == pytest.approx(2.5, rel=1e-4)
    assert found.reviewer == pytest.approx(5 / 3, rel=1e-4)
    assert found.residual == 0
