"""How fast chances are found: exact thresholds against cuts set by set, the published way.

The naive way adds the cheapest set of every violated threshold as a row and solves anew, over
the same classes; it gets a time limit and finds the worst case only. Ours also makes the chances
unique. Times are of the processor. Peak memory is that of a process of its own.
Run with: python -m benchmarks.lottery [seconds for the naive way]
"""

import resource
import subprocess
import sys
from time import process_time

import numpy as np
from scipy.optimize import linprog

from fundapp.joint.lottery.interval_order import IntervalOrder, by_lower_end
from fundapp.joint.lottery.merit import merit, worst_case
from fundapp.joint.lottery.merit_program import BestSetProgram

HALF, WIDE = 0.6745, 1.645
"""Half-widths of 50 % and 90 % intervals, in standard deviations."""

SIZES = ((100, HALF), (100, WIDE), (353, HALF), (353, WIDE), (1000, HALF), (2000, HALF))


def drawn(count: int, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return intervals around qualities of spread one, known to 0.3 to 0.8 of that."""
    rng = np.random.default_rng(count)
    middle, error = rng.normal(size=count), rng.uniform(0.3, 0.8, count)
    return middle - width * error, middle + width * error


def naive(lower: np.ndarray, upper: np.ndarray, *, select: int, seconds: float) -> float | None:
    """Return the worst case by cuts set by set; None when time was up."""
    by_end = by_lower_end(lower, upper)
    order = IntervalOrder(lower[by_end], upper[by_end], select)
    program = BestSetProgram(order)
    sizes, class_of = program.sizes, program.class_of
    chances, bound, rows = program.even, np.inf, np.empty((0, len(sizes)))
    until = process_time() + seconds
    while process_time() < until:
        new = [
            np.bincount(class_of[members], minlength=len(sizes))
            for total, members in _cheapest_sets(order, chances[class_of])
            if total < bound - 1e-7
        ]
        if not new:
            return bound
        rows = np.vstack([rows, new])
        found = linprog(
            np.append(np.zeros(len(sizes)), -1.0),
            A_ub=np.column_stack([-rows, np.ones(len(rows))]),
            b_ub=np.zeros(len(rows)),
            A_eq=[np.append(sizes, 0.0)],
            b_eq=[select],
            bounds=[*[(0, 1)] * len(sizes), (None, None)],
            options={"time_limit": max(0.1, until - process_time())},
        )
        if found.status != 0:
            return None
        chances, bound = found.x[:-1], -found.fun
    return None


def _cheapest_sets(order: IntervalOrder, chances: np.ndarray):
    for threshold in order.thresholds.tolist():
        eligible = order.eligible(threshold)
        cheapest = eligible[np.argsort(chances[eligible], kind="stable")]
        members = np.append(np.arange(threshold), cheapest[: order.places - threshold])
        yield chances[members].sum(), members


def alone(count: int, width: float) -> None:
    """Find the chances of one size and print the peak memory of this process."""
    lower, upper = drawn(count, width)
    merit(lower, upper, select=count * 3 // 10)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main(seconds: float = 60.0) -> None:
    """Print both for every size."""
    for count, width in SIZES:
        lower, upper = drawn(count, width)
        select = count * 3 // 10
        start = process_time()
        ours = merit(lower, upper, select=select)
        our_time = process_time() - start
        start = process_time()
        value = naive(lower, upper, select=select, seconds=seconds)
        naive_time = process_time() - start
        reached = worst_case(ours.chances, lower, upper, select=select)
        assert abs(reached - ours.worst_case) < 1e-6
        assert value is None or abs(value - ours.worst_case) < 1e-5
        memory = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "benchmarks.lottery", "alone", str(count), str(width)],
            capture_output=True,
            text=True,
            check=True,
        )
        print(
            f"{count} items, {'90' if width == WIDE else '50'} % intervals, {select} places: worst "
            f"case {ours.worst_case:.4f}; ours {our_time:.2f} s, {int(memory.stdout)} MB; naive "
            + ("not done" if value is None else "the same")
            + f" in {naive_time:.2f} s; naive / ours: {'> ' if value is None else ''}"
            f"{naive_time / our_time:.1f}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["alone"]:
        alone(int(sys.argv[2]), float(sys.argv[3]))
    else:
        main(*map(float, sys.argv[1:]))
