"""The two-layer network of reviewer assignment.

Units of flow are reviews. For application i, funder f and reviewer r:

    D_i   supply m_i          -> (i, f)   capacity 1     a seat per different funder
    G_i   supply k_i - m_i    -> (i, f)                  free seats
    (i,f)                     -> r        capacity 1     for r of f without a conflict
    r                         -> sink     capacity L_r   in steps, to count evenness
    D_i                       -> G_i                     a funder that stays missing
    G_i                       -> sink                    a review that stays missing

The m_i units of D_i pass m_i different (i, f), so that many funders hold a reviewer; each
pair carries at most one unit, so nobody reviews twice. Any valid assignment splits this way,
and the matrix of a network is totally unimodular: an optimum in whole units always exists.
One layer with a limit of k - m + 1 per funder is exact for m = 2 and m = k only.
"""

from dataclasses import dataclass, replace

import numpy as np

from fundapp.joint.assignment.problem import AssignmentProblem, Integers

EVEN_STEPS_BEYOND_TWICE_THE_MEAN = 8
"""Loads are kept even up to twice the mean plus this; beyond it evenness does not count."""


@dataclass(frozen=True)
class FixedArcs:
    """All arcs but the pairs. `step` is the level of load of an arc to the sink, else 0."""

    tail: Integers
    head: Integers
    capacity: Integers
    step: Integers
    misses_funder: slice
    misses_review: slice


@dataclass(frozen=True)
class Network:
    """Arcs: the fixed ones first, then one for each pair in (`applications`, `reviewers`)."""

    problem: AssignmentProblem
    fixed: FixedArcs
    applications: Integers
    reviewers: Integers

    @property
    def first_pair(self) -> int:
        """Return the number of the first arc that is a pair."""
        return len(self.fixed.tail)

    @property
    def node_count(self) -> int:
        """Return how many nodes there are; the sink is the last."""
        return sink_of(self.problem) + 1

    @property
    def seats(self) -> slice:
        """Return the nodes (i, f)."""
        n = len(self.problem.reviews)
        return slice(2 * n, 2 * n + n * self.problem.funder_count)

    @property
    def tail(self) -> Integers:
        """Return where each arc begins."""
        seats = funder_nodes(self.problem, self.applications, self.reviewers)
        return np.concatenate([self.fixed.tail, seats])

    @property
    def head(self) -> Integers:
        """Return where each arc ends."""
        return np.concatenate([self.fixed.head, reviewer_nodes(self.problem, self.reviewers)])

    @property
    def capacity(self) -> Integers:
        """Return how many units each arc takes."""
        return np.concatenate([self.fixed.capacity, np.ones_like(self.applications)])

    @property
    def supply(self) -> Integers:
        """Return the units that each node brings; the sink takes them all."""
        problem = self.problem
        supply = np.zeros(self.node_count, dtype=np.int64)
        n = len(problem.reviews)
        supply[:n] = problem.funders
        supply[n : 2 * n] = problem.reviews - problem.funders
        supply[-1] = -problem.wanted
        return supply

    def with_pairs(self, applications: Integers, reviewers: Integers) -> "Network":
        """Return the network with further pairs, after those it has."""
        return Network(
            self.problem,
            self.fixed,
            np.concatenate([self.applications, applications]),
            np.concatenate([self.reviewers, reviewers]),
        )

    def strict(self) -> "Network":
        """Return the network in which a seat for a further funder stays empty or is one."""
        head = self.fixed.head.copy()
        head[self.fixed.misses_funder] = sink_of(self.problem)
        fixed = replace(self.fixed, head=head)
        return Network(self.problem, fixed, self.applications, self.reviewers)


def network_of(problem: AssignmentProblem, applications: Integers, reviewers: Integers) -> Network:
    """Return the network with these pairs, which are allowed and no doubles."""
    return Network(problem, _fixed_arcs(problem), applications, reviewers)


def funder_nodes(
    problem: AssignmentProblem, applications: Integers, reviewers: Integers
) -> Integers:
    """Return the node (i, funder of r) of each pair (i, r)."""
    n = len(problem.reviews)
    return 2 * n + applications * problem.funder_count + problem.funder_of[reviewers]


def reviewer_nodes(problem: AssignmentProblem, reviewers: Integers) -> Integers:
    """Return the nodes of these reviewers."""
    n = len(problem.reviews)
    return 2 * n + n * problem.funder_count + reviewers


def sink_of(problem: AssignmentProblem) -> int:
    """Return the node of the sink."""
    n, count = problem.shape
    return 2 * n + n * problem.funder_count + count


def _fixed_arcs(problem: AssignmentProblem) -> FixedArcs:
    n = len(problem.reviews)
    sink = sink_of(problem)
    distinct, distinct_funder = np.nonzero(~problem.held & (problem.funders > 0)[:, None])
    free, free_funder = np.nonzero(np.ones_like(problem.held) & (problem.reviews > 0)[:, None])
    short_of_funder = np.flatnonzero(problem.funders)
    short_of_review = np.flatnonzero(problem.reviews)
    loaded, width, step = _load_steps(problem)
    first_seat = 2 * n
    groups = [
        (
            distinct,
            first_seat + distinct * problem.funder_count + distinct_funder,
            np.ones_like(distinct),
        ),
        (
            n + free,
            first_seat + free * problem.funder_count + free_funder,
            problem.reviews[free],
        ),
        (short_of_funder, n + short_of_funder, problem.funders[short_of_funder]),
        (
            n + short_of_review,
            np.full_like(short_of_review, sink),
            problem.reviews[short_of_review],
        ),
        (reviewer_nodes(problem, loaded), np.full_like(loaded, sink), width),
    ]
    ends = np.cumsum([len(tail) for tail, _, _ in groups])
    tail, head, capacity = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    return FixedArcs(
        tail=tail,
        head=head,
        capacity=capacity,
        step=np.concatenate([np.zeros(ends[3], dtype=np.int64), step]),
        misses_funder=slice(int(ends[1]), int(ends[2])),
        misses_review=slice(int(ends[2]), int(ends[3])),
    )


def _load_steps(problem: AssignmentProblem) -> tuple[Integers, Integers, Integers]:
    """Return reviewer, capacity and step of each arc to the sink.

    The u-th review of somebody costs u steps, those held before included. Single arcs keep
    it convex; one last arc takes what is beyond, so that high loads need no more arcs.
    """
    count = max(1, len(problem.load))
    mean = -(-(problem.wanted + int(problem.taken.sum())) // count)
    most = 2 * mean + EVEN_STEPS_BEYOND_TWICE_THE_MEAN
    single = np.minimum(problem.load, np.maximum(0, most - problem.taken))
    loaded = np.repeat(np.arange(len(problem.load)), single)
    place = np.arange(len(loaded)) - np.repeat(np.cumsum(single) - single, single)
    beyond = np.flatnonzero(problem.load > single)
    return (
        np.concatenate([loaded, beyond]),
        np.concatenate([np.ones_like(loaded), (problem.load - single)[beyond]]),
        np.concatenate([problem.taken[loaded] + place, np.full_like(beyond, most)]),
    )
