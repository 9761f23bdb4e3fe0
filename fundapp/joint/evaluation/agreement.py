"""How far reviewers agree: intraclass correlations with intervals, and what follows from them.

With tau2, ups2 and s2 the variances of applications, reviewers and residual (Shrout and Fleiss
1979; McGraw and Wong 1996):

    single       tau2 / (tau2 + ups2 + s2)          one review, taken as it is
    consistency  tau2 / (tau2 + s2)                 one review, strictness set aside
    panel        tau2 / (tau2 + (ups2 + s2) / k)    the mean of k reviews by other reviewers

They are always those of restricted likelihood, also where nothing is corrected.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

from fundapp.joint.calibration.review_table import ReviewTable, sums_by
from fundapp.joint.calibration.variance_components import Fits
from fundapp.joint.evaluation.agreement_intervals import Intervals, agreement_intervals

SELECTED = (
    "Agreement is only shown for all applications. Among chosen ones it falls to about zero by "
    "construction, because they were chosen for being alike."
)
FLAT = "All scores are the same, so agreement cannot be estimated."
UNREPLICATED = (
    "Agreement cannot be estimated: hardly any application has two reviews, so what differs "
    "between applications and what differs between reviewers is one number."
)
UNCROSSED = (
    "This cannot be estimated: strictness and chance are one number here. It takes reviewers with "
    "several reviews of applications that others review too, and scores that differ."
)


@dataclass(frozen=True)
class Coefficient:
    """One coefficient of agreement with its 95 % interval; None where not estimable.

    `reason` says why a number is missing, or how the interval was made.
    """

    value: float | None
    low: float | None
    high: float | None
    reason: str


@dataclass(frozen=True)
class Agreement:
    """How far reviewers agree.

    `reviews_per_application` is k, the harmonic mean. `krippendorff_alpha` is for intervals.
    `standard_error` is that of a panel's mean, sqrt((ups2 + s2) / k), and two applications
    closer than `smallest_difference` = 1.96 sqrt(2) of it are not distinguishable; both are in
    the scores' units.
    """

    icc_single: Coefficient
    icc_consistency: Coefficient
    icc_panel: Coefficient
    reviews_per_application: float
    krippendorff_alpha: float | None
    standard_error: float | None
    smallest_difference: float | None


def agreement(
    table: ReviewTable, fits: Fits, *, seed: str, is_selection: bool = False
) -> Agreement:
    """Return the agreement of a table's reviewers, refused for a selection by merit."""
    k = panel_size(table)
    reason = SELECTED if is_selection else _why_not(fits)
    if reason:
        nothing = Coefficient(None, None, None, reason)
        return Agreement(nothing, nothing, nothing, k, None, None, None)
    components = fits.components
    tau2, s2 = components.application or 0.0, components.residual or 0.0
    ups2 = components.reviewer or 0.0
    intervals = agreement_intervals(table, fits, seed=seed)
    single = _coefficient(tau2 / (tau2 + ups2 + s2), intervals.single, intervals)
    consistency = Coefficient(None, None, None, UNCROSSED)
    if components.reviewer is not None and tau2 + s2 > 0:
        consistency = _coefficient(tau2 / (tau2 + s2), intervals.consistency, intervals)
    standard_error = float(np.sqrt((ups2 + s2) / k))
    return Agreement(
        icc_single=single,
        icc_consistency=consistency,
        icc_panel=_stepped_up(single, k),
        reviews_per_application=k,
        krippendorff_alpha=krippendorff_alpha(table),
        standard_error=standard_error,
        smallest_difference=1.96 * float(np.sqrt(2)) * standard_error,
    )


def _why_not(fits: Fits) -> str:
    if fits.components.residual is None:
        return FLAT
    return UNREPLICATED if fits.components.application is None else ""


def _coefficient(value: float, ends: tuple[float, float], intervals: Intervals) -> Coefficient:
    return Coefficient(value, min(ends[0], value), max(ends[1], value), intervals.method)


def _stepped_up(single: Coefficient, k: float) -> Coefficient:
    """Return the panel's coefficient: it rises with that of one review, and so do its ends."""
    value, low, high = (
        None if one is None else spearman_brown(one, k)
        for one in (single.value, single.low, single.high)
    )
    return Coefficient(value, low, high, single.reason)


def panel_size(table: ReviewTable) -> float:
    """Return k, the harmonic mean of the applications' numbers of reviews.

    The harmonic one, because it is the error variances, s2 / k, that are averaged.
    """
    return float(1 / np.mean(1 / table.reviews_of_applications))


def spearman_brown(icc: float, reviews: float) -> float:
    """Return the reliability of the mean of `reviews` reviews (Spearman 1910, Brown 1910)."""
    return reviews * icc / (1 + (reviews - 1) * icc)


def reviews_needed(icc: float, *, reliability: float) -> float | None:
    """Return how many reviews per application give a panel the wanted reliability.

    `icc` is that of a single review, `reliability` lies between 0 and 1. None where no number
    does. Not rounded: 4.03 reviews means that four nearly do.
    """
    if not 0 < icc < 1:
        return None
    return reliability * (1 - icc) / (icc * (1 - reliability))


def chance_of_belonging(icc_panel: float, *, share: float) -> float:
    """Return the chance that a funded application is truly among the best `share` of all.

    For normal scores (Bartos and Martinkova 2024): Phi2(z, z; sqrt(ICC)) / share. A best case:
    it knows nothing of reviewers who are wrong together. `share` is between 0 and 1.
    """
    z = float(ndtri(share))
    correlation = np.sqrt(icc_panel)
    both = ndtr(z) - 2 * owens_t(z, np.sqrt((1 - correlation) / (1 + correlation)))
    return float(both / share)


def krippendorff_alpha(table: ReviewTable) -> float | None:
    """Return Krippendorff's alpha for interval data; None where scores do not differ.

    Applications with one review are left out (Krippendorff 2004, chapter 11).
    """
    counts = table.reviews_of_applications
    paired = counts[table.application_of] > 1
    scores = table.scores[paired] - table.scores.mean()
    if not len(scores) or np.ptp(scores) == 0:
        return None
    of, size = table.application_of[paired], len(counts)
    sums = sums_by(of, scores, size=size)
    squares = sums_by(of, scores**2, size=size)
    several = counts > 1
    within = (counts * squares - sums**2)[several] / (counts[several] - 1)
    total = len(scores) * (scores @ scores) - scores.sum() ** 2
    return float(1 - (len(scores) - 1) * within.sum() / total)
