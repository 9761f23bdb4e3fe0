"""How far reviewers differ, in words."""

import pytest

from fundapp.joint.calibration.calibrate import in_points


@pytest.mark.parametrize(
    ("variance", "words"),
    [
        (1.0, "1 point"),
        (1.01, "1 point"),
        (0.2025, "0.45 points"),
        (4.0, "2 points"),
        (1.44, "1.2 points"),
        (14_400.0, "120 points"),
        (1e-6, "0.001 points"),
    ],
)
def test_a_deviation_in_points(variance, words):
    assert in_points(variance) == words
