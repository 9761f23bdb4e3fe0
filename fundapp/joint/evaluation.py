"""What the reviews of a round say together: the one entry to calibration, agreement, ranking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from fundapp.joint.agreement import Agreement, agreement
from fundapp.joint.calibration import Basis, Calibration, calibrate, one_valued_reviewers
from fundapp.joint.cautions import cautions
from fundapp.joint.connectivity import (
    BridgingReview,
    Component,
    bridging_reviews,
    connected_parts,
)
from fundapp.joint.one_way_model import VarianceComponents
from fundapp.joint.quadrature import PRIOR_RANGE, averaged_ranks, fits_priors, is_small
from fundapp.joint.ranking import Band, Ranks, band, ranks, tied_ranks
from fundapp.joint.review_table import Floats, ReviewTable, Scored, review_table
from fundapp.joint.ties import keyed_order
from fundapp.joint.variance_components import Fits, fit_components

WIDE, NARROW = 0.9, 0.5
"""Levels of the intervals of estimates and of strictness: `low` to `high`, `low50` to `high50`."""


@dataclass(frozen=True)
class EvaluatedApplication:
    """One application; scores and ends in the reviews' own units.

    `estimate` is what the model says, with central intervals of 90 % and 50 %; the ends are
    None for a single score. `expected_rank` has 1 best; the rank lies in `rank_low` to
    `rank_high` with chance 0.9. `p_fundable` and `band` are None where no number was asked for.
    """

    application: str
    reviews: int
    raw_mean: float
    estimate: float
    low: float | None
    high: float | None
    low50: float | None
    high50: float | None
    expected_rank: float
    rank_low: int
    rank_high: int
    p_fundable: float | None
    band: Band | None


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
    found, method = _ranked(table, fits, calibration, scale=scale, fundable=fundable, seed=seed)
    parts = connected_parts(table)
    components = calibration.components
    return JointEvaluation(
        variance=fits.components,
        agreement=agreement(table, fits, seed=seed, is_selection=is_selection),
        calibrated=calibration.basis is Basis.CALIBRATED,
        why=calibration.why,
        ranking_method=method,
        fundable=fundable,
        review_variance=_review_variance(components) if components else None,
        rows=_rows(table, calibration, found, sign=sign, seed=seed),
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


def _ranked(
    table: ReviewTable,
    fits: Fits,
    calibration: Calibration,
    *,
    scale: tuple[float, float] | None,
    fundable: int | None,
    seed: str,
) -> tuple[Ranks, str]:
    """Return the ranks and how they were made."""
    unit = (scale[1] - scale[0]) / PRIOR_RANGE if scale else 1.0
    has_model = calibration.basis not in {Basis.PLAIN, Basis.FLAT}
    if has_model and is_small(table) and fits_priors(table, unit=unit):
        averaged = averaged_ranks(
            table,
            fits.design,
            unit=unit,
            has_strictness=calibration.basis is Basis.CALIBRATED,
            fundable=fundable,
            seed=seed,
        )
        return averaged, "averaged over what the variances may be (quadrature)"
    if calibration.basis in {Basis.UNTOLD, Basis.FLAT} or len(table.scores) == 1:
        return tied_ranks(len(table.applications), fundable=fundable), "all are tied"
    found = ranks(calibration.posterior, table, fundable=fundable, seed=seed)
    return found, "from the fitted model" if calibration.components else "from plain means"


def _rows(
    table: ReviewTable, calibration: Calibration, found: Ranks, *, sign: int, seed: str
) -> tuple[EvaluatedApplication, ...]:
    posterior = calibration.posterior
    low, high = _ends(posterior.interval(WIDE), sign)
    low50, high50 = _ends(posterior.interval(NARROW), sign)
    raw, counts = (sign * table.raw_means).tolist(), table.reviews_of_applications.tolist()
    estimates = (sign * posterior.mean).tolist()
    chances: list[float | None] = [None] * len(raw)
    if found.fundable is not None:
        chances = list(found.fundable.tolist())
    rows = [
        EvaluatedApplication(
            application=application,
            reviews=counts[i],
            raw_mean=raw[i],
            estimate=estimates[i],
            low=low[i],
            high=high[i],
            low50=low50[i],
            high50=high50[i],
            expected_rank=float(found.expected[i]),
            rank_low=int(found.lowest[i]),
            rank_high=int(found.highest[i]),
            p_fundable=chances[i],
            band=None if (chance := chances[i]) is None else band(chance),
        )
        for i, application in enumerate(table.applications)
    ]
    draw = keyed_order(seed)
    return tuple(sorted(rows, key=lambda r: (round(r.expected_rank, 9), draw(r.application))))


def _ends(
    interval: tuple[Floats, Floats], sign: int
) -> tuple[list[float | None], list[float | None]]:
    """Return the ends in the reviews' own direction; None where they are infinite."""
    first, second = interval if sign > 0 else (-interval[1], -interval[0])
    return _finite(first), _finite(second)


def _finite(values: Floats) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


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
