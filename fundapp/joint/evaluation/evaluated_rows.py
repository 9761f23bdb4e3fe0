"""The rows of an evaluated round: one application each, with estimate, interval and rank."""

from dataclasses import dataclass

import numpy as np

from fundapp.joint.calibration.calibrate import Basis, Calibration
from fundapp.joint.calibration.review_table import Floats, ReviewTable
from fundapp.joint.calibration.variance_components import Fits
from fundapp.joint.evaluation.quadrature import PRIOR_RANGE, averaged_ranks, fits_priors, is_small
from fundapp.joint.evaluation.ranking import Band, Ranks, band, ranks, tied_ranks
from fundapp.joint.ties import keyed_order

WIDE, NARROW = 0.9, 0.5
"""Levels of the intervals of estimates and of strictness: `low` to `high`, `low50` to `high50`."""


@dataclass(frozen=True)
class EvaluatedApplication:
    """One application; scores and ends in the reviews' own units.

    `estimate` is what the model says, with central intervals of 90 % and 50 %; the ends are
    None for a single score. `deviation` is the standard deviation of its place among the others,
    without what they share. `expected_rank` has 1 best; the rank lies in `rank_low` to
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
    deviation: float | None
    expected_rank: float
    rank_low: int
    rank_high: int
    p_fundable: float | None
    band: Band | None


def evaluated_rows(
    table: ReviewTable,
    fits: Fits,
    calibration: Calibration,
    *,
    fundable: int | None,
    seed: str,
    scale: tuple[float, float] | None = None,
    sign: int = 1,
) -> tuple[tuple[EvaluatedApplication, ...], str]:
    """Return the rows by expected rank, ties as `seed` draws, and how ranks were made.

    `sign` is -1 where the reviews' own units have the lower score the better.
    """
    found, method = _ranked(table, fits, calibration, scale=scale, fundable=fundable, seed=seed)
    draw = keyed_order(seed)

    def place(row: EvaluatedApplication) -> tuple[float, int]:
        return round(row.expected_rank, 9), draw(row.application)

    return tuple(sorted(_rows(table, calibration, found, sign=sign), key=place)), method


def _ranked(
    table: ReviewTable,
    fits: Fits,
    calibration: Calibration,
    *,
    scale: tuple[float, float] | None,
    fundable: int | None,
    seed: str,
) -> tuple[Ranks, str]:
    """Return the ranks under a calibration and how they were made."""
    unit = (scale[1] - scale[0]) / PRIOR_RANGE if scale else 1.0
    has_model = calibration.basis not in {Basis.PLAIN, Basis.FLAT}
    if has_model and is_small(table) and fits_priors(table, unit=unit):
        averaged = averaged_ranks(
            table,
            fits.design,
            unit=unit,
            has_strictness=calibration.is_calibrated,
            fundable=fundable,
            seed=seed,
        )
        return averaged, "averaged over what the variances may be (quadrature)"
    if calibration.basis in {Basis.UNTOLD, Basis.FLAT} or len(table.scores) == 1:
        return tied_ranks(len(table.applications), fundable=fundable), "all are tied"
    found = ranks(calibration.posterior, table, fundable=fundable, seed=seed)
    return found, "from the fitted model" if calibration.components else "from plain means"


def _rows(
    table: ReviewTable, calibration: Calibration, found: Ranks, *, sign: int
) -> list[EvaluatedApplication]:
    posterior = calibration.posterior
    low, high = _ends(posterior.interval(WIDE), sign)
    low50, high50 = _ends(posterior.interval(NARROW), sign)
    deviations = _finite(np.sqrt(posterior.relative_variances))
    raw, counts = (sign * table.raw_means).tolist(), table.reviews_of_applications.tolist()
    estimates = (sign * posterior.mean).tolist()
    chances: list[float | None] = [None] * len(raw)
    if found.fundable is not None:
        chances = list(found.fundable.tolist())
    return [
        EvaluatedApplication(
            application=application,
            reviews=counts[i],
            raw_mean=raw[i],
            estimate=estimates[i],
            low=low[i],
            high=high[i],
            low50=low50[i],
            high50=high50[i],
            deviation=deviations[i],
            expected_rank=float(found.expected[i]),
            rank_low=int(found.lowest[i]),
            rank_high=int(found.highest[i]),
            p_fundable=chances[i],
            band=None if (chance := chances[i]) is None else band(chance),
        )
        for i, application in enumerate(table.applications)
    ]


def _ends(
    interval: tuple[Floats, Floats], sign: int
) -> tuple[list[float | None], list[float | None]]:
    """Return the ends in the reviews' own direction; None where they are infinite."""
    first, second = interval if sign > 0 else (-interval[1], -interval[0])
    return _finite(first), _finite(second)


def _finite(values: Floats) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]
