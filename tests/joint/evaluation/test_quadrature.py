import numpy as np
import pytest
from scipy.integrate import quad

from fundapp.joint.calibration.mixed_model import crossed_design
from fundapp.joint.calibration.review_table import Score, review_table
from fundapp.joint.evaluation.quadrature import averaged_ranks, error_density, fits_priors, is_small
from tests.joint.reference_data import expected
from tests.joint.rounds import mock_panel


def averaged(panel: str, **options):
    table = review_table(mock_panel(panel))
    design = crossed_design(table)
    found = averaged_ranks(
        table, design, unit=1.0, has_strictness=True, fundable=5, seed="s", **options
    )
    order = np.argsort([int(name.removeprefix("#")) for name in table.applications])
    return found, order


def test_the_published_ranks_of_the_mock_panel_are_met():
    found, order = averaged("p1")
    reference = expected("snsf-mock-panels.csv")
    recomputed = reference["recomputed_by_quadrature"]
    mine = found.expected[order]
    assert mine == pytest.approx(list(reference["expected_rank"].values()), abs=0.1)
    assert mine == pytest.approx(recomputed["p1"], abs=0.03)
    size = len(mine)
    sucra = (size - mine) / (size - 1)
    assert sucra == pytest.approx(reference["sucra"], abs=0.01)
    tolerance = recomputed["tolerance_p"]
    assert found.fundable[order] == pytest.approx(recomputed["p1_prob_top5"], abs=tolerance)
    assert len(set(mine[1:4].round(9))) == len(set(found.fundable[order][1:4])) == 1


def test_the_second_mock_panel_is_met():
    found, order = averaged("p2")
    reference = expected("snsf-mock-panels.csv")["recomputed_by_quadrature"]["p2"]
    assert found.expected[order] == pytest.approx(reference, abs=0.03)


def test_the_density_of_two_layers_of_error():
    assert quad(error_density, 0, 2 * np.sqrt(2), points=[2])[0] == pytest.approx(1)
    drawn = np.hypot(*np.random.default_rng(1).uniform(0, 2, (2, 400_000)))
    for end in (1.0, 2.2):
        assert quad(error_density, 0, end, points=[2])[0] == pytest.approx(
            np.mean(drawn < end), abs=0.005
        )


def test_only_small_panels_on_a_known_range_are_averaged():
    small = review_table([Score(f"a{i}", f"r{i % 3}", i) for i in range(10)])
    assert (is_small(small), fits_priors(small, unit=1), fits_priors(small, unit=2)) == (
        True,
        False,
        True,
    )
    assert not is_small(review_table([Score(f"a{i}", f"r{i % 3}", i) for i in range(148)]))
