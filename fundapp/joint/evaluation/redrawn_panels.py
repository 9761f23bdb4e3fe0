"""Coefficients of agreement of panels redrawn from a fitted model, all panels at once.

The redrawn panels share one design, so the model is factorised once for each pair of ratios of a
grid around the fit, and solved there for all panels together. A panel's fit is where its
likelihood is greatest on the grid, refined by the parabola through the neighbours on the
logarithm of each ratio. Ratios of 0 belong to the grid: a redrawn panel may show no variance.
"""

from dataclasses import dataclass

import numpy as np

from fundapp.joint.calibration.mixed_model import CrossedDesign, Factor
from fundapp.joint.calibration.one_way_model import SAME_FIT, VarianceComponents
from fundapp.joint.calibration.review_table import Floats, Integers, ReviewTable

BELOW, ABOVE, STEP = -5.0, 3.5, 0.5
"""How far the grid reaches from the fit, and its step, in logarithms of a ratio."""

SMALLEST_CENTRE = 0.02
"""Ratio around which the grid is laid where the fitted one is smaller or 0."""


@dataclass(frozen=True)
class _Sums:
    """What the model needs of B panels: sums by level (p by B, q by B), and of squares (B)."""

    outer: Floats
    inner: Floats
    total: Floats
    squares: Floats


def redrawn_coefficients(
    table: ReviewTable,
    design: CrossedDesign,
    components: VarianceComponents,
    *,
    panels: int,
    generator: np.random.Generator,
) -> Floats:
    """Return (panels, 2): the ICC of a single review and that for consistency of each panel."""
    sums = _sums_of(design, _redrawn(table, components, panels, generator=generator))
    applications = _grid(components.application_ratio)
    reviewers = _grid(components.reviewer_ratio)
    deviances = np.array(
        [[_deviances(design, sums, (a, b)) for b in reviewers] for a in applications]
    )
    application, reviewer = _best_ratios(deviances, applications, reviewers)
    return np.stack(
        [application / (application + reviewer + 1), application / (application + 1)], axis=1
    )


def _grid(fitted: float) -> Floats:
    centre = np.log(max(fitted, SMALLEST_CENTRE))
    return np.append(0.0, np.exp(centre + np.arange(BELOW, ABOVE + STEP / 2, STEP)))


def _redrawn(
    table: ReviewTable,
    components: VarianceComponents,
    panels: int,
    *,
    generator: np.random.Generator,
) -> Floats:
    """Return scores (N, panels) drawn from the model; their mean does not matter."""
    deviations = [
        np.sqrt(variance or 0.0)
        for variance in (components.application, components.reviewer, components.residual)
    ]
    drawn = generator.standard_normal((len(table.applications), panels))[table.application_of]
    drawn *= deviations[0]
    shifts = generator.standard_normal((len(table.reviewers), panels))
    drawn += deviations[1] * shifts[table.reviewer_of]
    noise = generator.standard_normal((len(table.scores), panels))
    drawn += deviations[2] / np.sqrt(table.weights)[:, None] * noise
    return drawn


def _sums_of(design: CrossedDesign, scores: Floats) -> _Sums:
    centred = scores - np.average(scores, axis=0, weights=design.weights)
    weighted = design.weights[:, None] * centred
    return _Sums(
        outer=_summed(design.outer_of, weighted, len(design.outer_weights)),
        inner=_summed(design.inner_of, weighted, len(design.inner_weights)),
        total=weighted.sum(axis=0),
        squares=(weighted * centred).sum(axis=0),
    )


def _summed(level_of: Integers, values: Floats, size: int) -> Floats:
    sums = np.zeros((size, values.shape[1]))
    np.add.at(sums, level_of, values)
    return sums


def _deviances(design: CrossedDesign, sums: _Sums, ratios: tuple[float, float]) -> Floats:
    """Return -2 log REML of each panel at one pair of ratios, up to a constant.

    y' P y is what the predictions leave of y' W y (Henderson's mixed model equations).
    """
    factor = Factor(design, *(ratios if design.outer_is_application else ratios[::-1]))
    shrinkage = factor.shrinkage[:, None]
    right = sums.inner - design.crossing @ (shrinkage * sums.outer)
    mean = (factor.freedom @ sums.outer - factor.mean_on_inner @ right) / factor.mean_weight
    remaining = right - factor.inner_mean[:, None] * mean
    inner = factor.inner_ratio * (factor.inner_inverse @ remaining)
    outer = shrinkage * (
        sums.outer - design.crossing.T @ inner - design.outer_weights[:, None] * mean
    )
    predicted = (outer * sums.outer).sum(axis=0) + (inner * sums.inner).sum(axis=0)
    left = sums.squares - predicted - mean * sums.total
    floor = 1e-12 * sums.squares
    deviances: Floats = (design.reviews - 1) * np.log(np.maximum(left, floor))
    return deviances + factor.log_determinant


def _best_ratios(
    deviances: Floats, applications: Floats, reviewers: Floats
) -> tuple[Floats, Floats]:
    """Return the ratios of least deviance (applications, reviewers, panels) of each panel."""
    panels = deviances.shape[2]
    simpler = deviances.copy()
    simpler[0] -= SAME_FIT
    simpler[:, 0] -= SAME_FIT
    best = simpler.reshape(-1, panels).argmin(axis=0)
    row, column = np.divmod(best, deviances.shape[1])
    every = np.arange(panels)

    of_rows, of_columns = deviances[:, column, every], deviances[row, :, every].T
    return (
        applications[row] * _refinement(of_rows, row),
        reviewers[column] * _refinement(of_columns, column),
    )


def _refinement(deviances: Floats, place: Integers) -> Floats:
    """Return the factor on the ratio at `place` that the parabola through its neighbours gives.

    deviances (places, panels) along one ratio; the first place is that of 0.
    """
    last = len(deviances) - 1
    every = np.arange(len(place))
    before, here, after = (
        deviances[np.clip(place + shift, 0, last), every] for shift in (-1, 0, 1)
    )
    bend = before - 2 * here + after
    has_neighbours = (place > 1) & (place < last) & (bend > 0)
    step = np.where(has_neighbours, 0.5 * (before - after) / np.where(bend > 0, bend, 1.0), 0.0)
    factors: Floats = np.exp(STEP * np.clip(step, -0.5, 0.5))
    return factors
