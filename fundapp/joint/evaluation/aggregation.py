"""From the scores of single reviews to one score, one rank and one doubt per application.

Higher is better. Where scores are corrected for strictness, an application's score is the
model's estimate, else the mean of its reviews, exact until it is ranked, so that equal means are
equal. The rules of a round say whether strictness may be corrected and whether sure reviews
count more; whether it can be corrected is for the reviews to say (`calibration`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from statistics import stdev

from fundapp.joint.calibration.calibrate import Calibration, one_valued_reviewers
from fundapp.joint.calibration.connectivity import bridging_reviews, connected_parts
from fundapp.joint.calibration.review_table import ReviewTable
from fundapp.joint.evaluation.agreement import Agreement, Coefficient, agreement, panel_size
from fundapp.joint.evaluation.cautions import cautions
from fundapp.joint.evaluation.evaluate import EvaluatedReviewer, JointEvaluation
from fundapp.joint.evaluation.evaluated_rows import WIDE, EvaluatedApplication, evaluated_rows
from fundapp.joint.evaluation.fitted_reviews import (
    FittedReviews,
    ReviewScore,
    by_application,
    fit_reviews,
    order_of,
    scores_by_rule,
)

CORRECTED = "additive-1"
MEAN = "mean-1"
WEIGHTED_MEAN = "weighted-mean-1"

NOT_ASKED = "Not computed yet."


Reached = Callable[[Sequence[str]], int]
"""From the applications, the best first, to how many of them can be funded."""


@dataclass(frozen=True, eq=False)
class RoundEvaluation:
    """What the reviews of a round say together by the rules of the round.

    `evaluation` is everything but the agreement with its intervals, which takes longer than all
    the rest in small rounds and is made when `complete` is asked for. `own` has the same reviews
    by the weights of each funder that has its own.
    """

    fitted: FittedReviews
    evaluation: JointEvaluation
    own: Mapping[str, FittedReviews] = field(default_factory=dict)

    @cached_property
    def complete(self) -> JointEvaluation:
        """Return the evaluation with its agreement."""
        fitted = self.fitted
        found = agreement(fitted.table, fitted.fits, seed=fitted.seed)
        return replace(self.evaluation, agreement=found)

    @property
    def own_scores(self) -> Mapping[str, Mapping[str, float]]:
        """Return by funder what each application is ranked by with the funder's own weights."""
        return {
            funder: {application: float(score) for application, score in one.scores.items()}
            for funder, one in self.own.items()
        }


@dataclass(frozen=True)
class AggregatedApplication:
    """What the reviews of one application say together.

    `aggregated_score` is what it is ranked by, `raw_score` the plain mean; None without a
    review. `standard_deviation` is the sample's (n - 1), None below two reviews. `funder_means`
    are by funder, in the order of their ids. `rank` is shared by equal scores (1, 2, 2, 4),
    `position` never: ties there are drawn by the seed. Both are None without a score.
    `evaluated` has the estimate with its doubts.
    """

    application: str
    reviews: int
    raw_score: float | None
    aggregated_score: float | None
    standard_deviation: float | None
    lowest: float | None
    highest: float | None
    funder_means: Mapping[str, float]
    rank: int | None
    position: int | None
    evaluated: EvaluatedApplication | None


@dataclass(frozen=True)
class Aggregation:
    """A whole round: the key of the method, and rows by position, those without a score last."""

    method: str
    rows: tuple[AggregatedApplication, ...]


def evaluate_round(
    reviews: Sequence[ReviewScore],
    *,
    corrects_strictness: bool,
    reached: Reached,
    seed: str,
    scale: tuple[float, float],
    own_reviews: Mapping[str, Sequence[ReviewScore]] | None = None,
) -> RoundEvaluation:
    """Evaluate the reviews of a round; `scale` is its lowest and highest mark.

    `own_reviews` are the same reviews scored by the weights of each funder that has its own.
    Raises ValueError without a review and for doubled ones.
    """
    fitted = fit_reviews(reviews, corrects_strictness=corrects_strictness, seed=seed)
    table, calibration = fitted.table, fitted.calibration
    fundable = reached(order_of(fitted.scores, fitted.scores, seed=seed)) or None
    rows, method = evaluated_rows(
        table, fitted.fits, calibration, fundable=fundable, seed=seed, scale=scale
    )
    parts = connected_parts(table)
    used = calibration.components
    evaluation = JointEvaluation(
        variance=fitted.fits.components,
        agreement=_not_asked(table),
        calibrated=calibration.is_calibrated,
        why=calibration.why,
        ranking_method=method,
        fundable=fundable,
        higher_is_better=True,
        review_variance=(used.reviewer or 0.0) + (used.residual or 0.0) if used else None,
        rows=rows,
        reviewers=_reviewers(table, calibration),
        components=parts,
        bridges=bridging_reviews(table, parts),
        warnings=cautions(table, parts, scale=scale),
    )
    own = {
        funder: fit_reviews(own, corrects_strictness=corrects_strictness, seed=seed)
        for funder, own in sorted((own_reviews or {}).items())
        if own
    }
    return RoundEvaluation(fitted, evaluation, own)


def aggregate(
    applications: Collection[str],
    reviews: Sequence[ReviewScore],
    *,
    evaluation: JointEvaluation | None,
    seed: str,
) -> Aggregation:
    """Rank the `applications` of a round by its `evaluation`; None where no review is in.

    The evaluation may be of an earlier state of the reviews. Reviews are of these applications,
    one per reviewer and application; else ValueError. Equal scores share a rank; their positions
    are drawn by the keyed order of `seed`.
    """
    reviews_of = by_application(reviews)
    if not reviews_of.keys() <= set(applications):
        raise ValueError("There is a review of an application that is not in the round")
    if len({(review.application, review.reviewer) for review in reviews}) < len(reviews):
        raise ValueError("A reviewer has two reviews of one application")
    evaluated = {row.application: row for row in evaluation.rows} if evaluation else {}
    is_corrected = bool(evaluation and evaluation.calibrated)
    estimates = {name: row.estimate for name, row in evaluated.items()} if is_corrected else None
    scores = scores_by_rule(reviews, estimates=estimates)
    ranks = _shared_ranks(Counter(scores.values()))
    return Aggregation(
        method=_method(reviews, is_corrected=is_corrected),
        rows=tuple(
            _row(
                application,
                reviews_of.get(application, []),
                score=scores.get(application),
                rank=ranks[scores[application]] if application in scores else None,
                position=position if application in scores else None,
                evaluated=evaluated.get(application),
            )
            for position, application in enumerate(
                order_of(applications, scores, seed=seed), start=1
            )
        ),
    )


def _not_asked(table: ReviewTable) -> Agreement:
    nothing = Coefficient(None, None, None, NOT_ASKED)
    return Agreement(nothing, nothing, nothing, panel_size(table), None, None, None)


def _reviewers(table: ReviewTable, calibration: Calibration) -> tuple[EvaluatedReviewer, ...]:
    counts, one_valued = table.reviews_by_reviewers.tolist(), one_valued_reviewers(table)
    effects = calibration.effects
    half = effects.half_width(WIDE) if effects else None
    found = []
    for place, reviewer in enumerate(table.reviewers):
        mean = -float(effects.means[place]) if effects else None
        spread = float(half[place]) if half is not None else None
        found.append(
            EvaluatedReviewer(
                reviewer=reviewer,
                reviews=counts[place],
                strictness=mean,
                low=None if mean is None or spread is None else mean - spread,
                high=None if mean is None or spread is None else mean + spread,
                flag=_flag(counts[place], is_one_valued=place in one_valued),
            )
        )
    return tuple(found)


def _flag(reviews: int, *, is_one_valued: bool) -> str:
    if reviews == 1:
        return "One review only: strictness unknown."
    return "Gave every application the same score." if is_one_valued else ""


def _method(reviews: Sequence[ReviewScore], *, is_corrected: bool) -> str:
    if is_corrected:
        return CORRECTED
    return MEAN if len({review.weight for review in reviews}) < 2 else WEIGHTED_MEAN


def _mean(reviews: Sequence[ReviewScore]) -> Fraction:
    return sum((review.score for review in reviews), Fraction(0)) / len(reviews)


def _shared_ranks(counts: Mapping[Fraction, int]) -> dict[Fraction, int]:
    """Return the rank of each score, from how often each occurs: one more than are better."""
    ranks = {}
    better = 0
    for score in sorted(counts, reverse=True):
        ranks[score] = better + 1
        better += counts[score]
    return ranks


def _row(
    application: str,
    reviews: Sequence[ReviewScore],
    *,
    score: Fraction | None,
    rank: int | None,
    position: int | None,
    evaluated: EvaluatedApplication | None,
) -> AggregatedApplication:
    scores = [review.score for review in reviews]
    funders: dict[str, list[ReviewScore]] = defaultdict(list)
    for review in reviews:
        funders[review.funder].append(review)
    return AggregatedApplication(
        application=application,
        reviews=len(scores),
        raw_score=float(_mean(reviews)) if scores else None,
        aggregated_score=None if score is None else float(score),
        standard_deviation=float(stdev(scores)) if len(scores) > 1 else None,
        lowest=float(min(scores)) if scores else None,
        highest=float(max(scores)) if scores else None,
        funder_means={funder: float(_mean(funders[funder])) for funder in sorted(funders)},
        rank=rank,
        position=position,
        evaluated=evaluated,
    )
