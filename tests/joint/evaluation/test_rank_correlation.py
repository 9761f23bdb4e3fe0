from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.joint.evaluation.rank_correlation import kendall_tau


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30))
def test_kendall_tau_counts_pairs(pairs):
    first, second = np.array(pairs, dtype=float).T
    counts = [
        (np.sign(a - c) * np.sign(b - d), a != c, b != d)
        for (a, b), (c, d) in combinations(pairs, 2)
    ]
    agreeing, untied_first, untied_second = np.sum(counts, axis=0)
    found = kendall_tau(first, second)
    if not untied_first or not untied_second:
        assert found is None
    else:
        assert found == pytest.approx(agreeing / (untied_first * untied_second) ** 0.5)
