"""How much of the spread of the scores is due to applications, to reviewers and to neither.

Restricted maximum likelihood (Patterson and Thompson 1971). Twice the negative logarithm,
up to constants and with the residual variance s2 = Q / (N - 1) put in, is

    f = (N - 1) log Q + log det H + log(1' H^-1 1),        Q = y' P y.

A component may be 0, which no slope shows. So the models without reviewers and without
applications are fitted beside the full one, and the simplest of the best counts.
"""

from dataclasses import dataclass, replace

import numpy as np

from fundapp.joint.calibration.mixed_model import CrossedDesign, Factor, crossed_design
from fundapp.joint.calibration.one_way_model import (
    LARGEST_RATIO,
    SAME_FIT,
    OneWayModel,
    VarianceComponents,
)
from fundapp.joint.calibration.review_table import Floats, ReviewTable
from fundapp.joint.calibration.two_way_model import CONVERGED, TwoWayModel

DETECTABLE = 2.7055
"""Likelihood ratio at which a variance is above 0: the 5 % point of an even mixture of 0 and
chi-square with one degree of freedom (Self and Liang 1987)."""


NEARLY_EXACT, EXACT = 1e-3, 1e-9
"""Residual variances, where scores have variance 1, below which the effects are looked at, and
below which they are held to leave nothing."""


@dataclass(frozen=True)
class Fits:
    """The best fit, the fit without reviewers, and the likelihood ratio between them.

    Variances are in squared units of the scores. `likelihood_ratio` is 0 where the reviewers'
    variance is 0 or not known.
    """

    design: CrossedDesign
    components: VarianceComponents
    without_reviewers: VarianceComponents
    likelihood_ratio: float


def fit_components(table: ReviewTable) -> Fits:
    """Fit the model to a table. All scores equal gives variances of None."""
    design = crossed_design(table)
    return fit_scores(table, design, table.scores)


def fit_scores(
    table: ReviewTable, design: CrossedDesign, scores: Floats, *, tolerance: float = CONVERGED
) -> Fits:
    """Fit the model to other `scores` (N) on the same design; see `fit_components`.

    The search ends at steps of the logarithms of the ratios below `tolerance`.
    """
    centre = float(np.average(scores, weights=table.weights))
    unit = float(np.std(scores))
    if unit <= 1e-12 * max(1.0, abs(centre)):
        flat = VarianceComponents(None, None, None, mean=centre, deviance=-np.inf)
        return Fits(design, flat, flat, likelihood_ratio=0.0)
    values = (scores - centre) / unit
    application, reviewer = estimable_sides(table)
    one_sided = OneWayModel(table.application_of, table.weights, values)
    alone = one_sided.fit() if application else one_sided.at(0.0)
    known = replace(alone, application=alone.application if application else None, reviewer=None)
    best = _best(table, design, values, tolerance=tolerance) if application and reviewer else known
    if application and (best.residual or 0.0) < NEARLY_EXACT:
        best = _exact(design, values, best)
        known = known if best.reviewer else best
    return Fits(
        design=design,
        components=_rescaled(best, centre, unit),
        without_reviewers=_rescaled(replace(known, reviewer=0.0), centre, unit),
        likelihood_ratio=max(0.0, known.deviance - best.deviance),
    )


def _exact(design: CrossedDesign, values: Floats, best: VarianceComponents) -> VarianceComponents:
    """Return the variances of the effects themselves where these leave no residual.

    The likelihood then has no greatest value, and `best` is only where the search gave up.
    """
    ratios = LARGEST_RATIO if best.application else 0.0, LARGEST_RATIO if best.reviewer else 0.0
    outer, inner = ratios if design.outer_is_application else ratios[::-1]
    solved = Factor(design, outer, inner).solve(values)
    if float(np.square(solved.projected / design.weights).mean()) > EXACT:
        return best
    sides = (solved.outer, solved.inner)
    applications, reviewers = sides if design.outer_is_application else sides[::-1]
    return replace(
        best,
        application=float(np.var(applications, ddof=1)),
        reviewer=best.reviewer and float(np.var(reviewers, ddof=1)),
        residual=0.0,
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


def _best(
    table: ReviewTable, design: CrossedDesign, values: Floats, *, tolerance: float
) -> VarianceComponents:
    """Return the best of the full model and of those without one side, the simplest first."""
    alone = OneWayModel(table.application_of, table.weights, values).fit()
    reviewers = OneWayModel(table.reviewer_of, table.weights, values).fit()
    swapped = replace(
        reviewers,
        application=0.0,
        reviewer=reviewers.application,
        information=((0.0, 0.0), (0.0, reviewers.information[0][0])),
    )
    ratios = np.array([alone.application_ratio, swapped.reviewer_ratio])
    full = TwoWayModel(design, values).fit(ratios, tolerance=tolerance)
    candidates = [replace(alone, reviewer=0.0), swapped, full]
    best = candidates[0]
    for candidate in candidates[1:]:
        if candidate.deviance < best.deviance - SAME_FIT:
            best = candidate
    return best
