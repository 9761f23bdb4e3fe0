"""How each funder ranks the same reviews with its own weights, and where funders part.

Every funder weighs the criteria as it likes; the reviews are the same. The applications that
funders rank furthest apart are the agenda of their joint meeting.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from fundapp.joint.calibration.calibrate import calibrate
from fundapp.joint.calibration.review_table import Floats, Score, review_table
from fundapp.joint.calibration.variance_components import fit_components
from fundapp.joint.evaluation.evaluated_rows import EvaluatedApplication, evaluated_rows


@dataclass(frozen=True)
class CriterionScore:
    """One mark of one review on one criterion; None = abstained."""

    application: str
    reviewer: str
    criterion: str
    mark: float | None


@dataclass(frozen=True)
class FunderRanking:
    """One funder's ranking with its own weights; `why` says what was corrected."""

    funder: str
    calibrated: bool
    why: str
    rows: tuple[EvaluatedApplication, ...]


@dataclass(frozen=True)
class FunderPair:
    """How alike two funders rank: Kendall's tau-b, 1 for the same order, None where one of
    them ties all.
    """

    first: str
    second: str
    tau: float | None


@dataclass(frozen=True)
class RankGap:
    """One application that funders rank apart: who ranks it best and who worst.

    `gap` is the difference of the two expected ranks; ties go to the first funder by id.
    """

    application: str
    best_funder: str
    best_rank: float
    worst_funder: str
    worst_rank: float
    gap: float


@dataclass(frozen=True)
class FunderViews:
    """All funders' rankings by funder, pairs by funder, and the gaps, the widest first."""

    rankings: tuple[FunderRanking, ...]
    pairs: tuple[FunderPair, ...]
    gaps: tuple[RankGap, ...]


def funder_views(
    marks: Iterable[CriterionScore],
    weights: Mapping[str, Mapping[str, float]],
    *,
    fundable: int | None,
    seed: str,
    renormalises: bool = False,
) -> FunderViews:
    """Return each funder's ranking of the same reviews, and where they differ.

    `weights` are by funder and criterion, 0 or more. With `renormalises` a review without a mark
    on a criterion counts by its other ones; else that is a ValueError, as are doubled marks and
    funders without any weight. Nothing is made up for a missing mark.
    """
    reviews = _by_review(marks)
    rankings = tuple(
        _ranking(funder, reviews, weights[funder], fundable=fundable, seed=seed, fills=renormalises)
        for funder in sorted(weights)
    )
    pairs = tuple(
        FunderPair(one.funder, other.funder, _tau_between(one, other))
        for one, other in combinations(rankings, 2)
    )
    return FunderViews(rankings, pairs, _gaps(rankings))


_Reviews = Mapping[tuple[str, str], Mapping[str, float]]


def _by_review(marks: Iterable[CriterionScore]) -> _Reviews:
    reviews: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    seen = set()
    for one in marks:
        key = (one.application, one.reviewer, one.criterion)
        if key in seen:
            raise ValueError(f"{one.reviewer} has two marks for {one.application} on one criterion")
        seen.add(key)
        given = reviews[one.application, one.reviewer]
        if one.mark is not None:
            given[one.criterion] = one.mark
    return reviews


def _ranking(
    funder: str,
    reviews: _Reviews,
    weights: Mapping[str, float],
    *,
    fundable: int | None,
    seed: str,
    fills: bool,
) -> FunderRanking:
    used = {criterion: weight for criterion, weight in sorted(weights.items()) if weight}
    if not used or min(used.values()) < 0:
        raise ValueError(f"{funder} must give some criterion a weight, and none one below 0.")
    scores = []
    for (application, reviewer), given in sorted(reviews.items()):
        present = {criterion: used[criterion] for criterion in used if criterion in given}
        if len(present) < len(used) and not fills:
            raise ValueError(f"The review of {application} by {reviewer} lacks a mark.")
        if present:
            total = sum(weight * given[criterion] for criterion, weight in present.items())
            scores.append(Score(application, reviewer, total / sum(present.values())))
    table = review_table(scores)
    fits = fit_components(table)
    calibration = calibrate(table, fits)
    rows, _ = evaluated_rows(table, fits, calibration, fundable=fundable, seed=seed)
    return FunderRanking(funder, calibration.is_calibrated, calibration.why, rows)


def _tau_between(one: FunderRanking, other: FunderRanking) -> float | None:
    ranks = {row.application: row.expected_rank for row in other.rows}
    shared = [row for row in one.rows if row.application in ranks]
    first = np.array([row.expected_rank for row in shared])
    second = np.array([ranks[row.application] for row in shared])
    return kendall_tau(first, second)


def kendall_tau(first: Floats, second: Floats) -> float | None:
    """Return Kendall's tau-b of two lists (Kendall 1945); None where one has ties only.

    Values closer than 1e-9 are ties.
    """
    agreeing, untied_first, untied_second = 0.0, 0.0, 0.0
    first, second = first.round(9), second.round(9)
    for place in range(len(first) - 1):
        ahead = np.sign(first[place + 1 :] - first[place])
        behind = np.sign(second[place + 1 :] - second[place])
        agreeing += float(ahead @ behind)
        untied_first += float(ahead @ ahead)
        untied_second += float(behind @ behind)
    if not untied_first or not untied_second:
        return None
    return agreeing / float(np.sqrt(untied_first) * np.sqrt(untied_second))


def _gaps(rankings: tuple[FunderRanking, ...]) -> tuple[RankGap, ...]:
    ranks: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for ranking in rankings:
        for row in ranking.rows:
            ranks[row.application].append((row.expected_rank, ranking.funder))
    gaps = [_gap(application, held) for application, held in ranks.items() if len(held) > 1]
    return tuple(sorted(gaps, key=lambda gap: (-round(gap.gap, 9), gap.application)))


def _gap(application: str, held: list[tuple[float, str]]) -> RankGap:
    best = min(held)
    worst = max(held, key=lambda one: one[0])
    return RankGap(application, best[1], best[0], worst[1], worst[0], worst[0] - best[0])
