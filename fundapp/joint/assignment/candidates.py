"""Few pairs instead of all: those that may matter, and the proof that no other does.

Large rounds have tens of millions of pairs and use some thousands. The network starts with
each application's and each reviewer's best pairs; the node prices of its optimum then say
what every lacking pair would cost. None below zero: the optimum holds for the full problem
(column generation, Gilmore and Gomory 1961).
"""

from collections.abc import Sequence

import numpy as np

from fundapp.joint.assignment.costs import Stage
from fundapp.joint.assignment.network import Network, funder_nodes, reviewer_nodes
from fundapp.joint.assignment.problem import AssignmentProblem, Booleans, Integers, row_blocks

MOST_PAIRS_AT_ONCE = 60_000
"""Rounds with more allowed pairs than this start from candidates."""

_BEST_OF_APPLICATION = 8
_MOST_ADDED = 20
_NEARLY = 64
_COLUMNS_AT_ONCE = 64
_NEVER = np.iinfo(np.int64).max
_NONE: Integers = np.zeros(0, dtype=np.int64)


def all_pairs(problem: AssignmentProblem) -> tuple[Integers, Integers]:
    """Return every allowed pair of an application that wants a review and who has room."""
    return _positions(_useful(problem, slice(None)))


def candidate_pairs(problem: AssignmentProblem, order: Stage) -> tuple[Integers, Integers]:
    """Return the best pairs of each application and of each reviewer, by the costs of `order`.

    Each application keeps eight, or twice what it wants; each reviewer three times the mean
    load or, where that is less, as many as their own load.
    """
    n, count = problem.shape
    per_row = min(count, max(_BEST_OF_APPLICATION, 2 * int(problem.reviews.max())))
    mean = -(-problem.wanted // count)
    per_column = max(1, min(n, 3 * mean, int(problem.load.max())))
    costs = np.empty((n, count), dtype=np.int32)
    for rows in row_blocks(problem):
        useful = _useful(problem, rows)
        costs[rows] = np.where(useful, _costs(order, rows), np.iinfo(np.int32).max)
    marked = np.zeros((n, count), dtype=np.bool_)
    for rows in row_blocks(problem):
        best = np.argpartition(costs[rows], per_row - 1, axis=1)[:, :per_row]
        np.put_along_axis(marked[rows], best, True, axis=1)
    for start in range(0, count, _COLUMNS_AT_ONCE):
        columns = slice(start, start + _COLUMNS_AT_ONCE)
        best = np.argpartition(costs[:, columns], per_column - 1, axis=0)[:per_column]
        np.put_along_axis(marked[:, columns], best, True, axis=0)
    return _positions(marked & _useful(problem, slice(None)))


def bargains(
    network: Network, stages: Sequence[Stage], prices: Sequence[Integers]
) -> tuple[Integers, Integers]:
    """Return lacking pairs to add: none when no lacking pair would improve the last stage.

    A pair that the prices of an earlier stage make dear cannot be part of its optima. Where
    there is a bargain, what nearly is one comes along: that saves rounds of pricing.
    """
    problem = network.problem
    has = np.zeros(problem.shape, dtype=np.bool_)
    has[network.applications, network.reviewers] = True
    nearly = stages[-1].largest_pair_cost // _NEARLY
    is_any, found = False, []
    for rows in row_blocks(problem):
        lacking = _useful(problem, rows) & ~has[rows]
        for stage, price in zip(stages[:-1], prices[:-1], strict=True):
            lacking &= _reduced(stage, price, rows) == 0
        reduced = np.where(lacking, _reduced(stages[-1], prices[-1], rows), _NEVER)
        is_any = is_any or bool((reduced < 0).any())
        found.append(_lowest(reduced, nearly, first=rows.start))
    if not is_any:
        return _NONE, _NONE
    applications, reviewers = zip(*found, strict=True)
    return np.concatenate(applications), np.concatenate(reviewers)


def _positions(marked: Booleans) -> tuple[Integers, Integers]:
    rows, columns = np.nonzero(marked)
    return rows.astype(np.int64), columns.astype(np.int64)


def _useful(problem: AssignmentProblem, rows: slice) -> Booleans:
    wants = (problem.reviews[rows] > 0)[:, None]
    return problem.allowed[rows] & wants & (problem.load > 0)


def _costs(stage: Stage, rows: slice) -> Integers:
    n, count = stage.problem.shape
    return stage.pair_costs(np.arange(n)[rows][:, None], np.arange(count)[None, :])


def _reduced(stage: Stage, prices: Integers, rows: slice) -> Integers:
    problem = stage.problem
    n, count = problem.shape
    applications, reviewers = np.arange(n)[rows][:, None], np.arange(count)[None, :]
    reduced = _costs(stage, rows)
    reduced += prices[reviewer_nodes(problem, reviewers)]
    reduced -= prices[funder_nodes(problem, applications, reviewers)]
    return reduced


def _lowest(reduced: Integers, below: int, *, first: int) -> tuple[Integers, Integers]:
    """Return the lowest pairs of each application that are lower than `below`."""
    rows = np.flatnonzero((reduced < below).any(axis=1))
    if not len(rows):
        return _NONE, _NONE
    kept = min(_MOST_ADDED, reduced.shape[1])
    columns: Integers = np.argpartition(reduced[rows], kept - 1, axis=1)[:, :kept]
    chosen = np.take_along_axis(reduced[rows], columns, axis=1) < below
    return np.repeat(rows + first, chosen.sum(axis=1)), columns[chosen]
