"""What `fundapp assign` answers: the JSON and the table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fundapp.cli.plain_files.assign_file import Matrix
from fundapp.joint.assignment.diagnosis import NarrowPlace, sentences_on
from fundapp.joint.assignment.fairness import FairAssignment
from fundapp.joint.assignment.optimal_assignment import OptimalAssignment
from fundapp.joint.assignment.probability_cap import CappedAssignment
from fundapp.joint.assignment.problem import Integers
from fundapp.joint.assignment.words import counted

LONGEST_NAME = 32


@dataclass(frozen=True)
class AnsweredAssignment:
    """An optimum of a matrix and, where asked for, what was made of it.

    `applications` and `reviewers` are names by position in the optimum's problem; `places`
    say where it falls short.
    """

    matrix: Matrix
    applications: Sequence[str]
    reviewers: Sequence[str]
    best: OptimalAssignment
    fair: FairAssignment | None
    capped: CappedAssignment | None
    places: tuple[NarrowPlace, ...]
    seconds: float

    @property
    def shown(self) -> OptimalAssignment | FairAssignment | CappedAssignment:
        """Return the assignment that is the answer."""
        return self.capped or self.fair or self.best

    @property
    def chosen(self) -> list[tuple[str, str, float]]:
        """Return application, reviewer and affinity of each pair, in the file's order."""
        rows, columns = self.shown.applications, self.shown.reviewers
        values = self.best.problem.affinity[rows, columns].tolist()
        names = zip(_named(self.applications, rows), _named(self.reviewers, columns), strict=True)
        at_row = {name: at for at, name in enumerate(self.matrix.applications)}
        at_column = {name: at for at, name in enumerate(self.matrix.reviewers)}
        pairs = [(*pair, float(value)) for pair, value in zip(names, values, strict=True)]
        return sorted(pairs, key=lambda pair: (at_row[pair[0]], at_column[pair[1]]))

    @property
    def funder_of(self) -> dict[str, str | None]:
        """Return each reviewer's funder; None where the file names none."""
        funders = self.matrix.funders or [None] * len(self.matrix.reviewers)
        return dict(zip(self.matrix.reviewers, funders, strict=True))


def assign_data(answered: AnsweredAssignment) -> dict[str, Any]:
    """Return the answer as JSON has it."""
    funder_of = answered.funder_of
    data: dict[str, Any] = {
        "objective": answered.shown.objective,
        "pairs": [
            {
                "application": application,
                "reviewer": reviewer,
                "funder": funder_of[reviewer],
                "affinity": value,
            }
            for application, reviewer, value in answered.chosen
        ],
        "certified_optimal": _is_optimal(answered),
        "solver": answered.best.solver,
        "seconds": answered.seconds,
    }
    if answered.fair:
        data["fairness"] = {
            "floor": answered.fair.floor,
            "floor_before": answered.fair.floor_before,
            "bound": answered.fair.bound,
            "bound_proved": answered.fair.is_bound_proved,
            "best_objective": answered.fair.best_objective,
        }
    if answered.capped:
        data["cap"] = {
            "probability": answered.capped.cap,
            "expected_objective": answered.capped.expected_objective,
            "best_objective": answered.capped.best_objective,
            "price": answered.capped.price,
        }
    if not answered.best.is_complete:
        data["infeasible"] = _infeasible(answered)
    return data


def assign_lines(answered: AnsweredAssignment) -> Iterator[str]:
    """Yield the table: every pair, the loads, and what can be said of the whole."""
    funder_of = answered.funder_of
    chosen = answered.chosen
    name = min(LONGEST_NAME, max(map(len, (*answered.applications, "application"))))
    other = min(LONGEST_NAME, max(map(len, (*answered.reviewers, "reviewer"))))
    yield f"{'application':<{name}}  {'reviewer':<{other}}  {'affinity':>12}  funder"
    for application, reviewer, value in chosen:
        yield (
            f"{application[:name]:<{name}}  {reviewer[:other]:<{other}}  {value:>12.6g}  "
            f"{funder_of[reviewer] or '-'}"
        )
    loads = Counter(reviewer for _, reviewer, _ in chosen)
    counts = [loads[reviewer] for reviewer in answered.matrix.reviewers]
    yield ""
    spread = f"{min(counts):,} to {max(counts):,}" if min(counts) < max(counts) else max(counts)
    yield f"{counted(len(chosen), 'review')}, {spread} per reviewer."
    yield from _verdict(answered)


def infeasible_sentences(answered: AnsweredAssignment) -> tuple[str, ...]:
    """Return why reviews or funders are missing; empty where none are."""
    return sentences_on(
        answered.places,
        answered.best.problem,
        applications=answered.applications,
        reviewers=answered.reviewers,
    )


def _verdict(answered: AnsweredAssignment) -> Iterator[str]:
    best, fair, capped = answered.best, answered.fair, answered.capped
    if not best.is_complete:
        yield "This draft is incomplete."
        return
    if capped:
        yield (
            f"Drawn with no pair surer than {capped.cap:g}. Total {capped.objective:.10g}, on "
            f"average {capped.expected_objective:.10g}: {capped.price:.1%} below the best."
        )
    elif fair:
        proof = f" At most {fair.bound:.6g} is possible within 0.5 % of the best total."
        yield (
            f"The worst served application has {fair.floor:.6g} instead of "
            f"{fair.floor_before:.6g}. Total {fair.objective:.10g} of {fair.best_objective:.10g}."
            f"{proof if fair.is_bound_proved else ''}"
        )
    else:
        proof = "proved the highest" if best.is_certified else "not proved the highest"
        yield f"Total affinity {best.objective:.10g}, {proof}."


def _is_optimal(answered: AnsweredAssignment) -> bool:
    is_best = answered.shown is answered.best
    return is_best and answered.best.is_certified and answered.best.is_complete


def _infeasible(answered: AnsweredAssignment) -> dict[str, Any]:
    places = answered.places
    applications = {i for place in places for i in place.applications}
    reviewers = {r for place in places for r in place.reviewers}
    return {
        "short": sum(place.short for place in places),
        "applications": _in_order(
            answered.matrix.applications, answered.applications, applications
        ),
        "reviewers": _in_order(answered.matrix.reviewers, answered.reviewers, reviewers),
        "explanation": " ".join(infeasible_sentences(answered)),
    }


def _in_order(order: Sequence[str], names: Sequence[str], positions: set[int]) -> list[str]:
    wanted = {names[position] for position in positions}
    return [name for name in order if name in wanted]


def _named(names: Sequence[str], positions: Integers) -> list[str]:
    return [names[position] for position in np.asarray(positions).tolist()]
