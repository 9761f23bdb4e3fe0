"""How fast grants are allocated: our search against the naive programme, and the preview.

The naive way is the model as one writes it down: a 0-1 variable for each grant, a payment for
each funder and grant, ten tangents of the logarithm, solved anew with more tangents until the
bound is met, to the 1e-6 that the solver leaves open by itself (ours proves 1e-9, and that no
other plan is as good). The naive way gets a time limit, and its gap is printed. Peak
memory is that of a process of its own.
Run with: python -m benchmarks.allocation [seconds for the naive way]
"""

import random
import resource
import subprocess
import sys
from math import log
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack, kron, vstack

from fundapp.joint.allocation.allocate import allocate, prepare, preview
from fundapp.joint.allocation.instance import Application, Funder, Instance, Level

SIZES = ((20, 3), (40, 4), (100, 4), (300, 5))
POINTS = 10
MOST_ROUNDS = 6


def drawn(count: int, funders: int, *, seed: int) -> Instance:
    """Return a question: related values, three funders in four may pay, money for a third."""
    rng = random.Random(seed)
    names = [f"f{f}" for f in range(funders)]
    asked = []
    for i in range(count):
        cost, quality = rng.randrange(2_500_000, 30_500_000), rng.uniform(0, 5)
        values = {
            name: round(cost / 1e7 * min(5.0, max(0.0, quality + rng.gauss(0, 1.2))), 3)
            for name in names
        }
        may_pay = frozenset(name for name in names if rng.random() < 0.75)
        level = Level(cost=cost, values=values)
        asked.append(Application(name=f"a{i}", levels=(level,), may_pay=may_pay))
    total = sum(one.levels[0].cost for one in asked)
    parts = [rng.uniform(0.5, 2) for _ in names]
    envelopes = [int(total * 0.35 * part / sum(parts)) for part in parts]
    held = tuple(Funder(name=n, envelope=e) for n, e in zip(names, envelopes, strict=True))
    return Instance(funders=held, applications=tuple(asked))


def naive(instance: Instance, *, seconds: float) -> tuple[float, float]:
    """Return the objective of the plain programme, and its gap when time was up."""
    question = prepare(instance)
    options = question.options
    funders, count = options.value.shape
    alone = np.array([one.value for one in question.reached])
    shares = options.envelopes / options.envelopes.sum()
    points = [
        list(np.geomspace(a, v.sum(), POINTS)) for a, v in zip(alone, options.value, strict=True)
    ]
    until = perf_counter() + seconds
    best, bound = -np.inf, np.inf
    for _ in range(MOST_ROUNDS):
        left = until - perf_counter()
        if bound - best < 1e-7 or left < 0.01:
            break
        found = _plain_programme(options, alone, shares, points=points, seconds=left)
        bound = min(bound, -found.mip_dual_bound)
        if found.x is None:
            break
        values = options.value @ np.round(found.x[:count])
        best = max(best, float(shares @ np.log(values)))
        for f in range(funders):
            points[f].append(float(values[f]))
    return best, bound - best


def _plain_programme(options, alone, shares, *, points, seconds):
    funders, count = options.value.shape
    unit = float(options.envelopes.max())
    cost, width = options.cost / unit, funders * count
    tangents = [(f, a) for f in range(funders) for a in points[f]]
    slopes = np.array([-options.value[f] / a for f, a in tangents])
    part = coo_array((np.ones(len(tangents)), (range(len(tangents)), [f for f, _ in tangents])))
    covered = kron(np.ones((1, funders)), eye_array(count))
    spent = kron(eye_array(funders), np.ones((1, count)))
    each = kron(np.ones((funders, 1)), csr_array(np.diag(cost)))
    no_t = csr_array((count, funders))
    rows = vstack(
        [
            hstack([-csr_array(np.diag(cost)), covered, no_t]),
            hstack([csr_array((funders, count)), spent, csr_array((funders, funders))]),
            hstack([-each, eye_array(width), csr_array((width, funders))]),
            hstack([csr_array(-options.value), csr_array((funders, width + funders))]),
            hstack([csr_array(slopes), csr_array((len(tangents), width)), part]),
        ]
    )
    upper = [
        np.zeros(count),
        options.envelopes / unit,
        np.zeros(width),
        -alone,
        [log(a) - 1 for _, a in tangents],
    ]
    lower = np.full(rows.shape[0], -np.inf)
    lower[:count] = 0
    return milp(
        np.concatenate([np.zeros(count + width), -shares]),
        constraints=LinearConstraint(csr_array(rows), lower, np.concatenate(upper)),
        integrality=np.concatenate([np.ones(count), np.zeros(width + funders)]),
        bounds=Bounds(
            np.concatenate([np.zeros(count + width), np.full(funders, -50)]),
            np.concatenate([np.ones(count), (options.most / unit).ravel(), np.full(funders, 50)]),
        ),
        options={"mip_rel_gap": 0, "time_limit": seconds},
    )


def seconds_of(work) -> tuple[float, object]:
    """Return how long some work takes, and its answer."""
    start = perf_counter()
    answer = work()
    return perf_counter() - start, answer


def main(limit: float = 60.0) -> None:
    """Print a line for each size."""
    for count, funders in SIZES:
        instance = drawn(count, funders, seed=count)
        quick, shown = seconds_of(lambda: preview(instance))  # noqa: B023
        ours, plan = seconds_of(lambda: allocate(instance))  # noqa: B023
        plain, (objective, gap) = seconds_of(lambda: naive(instance, seconds=limit))  # noqa: B023
        print(
            f"{count} x {funders}: ours {ours:.2f} s (gap {plan.gap:.0e}), "
            f"naive {plain:.2f} s (gap {max(gap, 0):.0e}), naive / ours {plain / ours:.1f}, "
            f"objective ahead by {plan.objective - objective:.1e}; "
            f"preview {quick:.2f} s, behind by {plan.objective - shown.objective:.4f}; "
            f"peak {peak_megabytes(count, funders):.0f} MB"
        )


def peak_megabytes(count: int, funders: int) -> float:
    """Return the peak memory of a process that allocates one question."""
    words = [sys.executable, "-m", "benchmarks.allocation", "alone", str(count), str(funders)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)  # noqa: S603


def alone_in_a_process(count: int, funders: int) -> None:
    """Allocate one question and print the peak memory in megabytes."""
    allocate(drawn(count, funders, seed=count))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    if sys.argv[1:2] == ["alone"]:
        alone_in_a_process(*map(int, sys.argv[2:]))
    else:
        main(*map(float, sys.argv[1:]))
