"""How fast reviewers are assigned: ours, an integer programme, and greedy choice.

Three sizes: 100 x 30, 1,000 x 200 and 10,000 x 2,000 (applications by reviewers), three
reviews from two of five unequal funders, 3 % conflicts, loads of 1.3 times what is needed.
The integer programme is SciPy's milp (HiGHS) on reviewers and funders without a network; it
is left out where it does not finish. Each way runs in a process of its own, which also tells
the most memory it took. Run with: python -m benchmarks.assignment [largest applications]
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter, process_time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, vstack

from fundapp.joint.assignment.flow_solvers import highs_solver, ortools_solver
from fundapp.joint.assignment.optimal_assignment import optimal_assignment
from fundapp.joint.assignment.problem import AssignmentProblem, problem_of

REVIEWS, FUNDERS = 3, 2
SIZES = ((100, 30), (1_000, 200), (10_000, 2_000))
LARGEST = {"milp": 1_000, "highs": 1_000}
MILP_SECONDS = 120


def a_round(n: int, count: int) -> AssignmentProblem:
    """Return a round whose applications and reviewers share four hidden interests."""
    random = np.random.default_rng(n)
    interests = random.random((n, 4), dtype=np.float32) @ random.random(
        (4, count), dtype=np.float32
    )
    affinity = interests / interests.max() / 2
    affinity += random.random((n, count), dtype=np.float32) / 2
    return problem_of(
        affinity,
        funder_of=random.choice(5, size=count, p=[0.4, 0.25, 0.15, 0.12, 0.08]),
        load=-(-13 * n * REVIEWS // (10 * count)),
        reviews=REVIEWS,
        funders=FUNDERS,
        forbidden=random.random((n, count), dtype=np.float32) < 0.03,
    )


def by_milp(problem: AssignmentProblem) -> tuple[float, int]:
    """Return what an integer programme gives; it fails where its time runs out."""
    n, count = problem.shape
    pair, funder = np.arange(n * count), np.arange(n * problem.funder_count)
    row, column = np.divmod(pair, count)
    size = len(pair) + len(funder)

    def rows(row_of, places, values, *, height):
        return coo_array((values, (row_of, places)), shape=(height, size)).tocsr()

    ones = np.ones(len(pair))
    group = row * problem.funder_count + problem.funder_of[column]
    counts = rows(group, pair, ones, height=len(funder)) - rows(
        funder, len(pair) + funder, np.ones(len(funder)), height=len(funder)
    )
    distinct = rows(
        funder // problem.funder_count, len(pair) + funder, np.ones(len(funder)), height=n
    )
    found = milp(
        -np.concatenate([problem.affinity.ravel(), np.zeros(len(funder))]),
        constraints=LinearConstraint(
            vstack(
                [
                    rows(row, pair, ones, height=n),
                    rows(column, pair, ones, height=count),
                    distinct,
                    counts,
                ]
            ),
            np.concatenate(
                [problem.reviews, np.zeros(count), problem.funders, np.zeros(len(funder))]
            ),
            np.concatenate([problem.reviews, problem.load, np.full(n + len(funder), np.inf)]),
        ),
        bounds=Bounds(0, np.concatenate([problem.allowed.ravel(), np.ones(len(funder))])),
        integrality=np.ones(size),
        options={"time_limit": MILP_SECONDS},
    )
    assert found.success, found.message
    return -float(found.fun), 0


def by_greed(problem: AssignmentProblem) -> tuple[float, int]:
    """Return what taking the best pairs first gives, while load and funders allow it."""
    order = np.argsort(-problem.affinity, axis=None, kind="stable")
    rows, columns = np.unravel_index(order, problem.shape)
    left, room = problem.reviews.copy(), problem.load.copy()
    funders: list[set[int]] = [set() for _ in left]
    total, open_seats = 0.0, int(left.sum())
    for i, r in zip(rows.tolist(), columns.tolist(), strict=True):
        if not (left[i] and room[r] and problem.allowed[i, r]):
            continue
        funder = int(problem.funder_of[r])
        if FUNDERS - len(funders[i] | {funder}) > left[i] - 1:
            continue
        left[i], room[r] = left[i] - 1, room[r] - 1
        funders[i].add(funder)
        total += float(problem.affinity[i, r])
        open_seats -= 1
        if not open_seats:
            break
    return total, open_seats


def by_ours(name: str) -> Callable[[AssignmentProblem], tuple[float, int]]:
    """Return our assignment by one of the two solvers."""
    solver = {"ortools": ortools_solver, "highs": highs_solver}[name]

    def total_and_missing(problem: AssignmentProblem) -> tuple[float, int]:
        found = optimal_assignment(problem, solver())
        assert found.is_certified
        return found.objective, int(found.missing_reviews.sum())

    return total_and_missing


WAYS = {
    "ortools": by_ours("ortools"),
    "highs": by_ours("highs"),
    "milp": by_milp,
    "greedy": by_greed,
}


def one_way(way: str, n: str, count: str) -> None:
    """Run one way on one size and print what it took as JSON."""
    problem = a_round(int(n), int(count))
    begun, used = perf_counter(), process_time()
    total, missing = WAYS[way](problem)
    print(
        json.dumps(
            {
                "total": total,
                "seconds": perf_counter() - begun,
                "cpu": process_time() - used,
                "missing": missing,
                "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def main(largest: int = 10_000) -> None:
    """Print all ways for all sizes; the ratio is of processor time to ours with OR-tools."""
    print("size            way      seconds     cpu   ratio  peak MB  of our total  missing")
    for n, count in SIZES:
        ours = None
        for way in WAYS:
            if n > min(largest, LARGEST.get(way, n)):
                continue
            command = [sys.executable, "-m", "benchmarks.assignment", way, str(n), str(count)]
            took = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603
            ours = ours or took
            print(
                f"{f'{n:,} x {count:,}':<15} {way:<8} {took['seconds']:>7.2f} {took['cpu']:>7.2f}  "
                f"{took['cpu'] / ours['cpu']:>5.2f}x  {took['memory']:>7.0f}  "
                f"{took['total'] / ours['total']:>12.4%}  {took['missing']:>7,}",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        one_way(*sys.argv[1:])
    else:
        main(*map(int, sys.argv[1:]))
