"""Which one extra review would settle most: near the line, and where few reviews are.

An application whose score is x standard deviations from the line, as far as is known, stands on
the wrong side of it with chance Phi(-|x|). One more review, of variance v around the score whose
own variance is V, moves the posterior mean. If the side is then chosen anew, the chance of the
wrong side is expected to be

    P(new mean and score on different sides) = 2 T(x, sqrt(v / V)),       T of Owen (1956),

because the new mean and the score are normal with the same mean and correlation
sqrt(V / (V + v)). The difference is the expected value of the review (Raiffa and Schlaifer 1961),
counted in misplaced applications. The line is where as many applications are expected above it
as can be funded, and is held still.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, owens_t

from fundapp.joint.calibration.review_table import Floats
from fundapp.joint.evaluation.evaluate import JointEvaluation


@dataclass(frozen=True)
class ExtraReview:
    """What one more review, by a reviewer not yet seen, is expected to settle.

    `misplaced` and `misplaced_after` are the chances that the application stands on the wrong
    side of the line, now and after the review; `gain` is their difference.
    """

    application: str
    reviews: int
    misplaced: float
    misplaced_after: float
    gain: float


def extra_reviews(evaluation: JointEvaluation) -> tuple[ExtraReview, ...]:
    """Return every application by the gain of one more review, the most first, ties by id.

    Empty where plain means stand, or where the line leaves nobody out, so that nothing can be
    settled. Raises ValueError where it was not said how many can be funded.
    """
    if evaluation.fundable is None:
        raise ValueError("Say how many can be funded: only near that line a review settles much.")
    rows, variance = evaluation.rows, evaluation.review_variance
    if variance is None or evaluation.fundable >= len(rows):
        return ()
    sign = 1 if evaluation.higher_is_better else -1
    estimates = sign * np.array([row.estimate for row in rows])
    deviations = np.array([row.deviation or 0.0 for row in rows]).clip(1e-12)
    above = _above(estimates, deviations, evaluation.fundable)
    now = ndtr(-np.abs(above))
    after = 2 * owens_t(above, np.sqrt(variance) / deviations)
    found = [
        ExtraReview(row.application, row.reviews, float(p), float(q), max(0.0, float(p - q)))
        for row, p, q in zip(rows, now, after, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-round(one.gain, 12), one.application)))


def _above(estimates: Floats, deviations: Floats, wanted: int) -> Floats:
    """Return how many standard deviations each application is from the line."""

    def surplus(line: float) -> float:
        return float(ndtr((estimates - line) / deviations).sum()) - wanted

    reach = 10 * float(deviations.max())
    line = brentq(surplus, estimates.min() - reach, estimates.max() + reach)
    return (estimates - line) / deviations
