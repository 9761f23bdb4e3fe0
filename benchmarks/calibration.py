"""How fast reviews are calibrated: ours against two naive ways, each in a process of its own.

Calibrated means variance components, estimates, intervals and strictness; ranks are timed apart.
"No slopes" is the same solver under Nelder and Mead's search. "One matrix" is the mixed-model
equations as they are printed in textbooks, dense, under the same search. The last row has the
shape of a real round: many reviewers, most with one review. Processor time, one thread.
Run with: python -m benchmarks.calibration [all]; without "all" the largest naive runs are left out.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from time import process_time

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from fundapp.joint.calibration.calibrate import calibrate
from fundapp.joint.calibration.mixed_model import Factor, crossed_design
from fundapp.joint.calibration.review_table import ReviewTable, Score, review_table
from fundapp.joint.calibration.variance_components import fit_components
from fundapp.joint.evaluation.ranking import ranks

SIZES = ((100, 30, 300), (1_000, 200, 3_000), (10_000, 2_000, 30_000), (2_076, 4_555, 5_802))
LARGEST_FOR_ONE_MATRIX = 2_000
LARGEST_FOR_NO_SLOPES = 5_000


def made(applications: int, reviewers: int, reviews: int) -> ReviewTable:
    """Return a round with variances 1, 0.25 and 1; every application and reviewer occurs."""
    generator = np.random.default_rng(1)
    true, strict = generator.standard_normal(applications), generator.standard_normal(reviewers)
    pairs = {(i % applications, i % reviewers) for i in range(max(applications, reviewers))}
    while len(pairs) < reviews:
        pairs.add((int(generator.integers(applications)), int(generator.integers(reviewers))))
    noise = generator.standard_normal(len(pairs))
    return review_table(
        Score(f"a{i}", f"r{r}", float(true[i] + strict[r] / 2 + e))
        for (i, r), e in zip(sorted(pairs), noise, strict=True)
    )


def ours(table: ReviewTable) -> float:
    """Return the applications' variance, found as the product does, estimates and all."""
    fits = fit_components(table)
    calibrate(table, fits).posterior.interval(0.9)
    return fits.components.application or 0.0


def no_slopes(table: ReviewTable) -> float:
    """Return it by search without slopes, on the same solver."""
    design, scores = crossed_design(table), table.scores - table.scores.mean()
    freedom = len(scores) - 1

    def parts(logs: np.ndarray) -> tuple[float, float]:
        outer, inner = np.exp(logs if design.outer_is_application else logs[::-1])
        factor = Factor(design, float(outer), float(inner))
        left = float(scores @ factor.solve(scores).projected)
        return freedom * np.log(left) + factor.log_determinant, left / freedom

    found = minimize(lambda logs: parts(logs)[0], [0.0, -1.0], method="Nelder-Mead")
    return float(np.exp(found.x[0]) * parts(found.x)[1])


def one_matrix(table: ReviewTable) -> float:
    """Return it from the mixed-model equations as one dense matrix."""
    n, m = len(table.applications), len(table.reviewers)
    scores, total = table.scores - table.scores.mean(), len(table.scores)
    incidence = np.zeros((total, n + m + 1))
    incidence[np.arange(total), table.application_of] = 1
    incidence[np.arange(total), n + table.reviewer_of] = 1
    incidence[:, -1] = 1
    normal, right = incidence.T @ incidence, incidence.T @ scores

    def parts(logs: np.ndarray) -> tuple[float, float]:
        matrix = normal.copy()
        matrix[np.diag_indices(n + m)] += np.repeat(np.exp(-logs), [n, m])
        factor = cho_factor(matrix, lower=True)
        left = float(scores @ scores - right @ cho_solve(factor, right))
        determinant = 2 * np.log(np.diag(factor[0])).sum() + n * logs[0] + m * logs[1]
        return (total - 1) * np.log(left) + float(determinant), left / (total - 1)

    found = minimize(lambda logs: parts(logs)[0], [0.0, -1.0], method="Nelder-Mead")
    return float(np.exp(found.x[0]) * parts(found.x)[1])


def ranked(table: ReviewTable) -> float:
    """Return the best expected rank; the calibration before it is not timed."""
    calibration = calibrate(table, fit_components(table))
    start = process_time()
    found = ranks(calibration.posterior, table, fundable=len(table.applications) // 5, seed="s")
    assert found.expected.min() >= 1
    return process_time() - start


WAYS: dict[str, Callable[[ReviewTable], float]] = {
    "ours": ours,
    "no slopes": no_slopes,
    "one matrix": one_matrix,
}


def measure(way: str, place: int) -> None:
    """Print seconds, peak megabytes and what was found, as JSON."""
    table = made(*SIZES[place])
    start = process_time()
    if way == "ranks":
        seconds, found = ranked(table), 0.0
    else:
        found = WAYS[way](table)
        seconds = process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "found": found}))


def measured(way: str, place: int) -> dict[str, float]:
    """Return what a process of its own measures."""
    command = [sys.executable, "-m", "benchmarks.calibration", way, str(place)]
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, check=True, env=one_thread)  # noqa: S603
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def is_bearable(way: str, place: int) -> bool:
    """Tell whether a naive way ends in good time."""
    applications, reviewers, _ = SIZES[place]
    if way == "one matrix":
        return applications + reviewers <= LARGEST_FOR_ONE_MATRIX
    return way == "ours" or applications <= LARGEST_FOR_NO_SLOPES


def main(with_all: bool) -> None:
    """Print a line for each size and way, with the ratio to ours."""
    for place, (applications, reviewers, reviews) in enumerate(SIZES):
        print(f"{applications:,} applications, {reviewers:,} reviewers, {reviews:,} reviews")
        own = measured("ours", place)
        for way in WAYS:
            if not (with_all or is_bearable(way, place)) or (way == "one matrix" and place > 1):
                print(f"  {way:<10}  left out")
                continue
            one = own if way == "ours" else measured(way, place)
            assert abs(one["found"] / own["found"] - 1) < 1e-2, "another optimum"
            ratio = one["seconds"] / own["seconds"]
            print(f"  {way:<10} {one['seconds']:8.2f} s {one['peak']:6.0f} MB  {ratio:6.1f} x ours")
        apart = measured("ranks", place)
        print(f"  ranks      {apart['seconds']:8.2f} s {apart['peak']:6.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(sys.argv[1], int(sys.argv[2]))
    else:
        main(sys.argv[1:] == ["all"])
