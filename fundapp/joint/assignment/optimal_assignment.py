"""The assignment of highest total affinity, exactly, on arrays."""

from dataclasses import dataclass, field
from math import fsum

import numpy as np

from fundapp.joint.assignment.candidates import MOST_PAIRS_AT_ONCE, all_pairs, candidate_pairs
from fundapp.joint.assignment.costs import order_of_candidates, ordered_stages, priced_stages
from fundapp.joint.assignment.flow import StagedFlow, staged_flow
from fundapp.joint.assignment.flow_solvers import FlowSolver, best_solver
from fundapp.joint.assignment.network import network_of
from fundapp.joint.assignment.problem import AssignmentProblem, Integers


@dataclass(frozen=True, kw_only=True)
class OptimalAssignment:
    """Who reviews what, as positions in the arrays of the problem.

    `applications` and `reviewers` are pairs, by application and reviewer. `objective` is the
    exact sum of their affinities, as given. `missing_reviews` and `missing_funders` are per
    application. `is_certified` tells that node prices prove the optimum among all allowed
    pairs; `staged` is the flow behind it.
    """

    problem: AssignmentProblem
    applications: Integers
    reviewers: Integers
    objective: float
    missing_reviews: Integers
    missing_funders: Integers
    is_certified: bool
    solver: str
    staged: StagedFlow = field(repr=False)

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is missing."""
        return not (self.missing_reviews.any() or self.missing_funders.any())


def optimal_assignment(
    problem: AssignmentProblem,
    solver: FlowSolver | None = None,
    *,
    most_pairs: int = MOST_PAIRS_AT_ONCE,
) -> OptimalAssignment:
    """Return the assignment with the highest sum of affinities.

    As few reviews as possible are missing, among those as few funders; then the affinities
    count, then even loads, then the draw of the problem's keys. Loads and conflicts always
    hold. Affinities of up to six decimals are exact where the solver's range allows it, else
    they are rounded to the range / 2**24 where that is in range. With more than `most_pairs`
    allowed pairs the search starts from candidates; the proof is over all pairs either way.
    """
    solver = solver or best_solver()
    staged = _best_flow(problem, solver, most_pairs)
    applications, reviewers = staged.chosen
    order = np.lexsort((reviewers, applications))
    applications, reviewers = applications[order], reviewers[order]
    missing = np.maximum(
        0, problem.reviews - np.bincount(applications, minlength=len(problem.reviews))
    )
    return OptimalAssignment(
        problem=problem,
        applications=applications,
        reviewers=reviewers,
        objective=fsum(problem.affinity[applications, reviewers].tolist()),
        missing_reviews=missing,
        missing_funders=_missing_funders(problem, applications, reviewers),
        is_certified=staged.is_certified,
        solver=solver.name,
        staged=staged,
    )


def _best_flow(problem: AssignmentProblem, solver: FlowSolver, most_pairs: int) -> StagedFlow:
    nothing = np.zeros(0, dtype=np.int64)
    bare = network_of(problem, nothing, nothing)
    limit = solver.largest_cost(bare.node_count)
    priced = priced_stages(problem, limit)
    is_partial = bool(np.count_nonzero(problem.allowed) > most_pairs)
    order = order_of_candidates(priced[0])
    pairs = candidate_pairs(problem, order) if is_partial else all_pairs(problem)
    network = bare.with_pairs(*pairs)
    found = staged_flow(network, priced, solver, is_partial=is_partial)
    if not found.is_short:
        return found
    ordered = ordered_stages(problem, limit)
    fewest = staged_flow(found.network, ordered[:1], solver, is_partial=is_partial)
    if found.missing == fewest.missing:
        return found
    return staged_flow(found.network, ordered, solver, is_partial=is_partial)


def _missing_funders(
    problem: AssignmentProblem, applications: Integers, reviewers: Integers
) -> Integers:
    new = np.zeros_like(problem.held)
    new[applications, problem.funder_of[reviewers]] = True
    further: Integers = (new & ~problem.held).sum(axis=1)
    missing: Integers = np.maximum(0, problem.funders - further)
    return missing
