"""The structured solver against plain dense algebra."""

from dataclasses import replace

import numpy as np
import pytest

from fundapp.joint.calibration import mixed_model
from fundapp.joint.calibration.mixed_model import Factor, crossed_design
from fundapp.joint.calibration.posterior import at_ratios, model_posterior
from fundapp.joint.calibration.review_table import ReviewTable, review_table
from fundapp.joint.calibration.variance_components import fit_components
from fundapp.joint.evaluation.ranking import expected_ranks
from tests.joint.rounds import made_round

SHAPES = [(30, 10), (8, 25), (12, 12)]
RATIOS = 0.7, 0.3


def table_of(applications: int, reviewers: int) -> ReviewTable:
    generator = np.random.default_rng(applications)
    reviews, _ = made_round(generator, applications, reviewers, each=4)
    pairs = [(one.application, one.reviewer) for one in reviews]
    weights = dict(zip(pairs, generator.choice([1.0, 0.7, 0.4], len(pairs)), strict=True))
    return review_table(reviews, weights=weights)


def factor_of(table: ReviewTable) -> Factor:
    design = crossed_design(table)
    return Factor(design, *(RATIOS if design.outer_is_application else RATIOS[::-1]))


def indicators(table: ReviewTable) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.eye(len(table.applications))[table.application_of],
        np.eye(len(table.reviewers))[table.reviewer_of],
    )


def dense_projection(table: ReviewTable) -> tuple[np.ndarray, float]:
    """Return P and log det H + log(1'H^-1 1) + sum of log weights."""
    applications, reviewers = indicators(table)
    covariance = np.diag(1 / table.weights)
    covariance += RATIOS[0] * applications @ applications.T + RATIOS[1] * reviewers @ reviewers.T
    inverse = np.linalg.inv(covariance)
    ones = inverse.sum(axis=1)
    log_determinant = np.linalg.slogdet(covariance)[1] + np.log(ones.sum())
    return inverse - np.outer(ones, ones) / ones.sum(), log_determinant + np.log(
        table.weights
    ).sum()


@pytest.mark.parametrize("dense_pairs", [0, 10**6])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_factor_is_the_dense_model(shape, dense_pairs, monkeypatch):
    monkeypatch.setattr(mixed_model, "DENSE_PAIRS", dense_pairs)
    monkeypatch.setattr(mixed_model, "DENSE_SHARE", 1.1)
    table = table_of(*shape)
    factor = factor_of(table)
    projection, log_determinant = dense_projection(table)
    assert np.allclose(factor.solve(table.scores).projected, projection @ table.scores)
    assert factor.log_determinant == pytest.approx(log_determinant)
    traces = [np.trace(side.T @ projection @ side) for side in indicators(table)]
    expected = traces if factor.design.outer_is_application else traces[::-1]
    assert factor.traces == pytest.approx(expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_posterior_is_that_of_the_mixed_model_equations(shape):
    table = table_of(*shape)
    factor = factor_of(table)
    n, m = len(table.applications), len(table.reviewers)
    incidence = np.column_stack([*indicators(table), np.ones(len(table.scores))])
    precision = (incidence.T * table.weights) @ incidence
    precision += np.diag([1 / RATIOS[0]] * n + [1 / RATIOS[1]] * m + [0])
    covariance = np.linalg.inv(precision)
    means = covariance @ incidence.T @ (table.weights * table.scores)
    target = np.column_stack([np.eye(n), np.zeros((n, m)), np.ones(n)])
    posterior = at_ratios(factor, factor.solve(table.scores), residual=2.0)
    dense = 2 * target @ covariance @ target.T
    assert np.allclose(posterior.mean, target @ means)
    assert np.allclose(posterior.variances, np.diag(dense))
    centred = dense - dense.mean(axis=0) - dense.mean(axis=1)[:, None] + dense.mean()
    assert np.allclose(posterior.relative_variances, np.diag(centred))
    drawn = posterior.draws(np.random.default_rng(1), 40_000)
    assert np.allclose(np.cov(drawn.T), dense, atol=0.05)
    assert np.allclose(expected_ranks(posterior), dense_ranks(posterior.mean, dense))


def dense_ranks(means: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    variances = np.diag(covariance)
    spread = variances + variances[:, None] - 2 * covariance
    np.fill_diagonal(spread, 1)
    better = ndtr((means - means[:, None]) / np.sqrt(spread))
    np.fill_diagonal(better, 0)
    return 1 + better.sum(axis=1)


@pytest.mark.parametrize("shape", SHAPES)
def test_reviewers_effects_are_those_of_the_mixed_model_equations(shape):
    table = table_of(*shape)
    fits = fit_components(table)
    components = replace(fits.components, application=1.4, reviewer=0.6, residual=2.0)
    _, effects = model_posterior(table, fits.design, components)
    n, m = len(table.applications), len(table.reviewers)
    incidence = np.column_stack([*indicators(table), np.ones(len(table.scores))])
    precision = (incidence.T * table.weights) @ incidence
    precision += np.diag([1 / RATIOS[0]] * n + [1 / RATIOS[1]] * m + [0])
    covariance = np.linalg.inv(precision)
    means = covariance @ incidence.T @ (table.weights * table.scores)
    assert np.allclose(effects.means, means[n : n + m])
    assert np.allclose(effects.variances, 2 * np.diag(covariance)[n : n + m])


def test_doubt_about_the_variances_is_the_derivative_of_the_estimates():
    table = table_of(30, 10)
    fits = fit_components(table)
    components, step = replace(fits.components, application=1.0, reviewer=0.4), 1e-5
    changes = []
    for name in ("application", "reviewer"):
        ends = [
            model_posterior(
                table,
                fits.design,
                replace(components, **{name: getattr(components, name) * np.exp(sign * step)}),
            )[0].mean
            for sign in (1, -1)
        ]
        changes.append((ends[0] - ends[1]) / (2 * step))
    information = np.array(components.information) / 2 + np.eye(2)
    doubts = model_posterior(table, fits.design, components)[0].shared[:, 1:]
    covariance = np.column_stack(changes) @ np.linalg.inv(information) @ np.array(changes)
    assert np.allclose(doubts @ doubts.T, 2 * covariance, atol=1e-7)


def test_too_many_of_both_is_refused(monkeypatch):
    monkeypatch.setattr(mixed_model, "MOST_INNER_LEVELS", 9)
    with pytest.raises(ValueError, match="Split the reviews by programme"):
        crossed_design(table_of(12, 12))
