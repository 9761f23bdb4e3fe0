"""Whether scores are corrected for strict and generous reviewers, and what they say then.

Strictness is only corrected where it can be seen: enough reviewers and scores, several reviews
by most reviewers, and a reviewer variance that the likelihood shows. Else estimates come from
the model without reviewers: the mean of an application's reviews, drawn towards the mean of all
by as much as chance explains, which is more where reviews are few.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy.sparse import csr_array

from fundapp.joint.calibration.one_way_model import VarianceComponents
from fundapp.joint.calibration.posterior import Effects, Posterior, model_posterior
from fundapp.joint.calibration.review_table import ReviewTable, sums_by
from fundapp.joint.calibration.variance_components import DETECTABLE, Fits

LEAST_REVIEWERS = 3
LEAST_SCORES = 10
LEAST_MEDIAN = 2
"""Median of the reviews by reviewer below which strictness is not told from chance."""

DRAWN_IN = "Estimates are only drawn towards the mean of all, the more the fewer the reviews."


class Basis(Enum):
    """What the estimates rest on."""

    CALIBRATED = "the model with applications and reviewers"
    UNCORRECTED = "the model with applications only"
    PLAIN = "plain means, because a model cannot be fitted"
    UNTOLD = "plain means, because the fitted applications do not differ"
    FLAT = "plain means, because all scores are the same"


@dataclass(frozen=True, eq=False)
class Calibration:
    """What the reviews say of each application, and how that was found.

    `components` are those that the estimates rest on; None for plain means. `effects` are the
    reviewers', None unless scores are calibrated.
    """

    basis: Basis
    why: str
    components: VarianceComponents | None
    posterior: Posterior
    effects: Effects | None

    @property
    def is_calibrated(self) -> bool:
        """Tell whether scores were corrected for strictness."""
        return self.basis is Basis.CALIBRATED


def calibrate(table: ReviewTable, fits: Fits) -> Calibration:
    """Return what a table says under its fit, corrected for strictness where that is sound."""
    if reason := _why_plain(table, fits):
        basis = Basis.FLAT if fits.components.residual is None else Basis.PLAIN
        return _plain(table, basis, reason)
    reason = _why_uncorrected(table, fits)
    components = fits.without_reviewers if reason else fits.components
    if not components.application:
        tied = (
            "Reviewers agree so little that nothing tells the applications apart. Plain means "
            "are shown and not corrected."
        )
        return _plain(table, Basis.UNTOLD, tied)
    posterior, effects = model_posterior(table, fits.design, components)
    if reason:
        why = f"{reason} {DRAWN_IN}"
        return Calibration(Basis.UNCORRECTED, why, components, posterior, None)
    why = (
        f"Reviewers differ in strictness by about {in_points(components.reviewer or 0)} "
        "(standard deviation), more than chance explains, so scores are corrected for it."
    )
    return Calibration(Basis.CALIBRATED, why, components, posterior, effects)


def in_points(variance: float) -> str:
    """Return a variance as a standard deviation to two digits: 1 point, 0.45 points."""
    shown = f"{float(f'{np.sqrt(variance):.2g}'):,.10f}".rstrip("0").rstrip(".")
    return f"{shown} point" if shown == "1" else f"{shown} points"


def _plain(table: ReviewTable, basis: Basis, why: str) -> Calibration:
    return Calibration(basis, why, None, plain_posterior(table), None)


def _why_plain(table: ReviewTable, fits: Fits) -> str:
    """Return why plain means stand; "" where the model can be used."""
    if fits.components.residual is None:
        return "All scores are the same, so every application is tied and nothing is corrected."
    if len(table.reviewers) < LEAST_REVIEWERS or len(table.scores) < LEAST_SCORES:
        return (
            f"Below {LEAST_REVIEWERS} reviewers or {LEAST_SCORES} scores nothing is corrected. "
            "Plain means stand."
        )
    if fits.components.application is None:
        return (
            "Hardly any application has two reviews, so a strict reviewer cannot be told from a "
            "weak application. Plain means stand."
        )
    return ""


def _why_uncorrected(table: ReviewTable, fits: Fits) -> str:
    if np.median(table.reviews_by_reviewers) < LEAST_MEDIAN or fits.components.reviewer is None:
        return (
            "Most reviewers have one review only, so strictness cannot be told from chance. "
            "No score is corrected for it."
        )
    if fits.likelihood_ratio < DETECTABLE:
        return (
            "No difference in strictness between reviewers can be detected. "
            "No score is corrected for it."
        )
    return ""


def plain_posterior(table: ReviewTable) -> Posterior:
    """Return plain means, each with variance s2 / n for n reviews.

    s2 is the pooled variance within applications, or that of all scores where no application
    has two reviews: too wide rather than too narrow. It is infinite for a single score.
    """
    counts = table.reviews_of_applications
    means = table.raw_means
    left = table.scores - means[table.application_of]
    freedom = len(left) - len(means)
    if not freedom:
        left, freedom = table.scores - table.scores.mean(), len(left) - 1
    variance = float(left @ left) / freedom if freedom else np.inf
    size = len(means)
    return Posterior(
        mean=means,
        own=variance / counts,
        loading=csr_array((size, 0)),
        inner=np.zeros((0, 0)),
        shared=np.zeros((size, 0)),
    )


def one_valued_reviewers(table: ReviewTable, *, least: int = 3) -> frozenset[int]:
    """Return the reviewers (indices) who gave `least` applications or more one same score."""
    counts = table.reviews_by_reviewers
    size = len(counts)
    means = sums_by(table.reviewer_of, table.scores, size=size) / counts
    away = np.abs(table.scores - means[table.reviewer_of])
    spread = sums_by(table.reviewer_of, away, size=size)
    return frozenset(np.flatnonzero((spread <= 1e-9) & (counts >= least)).tolist())
