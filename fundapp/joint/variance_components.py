"""How much of the spread of the scores is due to applications, to reviewers and to neither.

Restricted maximum likelihood (Patterson and Thompson 1971). Twice the negative logarithm,
up to constants and with the residual variance s2 = Q / (N - 1) put in, is

    f = (N - 1) log Q + log det H + log(1' H^-1 1),        Q = y' P y.

A component may be 0, which no slope shows. So the models without reviewers and without
applications are fitted beside the full one, and the simplest of the best counts. The full
model is fitted by Newton's method on the logarithms of the ratios, with the average of
observed and expected information (Gilmour, Thompson and Cullis 1995).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from fundapp.joint.mixed_model import CrossedDesign, Factor, crossed_design
from fundapp.joint.review_table import Floats, Integers, ReviewTable

DETECTABLE = 2.7055
"""Likelihood ratio at which a variance is above 0: the 5 % point of an even mixture of 0 and
chi-square with one degree of freedom (Self and Liang 1987)."""

LOG_RATIOS = (-14.0, 12.0)
"""Where ratios to the residual variance are looked for, as natural logarithms."""

VANISHING = -11.0
"""The logarithm of a ratio below which a side that still shrinks is held to be 0."""

CONVERGED = 1e-9
"""Newton steps of the logarithms below this are no steps."""

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
        return self.application / self.residual if self.application and self.residual else 0.0

    @property
    def reviewer_ratio(self) -> float:
        """Return the reviewers' variance over the residual's; 0 where it is not known."""
        return self.reviewer / self.residual if self.reviewer and self.residual else 0.0


@dataclass(frozen=True)
class Fits:
    """The best fit, the fit without reviewers, and the likelihood ratio between them.

    `unit` and `centre` brought the scores near 1 for the fit; `components` and
    `without_reviewers` are back in the scores' own units.
    """

    design: CrossedDesign
    components: VarianceComponents
    without_reviewers: VarianceComponents
    likelihood_ratio: float


def fit_components(table: ReviewTable) -> Fits:
    """Fit the model to a table. All scores equal gives variances of None."""
    design = crossed_design(table)
    return fit_scores(table, design, table.scores)


def fit_scores(table: ReviewTable, design: CrossedDesign, scores: Floats) -> Fits:
    """Fit the model to other `scores` (N) on the same design; see `fit_components`."""
    centre = float(np.average(scores, weights=table.weights))
    unit = float(np.std(scores))
    if unit <= 1e-12 * max(1.0, abs(centre)):
        flat = VarianceComponents(None, None, None, mean=centre, deviance=-np.inf)
        return Fits(design, flat, flat, likelihood_ratio=0.0)
    values = (scores - centre) / unit
    application, reviewer = estimable_sides(table)
    one_sided = _OneSided(table.application_of, table.weights, values)
    alone = one_sided.fit() if application else one_sided.at(0.0)
    known = replace(alone, application=alone.application if application else None, reviewer=None)
    best = _best(table, design, values) if application and reviewer else known
    return Fits(
        design=design,
        components=_rescaled(best, centre, unit),
        without_reviewers=_rescaled(replace(known, reviewer=0.0), centre, unit),
        likelihood_ratio=max(0.0, known.deviance - best.deviance),
    )


def estimable_sides(table: ReviewTable) -> tuple[bool, bool]:
    """Tell whether the variances of applications and of reviewers can be estimated.

    They can when the three parts of the covariance, less the mean, are linearly independent:
    the Gram matrix of their inner products has full rank (Searle et al. 1992, chapter 11).
    """
    n = table.reviews_of_applications.astype(float)
    m = table.reviews_by_reviewers.astype(float)
    total = n.sum()
    on_ones = np.array([(n**2).sum(), (m**2).sum(), total])
    products = np.array([[(n**2).sum(), total, total], [total, (m**2).sum(), total], [total] * 3])
    mixed = float((n[table.application_of] * m[table.reviewer_of]).sum())
    twice = np.array(
        [
            [(n**3).sum(), mixed, (n**2).sum()],
            [mixed, (m**3).sum(), (m**2).sum()],
            [(n**2).sum(), (m**2).sum(), total],
        ]
    )
    gram = products - 2 * twice / total + np.outer(on_ones, on_ones) / total**2
    application = _has_full_rank(gram[np.ix_([0, 2], [0, 2])])
    return application, application and _has_full_rank(gram)


def _has_full_rank(gram: Floats) -> bool:
    lengths = np.sqrt(np.diag(gram).clip(0))
    if lengths.min() <= 1e-6 * max(1.0, lengths.max()):
        return False
    correlations = gram / np.outer(lengths, lengths)
    return bool(np.linalg.eigvalsh(correlations)[0] > 1e-9)


def _rescaled(found: VarianceComponents, centre: float, unit: float) -> VarianceComponents:
    def scaled(variance: float | None) -> float | None:
        return None if variance is None else variance * unit**2

    return replace(
        found,
        application=scaled(found.application),
        reviewer=scaled(found.reviewer),
        residual=scaled(found.residual),
        mean=found.mean * unit + centre,
    )


def _best(table: ReviewTable, design: CrossedDesign, values: Floats) -> VarianceComponents:
    """Return the best of the full model and of those without one side, the simplest first."""
    alone = _OneSided(table.application_of, table.weights, values).fit()
    reviewers = _OneSided(table.reviewer_of, table.weights, values).fit()
    swapped = replace(reviewers, application=0.0, reviewer=reviewers.application)
    candidates = [replace(alone, reviewer=0.0), swapped]
    candidates.append(_TwoSided(design, values).fit(alone, swapped))
    best = candidates[0]
    for candidate in candidates[1:]:
        if candidate.deviance < best.deviance - SAME_FIT:
            best = candidate
    return best


class _OneSided:
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
        return VarianceComponents(ratio * residual, 0.0, residual, mean=mean, deviance=deviance)

    def fit(self) -> VarianceComponents:
        """Return the best fit; a component of 0 where no other ratio is better."""
        logs = np.linspace(*LOG_RATIOS, 105)
        deviances = [self._parts(float(np.exp(log)))[0] for log in logs]
        place = int(np.argmin(deviances))
        lower, upper = logs[max(0, place - 1)], logs[min(len(logs) - 1, place + 1)]
        best = logs[place]
        if self._slope(lower) < 0 < self._slope(upper):
            best = brentq(self._slope, lower, upper, xtol=1e-13)
        found, none = self.at(float(np.exp(best))), self.at(0.0)
        return none if none.deviance <= found.deviance + SAME_FIT else found

    def deviance_at(self, ratio: float) -> float:
        """Return f at one ratio."""
        return self._parts(ratio)[0]

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


@dataclass(frozen=True)
class _Point:
    """One evaluation of the full model; sides in the order outer, inner."""

    deviance: float
    gradient: Floats
    information: Floats
    mean: float
    residual: float


class _TwoSided:
    """The full model, fitted on the logarithms of (outer ratio, inner ratio)."""

    def __init__(self, design: CrossedDesign, values: Floats) -> None:
        self.design = design
        self.values = values

    def fit(
        self, applications: VarianceComponents, reviewers: VarianceComponents
    ) -> VarianceComponents:
        """Return the best fit, started from what each side shows alone."""
        ratios = np.array([applications.application_ratio, reviewers.reviewer_ratio])
        ordered = ratios if self.design.outer_is_application else ratios[::-1]
        logs, point = minimised(self.at, np.log(ordered.clip(1e-3, 1e3)))
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


def minimised(at: Callable[[Floats], _Point], start: Floats) -> tuple[Floats, _Point]:
    """Return where f is least and what it is there, by Newton steps that never go up.

    Where a ratio vanishes, the fit without that side is the better one, and the search ends.
    """
    logs, point = start, at(start)
    for _ in range(60):
        step = _step(logs, point)
        vanishes = (logs < VANISHING) & (point.gradient > 0)
        if np.abs(step).max() < CONVERGED or vanishes.any():
            break
        for _ in range(30):
            tried = at(logs + step)
            if tried.deviance <= point.deviance + 1e-12 * abs(point.deviance):
                break
            step /= 2
        else:
            break
        logs, point = logs + step, tried
    return logs, point


def _step(logs: Floats, point: _Point) -> Floats:
    """Return a step of at most 3 that stays within `LOG_RATIOS`.

    The little that is added to the information keeps it regular where a ratio vanishes.
    """
    steadied = point.information + 1e-10 * np.eye(2)
    step = np.linalg.solve(steadied, -point.gradient)
    bounded: Floats = np.clip(logs + step.clip(-3, 3), *LOG_RATIOS) - logs
    return bounded
