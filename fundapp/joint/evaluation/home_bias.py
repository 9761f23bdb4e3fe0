"""Whether reviewers mark applications higher in which their own funder has an interest."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from fundapp.joint.calibration.mixed_model import Factor
from fundapp.joint.calibration.review_table import ReviewTable, Scored, review_table
from fundapp.joint.calibration.variance_components import Fits, fit_components


@dataclass(frozen=True)
class HomeBias:
    """How much higher marks are where a reviewer's funder has a declared interest.

    In the scores' units, with a 95 % interval; None where no review, or every review, is such
    a one. A report: nothing is ever corrected for it.
    """

    reviews: int
    difference: float | None
    low: float | None
    high: float | None


def home_bias(
    reviews: Iterable[Scored],
    interested: Collection[tuple[str, str]],
    *,
    weights: Mapping[tuple[str, str], float] | None = None,
    higher_is_better: bool = True,
) -> HomeBias:
    """Return the home bias of the reviews in `interested`, pairs (application, reviewer)."""
    table = review_table(reviews, weights=weights, higher_is_better=higher_is_better)
    return fitted_home_bias(table, fit_components(table), interested)


def fitted_home_bias(
    table: ReviewTable, fits: Fits, interested: Collection[tuple[str, str]]
) -> HomeBias:
    """Return the home bias of reviews that have been fitted.

    Generalised least squares with the fitted variances: with x marking those reviews the
    difference is x'Py / x'Px and its variance s2 / x'Px. Positive is always in favour.
    """
    pairs = zip(table.application_of.tolist(), table.reviewer_of.tolist(), strict=True)
    marked = np.array(
        [(table.applications[i], table.reviewers[r]) in interested for i, r in pairs], dtype=float
    )
    components, count = fits.components, int(marked.sum())
    ratios = components.application_ratio, components.reviewer_ratio
    outer, inner = ratios if fits.design.outer_is_application else ratios[::-1]
    factor = Factor(fits.design, outer, inner)
    projected = factor.solve(marked).projected
    known = float(marked @ projected)
    if not components.residual or known <= 1e-9 * len(marked):
        return HomeBias(count, None, None, None)
    difference = float(table.scores @ projected) / known
    half = float(ndtri(0.975)) * (components.residual / known) ** 0.5
    return HomeBias(count, difference, difference - half, difference + half)
