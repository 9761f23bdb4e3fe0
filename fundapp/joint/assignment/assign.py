"""Who reviews what: k reviews per application from at least m funders, within loads.

`assign` finds the assignment of highest total affinity, exactly (see `assignment_network`
and `optimal_assignment`). Among equal totals it prefers even loads, then a draw keyed by the
round's seed: nobody gains by an early id.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fundapp.joint.assignment.diagnosis import narrow_places, sentences_on
from fundapp.joint.assignment.flow_solvers import FlowSolver
from fundapp.joint.assignment.optimal_assignment import OptimalAssignment, optimal_assignment
from fundapp.joint.assignment.question import (
    ApplicationNeed,
    AssignmentQuestion,
    Pair,
    ReviewerCapacity,
    arrays_of,
    question_of,
)
from fundapp.joint.assignment.words import general_advice, pair_reasons, shortfall_sentence

__all__ = [
    "METHOD",
    "ApplicationNeed",
    "AssignedPair",
    "AssignmentResult",
    "ReviewerCapacity",
    "Shortfall",
    "assign",
]

METHOD = "network-flow-1"
"""Name and version of the method, to be stored with what it made."""


@dataclass(frozen=True)
class AssignedPair:
    """One reviewer asked to review one application, and why this one."""

    application: str
    reviewer: str
    funder: str
    is_locked: bool
    reason: str


@dataclass(frozen=True)
class Shortfall:
    """What an application still lacks, in numbers and in a sentence."""

    application: str
    reviews_missing: int
    funders_missing: int
    sentence: str


@dataclass(frozen=True)
class AssignmentResult:
    """All pairs, locked ones included, by application and reviewer; who is short; loads.

    `objective` is the sum of the affinities of the pairs that are not locked, and
    `is_certified` tells that node prices prove it the highest that is possible.
    """

    pairs: tuple[AssignedPair, ...]
    shortfalls: tuple[Shortfall, ...]
    advice: tuple[str, ...]
    loads: Mapping[str, int]
    objective: float
    is_certified: bool
    solver: str
    method: str = METHOD

    @property
    def is_full(self) -> bool:
        """Tell whether every application has the reviews and funders it wants."""
        return not self.shortfalls


def assign(
    applications: Sequence[ApplicationNeed],
    reviewers: Sequence[ReviewerCapacity],
    *,
    conflicts: Collection[Pair],
    locked: Collection[Pair] = (),
    affinity: Mapping[Pair, float] | None = None,
    explanations: Mapping[Pair, str] | None = None,
    seed: str,
    solver: FlowSolver | None = None,
) -> AssignmentResult:
    """Assign reviewers to applications so that the affinities add up to the most.

    `conflicts`, `locked` and the keys of `affinity` and `explanations` are pairs
    (application, reviewer). Locked pairs exist already: they stay, and count towards wants
    and loads. An affinity that is not given is 0; `explanations` say what it rests on. The
    order of the input does not matter. What cannot be filled is left out, fewest reviews
    first, then fewest funders, and told in `shortfalls` and `advice`.
    Raises ValueError for unknown or doubled ids, wants or loads that are no counts, locked
    pairs with a conflict, and affinities that are no finite numbers.
    """
    question = question_of(
        applications,
        reviewers,
        conflicts=conflicts,
        locked=locked,
        affinity=affinity,
        explanations=explanations,
        seed=seed,
    )
    return _result(question, optimal_assignment(arrays_of(question), solver))


def _result(question: AssignmentQuestion, found: OptimalAssignment) -> AssignmentResult:
    chosen = zip(found.applications.tolist(), found.reviewers.tolist(), strict=True)
    new = [
        (question.needs[row].application, question.capacities[column].reviewer)
        for row, column in chosen
    ]
    pairs = sorted([*question.locked, *new])
    loads = Counter(dict.fromkeys(sorted(question.columns), 0))
    loads.update(reviewer for _, reviewer in pairs)
    reasons = pair_reasons(question, pairs, loads)
    funder_of = {capacity.reviewer: capacity.funder for capacity in question.capacities}
    return AssignmentResult(
        pairs=tuple(
            AssignedPair(*pair, funder_of[pair[1]], pair in question.locked, reasons[pair])
            for pair in pairs
        ),
        shortfalls=tuple(_shortfalls(question, pairs)),
        advice=_advice(question, found),
        loads=dict(loads),
        objective=found.objective,
        is_certified=found.is_certified,
        solver=found.solver,
    )


def _shortfalls(question: AssignmentQuestion, pairs: Sequence[Pair]) -> Iterator[Shortfall]:
    funder_of = {capacity.reviewer: capacity.funder for capacity in question.capacities}
    reviewers_of: dict[str, list[str]] = {need.application: [] for need in question.needs}
    for application, reviewer in pairs:
        reviewers_of[application].append(reviewer)
    for need in sorted(question.needs, key=lambda need: need.application):
        here = reviewers_of[need.application]
        reviews = max(0, need.reviews_wanted - len(here))
        funders = max(0, need.funders_wanted - len({funder_of[reviewer] for reviewer in here}))
        if reviews or funders:
            sentence = shortfall_sentence(question, need, here)
            yield Shortfall(need.application, reviews, funders, sentence)


def _advice(question: AssignmentQuestion, found: OptimalAssignment) -> tuple[str, ...]:
    """Return what would help: the plain sums first, else the narrow place that is shared."""
    advice = tuple(general_advice(question))
    if advice or found.is_complete:
        return advice
    shared = [place for place in narrow_places(found) if len(place.applications) > 1]
    return sentences_on(
        shared,
        found.problem,
        applications=[need.shown for need in question.needs],
        reviewers=[capacity.reviewer for capacity in question.capacities],
    )
