"""What the reviews of a round say together: the one entry to calibration, agreement, ranking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from fundapp.joint.calibration.calibrate import Calibration, calibrate, one_valued_reviewers
from fundapp.joint.calibration.connectivity import (
    BridgingReview,
    Component,
    bridging_reviews,
    connected_parts,
)
from fundapp.joint.calibration.one_way_model import VarianceComponents
from fundapp.joint.calibration.review_table import ReviewTable, Scored, review_table
from fundapp.joint.calibration.variance_components import fit_components
from fundapp.joint.evaluation.agreement import Agreement, agreement
from fundapp.joint.evaluation.cautions import cautions
from fundapp.joint.evaluation.evaluated_rows import WIDE, EvaluatedApplication, evaluated_rows


@dataclass(frozen=True)
class EvaluatedReviewer:
    """One reviewer. `strictness` is by how much lower than the average reviewer they mark, with
    a 90 % interval; None unless scores are calibrated. `flag` is a sentence or "".
    """

    reviewer: str
    reviews: int
    strictness: float | None
    low: float | None
    high: float | None
    flag: str


@dataclass(frozen=True)
class JointEvaluation:
    """A whole round. `rows` by expected rank, ties as the seed draws; reviewers by id.

    `variance` is always that of restricted likelihood. `review_variance` is the variance of one
    more review by a new reviewer, given the application; None for plain means. `components`
    and `bridges` say which parts share no reviewer and what would join them.
    """

    variance: VarianceComponents
    agreement: Agreement
    calibrated: bool
    why: str
    ranking_method: str
    fundable: int | None
    higher_is_better: bool
    review_variance: float | None
    rows: tuple[EvaluatedApplication, ...]
    reviewers: tuple[EvaluatedReviewer, ...]
    components: tuple[Component, ...]
    bridges: tuple[BridgingReview, ...]
    warnings: tuple[str, ...]


def evaluate(
    reviews: Iterable[Scored],
    *,
    fundable: int | None,
    seed: str,
    weights: Mapping[tuple[str, str], float] | None = None,
    scale: tuple[float, float] | None = None,
    higher_is_better: bool = True,
    is_selection: bool = False,
) -> JointEvaluation:
    """Evaluate the reviews of a round; their order does not matter.

    `fundable` is how many can be funded, `weights` the confidence by (application, reviewer)
    with 1 for full, `scale` its lowest and highest score. `is_selection` says that only
    applications chosen by their scores are here: agreement is then refused.
    Raises ValueError for what is no such input, with a sentence.
    """
    if fundable is not None and fundable < 1:
        raise ValueError("The number that can be funded must be 1 or more.")
    sign = 1 if higher_is_better else -1
    table = review_table(reviews, weights=weights, higher_is_better=higher_is_better)
    _refuse_off_scale(table, scale, sign=sign)
    fits = fit_components(table)
    calibration = calibrate(table, fits)
    parts = connected_parts(table)
    components = calibration.components
    rows, method = evaluated_rows(
        table, fits, calibration, fundable=fundable, seed=seed, scale=scale, sign=sign
    )
    return JointEvaluation(
        variance=fits.components,
        agreement=agreement(table, fits, seed=seed, is_selection=is_selection),
        calibrated=calibration.is_calibrated,
        why=calibration.why,
        ranking_method=method,
        fundable=fundable,
        higher_is_better=higher_is_better,
        review_variance=_review_variance(components) if components else None,
        rows=rows,
        reviewers=_reviewers(table, calibration),
        components=parts,
        bridges=bridging_reviews(table, parts),
        warnings=cautions(table, parts, scale=_turned(scale, sign)),
    )


def _refuse_off_scale(table: ReviewTable, scale: tuple[float, float] | None, *, sign: int) -> None:
    if scale is None:
        return
    low, high = scale
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError("The scale goes from its lowest score to a higher one.")
    scores = sign * table.scores
    if scores.min() < low or scores.max() > high:
        worst = scores.min() if scores.min() < low else scores.max()
        raise ValueError(f"The score {worst:g} is outside the scale from {low:g} to {high:g}.")


def _turned(scale: tuple[float, float] | None, sign: int) -> tuple[float, float] | None:
    """Return the scale as the table has it, where higher is better."""
    return (-scale[1], -scale[0]) if scale and sign < 0 else scale


def _review_variance(components: VarianceComponents) -> float:
    return (components.reviewer or 0.0) + (components.residual or 0.0)


def _reviewers(table: ReviewTable, calibration: Calibration) -> tuple[EvaluatedReviewer, ...]:
    size = len(table.reviewers)
    strictness: list[float | None] = [None] * size
    low, high = list(strictness), list(strictness)
    if effects := calibration.effects:
        half = effects.half_width(WIDE)
        strictness = (-effects.means).tolist()
        low, high = (-effects.means - half).tolist(), (-effects.means + half).tolist()
    counts, one_valued = table.reviews_by_reviewers.tolist(), one_valued_reviewers(table)
    return tuple(
        EvaluatedReviewer(
            reviewer=reviewer,
            reviews=counts[i],
            strictness=strictness[i],
            low=low[i],
            high=high[i],
            flag=_flag(counts[i], i in one_valued),
        )
        for i, reviewer in enumerate(table.reviewers)
    )


def _flag(reviews: int, is_one_valued: bool) -> str:
    if reviews == 1:
        return "One review only: strictness unknown."
    return "Gave every application the same score." if is_one_valued else ""
