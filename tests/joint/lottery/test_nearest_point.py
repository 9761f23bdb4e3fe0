import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from fundapp.joint.lottery.nearest_point import nearest_to_origin


def corner_of(corners):
    return lambda point: corners[np.argmin(corners @ point)]


def test_one_corner_is_the_nearest():
    corners = np.array([[3.0, 4.0]])
    assert nearest_to_origin(corners[0], corner_of(corners), tolerance=1e-12).tolist() == [3.0, 4.0]


def test_the_middle_of_an_edge_is_the_nearest():
    corners = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    found = nearest_to_origin(corners[2], corner_of(corners), tolerance=1e-12)
    assert found == pytest.approx([0.5, 0.5])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(*[st.integers(-5, 5)] * 3), min_size=1, max_size=8, unique=True))
def test_the_nearest_is_that_of_least_squares(points):
    corners = np.array([(x + 6.0, y, z) for x, y, z in points])
    found = nearest_to_origin(corners[0], corner_of(corners), tolerance=1e-12)
    heavy = 1e6  # a heavy row keeps the sum of weights at one
    weights, _ = nnls(np.vstack([corners.T, np.full(len(corners), heavy)]), [0, 0, 0, heavy])
    assert found == pytest.approx(weights @ corners, abs=1e-4)


def test_a_search_that_gets_no_nearer_ends():
    def elsewhere(point):
        return point - [1.0, 0.0]

    corner = np.array([-1.0, 1.0])
    found = nearest_to_origin(corner, elsewhere, tolerance=-10.0)
    assert found == pytest.approx(corner)
