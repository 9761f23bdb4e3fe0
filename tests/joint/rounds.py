"""Rounds of reviews for tests: read from reference files, or made by the model itself."""

import csv
from collections.abc import Callable

import numpy as np

from fundapp.joint.calibration.review_table import Score
from tests.joint.reference_data import shared


def reviews_in(
    name: str,
    columns: tuple[str, str, str],
    *,
    keep: Callable[[dict[str, str]], bool] = lambda row: True,
) -> list[Score]:
    """Return the reviews of a file; `columns` are application, reviewer, score."""
    application, reviewer, score = columns
    with shared(name).open() as file:
        return [
            Score(row[application], row[reviewer], float(row[score]))
            for row in csv.DictReader(file)
            if keep(row)
        ]


def aibs(*, best: float = 1e9) -> list[Score]:
    """Return the AIBS reviews, of the `best` proposals by published rank; 1 is best."""
    return reviews_in(
        "aibs-scores.csv",
        ("ID", "RevID", "Score"),
        keep=lambda row: float(row["ScoreRankAdj"]) <= best,
    )


def mock_panel(panel: str) -> list[Score]:
    """Return the reviews of an SNSF mock panel."""
    return reviews_in(
        "snsf-mock-panels.csv",
        ("proposal", "assessor", "num_grade"),
        keep=lambda row: row["panel"] == panel,
    )


def mint_section(section: str) -> list[Score]:
    """Return the votes of a section of the SNSF's project funding."""
    return reviews_in(
        "snsf-mint-votes-sections-1-2.csv",
        ("proposal", "assessor", "num_grade"),
        keep=lambda row: row["section"] == section,
    )


def made_round(
    generator: np.random.Generator,
    applications: int,
    reviewers: int,
    *,
    each: int,
    deviations: tuple[float, float, float] = (1.0, 0.5, 1.0),
) -> tuple[list[Score], np.ndarray]:
    """Return reviews, `each` by application, and the true scores around 3.

    `deviations` are of applications, reviewers and residual.
    """
    of_applications, of_reviewers, of_residual = deviations
    true = 3 + of_applications * generator.standard_normal(applications)
    strictness = of_reviewers * generator.standard_normal(reviewers)
    reviews = [
        Score(
            f"a{i:03}",
            f"r{r:03}",
            float(true[i] + strictness[r] + of_residual * generator.standard_normal()),
        )
        for i in range(applications)
        for r in generator.choice(reviewers, each, replace=False)
    ]
    return reviews, true
