"""The reviews of a round as arrays, in one canonical order whatever order they came in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, SupportsFloat

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

LARGEST_SCORE = 1e12
"""Above this a score is a slip, and its square would lose the digits of all others."""


class Scored(Protocol):
    """One submitted review: who gave which application what score."""

    @property
    def application(self) -> str:
        """The application's id."""

    @property
    def reviewer(self) -> str:
        """The reviewer's id."""

    @property
    def score(self) -> SupportsFloat:
        """The score, in the scale's own units."""


@dataclass(frozen=True)
class Score:
    """The smallest review: nothing but the score."""

    application: str
    reviewer: str
    score: float


@dataclass(frozen=True, eq=False)
class ReviewTable:
    """N reviews of n applications by m reviewers, sorted by application, then reviewer.

    `applications` (n) and `reviewers` (m) are sorted ids; `application_of` and `reviewer_of`
    (N) are indices into them. `scores` (N) are in the file's units, turned so that higher is
    better; `weights` (N) are above 0, and 1 is full confidence.
    """

    applications: tuple[str, ...]
    reviewers: tuple[str, ...]
    application_of: Integers
    reviewer_of: Integers
    scores: Floats
    weights: Floats

    @property
    def reviews_of_applications(self) -> Integers:
        """Return how many reviews each application has (n)."""
        return np.bincount(self.application_of, minlength=len(self.applications))

    @property
    def reviews_by_reviewers(self) -> Integers:
        """Return how many reviews each reviewer wrote (m)."""
        return np.bincount(self.reviewer_of, minlength=len(self.reviewers))

    @property
    def raw_means(self) -> Floats:
        """Return the plain mean of each application's scores (n)."""
        sums = sums_by(self.application_of, self.scores, size=len(self.applications))
        means: Floats = sums / self.reviews_of_applications
        return means


def review_table(
    reviews: Iterable[Scored],
    *,
    weights: Mapping[tuple[str, str], float] | None = None,
    higher_is_better: bool = True,
) -> ReviewTable:
    """Return the table of `reviews`, one per application and reviewer.

    `weights` are by (application, reviewer); pairs without one weigh 1.
    Raises ValueError for no review, doubled pairs, scores that are not finite or above
    `LARGEST_SCORE`, and weights that are not above 0.
    """
    rows = sorted((one.application, one.reviewer, float(one.score)) for one in reviews)
    pairs = [(application, reviewer) for application, reviewer, _ in rows]
    if not rows:
        raise ValueError("There is no review.")
    if len(set(pairs)) < len(pairs):
        raise ValueError("A reviewer has two reviews of one application.")
    scores = np.array([score for _, _, score in rows])
    if not np.all(np.abs(scores) <= LARGEST_SCORE):
        raise ValueError(f"A score must be a number between -{LARGEST_SCORE:g} and its opposite.")
    confidence = np.array([float((weights or {}).get(pair, 1.0)) for pair in pairs])
    if not np.all((confidence > 0) & (confidence <= LARGEST_SCORE)):
        raise ValueError("The weight of a review must be a number above 0.")
    applications, application_of = _indexed([application for application, _ in pairs])
    reviewers, reviewer_of = _indexed([reviewer for _, reviewer in pairs])
    return ReviewTable(
        applications=applications,
        reviewers=reviewers,
        application_of=application_of,
        reviewer_of=reviewer_of,
        scores=scores if higher_is_better else -scores,
        weights=confidence,
    )


def sums_by(level_of: Integers, values: Floats, *, size: int) -> Floats:
    """Return the sums of `values` by level, for levels 0 to `size` - 1."""
    sums = np.zeros(size)
    sums += np.bincount(level_of, values, minlength=size)
    return sums


def _indexed(ids: list[str]) -> tuple[tuple[str, ...], Integers]:
    names = tuple(sorted(set(ids)))
    place = {name: index for index, name in enumerate(names)}
    return names, np.array([place[one] for one in ids], dtype=np.intp)
