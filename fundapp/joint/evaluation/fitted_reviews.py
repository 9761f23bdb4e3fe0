"""The scores of a round's reviews under the model: what each application is ranked by.

The round's own scores and those by a funder's own weights take the same way, so that they
differ by the weights alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fundapp.joint.calibration.calibrate import DRAWN_IN, Basis, Calibration, calibrate
from fundapp.joint.calibration.review_table import ReviewTable, review_table
from fundapp.joint.calibration.variance_components import Fits, fit_components
from fundapp.joint.evaluation.ranking import seeded
from fundapp.joint.ties import keyed_order

DECIMALS = 6
"""Of what the model computes; digits after them may differ from machine to machine."""

NOT_AGREED = "The rules of this round leave scores as they are."


@dataclass(frozen=True)
class ReviewScore:
    """The weighted score of one submitted review; `weight` is its confidence, 1 for full."""

    application: str
    reviewer: str
    funder: str
    score: Fraction
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, eq=False)
class FittedReviews:
    """Reviews with their model. `scores` are what each application with a review is ranked by."""

    table: ReviewTable
    fits: Fits
    calibration: Calibration
    scores: Mapping[str, Fraction]
    seed: str

    def draws(self, count: int) -> Mapping[str, tuple[float, ...]]:
        """Return `count` draws of the score of each application, the same for the same seed.

        Draws with one index belong together, also between two sets of scores of the same
        reviews: they come from the same random numbers. Where a single score leaves everything
        open, it is repeated.
        """
        posterior = self.calibration.posterior
        if len(self.table.scores) == 1:
            return {self.table.applications[0]: (float(posterior.mean[0]),) * count}
        drawn = posterior.draws(seeded(self.seed), count)
        return {
            application: tuple(drawn[:, place].tolist())
            for place, application in enumerate(self.table.applications)
        }


def fit_reviews(
    reviews: Sequence[ReviewScore], *, corrects_strictness: bool, seed: str
) -> FittedReviews:
    """Fit the model to reviews by the rules of a round.

    Raises ValueError without a review and for doubled ones.
    """
    weights = {(one.application, one.reviewer): float(one.weight) for one in reviews}
    table = review_table(reviews, weights=weights)
    fits = fit_components(table)
    calibration = calibrate(table, fits) if corrects_strictness else _uncorrected(table, fits)
    scores = scores_by_rule(reviews, estimates=_estimates(table, calibration))
    return FittedReviews(table, fits, calibration, scores, seed)


def scores_by_rule(
    reviews: Sequence[ReviewScore], *, estimates: Mapping[str, float] | None
) -> Mapping[str, Fraction]:
    """Return what each application with a review is ranked by.

    `estimates` are those of corrected scores, to `DECIMALS`; without them the means, each review
    counting by its weight.
    """
    if estimates is not None:
        names = {review.application for review in reviews}
        return {
            name: Fraction(round(estimate, DECIMALS))
            for name, estimate in estimates.items()
            if name in names
        }
    return {
        application: sum((one.weight * one.score for one in here), Fraction(0))
        / sum(one.weight for one in here)
        for application, here in by_application(reviews).items()
    }


def order_of(
    applications: Collection[str], scores: Mapping[str, Fraction], *, seed: str
) -> list[str]:
    """Return the applications from best to worst, ties as drawn, those without a score last."""
    draw = keyed_order(seed)

    def place(application: str) -> tuple[bool, Fraction, int]:
        score = scores.get(application)
        return score is None, -(score or Fraction(0)), draw(application)

    return sorted(set(applications), key=place)


def by_application(reviews: Sequence[ReviewScore]) -> dict[str, list[ReviewScore]]:
    """Return the reviews of each application, in their order."""
    grouped: dict[str, list[ReviewScore]] = defaultdict(list)
    for review in reviews:
        grouped[review.application].append(review)
    return dict(grouped)


def _uncorrected(table: ReviewTable, fits: Fits) -> Calibration:
    """Return the calibration where the rules say that strictness is not corrected."""
    calibration = calibrate(table, replace(fits, likelihood_ratio=0.0))
    if calibration.basis is not Basis.UNCORRECTED:
        return calibration
    return replace(calibration, why=f"{NOT_AGREED} {DRAWN_IN}")


def _estimates(table: ReviewTable, calibration: Calibration) -> Mapping[str, float] | None:
    if not calibration.is_calibrated:
        return None
    means = calibration.posterior.mean.tolist()
    return dict(zip(table.applications, means, strict=True))
