"""What `assign` is asked, by ids, and the same as arrays."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fundapp.joint.assignment.problem import AssignmentProblem, problem_of, tie_keys
from fundapp.joint.ties import keyed_order

Pair = tuple[str, str]
"""Application and reviewer."""


@dataclass(frozen=True, kw_only=True)
class ApplicationNeed:
    """An application that wants reviews. `label` is what sentences call it."""

    application: str
    reviews_wanted: int
    funders_wanted: int
    label: str = ""

    @property
    def shown(self) -> str:
        """Return what sentences call it."""
        return self.label or self.application


@dataclass(frozen=True, kw_only=True)
class ReviewerCapacity:
    """A reviewer and the most reviews they take in the round, existing ones included."""

    reviewer: str
    funder: str
    load: int
    funder_label: str = ""


@dataclass(frozen=True)
class AssignmentQuestion:
    """The input of `assign`, checked and in the order of the draw. See `question_of`."""

    needs: tuple[ApplicationNeed, ...]
    capacities: tuple[ReviewerCapacity, ...]
    conflicts: frozenset[Pair]
    locked: frozenset[Pair]
    affinity: Mapping[Pair, float]
    explanations: Mapping[Pair, str]
    seed: str

    @property
    def rows(self) -> dict[str, int]:
        """Return the position of each application."""
        return {need.application: row for row, need in enumerate(self.needs)}

    @property
    def columns(self) -> dict[str, int]:
        """Return the position of each reviewer."""
        return {capacity.reviewer: column for column, capacity in enumerate(self.capacities)}

    def positions(self, pairs: Collection[Pair]) -> tuple[list[int], list[int]]:
        """Return the rows and columns of those pairs of which both ids are known."""
        rows, columns = self.rows, self.columns
        known = [pair for pair in pairs if pair[0] in rows and pair[1] in columns]
        return [rows[pair[0]] for pair in known], [columns[pair[1]] for pair in known]


def question_of(
    applications: Sequence[ApplicationNeed],
    reviewers: Sequence[ReviewerCapacity],
    *,
    conflicts: Collection[Pair],
    locked: Collection[Pair] = (),
    affinity: Mapping[Pair, float] | None = None,
    explanations: Mapping[Pair, str] | None = None,
    seed: str,
) -> AssignmentQuestion:
    """Return the question; its terms and errors are those of `assign`."""
    order = keyed_order(seed)
    question = AssignmentQuestion(
        tuple(sorted(applications, key=lambda n: (order(n.application, ""), n.application))),
        tuple(sorted(reviewers, key=lambda r: (order("", r.reviewer), r.reviewer))),
        frozenset(conflicts),
        frozenset(locked),
        affinity or {},
        explanations or {},
        seed,
    )
    _refuse_impossible(question)
    return question


def arrays_of(question: AssignmentQuestion) -> AssignmentProblem:
    """Return the question as arrays, of what the locked pairs leave to be assigned."""
    needs, capacities = question.needs, question.capacities
    funders = {name: at for at, name in enumerate(sorted({one.funder for one in capacities}))}
    home = np.array([funders[one.funder] for one in capacities], dtype=np.int64)
    shape = (len(needs), len(capacities))
    locked = np.zeros(shape, dtype=np.bool_)
    locked[question.positions(question.locked)] = True
    forbidden = locked.copy()
    forbidden[question.positions(question.conflicts)] = True
    held = np.zeros((len(needs), len(funders)), dtype=np.bool_)
    rows, columns = np.nonzero(locked)
    held[rows, home[columns]] = True
    affinity = np.zeros(shape)
    known = [pair for pair in question.affinity if pair not in question.conflicts]
    affinity[question.positions(known)] = _values(question, known)
    wanted = np.array([need.reviews_wanted for need in needs], dtype=np.int64)
    reviews = np.maximum(0, wanted - locked.sum(axis=1))
    further = np.array([need.funders_wanted for need in needs], dtype=np.int64) - held.sum(axis=1)
    loads = np.array([one.load for one in capacities], dtype=np.int64)
    return problem_of(
        affinity,
        funder_of=home,
        load=np.maximum(0, loads - locked.sum(axis=0)),
        reviews=reviews,
        funders=np.minimum(reviews, np.maximum(0, further)),
        forbidden=forbidden,
        held=held,
        taken=locked.sum(axis=0),
        keys=tie_keys(list(question.rows), list(question.columns), question.seed),
    )


def _values(question: AssignmentQuestion, pairs: Collection[Pair]) -> list[float]:
    rows, columns = question.rows, question.columns
    return [question.affinity[pair] for pair in pairs if pair[0] in rows and pair[1] in columns]


def _refuse_impossible(question: AssignmentQuestion) -> None:
    rows, columns = question.rows, question.columns
    if len(rows) < len(question.needs) or len(columns) < len(question.capacities):
        raise ValueError("An id comes twice")
    for need in question.needs:
        if not 0 <= need.funders_wanted <= need.reviews_wanted:
            raise ValueError(f"{need.application} wants more funders than reviews")
    for capacity in question.capacities:
        if capacity.load < 0:
            raise ValueError(f"{capacity.reviewer} has a load below 0")
    _refuse_locked(question)


def _refuse_locked(question: AssignmentQuestion) -> None:
    rows, columns = question.rows, question.columns
    for pair in sorted(question.locked):
        if pair[0] not in rows or pair[1] not in columns:
            raise ValueError(f"The locked pair {pair} is unknown")
    if question.locked & question.conflicts:
        raise ValueError("A locked pair has a conflict")
