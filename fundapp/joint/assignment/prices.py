"""What a change made by hand costs: the best that is left when one pair is forced or ruled out."""

from dataclasses import dataclass

from fundapp.joint.assignment.flow_solvers import FlowSolver
from fundapp.joint.assignment.optimal_assignment import OptimalAssignment, optimal_assignment
from fundapp.joint.assignment.question import AssignmentQuestion, Pair, arrays_of
from fundapp.joint.assignment.words import counted


@dataclass(frozen=True, kw_only=True)
class ChangePrice:
    """The price of changing one pair against the optimum, in units of affinity.

    `is_chosen` tells that the optimum has the pair, so that the change is to rule it out;
    else it is to force it. `reviews_missing` and `funders_missing` are what more would be
    missing; where one is above 0 the price compares assignments of unlike size.
    """

    application: str
    reviewer: str
    is_chosen: bool
    objective: float
    changed_objective: float
    reviews_missing: int
    funders_missing: int

    @property
    def price(self) -> float:
        """Return how much total affinity the change costs."""
        return self.objective - self.changed_objective

    @property
    def sentence(self) -> str:
        """Return the price in words."""
        change = "without this pair" if self.is_chosen else "with this pair"
        missing = [
            counted(number, noun)
            for number, noun in (
                (self.reviews_missing, "more review"),
                (self.funders_missing, "more funder"),
            )
            if number > 0
        ]
        if missing:
            return f"The best assignment {change} lacks {' and '.join(missing)}."
        if abs(self.price) < 0.005:
            return f"An assignment {change} matches as well."
        return f"The best assignment {change} matches less well by {self.price:.2f} in all."


def price_of_change(
    question: AssignmentQuestion, pair: Pair, solver: FlowSolver | None = None
) -> ChangePrice:
    """Return what it costs to force `pair`, or to rule it out where the optimum has it.

    Both assignments are solved exactly. Raises ValueError for an unknown pair, one that is
    locked, one with a conflict, and a reviewer whose load is used up by locked pairs.
    """
    _refuse(question, pair)
    best = optimal_assignment(arrays_of(question), solver)
    row, column = question.rows[pair[0]], question.columns[pair[1]]
    is_chosen = bool(((best.applications == row) & (best.reviewers == column)).any())
    other = question.changed(pair, is_forced=not is_chosen)
    changed = optimal_assignment(arrays_of(other), solver)
    forced = 0.0 if is_chosen else float(best.problem.affinity[row, column])
    before, after = _missing(best), _missing(changed)
    return ChangePrice(
        application=pair[0],
        reviewer=pair[1],
        is_chosen=is_chosen,
        objective=best.objective,
        changed_objective=changed.objective + forced,
        reviews_missing=after[0] - before[0],
        funders_missing=after[1] - before[1],
    )


def _missing(found: OptimalAssignment) -> tuple[int, int]:
    return int(found.missing_reviews.sum()), int(found.missing_funders.sum())


def _refuse(question: AssignmentQuestion, pair: Pair) -> None:
    if pair[0] not in question.rows or pair[1] not in question.columns:
        raise ValueError(f"The pair {pair} is unknown")
    if pair in question.locked:
        raise ValueError("A locked pair has no price: it stays")
    if pair in question.conflicts:
        raise ValueError("A pair with a conflict has no price: it may not be")
    load = question.capacities[question.columns[pair[1]]].load
    if load <= sum(reviewer == pair[1] for _, reviewer in question.locked):
        raise ValueError(f"{pair[1]} has no room: raise the load first")
