"""Why an assignment cannot be complete: the smallest cut, and a sentence on it.

Seats are fewer than wanted exactly when some set of seats has too few ways out (Ford and
Fulkerson 1956). Everything that the seats left empty could still reach by moving reviews is
such a set; it names the applications and the reviewers who are the narrow place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fundapp.joint.assignment.candidates import all_pairs
from fundapp.joint.assignment.costs import priced_stages, strict_stage
from fundapp.joint.assignment.flow import StagedFlow, staged_flow
from fundapp.joint.assignment.flow_solvers import FlowSolver, best_solver
from fundapp.joint.assignment.optimal_assignment import OptimalAssignment
from fundapp.joint.assignment.problem import AssignmentProblem, Booleans, Integers
from fundapp.joint.assignment.words import counted

_MOST_NAMES = 8
_MOST_TOLD = 3


@dataclass(frozen=True)
class NarrowPlace:
    """Applications whose reviews cannot all be given, and the reviewers who would have to.

    `wanted` reviews of these applications must pass here; `room` is what these reviewers can
    take and `elsewhere` the most that others can give: `short` = wanted - room - elsewhere,
    in every assignment. `is_about_funders` says that only reviews for different funders are
    meant. `applications` and `reviewers` are positions.
    """

    applications: tuple[int, ...]
    reviewers: tuple[int, ...]
    wanted: int
    room: int
    elsewhere: int
    is_about_funders: bool

    @property
    def short(self) -> int:
        """Return how many seats stay empty whoever sits where."""
        return self.wanted - self.room - self.elsewhere


@dataclass
class _Reached:
    """What empty seats reach: D_i and G_i (n,), (i, f) as (n, F), reviewers (R,)."""

    distinct: Booleans
    free: Booleans
    funders: Booleans
    reviewers: Booleans

    @property
    def size(self) -> int:
        return sum(
            int(part.sum()) for part in (self.distinct, self.free, self.funders, self.reviewers)
        )


def narrow_places(
    found: OptimalAssignment, solver: FlowSolver | None = None
) -> tuple[NarrowPlace, ...]:
    """Return the separate reasons why not every seat can be filled; none where all can be.

    A seat is a review of one application, or a review of it from a further funder.
    """
    if found.is_complete:
        return ()
    problem = found.problem
    staged = _fullest(found, solver or best_solver())
    reached = _reached(problem, staged)
    groups = _groups(problem, reached)
    places = [_place(problem, reached, group) for group in groups]
    return tuple(sorted(places, key=lambda place: (-place.short, place.applications)))


def sentences_on(
    places: Sequence[NarrowPlace],
    problem: AssignmentProblem,
    *,
    applications: Sequence[str],
    reviewers: Sequence[str],
) -> tuple[str, ...]:
    """Return what is short and what would help, with these names by position."""
    told = places[:_MOST_TOLD]
    sentences = [
        _on_one_application(place, problem, name=applications[place.applications[0]])
        if not place.reviewers and len(place.applications) == 1
        else _on_reviewers(place, problem, applications=applications, reviewers=reviewers)
        for place in told
    ]
    rest = places[_MOST_TOLD:]
    if rest:
        short = sum(place.short for place in rest)
        sentences.append(
            f"{counted(len(rest), 'more application')} of this kind: {short:,} short in all."
        )
    return tuple(sentences)


def _on_reviewers(
    place: NarrowPlace,
    problem: AssignmentProblem,
    *,
    applications: Sequence[str],
    reviewers: Sequence[str],
) -> str:
    wanting = _named([applications[i] for i in place.applications], "application", problem.shape[0])
    seated = _named([reviewers[r] for r in place.reviewers], "reviewer", problem.shape[1])
    ways = " from different funders" if place.is_about_funders else ""
    helps = "reviews or funders" if problem.funders.any() else "reviews"
    return (
        f"{wanting}: {counted(place.wanted, 'review')} wanted{ways}. "
        f"{seated}: room for {place.room:,}. Everybody else: {place.elsewhere:,} at most. "
        f"That is {place.short:,} short. Raise these loads, add reviewers who may take these "
        f"applications, or ask for fewer {helps}."
    )


def _on_one_application(place: NarrowPlace, problem: AssignmentProblem, *, name: str) -> str:
    application = place.applications[0]
    allowed = problem.allowed[application]
    free = allowed & (problem.load > 0)
    funders = len(np.unique(problem.funder_of[free]))
    return (
        f"Application {name} lacks {counted(place.short, 'review')}: of "
        f"{counted(len(allowed), 'reviewer')}, {int((~allowed).sum()):,} may not take it, "
        f"{int((allowed & ~free).sum()):,} have no room, and the others are of "
        f"{counted(funders, 'funder')}. It wants "
        f"{counted(int(problem.reviews[application]), 'review')} from "
        f"{counted(int(problem.funders[application]), 'funder')}."
    )


def _named(names: Sequence[str], noun: str, of: int) -> str:
    if len(names) > 1 and len(names) == of:
        return f"All {counted(of, noun)}"
    if not names:
        return f"No {noun}"
    shown = ", ".join(sorted(names, key=lambda name: (len(name), name))[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    plural = "s" if len(names) > 1 else ""
    return f"{noun.capitalize()}{plural} {shown}" + (f" and {more:,} more" if more > 0 else "")


def _fullest(found: OptimalAssignment, solver: FlowSolver) -> StagedFlow:
    """Return a flow that fills as many seats as can be; no seat is turned into another."""
    network = found.staged.network.strict()
    limit = solver.largest_cost(network.node_count)
    stages = [strict_stage(priced_stages(found.problem, limit)[0])]
    is_partial = len(network.applications) < len(all_pairs(found.problem)[0])
    return staged_flow(network, stages, solver, is_partial=is_partial)


def _reached(problem: AssignmentProblem, staged: StagedFlow) -> _Reached:
    n, count = problem.shape
    network, flow = staged.network, staged.flow
    short = np.zeros(network.node_count, dtype=np.bool_)
    for arcs in (network.fixed.misses_funder, network.fixed.misses_review):
        short[network.fixed.tail[arcs][flow[arcs] > 0]] = True
    used = np.zeros((2, n, problem.funder_count), dtype=np.bool_)
    seating = np.flatnonzero(flow[: network.fixed.misses_funder.start])
    kind, application = np.divmod(network.fixed.tail[seating], n)
    seat = network.fixed.head[seating] - network.seats.start
    used[kind, application, seat % problem.funder_count] = True
    chosen = np.zeros((n, count), dtype=np.bool_)
    chosen[staged.chosen] = True
    reached = _Reached(
        short[:n], short[n : 2 * n], np.zeros_like(problem.held), np.zeros(count, dtype=np.bool_)
    )
    size = -1
    while size < reached.size:
        size = reached.size
        _spread(problem, reached, chosen=chosen, used=used)
    return reached


def _spread(
    problem: AssignmentProblem, reached: _Reached, *, chosen: Booleans, used: Booleans
) -> None:
    """Follow every residual arc once; a sink that is reached would mean a fuller flow."""
    reached.funders |= reached.distinct[:, None] & ~problem.held & ~used[0]
    reached.funders |= reached.free[:, None]
    useful = problem.allowed & ~chosen
    reached.reviewers |= (useful & reached.funders[:, problem.funder_of]).any(axis=0)
    back, reviewers = np.nonzero(chosen & reached.reviewers)
    reached.funders[back, problem.funder_of[reviewers]] = True
    reached.distinct |= (reached.funders & used[0]).any(axis=1)
    reached.free |= (reached.funders & used[1]).any(axis=1)


def _groups(problem: AssignmentProblem, reached: _Reached) -> list[tuple[Integers, Integers]]:
    """Return the reached applications and reviewers that hang together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, count = problem.shape
    joined = problem.allowed & reached.funders[:, problem.funder_of] & reached.reviewers
    applications, reviewers = np.nonzero(joined)
    graph = coo_array(
        (np.ones(len(applications)), (applications, n + reviewers)), shape=(n + count, n + count)
    )
    _, group = connected_components(graph, directed=False)
    seated = np.flatnonzero(reached.distinct | reached.free)
    return [
        (
            seated[group[seated] == one],
            np.flatnonzero(reached.reviewers & (group[n:] == one)),
        )
        for one in np.unique(group[seated])
    ]


def _place(
    problem: AssignmentProblem, reached: _Reached, group: tuple[Integers, Integers]
) -> NarrowPlace:
    applications, reviewers = group
    distinct, free = reached.distinct[applications], reached.free[applications]
    funders = reached.funders[applications]
    for_funders = int(problem.funders[applications][distinct].sum())
    others = int((problem.reviews - problem.funders)[applications][free].sum())
    by_funder = distinct[:, None] & ~problem.held[applications] & ~funders
    outside = np.ones(len(problem.load), dtype=np.bool_)
    outside[reviewers] = False
    by_pair = problem.allowed[applications] & funders[:, problem.funder_of] & outside
    return NarrowPlace(
        applications=tuple(applications.tolist()),
        reviewers=tuple(reviewers.tolist()),
        wanted=for_funders + others,
        room=int(problem.load[reviewers].sum()),
        elsewhere=int(by_funder.sum()) + int(by_pair.sum()),
        is_about_funders=not others,
    )
