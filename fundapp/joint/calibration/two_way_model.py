"""The fit with applications and reviewers: Newton's method on the logarithms of the ratios.

The information is the average of the observed and the expected one, which needs no traces
(Gilmour, Thompson and Cullis 1995). See `variance_components` for the function f.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fundapp.joint.calibration.mixed_model import CrossedDesign, Factor
from fundapp.joint.calibration.one_way_model import LOG_RATIOS, VarianceComponents
from fundapp.joint.calibration.review_table import Floats

VANISHING = -11.0
"""The logarithm of a ratio below which a side that still shrinks is held to be 0."""

CONVERGED = 1e-9
"""Newton steps of the logarithms below this are no steps, unless less is asked for."""


@dataclass(frozen=True)
class _Point:
    """One evaluation of the full model; sides in the order outer, inner."""

    deviance: float
    gradient: Floats
    information: Floats
    mean: float
    residual: float


class TwoWayModel:
    """The full model, fitted on the logarithms of (outer ratio, inner ratio)."""

    def __init__(self, design: CrossedDesign, values: Floats) -> None:
        self.design = design
        self.values = values

    def fit(self, ratios: Floats, *, tolerance: float) -> VarianceComponents:
        """Return the best fit, started from the ratios (application, reviewer)."""
        ordered = ratios if self.design.outer_is_application else ratios[::-1]
        start = np.log(ordered.clip(1e-3, 1e3))
        logs, point = minimised(self.at, start, tolerance=tolerance)
        variances = np.exp(logs) * point.residual
        information = point.information
        if not self.design.outer_is_application:
            variances, information = variances[::-1], information[::-1, ::-1]
        (first, mixed), (_, second) = information.tolist()
        return VarianceComponents(
            application=float(variances[0]),
            reviewer=float(variances[1]),
            residual=point.residual,
            mean=point.mean,
            deviance=point.deviance,
            information=((first, mixed), (mixed, second)),
        )

    def at(self, logs: Floats) -> _Point:
        """Return f, its gradient and the average information of -2 log REML at `logs`."""
        ratios = np.exp(logs)
        factor = Factor(self.design, float(ratios[0]), float(ratios[1]))
        solved = factor.solve(self.values)
        left = float(self.values @ solved.projected)
        freedom = self.design.reviews - 1
        residual = left / freedom
        outer, inner = self.design.outer_of, self.design.inner_of
        sums = (self.design.outer_sums(solved.projected), self.design.inner_sums(solved.projected))
        moved = np.array([sums[0][outer], sums[1][inner]])
        squares = np.array([side @ side for side in sums])
        projected = np.array([factor.solve(one).projected for one in moved])
        information = (moved @ projected.T) / residual
        information -= np.outer(squares, squares) / (residual * left)
        return _Point(
            deviance=float(freedom * np.log(left)) + factor.log_determinant,
            gradient=ratios * (np.array(factor.traces) - squares / residual),
            information=information * np.outer(ratios, ratios),
            mean=solved.mean,
            residual=residual,
        )


def minimised(
    at: Callable[[Floats], _Point], start: Floats, *, tolerance: float
) -> tuple[Floats, _Point]:
    """Return where f is least and what it is there, by Newton steps that never go up.

    Where a ratio vanishes, the fit without that side is the better one, and the search ends.
    """
    logs, point = start, at(start)
    for _ in range(60):
        step = _step(logs, point)
        vanishes = (logs < VANISHING) & (point.gradient > 0)
        if np.abs(step).max() < tolerance or vanishes.any():
            break
        for _ in range(20):
            tried = at(logs + step)
            if tried.deviance <= point.deviance + 1e-12 * abs(point.deviance):
                break
            step /= 2
        else:
            break
        logs, point = logs + step, tried
    return logs, point


def _step(logs: Floats, point: _Point) -> Floats:
    """Return a step downhill, of at most 3, that stays within `LOG_RATIOS`.

    The gradient's size is added to the information (Levenberg 1944): it keeps the step regular
    where a ratio vanishes, and fades where the search ends.
    """
    steadied = point.information + np.diag(np.abs(point.gradient) + 1e-10)
    step = np.linalg.solve(steadied, -point.gradient)
    step *= min(1.0, 3 / max(3.0, float(np.abs(step).max())))
    bounded: Floats = np.clip(logs + step, *LOG_RATIOS) - logs
    return bounded
