"""The additive mixed model of reviews, solved at given ratios of its variances.

    y = mu + (effect of the outer side) + (effect of the inner side) + e

The two sides are the applications and the reviewers. Effects are independent and normal with
variances outer_ratio * s2 and inner_ratio * s2, and e has variance s2 / weight. The larger
side is the outer one: each of its effects is integrated out by itself, because no review has
two of them, and what is left is one Cholesky factorisation of the size of the smaller side.
No matrix of N by N or of the larger side squared is ever formed.

With H the covariance of y over s2, `P = H^-1 - H^-1 1 (1' H^-1 1)^-1 1' H^-1` is the projection
of restricted likelihood (Searle, Casella and McCulloch, Variance Components, 1992, chapter 6).
A ratio may be 0: that side then has no effect.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import lapack
from scipy.sparse import csr_array, diags_array

from fundapp.joint.calibration.review_table import Floats, Integers, ReviewTable, sums_by

MOST_INNER_LEVELS = 5_000
"""Levels of the smaller side: more would take matrices of over 200 MB each, and minutes."""

DENSE_PAIRS = 100_000
DENSE_SHARE = 0.05
"""Up to so many pairs, or from this share of them reviewed on, the crossing is kept dense."""


@dataclass(frozen=True, eq=False)
class CrossedDesign:
    """Who reviewed what: N reviews, p levels of the outer side, q of the inner side.

    `weights` (N), `outer_weights` (p) and `inner_weights` (q) are the sums of the reviews'
    weights, `crossing` (q by p) holds the weight of each pair. `outer_is_application` tells
    which side is which.
    """

    outer_of: Integers
    inner_of: Integers
    weights: Floats
    outer_weights: Floats
    inner_weights: Floats
    crossing: Floats | csr_array
    outer_is_application: bool

    @property
    def reviews(self) -> int:
        """Return N."""
        return len(self.weights)

    def outer_sums(self, values: Floats) -> Floats:
        """Return the sums of `values` (N) by level of the outer side (p)."""
        return sums_by(self.outer_of, values, size=len(self.outer_weights))

    def inner_sums(self, values: Floats) -> Floats:
        """Return the sums of `values` (N) by level of the inner side (q)."""
        return sums_by(self.inner_of, values, size=len(self.inner_weights))

    def crossed(self, diagonal: Floats) -> Floats:
        """Return crossing @ diag(`diagonal`) @ crossing.T (q by q), in columns for LAPACK."""
        if isinstance(self.crossing, np.ndarray):
            return np.asfortranarray((self.crossing * diagonal) @ self.crossing.T)
        product = self.crossing @ diags_array(diagonal) @ self.crossing.T
        return np.asarray(product.toarray(order="F"), dtype=np.float64)


def crossed_design(table: ReviewTable) -> CrossedDesign:
    """Return the design of a table, the larger side as the outer one.

    Raises ValueError when even the smaller side is larger than `MOST_INNER_LEVELS`.
    """
    outer_is_application = len(table.applications) >= len(table.reviewers)
    inner_size, outer_size = sorted((len(table.applications), len(table.reviewers)))
    if inner_size > MOST_INNER_LEVELS:
        raise ValueError(
            f"There are more than {MOST_INNER_LEVELS:,} applications and as many reviewers. "
            "Split the reviews by programme and rank each part."
        )
    sides = (table.application_of, table.reviewer_of)
    outer_of, inner_of = sides if outer_is_application else sides[::-1]
    shape = inner_size, outer_size
    crossing = csr_array((table.weights, (inner_of, outer_of)), shape=shape)
    is_dense = np.prod(shape) <= max(DENSE_PAIRS, len(table.weights) / DENSE_SHARE)
    return CrossedDesign(
        outer_of=outer_of,
        inner_of=inner_of,
        weights=table.weights,
        outer_weights=sums_by(outer_of, table.weights, size=outer_size),
        inner_weights=sums_by(inner_of, table.weights, size=inner_size),
        crossing=crossing.toarray() if is_dense else crossing,
        outer_is_application=outer_is_application,
    )


@dataclass(frozen=True, eq=False)
class Solution:
    """Best linear unbiased predictions for one vector v (N): mean, effects and P v (N)."""

    mean: float
    outer: Floats
    inner: Floats
    projected: Floats


class Factor:
    """The model at one pair of variance ratios, ready to solve for any data.

    `inner_inverse` (q by q) is the inverse of B = I + inner_ratio * K, where K holds what the
    reviews tell of the inner effects once the outer ones are integrated out.
    """

    def __init__(self, design: CrossedDesign, outer_ratio: float, inner_ratio: float) -> None:
        self.design = design
        self.outer_ratio = outer_ratio
        self.inner_ratio = inner_ratio
        denominators = 1 + outer_ratio * design.outer_weights
        self.shrinkage: Floats = outer_ratio / denominators
        self.freedom: Floats = 1 / denominators
        self.inner_mean: Floats = design.crossing @ self.freedom
        self.inner_inverse, log_determinant = _inverted(self._inner_matrix())
        self.mean_on_inner: Floats = inner_ratio * (self.inner_inverse @ self.inner_mean)
        self.mean_weight = float(
            design.outer_weights @ self.freedom - self.inner_mean @ self.mean_on_inner
        )
        self.log_determinant = float(
            np.log(denominators).sum() + log_determinant + np.log(self.mean_weight)
        )

    def _inner_matrix(self) -> Floats:
        matrix = self.design.crossed(self.shrinkage)
        matrix *= -self.inner_ratio
        diagonal = np.einsum("ii->i", matrix)
        diagonal += 1 + self.inner_ratio * self.design.inner_weights
        return matrix

    def solve(self, values: Floats) -> Solution:
        """Return mean, effects and P v for the vector v of `values` (N)."""
        design = self.design
        outer_sums = design.outer_sums(design.weights * values)
        inner_sums = design.inner_sums(design.weights * values)
        right = inner_sums - design.crossing @ (self.shrinkage * outer_sums)
        mean = (outer_sums @ self.freedom - self.mean_on_inner @ right) / self.mean_weight
        inner = self.inner_ratio * (self.inner_inverse @ (right - mean * self.inner_mean))
        left = outer_sums - design.crossing.T @ inner - mean * design.outer_weights
        outer = self.shrinkage * left
        residual = values - mean - outer[design.outer_of] - inner[design.inner_of]
        return Solution(float(mean), outer, inner, design.weights * residual)

    @cached_property
    def traces(self) -> tuple[float, float]:
        """Return tr(Z' P Z) of the outer and of the inner side. The inner ratio is above 0."""
        design = self.design
        coupled = np.vdot(self.inner_inverse, design.crossed(self.freedom**2))
        outer_on_mean = self.outer_on_mean
        outer = (
            design.outer_weights @ self.freedom
            - self.inner_ratio * coupled
            - outer_on_mean @ outer_on_mean / self.mean_weight
        )
        on_mean = self.inner_inverse @ self.inner_mean
        size = len(design.inner_weights)
        inner = (size - np.trace(self.inner_inverse)) / self.inner_ratio
        return float(outer), float(inner - on_mean @ on_mean / self.mean_weight)

    @property
    def outer_on_mean(self) -> Floats:
        """Return Z' H^-1 1 of the outer side (p)."""
        shared = self.design.crossing.T @ self.mean_on_inner
        weight: Floats = self.freedom * (self.design.outer_weights - shared)
        return weight


def _inverted(matrix: Floats) -> tuple[Floats, float]:
    """Return the inverse of a positive definite matrix, which is overwritten, and log det."""
    factor, failed = lapack.dpotrf(matrix, lower=1, overwrite_a=1)
    if failed:
        raise ValueError("The reviews weigh too differently to be solved together.")
    log_determinant = 2 * float(np.log(np.diagonal(factor)).sum())
    inverse, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    return _mirrored(inverse), log_determinant


def _mirrored(lower: Floats) -> Floats:
    """Return the symmetric matrix of which `lower` holds the lower triangle, block by block."""
    size, step = len(lower), 256
    for start in range(0, size, step):
        stop = min(start + step, size)
        block = np.tril(lower[start:stop, start:stop])
        lower[start:stop, start:stop] = block + np.tril(block, -1).T
        lower[start:stop, stop:] = lower[stop:, start:stop].T
    return lower
