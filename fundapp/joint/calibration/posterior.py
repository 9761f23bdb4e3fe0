"""What is known of each application's score after the reviews: a joint normal distribution.

The covariance of n applications is kept as the sum of three parts, none of n by n unless the
applications are the smaller side of the design:

    own (diagonal) + loading @ inner @ loading.T + shared @ shared.T

`own` is what is uncertain about each application by itself, `inner` what its reviewers'
strictness leaves open, `shared` the mean's uncertainty and that of the variances themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, diags_array, eye_array
from scipy.special import ndtri

from fundapp.joint.calibration.mixed_model import CrossedDesign, Factor, Solution
from fundapp.joint.calibration.one_way_model import VarianceComponents
from fundapp.joint.calibration.review_table import Floats, ReviewTable, sums_by

LEAST_KNOWN = 1.0
"""Information on the logarithm of each variance ratio that is taken for granted: nobody is less
sure of it than by a factor of e. Keeps the linear correction within reason."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """A normal distribution of n scores; higher is better. Parts as in the module's text."""

    mean: Floats
    own: Floats
    loading: csr_array
    inner: Floats
    shared: Floats

    @property
    def size(self) -> int:
        """Return n."""
        return len(self.mean)

    @property
    def variances(self) -> Floats:
        """Return the n variances."""
        variances: Floats = self.own + (self.shared**2).sum(axis=1)
        for start, rows in self.covariance_rows():
            places = np.arange(len(rows))
            variances[start : start + len(rows)] += rows[places, start + places]
        return variances

    @property
    def relative_variances(self) -> Floats:
        """Return the n variances of each score less the mean of all.

        What all applications share, such as a panel's common strictness, drops out.
        """
        if self.size == 1:
            return np.zeros(1)
        with_mean = self.own + self.shared @ self.shared.sum(axis=0)
        if self.inner.size:
            with_mean += self.loading @ (self.inner @ self.loading.sum(axis=0))
        with_mean /= self.size
        relative: Floats = self.variances - 2 * with_mean + with_mean.mean()
        return relative.clip(0)

    def covariance_rows(self, step: int = 256) -> Iterator[tuple[int, Floats]]:
        """Yield (start, rows of loading @ inner @ loading.T), `step` rows of n at a time."""
        if not self.inner.size:
            return
        for start in range(0, self.size, step):
            left = self.loading[start : start + step] @ self.inner
            yield start, (self.loading @ left.T).T

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Return the ends of the central intervals that hold each score with chance `level`."""
        half = ndtri((1 + level) / 2) * np.sqrt(self.variances)
        return self.mean - half, self.mean + half

    def draws(self, generator: np.random.Generator, count: int) -> Floats:
        """Return `count` draws of all scores (count by n)."""
        drawn: Floats = generator.standard_normal((count, self.size))
        drawn *= np.sqrt(self.own)
        drawn += self.mean
        drawn += generator.standard_normal((count, self.shared.shape[1])) @ self.shared.T
        if self.inner.size:
            inner = generator.standard_normal((count, len(self.inner))) @ self.inner_root.T
            drawn += (self.loading @ inner.T).T
        return drawn

    @cached_property
    def inner_root(self) -> Floats:
        """Return the lower Cholesky factor of `inner`."""
        return np.asarray(np.linalg.cholesky(self.inner), dtype=np.float64)


def model_posterior(
    table: ReviewTable, design: CrossedDesign, components: VarianceComponents
) -> tuple[Posterior, "Effects"]:
    """Return the posterior of mu + theta under the fitted model, and the reviewers' effects.

    Intervals allow for the variances being estimated: the derivative of the prediction by the
    logarithm of each ratio, times what the fit leaves open of it (Kackar and Harville 1984).
    """
    ratios = (components.application_ratio, components.reviewer_ratio)
    outer, inner = ratios if design.outer_is_application else ratios[::-1]
    factor = Factor(design, outer, inner)
    residual = components.residual or 0.0
    solved = factor.solve(table.scores)
    doubts = _doubts(table, factor, solved, components=components)
    posterior = at_ratios(factor, solved, residual=residual, doubts=doubts)
    return posterior, _reviewer_effects(factor, solved, residual=residual)


def at_ratios(
    factor: Factor, solved: Solution, *, residual: float, doubts: Floats | None = None
) -> Posterior:
    """Return the posterior of mu + theta where the variances are as in `factor`.

    `residual` is s2, `doubts` (n by any) are further shared parts of the covariance.
    """
    design = factor.design
    if design.outer_is_application:
        own = residual * factor.shrinkage
        loading = (diags_array(-factor.shrinkage) @ csr_array(design.crossing.T)).tocsr()
        on_mean, effects = factor.freedom - loading @ factor.mean_on_inner, solved.outer
    else:
        own = np.zeros(len(design.inner_weights))
        loading = eye_array(len(own), format="csr")
        on_mean, effects = 1 - factor.mean_on_inner, solved.inner
    mean_part = on_mean * np.sqrt(residual / factor.mean_weight)
    shared = mean_part[:, None] if doubts is None else np.column_stack([mean_part, doubts])
    inner = factor.inner_inverse * (residual * factor.inner_ratio)
    if not factor.inner_ratio or not residual:
        inner = np.zeros((0, 0))
    return Posterior(solved.mean + effects, own, loading, inner, shared)


def _doubts(
    table: ReviewTable, factor: Factor, solved: Solution, *, components: VarianceComponents
) -> Floats:
    """Return the shared parts (n by 2) that come from not knowing the variance ratios.

    They count twice: once for what the prediction itself would change, and once because the
    variance at estimated ratios is too small by as much (Prasad and Rao 1990).
    """
    information = np.array(components.information) / 2 + LEAST_KNOWN * np.eye(2)
    columns = []
    for side_of, size, ratio in (
        (table.application_of, len(table.applications), components.application_ratio),
        (table.reviewer_of, len(table.reviewers), components.reviewer_ratio),
    ):
        sums = sums_by(side_of, solved.projected, size=size)
        moved = factor.solve(sums[side_of])
        is_outer = factor.design.outer_is_application
        change = -moved.mean - (moved.outer if is_outer else moved.inner)
        change += sums if side_of is table.application_of else 0
        columns.append(change * ratio)
    doubts: Floats = np.column_stack(columns) @ np.linalg.cholesky(2 * np.linalg.inv(information))
    return doubts


@dataclass(frozen=True, eq=False)
class Effects:
    """How much higher than the average of all each reviewer marks (m), and the variances."""

    means: Floats
    variances: Floats

    def half_width(self, level: float) -> Floats:
        """Return half the width of the central intervals that hold each with chance `level`."""
        half: Floats = ndtri((1 + level) / 2) * np.sqrt(self.variances)
        return half


def _reviewer_effects(factor: Factor, solved: Solution, *, residual: float) -> Effects:
    """Return the reviewers' effects; with a ratio of 0 they are 0 and so is their variance."""
    design, ratio, weight = factor.design, factor.inner_ratio, factor.mean_weight
    if design.outer_is_application:
        spread = ratio * np.diagonal(factor.inner_inverse) + factor.mean_on_inner**2 / weight
        return Effects(solved.inner, residual * spread)
    loading = diags_array(factor.shrinkage) @ csr_array(design.crossing.T)
    through = ratio * (loading @ factor.inner_inverse)
    spread = factor.shrinkage + loading.multiply(through).sum(axis=1)
    on_mean = factor.shrinkage * design.outer_weights - loading @ factor.mean_on_inner
    return Effects(solved.outer, residual * (spread + on_mean**2 / weight))
