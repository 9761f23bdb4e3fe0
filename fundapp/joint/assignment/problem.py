"""What is to be assigned, as arrays: n applications by R reviewers of F funders."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fundapp.joint.ties import keyed_order

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Affinities = NDArray[np.float64] | NDArray[np.float32]


@dataclass(frozen=True)
class TieKeys:
    """Numbers that draw among equal matches: one per application and one per reviewer.

    They are 64 bits each, keyed by the round's seed, so that nobody gains by an early id.
    """

    applications: NDArray[np.uint64]
    reviewers: NDArray[np.uint64]


def tie_keys(applications: Sequence[str], reviewers: Sequence[str], seed: str) -> TieKeys:
    """Return the keys of these ids. Sorted by them, no id stands first by its name."""
    order = keyed_order(seed)
    return TieKeys(
        np.array([order(application, "") for application in applications], dtype=np.uint64),
        np.array([order("", reviewer) for reviewer in reviewers], dtype=np.uint64),
    )


@dataclass(frozen=True, kw_only=True)
class AssignmentProblem:
    """Who may review what, and how much.

    `affinity` and `allowed` are (n, R). `funder_of` (R,) holds numbers 0..F-1; `load` (R,)
    is the room that each reviewer has left and `taken` (R,) what they hold already.
    `reviews` (n,) is wanted per application, `funders` (n,) of them from different funders
    that are not in `held` (n, F): those have a reviewer here already. Use `problem_of`.
    """

    affinity: Affinities
    allowed: Booleans
    funder_of: Integers
    load: Integers
    taken: Integers
    reviews: Integers
    funders: Integers
    held: Booleans
    keys: TieKeys

    @property
    def shape(self) -> tuple[int, int]:
        """Return the numbers of applications and of reviewers."""
        return len(self.reviews), len(self.load)

    @property
    def funder_count(self) -> int:
        """Return F."""
        return int(self.held.shape[1])

    @property
    def wanted(self) -> int:
        """Return how many reviews are wanted in all."""
        return int(self.reviews.sum())


def problem_of(
    affinity: Affinities,
    *,
    funder_of: ArrayLike,
    load: ArrayLike,
    reviews: ArrayLike,
    funders: ArrayLike = 1,
    forbidden: Booleans | None = None,
    held: Booleans | None = None,
    taken: ArrayLike = 0,
    keys: TieKeys | None = None,
) -> AssignmentProblem:
    """Return the checked problem; single numbers count for every application or reviewer.

    `funders` is how many different funders the `reviews` must come from, not counting those
    in `held`. Without `keys` ties are drawn by position in the arrays.
    Raises ValueError for shapes that do not fit, affinities that are not finite where the
    pair is allowed, negative counts and more funders than reviews.
    """
    if affinity.ndim != 2:
        raise ValueError("Affinities are a matrix: applications by reviewers")
    n, count = affinity.shape
    home = _counts(funder_of, count, "A funder's number")
    funder_count = max([int(home.max(initial=-1)) + 1, 0 if held is None else held.shape[1]])
    problem = AssignmentProblem(
        affinity=affinity,
        allowed=np.ones((n, count), dtype=np.bool_) if forbidden is None else ~forbidden,
        funder_of=home,
        load=np.minimum(_counts(load, count, "A load"), n),
        taken=_counts(taken, count, "A number of reviews held"),
        reviews=_counts(reviews, n, "A number of reviews"),
        funders=_counts(funders, n, "A number of funders"),
        held=np.zeros((n, funder_count), dtype=np.bool_) if held is None else held,
        keys=keys or TieKeys(np.arange(n, dtype=np.uint64), np.arange(count, dtype=np.uint64)),
    )
    _refuse(problem)
    return problem


def _counts(given: ArrayLike, size: int, name: str) -> Integers:
    numbers = np.broadcast_to(np.asarray(given, dtype=np.int64), (size,))
    if (numbers < 0).any():
        raise ValueError(f"{name} is below 0")
    return numbers


def _refuse(problem: AssignmentProblem) -> None:
    n, count = problem.shape
    shapes = (problem.allowed.shape, (len(problem.held), len(problem.keys.applications)))
    if shapes != ((n, count), (n, n)) or len(problem.keys.reviewers) != count:
        raise ValueError("The arrays of an assignment do not fit each other")
    if (problem.funders > problem.reviews).any():
        raise ValueError("An application wants more funders than reviews")
    for rows in row_blocks(problem):
        if not np.isfinite(problem.affinity[rows][problem.allowed[rows]]).all():
            raise ValueError("An affinity is no finite number")


def row_blocks(problem: AssignmentProblem) -> Sequence[slice]:
    """Return slices of applications of about a million pairs each: memory stays small."""
    n, count = problem.shape
    step = max(1, 1_000_000 // max(1, count))
    return [slice(start, min(n, start + step)) for start in range(0, n, step)]
