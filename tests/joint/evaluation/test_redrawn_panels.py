"""Panels fitted all at once on a grid agree with panels fitted one by one."""

import numpy as np
import pytest

from fundapp.joint.calibration.review_table import review_table
from fundapp.joint.calibration.variance_components import fit_components, fit_scores
from fundapp.joint.evaluation.ranking import seeded
from fundapp.joint.evaluation.redrawn_panels import _redrawn, redrawn_coefficients
from tests.joint.evaluation.test_aggregation import a_panel


@pytest.mark.parametrize("spread", [1.0, 0.0])
def test_the_grid_finds_what_single_fits_find(spread):
    table = review_table(a_panel(spread=spread))
    fits = fit_components(table)
    found = redrawn_coefficients(
        table, fits.design, fits.components, panels=40, generator=seeded("s")
    )
    scores = _redrawn(table, fits.components, 40, generator=seeded("s"))
    singly = []
    for panel in scores.T:
        one = fit_scores(table, fits.design, panel).components
        application, reviewer = one.application_ratio, one.reviewer_ratio
        singly.append((application / (application + reviewer + 1), application / (application + 1)))
    differences = np.abs(found - np.array(singly))
    assert (differences.max() < 0.04, differences.mean() < 0.01) == (True, True)
