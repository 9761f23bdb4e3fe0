"""95 % intervals of the coefficients of agreement, by the best way that the design allows.

Exact where there is an exact way: equal numbers of reviews and no reviewer variance, or every
reviewer on every application. Else by redrawing the panel from the fitted model where a fit is
cheap, by profile likelihood of the one-way model where a variance is 0, and else by the delta
method on the logit.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, fdtri, logit, stdtrit

from fundapp.joint.calibration.one_way_model import OneWayModel, VarianceComponents
from fundapp.joint.calibration.review_table import Floats, ReviewTable, sums_by
from fundapp.joint.calibration.variance_components import Fits
from fundapp.joint.evaluation.ranking import seeded
from fundapp.joint.evaluation.redrawn_panels import redrawn_coefficients

TAIL = 0.025
PROFILE_DROP = 3.841458820694124
"""The 95 % point of chi-square with one degree of freedom."""

REDRAWS = 500
CHEAP_REVIEWS = 400
CHEAP_SIDE = 60
"""A fit is cheap up to so many reviews and levels of the smaller side."""

PROFILE = "Interval from the profile likelihood."
EXACT = "Reviewers agree exactly, but for their strictness."

Ends = tuple[float, float]


@dataclass(frozen=True)
class Intervals:
    """Ends for a single review and for consistency, and a sentence on how they were made."""

    single: Ends
    consistency: Ends
    method: str


def agreement_intervals(table: ReviewTable, fits: Fits, *, seed: str) -> Intervals:
    """Return the intervals of a fit whose applications' variance could be estimated."""
    components = fits.components
    counts = table.reviews_of_applications
    is_even = bool(counts.min() == counts.max() and np.ptp(table.weights) == 0)
    if not components.application:
        ends = _profile_interval(table, components)
        return Intervals(ends, ends, PROFILE)
    if not components.residual:
        single = (0.0, 1.0) if components.reviewer else (1.0, 1.0)
        return Intervals(single, (1.0, 1.0), EXACT)
    if is_even and not components.reviewer:
        ends = one_way_interval(table)
        return Intervals(ends, ends, "Exact interval from the F distribution.")
    if is_even and counts[0] == len(table.reviewers):
        return _complete_intervals(table)
    inner = min(len(table.applications), len(table.reviewers))
    if len(table.scores) <= CHEAP_REVIEWS and inner <= CHEAP_SIDE:
        return _redrawn_intervals(table, fits, seed=seed)
    if not components.reviewer:
        ends = _profile_interval(table, components)
        return Intervals(ends, ends, PROFILE)
    return _delta_intervals(components)


def one_way_interval(table: ReviewTable) -> Ends:
    """Return the exact interval of ICC(1) for k reviews each (Searle et al. 1992, chapter 3)."""
    n, k = len(table.applications), int(table.reviews_of_applications[0])
    between, within, _, _ = _mean_squares(table)
    ratio = between / within
    degrees = n - 1, n * (k - 1)
    low = ratio / float(fdtri(*degrees, 1 - TAIL))
    high = ratio * float(fdtri(*degrees[::-1], 1 - TAIL))
    return _part(low, k), _part(high, k)


def _part(ratio: float, k: int) -> float:
    return max(0.0, float((ratio - 1) / (ratio + k - 1)))


def _complete_intervals(table: ReviewTable) -> Intervals:
    """Return the intervals where every reviewer has every application (McGraw and Wong 1996).

    The one for consistency is exact; the one for a single review is Satterthwaite's.
    """
    n, k = len(table.applications), len(table.reviewers)
    rows, _, columns, error = _mean_squares(table)
    degrees = n - 1, (n - 1) * (k - 1)
    consistency = (
        _part(rows / error / float(fdtri(*degrees, 1 - TAIL)), k),
        _part(rows / error * float(fdtri(*degrees[::-1], 1 - TAIL)), k),
    )
    icc = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    odds = max(0.0, float(icc / (1 - icc)))
    a, b = k * odds / n, 1 + k * odds * (n - 1) / n
    v = (a * columns + b * error) ** 2
    v /= (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / degrees[1]
    rest = k * columns + (k * n - k - n) * error
    lower, upper = fdtri(n - 1, v, 1 - TAIL), fdtri(v, n - 1, 1 - TAIL)
    single = (
        max(0.0, float(n * (rows - lower * error) / (lower * rest + n * rows))),
        max(0.0, float(n * (upper * rows - error) / (rest + n * upper * rows))),
    )
    return Intervals(single, consistency, "Interval from the F distribution.")


def _mean_squares(table: ReviewTable) -> tuple[float, float, float, float]:
    """Return the mean squares between and within applications, of reviewers, and of the rest."""
    n, m = len(table.applications), len(table.reviewers)
    total, k = len(table.scores), int(table.reviews_of_applications[0])
    scores = table.scores - table.scores.mean()
    rows = float((sums_by(table.application_of, scores, size=n) ** 2).sum()) / k
    columns = float((sums_by(table.reviewer_of, scores, size=m) ** 2 / n).sum())
    within = max(0.0, float(scores @ scores) - rows)
    rest = max(0.0, within - columns)
    error = rest / max(1, (n - 1) * (m - 1))
    return rows / (n - 1), within / (total - n), columns / max(1, m - 1), error


def _redrawn_intervals(table: ReviewTable, fits: Fits, *, seed: str) -> Intervals:
    """Return percentiles of the coefficients of panels drawn from the fitted model."""
    found = redrawn_coefficients(
        table, fits.design, fits.components, panels=REDRAWS, generator=seeded(seed)
    )
    (single_low, low), (single_high, high) = np.quantile(found, [TAIL, 1 - TAIL], axis=0)
    return Intervals(
        single=(float(single_low), float(single_high)),
        consistency=(float(low), float(high)),
        method=f"Interval from {REDRAWS} panels redrawn from the fitted model.",
    )


def _profile_interval(table: ReviewTable, components: VarianceComponents) -> Ends:
    """Return where -2 log REML of the one-way model is less than 3.84 above its least."""
    model = OneWayModel(table.application_of, table.weights, table.scores - components.mean)
    best = components.application_ratio
    limit = model.deviance_at(best) + PROFILE_DROP

    def excess(icc: float) -> float:
        return model.deviance_at(icc / (1 - icc)) - limit

    peak, last = best / (1 + best), 1 - 1e-9
    low = brentq(excess, 0.0, peak) if excess(0.0) > 0 else 0.0
    high = brentq(excess, peak, last) if excess(last) > 0 else 1.0
    return float(low), float(high)


def _delta_intervals(components: VarianceComponents) -> Intervals:
    """Return intervals that are symmetric on the logit, from the average information."""
    tau2, ups2 = components.application_ratio, components.reviewer_ratio
    covariance = np.linalg.inv(np.array(components.information) / 2)
    logits = logit(np.array([tau2 / (tau2 + ups2 + 1), tau2 / (tau2 + 1)]))
    slopes = np.array([[1.0, -ups2 / (ups2 + 1)], [1.0, 0.0]])
    deviations = np.sqrt(np.einsum("ij,jk,ik->i", slopes, covariance, slopes))
    half = float(-stdtrit(np.inf, TAIL)) * deviations
    single, consistency = _ends(logits, half)
    return Intervals(single, consistency, "Interval by the delta method on the logit.")


def _ends(logits: Floats, half: Floats) -> tuple[Ends, Ends]:
    low, high = expit(logits - half).tolist(), expit(logits + half).tolist()
    return (low[0], high[0]), (low[1], high[1])
