"""Minimum-cost flow in whole units: OR-tools where it is installed, else SciPy's HiGHS."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from fundapp.joint.assignment.problem import Integers

if TYPE_CHECKING:
    from scipy.sparse import csc_array


@dataclass(frozen=True)
class FlowQuestion:
    """A network with supplies: every unit reaches a demand, within the bounds of the arcs."""

    tail: Integers
    head: Integers
    lower: Integers
    upper: Integers
    cost: Integers
    supply: Integers

    def above_lower(self, arcs: Integers) -> "FlowQuestion":
        """Return the question for the flow above `lower`, with these arcs alone."""
        supply = self.supply.copy()
        np.subtract.at(supply, self.tail, self.lower)
        np.add.at(supply, self.head, self.lower)
        room = (self.upper - self.lower)[arcs]
        return FlowQuestion(
            self.tail[arcs], self.head[arcs], np.zeros_like(room), room, self.cost[arcs], supply
        )


@dataclass(frozen=True)
class FlowSolver:
    """A way to solve it, and the largest cost of an arc that it takes with so many nodes.

    `solve_from_zero` takes questions whose lower bounds are zero.
    """

    name: str
    solve_from_zero: Callable[[FlowQuestion], Integers]
    largest_cost: Callable[[int], int]

    def solve(self, question: FlowQuestion) -> Integers:
        """Return the flow of least cost on each arc. Raises ValueError where none exists."""
        arcs = np.flatnonzero(question.upper > question.lower)
        flow = question.lower.copy()
        if len(arcs):
            flow[arcs] += self.solve_from_zero(question.above_lower(arcs))
        return flow


def best_solver() -> FlowSolver:
    """Return OR-tools where it can be imported, else HiGHS."""
    return ortools_solver() if find_spec("ortools") else highs_solver()


def ortools_solver() -> FlowSolver:
    """Return OR-tools' cost scaling (Goldberg 1997). It multiplies costs by the nodes."""
    return FlowSolver(
        f"ortools {version('ortools')}", _solve_by_ortools, lambda nodes: 2**60 // (nodes + 1)
    )


def highs_solver() -> FlowSolver:
    """Return HiGHS' simplex, which works in floats: costs stay where they are exact."""
    return FlowSolver(f"highs in scipy {version('scipy')}", _solve_by_highs, lambda nodes: 2**32)


def _solve_by_ortools(question: FlowQuestion) -> Integers:
    min_cost_flow: Any = import_module("ortools.graph.python.min_cost_flow")
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        question.tail.astype(np.int32),
        question.head.astype(np.int32),
        question.upper,
        question.cost,
    )
    flow.set_nodes_supplies(np.arange(len(question.supply), dtype=np.int32), question.supply)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ValueError(f"No flow: {status.name}")
    return np.asarray(flow.flows(arcs), dtype=np.int64)


def balance_of(tail: Integers, head: Integers, *, nodes: int) -> "csc_array[np.float64]":
    """Return the (nodes, arcs) matrix that says what each node sends minus what it gets."""
    from scipy.sparse import coo_array

    arcs = np.arange(len(tail))
    ones = np.ones(len(arcs))
    values = np.concatenate([ones, -ones])
    places = (np.concatenate([tail, head]), np.concatenate([arcs, arcs]))
    return coo_array((values, places), shape=(nodes, len(arcs))).tocsc()


def _solve_by_highs(question: FlowQuestion) -> Integers:
    from scipy.optimize import Bounds, LinearConstraint, milp

    balance = balance_of(question.tail, question.head, nodes=len(question.supply))
    solution = milp(
        question.cost.astype(np.float64),
        constraints=LinearConstraint(balance, question.supply, question.supply),
        bounds=Bounds(0, question.upper),
    )
    if solution.x is None:
        raise ValueError(f"No flow: {solution.message}")
    return np.rint(solution.x).astype(np.int64)
