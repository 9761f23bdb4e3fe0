"""How fast an order by pairs is fitted: our Newton steps against a general minimiser.

The naive way hands the same posterior, with its gradient, to scipy's BFGS, and inverts the second
derivatives at the end. Times are of the processor, the least of three runs.
Run with: python -m benchmarks.pairs
"""

import random
from collections.abc import Callable
from time import process_time

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from fundapp.joint.pairwise.bradley_terry import (
    LEANING_SD,
    PRIOR_SD,
    Comparison,
    FittedPairs,
    fit_pairs,
)
from fundapp.joint.pairwise.next_pairs import pairs_to_ask

ENTRIES, VERDICTS, JUDGES, RUNS = 200, 5_000, 25, 3


def drawn() -> list[Comparison]:
    """Return verdicts of judges on random pairs, all decided."""
    chance = random.Random(1)
    merits = [chance.gauss(0, PRIOR_SD) for _ in range(ENTRIES)]
    found = []
    for number in range(VERDICTS):
        first, second = chance.sample(range(ENTRIES), 2)
        won = chance.random() < expit(merits[first] - merits[second])
        found.append(Comparison(f"judge {number % JUDGES}", first, second, float(won)))
    return found


def naive(words: list[Comparison]) -> tuple[np.ndarray, np.ndarray]:
    """Return merits and covariance by a general minimiser, without leanings."""
    first = np.array([one.first for one in words])
    second = np.array([one.second for one in words])
    won = np.array([one.first_share for one in words])

    def loss(merits: np.ndarray) -> tuple[float, np.ndarray]:
        gap = merits[first] - merits[second]
        value = float(np.logaddexp(0, gap).sum() - won @ gap) + merits @ merits / 2 / PRIOR_SD**2
        slope = merits / PRIOR_SD**2
        np.add.at(slope, first, expit(gap) - won)
        np.add.at(slope, second, won - expit(gap))
        return value, slope

    found = minimize(loss, np.zeros(ENTRIES), jac=True, method="BFGS", options={"gtol": 1e-6}).x
    chance = expit(found[first] - found[second])
    weight = chance * (1 - chance)
    hessian = np.eye(ENTRIES) / PRIOR_SD**2
    for rows, columns, sign in (
        (first, first, 1),
        (second, second, 1),
        (first, second, -1),
        (second, first, -1),
    ):
        np.add.at(hessian, (rows, columns), sign * weight)
    return found, np.linalg.inv(hessian)


def seconds(act: Callable[[], object]) -> float:
    """Return the least processor time of some runs."""
    times = []
    for _ in range(RUNS):
        begun = process_time()
        act()
        times.append(process_time() - begun)
    return min(times)


def main() -> None:
    """Print the times and how far the two answers differ."""
    words = drawn()
    ours: FittedPairs = fit_pairs(ENTRIES, words)
    merits, covariance = naive(words)
    gap = float(np.abs(ours.merits - merits).max())
    spread = float(np.abs(ours.covariance - covariance).max())
    print(f"{ENTRIES} entries, {VERDICTS:,} verdicts, {JUDGES} judges")
    print(f"ours                   {seconds(lambda: fit_pairs(ENTRIES, words)):6.3f} s")
    leaning = seconds(lambda: fit_pairs(ENTRIES, words, leaning_sd=LEANING_SD))
    print(f"ours with leanings     {leaning:6.3f} s")
    print(f"scipy's BFGS           {seconds(lambda: naive(words)):6.3f} s")
    print(f"largest difference     {gap:.1e} in merits, {spread:.1e} in covariance")
    asking = seconds(lambda: pairs_to_ask(ours, judge="judge 0", count=60))
    print(f"the next 60 pairs      {asking:6.3f} s")


if __name__ == "__main__":
    main()
