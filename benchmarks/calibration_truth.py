"""Whether calibration comes nearer to the truth, on made rounds of which the truth is known.

The naive way is the plain mean. Rounds have variances 1 (applications), 0.25 (reviewers; 0 where
none differs) and 1 (residual), and three reviews an application.
Run with: python -m benchmarks.calibration_truth
"""

import numpy as np

from fundapp.joint.calibration.calibrate import calibrate
from fundapp.joint.calibration.review_table import review_table
from fundapp.joint.calibration.variance_components import fit_components
from tests.joint.rounds import made_round

SIZES = ((30, 12, 300), (100, 30, 200), (1_000, 200, 20))
"""Applications, reviewers, rounds."""

SHARE = 0.2


def hits(true: np.ndarray, found: np.ndarray) -> float:
    """Return which part of the truly best fifth is found."""
    places = int(len(true) * SHARE)
    return len(set(np.argsort(-true)[:places]) & set(np.argsort(-found)[:places])) / places


def measured(applications: int, reviewers: int, rounds: int) -> np.ndarray:
    """Return the means of: raw and calibrated correlation, raw and calibrated hits, coverage."""
    generator = np.random.default_rng(2026)
    rows = []
    for _ in range(rounds):
        reviews, true = made_round(generator, applications, reviewers, each=3)
        table = review_table(reviews)
        posterior = calibrate(table, fit_components(table)).posterior
        low, high = posterior.interval(0.9)
        raw, estimate = table.raw_means, posterior.mean
        correlations = [np.corrcoef(true, one)[0, 1] for one in (raw, estimate)]
        covered = float(np.mean((low <= true) & (true <= high)))
        rows.append([*correlations, hits(true, raw), hits(true, estimate), covered])
    return np.mean(rows, axis=0)


def false_alarms(rounds: int = 400) -> float:
    """Return how often scores are corrected though no reviewer differs."""
    generator, corrected = np.random.default_rng(2026), 0
    for _ in range(rounds):
        reviews, _ = made_round(generator, 60, 15, each=3, deviations=(1.0, 0.0, 1.0))
        table = review_table(reviews)
        corrected += calibrate(table, fit_components(table)).is_calibrated
    return corrected / rounds


def main() -> None:
    """Print a line for each size, then the false alarms."""
    for applications, reviewers, rounds in SIZES:
        raw, estimate, raw_hits, estimate_hits, covered = measured(applications, reviewers, rounds)
        print(
            f"{applications:>5,} x {reviewers:<4} correlation {raw:.3f} -> {estimate:.3f}  "
            f"best fifth found {raw_hits:.1%} -> {estimate_hits:.1%}  "
            f"truth in the 90 % interval {covered:.1%}"
        )
    print(f"corrected though no reviewer differs: {false_alarms():.1%} (5 % are meant)")


if __name__ == "__main__":
    main()
