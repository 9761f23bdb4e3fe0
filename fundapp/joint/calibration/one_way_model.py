"""The fit with one side of the design only: reviews within applications, or within reviewers.

Everything is a sum over the levels of that side, so nothing larger than a list of them is
formed. See `variance_components` for the function f that is minimised.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from fundapp.joint.calibration.review_table import Floats, Integers

LOG_RATIOS = (-14.0, 12.0)
"""Where ratios to the residual variance are looked for, as natural logarithms."""

LARGEST_RATIO = float(np.exp(LOG_RATIOS[1]))

SAME_FIT = 1e-8
"""Likelihoods closer than this are equal, and the simpler model is taken."""


@dataclass(frozen=True)
class VarianceComponents:
    """Variances in squared units of the scores, and what the fit says of itself.

    `application` and `reviewer` are None where the reviews cannot tell them from the residual;
    the residual then holds them too. `residual` is None below two reviews. `mean` is mu.
    `deviance` is f at these values, `information` the average information on the logarithms
    of the two ratios (application, reviewer), 0 where a ratio is 0.
    """

    application: float | None
    reviewer: float | None
    residual: float | None
    mean: float
    deviance: float
    information: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))

    @property
    def application_ratio(self) -> float:
        """Return the applications' variance over the residual's; 0 where it is not known."""
        return _ratio(self.application, self.residual)

    @property
    def reviewer_ratio(self) -> float:
        """Return the reviewers' variance over the residual's; 0 where it is not known."""
        return _ratio(self.reviewer, self.residual)


def _ratio(variance: float | None, residual: float | None) -> float:
    """Return a ratio of variances, no larger than the largest that is looked for."""
    if not variance or residual is None:
        return 0.0
    return min(variance / residual, LARGEST_RATIO) if residual else LARGEST_RATIO


class OneWayModel:
    """The model with one side only: everything is a sum over its levels.

    Its component is called `application` here, whichever side it is.
    """

    def __init__(self, level_of: Integers, weights: Floats, values: Floats) -> None:
        self.weights = np.bincount(level_of, weights)
        self.means = np.bincount(level_of, weights * values) / self.weights
        self.within = float(weights @ (values - self.means[level_of]) ** 2)
        self.freedom = len(values) - 1

    def at(self, ratio: float) -> VarianceComponents:
        """Return the fit at one ratio of the side's variance to the residual's."""
        deviance, mean, left = self._parts(ratio)
        residual = left / self.freedom
        precision = self.weights / (1 + ratio * self.weights)
        sums = precision * (self.means - mean)
        square = float(sums @ sums)
        projected = precision @ sums**2 - (precision @ sums) ** 2 / precision.sum()
        information = ratio**2 * float(projected - square**2 / left) / residual
        return VarianceComponents(
            application=ratio * residual,
            reviewer=0.0,
            residual=residual,
            mean=mean,
            deviance=deviance,
            information=((information, 0.0), (0.0, 0.0)),
        )

    def fit(self) -> VarianceComponents:
        """Return the best fit; a component of 0 where no other ratio is better."""
        logs = np.linspace(*LOG_RATIOS, 105)
        place = int(np.argmin(self._deviances(np.exp(logs))))
        lower, upper = logs[max(0, place - 1)], logs[min(len(logs) - 1, place + 1)]
        best = logs[place]
        if self._slope(lower) < 0 < self._slope(upper):
            best = brentq(self._slope, lower, upper, xtol=1e-13)
        found, none = self.at(float(np.exp(best))), self.at(0.0)
        return none if none.deviance <= found.deviance + SAME_FIT else found

    def deviance_at(self, ratio: float) -> float:
        """Return f at one ratio."""
        return self._parts(ratio)[0]

    def _deviances(self, ratios: Floats) -> Floats:
        grown = 1 + np.multiply.outer(ratios, self.weights)
        precision = self.weights / grown
        total = precision.sum(axis=1)
        means = precision @ self.means / total
        left = self.within + precision @ self.means**2 - total * means**2
        deviances: Floats = self.freedom * np.log(left.clip(np.finfo(float).tiny))
        deviances += np.log(grown).sum(axis=1) + np.log(total)
        return deviances

    def _parts(self, ratio: float) -> tuple[float, float, float]:
        grown = 1 + ratio * self.weights
        precision = self.weights / grown
        mean = float(precision @ self.means / precision.sum())
        left = self.within + float(precision @ (self.means - mean) ** 2)
        log_determinant = np.log(grown).sum() + np.log(precision.sum())
        return float(self.freedom * np.log(left) + log_determinant), mean, left

    def _slope(self, log: float) -> float:
        ratio = np.exp(log)
        precision = self.weights / (1 + ratio * self.weights)
        _, mean, left = self._parts(float(ratio))
        trace = precision.sum() - (precision @ precision) / precision.sum()
        squares = ((precision * (self.means - mean)) ** 2).sum()
        return float(ratio * (trace - self.freedom * squares / left))
