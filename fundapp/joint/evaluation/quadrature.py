"""Ranks of a small panel, averaged over what its variances may be.

With few reviews a single estimate of the variances is too sure of itself. So the posterior is
averaged over a grid of (tau, s): the standard deviations of applications and of the residual.
Priors are those of the Swiss National Science Foundation on a scale with a range of 5 (Heyard
et al. 2022): tau uniform on 0 to 2, a standard deviation of 0.5 between reviewers, and two
layers of error, each uniform on 0 to 2, which add up to s. The mean is flat.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fundapp.joint.calibration.mixed_model import CrossedDesign, Factor, Solution
from fundapp.joint.calibration.posterior import at_ratios
from fundapp.joint.calibration.review_table import Floats, ReviewTable
from fundapp.joint.evaluation.ranking import Ranks, drawn_ranks, expected_ranks, gathered, seeded

LARGEST_PANEL = 150
"""Applications and reviewers together, above which a single fit is sure enough."""

PRIOR_RANGE = 5.0
"""The range of the scale that the priors are made for."""

LARGEST_DEVIATION = 2.0
REVIEWER_DEVIATION = 0.5
COARSE = (10, 15)
GRID = (20, 30)
"""Points of tau and of s: the coarse ones find where the weight is, the others lie there."""

NEGLIGIBLE = 1e-7
"""Points with less than this part of the largest weight are left out."""

MOST_DRAWS = 100_000
DRAWN_SCORES = 4_000_000
"""Draws are as many as keep their scores below this number, and no more than the limit above."""


@dataclass(frozen=True, eq=False)
class _Node:
    """One point of the grid: the model there, its solution, s squared and its weight."""

    factor: Factor
    solved: Solution
    residual: float
    log_weight: float


def is_small(table: ReviewTable) -> bool:
    """Tell whether a panel is so small that its variances are to be averaged over."""
    return len(table.applications) + len(table.reviewers) <= LARGEST_PANEL


def fits_priors(table: ReviewTable, *, unit: float) -> bool:
    """Tell whether the scores of a table, over `unit`, lie in the range of the priors."""
    return float(np.ptp(table.scores)) <= unit * PRIOR_RANGE * (1 + 1e-9)


def averaged_ranks(
    table: ReviewTable,
    design: CrossedDesign,
    *,
    unit: float,
    has_strictness: bool,
    fundable: int | None,
    seed: str,
) -> Ranks:
    """Return the ranks averaged over the variances.

    `unit` is what a fifth of the scale's range is in the scores' units. `has_strictness` says
    whether reviewers are held to differ; without it none of their marks is corrected.
    """
    panel = _Panel(design, table.scores / unit, REVIEWER_DEVIATION if has_strictness else 0.0)
    nodes = panel.nodes()
    weights = np.exp([node.log_weight for node in nodes])
    weights /= weights.sum()
    expected = np.zeros(len(table.applications))
    posteriors = [at_ratios(n.factor, n.solved, residual=n.residual) for n in nodes]
    for weight, posterior in zip(weights, posteriors, strict=True):
        expected += weight * expected_ranks(posterior)
    generator = seeded(seed)
    draws = min(MOST_DRAWS, DRAWN_SCORES // len(expected))
    counts = np.diff(np.floor(np.cumsum(weights) * draws + 0.5), prepend=0).astype(int)
    blocks = (
        drawn_ranks(posterior.draws(generator, int(count)))
        for count, posterior in zip(counts, posteriors, strict=True)
        if count
    )
    return gathered(blocks, table, expected=expected, fundable=fundable)


class _Panel:
    """The reviews of one panel, on the priors' scale."""

    def __init__(self, design: CrossedDesign, scores: Floats, reviewer_deviation: float) -> None:
        self.design = design
        self.scores = scores - scores.mean()
        self.reviewer_deviation = reviewer_deviation

    def nodes(self) -> list[_Node]:
        """Return the points that count, from a grid laid where the weight is."""
        widest = np.array([[0.0, LARGEST_DEVIATION], [0.0, LARGEST_DEVIATION * np.sqrt(2)]])
        coarse = self._weighed(widest, COARSE)
        reach = (widest[:, 1] - widest[:, 0]) / COARSE
        points = np.array([point for point, _ in coarse])
        box = np.column_stack([points.min(axis=0) - reach, points.max(axis=0) + reach])
        fine = self._weighed(np.clip(box, widest[:, :1], widest[:, 1:]), GRID)
        return [node for _, node in fine]

    def _weighed(
        self, box: Floats, grid: tuple[int, int]
    ) -> list[tuple[tuple[float, float], _Node]]:
        found = [(point, self._node(*point)) for point in _midpoints(box, grid)]
        least = max(node.log_weight for _, node in found) + np.log(NEGLIGIBLE)
        return [(point, node) for point, node in found if node.log_weight >= least]

    def _node(self, application: float, error: float) -> _Node:
        ratios = np.array([application, self.reviewer_deviation]) ** 2 / error**2
        outer, inner = ratios if self.design.outer_is_application else ratios[::-1]
        factor = Factor(self.design, float(outer), float(inner))
        solved = factor.solve(self.scores)
        left = float(self.scores @ solved.projected)
        freedom = self.design.reviews - 1
        log_likelihood = freedom * np.log(error) + factor.log_determinant / 2
        log_likelihood += left / (2 * error**2)
        log_weight = float(np.log(error_density(error)) - log_likelihood)
        return _Node(factor, solved, error**2, log_weight)


def _midpoints(box: Floats, grid: tuple[int, int]) -> Iterator[tuple[float, float]]:
    axes = [
        low + (np.arange(count) + 0.5) / count * (high - low)
        for (low, high), count in zip(box, grid, strict=True)
    ]
    for first in axes[0]:
        for second in axes[1]:
            yield float(first), float(second)


def error_density(error: float) -> float:
    """Return the density of s = sqrt(a^2 + b^2) for a and b uniform on 0 to 2."""
    if error <= LARGEST_DEVIATION:
        return error * np.pi / 8
    corner = np.pi / 2 - 2 * np.arccos(LARGEST_DEVIATION / error)
    return float(error / 4 * corner)
