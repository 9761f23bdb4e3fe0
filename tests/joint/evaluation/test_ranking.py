from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from fundapp.joint.calibration.posterior import Posterior
from fundapp.joint.calibration.review_table import Score, review_table
from fundapp.joint.evaluation.ranking import (
    Band,
    band,
    drawn_count,
    drawn_ranks,
    expected_ranks,
    likely_ranks,
    natural_frequency,
    number_reached,
    ranks,
    tied_ranks,
)


def independent(means, variances) -> Posterior:
    size = len(means)
    return Posterior(
        mean=np.array(means, dtype=float),
        own=np.array(variances, dtype=float),
        loading=csr_array((size, 0)),
        inner=np.zeros((0, 0)),
        shared=np.zeros((size, 0)),
    )


def one_review_each(size: int):
    return review_table([Score(f"a{i:04}", "x", i) for i in range(size)])


def test_expected_ranks_add_the_chances_that_others_are_better():
    found = expected_ranks(independent([1.0, 0.0], [0.5, 0.5]))
    assert found == pytest.approx([1.1586552539, 1.8413447461])


def test_scores_without_spread_are_ranked_as_they_are_and_ties_share():
    assert expected_ranks(independent([2, 5, 2, 7], [0] * 4)).tolist() == [3.5, 2, 3.5, 1]


def test_expected_ranks_in_blocks_are_those_of_one_block():
    generator = np.random.default_rng(2)
    means, variances = generator.standard_normal(600), generator.random(600)
    found = expected_ranks(independent(means, variances))
    from scipy.special import ndtr

    better = ndtr((means - means[:, None]) / np.sqrt(variances + variances[:, None]))
    np.fill_diagonal(better, 0)
    assert np.allclose(found, 1 + better.sum(axis=1))
    assert found.sum() == pytest.approx(600 * 601 / 2)


def test_ranks_come_from_the_seed():
    posterior, table = independent([3, 2.5, 2.4, 0], [1, 1, 1, 1]), one_review_each(4)
    found: Any = ranks(posterior, table, fundable=2, seed="s")
    again: Any = ranks(posterior, table, fundable=2, seed="s")
    assert found.fundable.tolist() == again.fundable.tolist()
    assert found.fundable.sum() == pytest.approx(2)
    other = ranks(posterior, table, fundable=2, seed="t")
    assert found.fundable == pytest.approx(other.fundable, abs=0.03)
    assert ranks(posterior, table, fundable=None, seed="s").fundable is None


def test_chances_are_those_of_the_normal_distribution():
    found: Any = ranks(independent([1, 0], [0.5, 0.5]), one_review_each(2), fundable=1, seed="s")
    assert found.fundable == pytest.approx([0.8413, 0.1587], abs=0.015)
    assert (found.lowest.tolist(), found.highest.tolist()) == ([1, 1], [2, 2])


def test_interchangeable_applications_have_the_same_chance():
    found: Any = ranks(independent([1, 1, 0], [1, 1, 1]), one_review_each(3), fundable=1, seed="s")
    assert found.fundable[0] == found.fundable[1]


def test_where_nothing_is_known_all_are_tied():
    found: Any = tied_ranks(4, fundable=1)
    assert found.expected.tolist() == [2.5] * 4
    assert found.fundable.tolist() == [0.25] * 4
    everybody: Any = tied_ranks(4, fundable=9)
    assert everybody.fundable.tolist() == [1] * 4


def test_the_highest_draw_has_rank_one():
    assert drawn_ranks(np.array([[0.1, 5, 2], [3, 1, 2]])).tolist() == [[3, 1, 2], [1, 3, 2]]


@pytest.mark.parametrize(("size", "count"), [(1, 10_000), (4_000, 5_000), (10_000, 2_000)])
def test_large_rounds_get_fewer_draws(size, count):
    assert drawn_count(size) == count


@pytest.mark.parametrize(
    ("chance", "where", "words"),
    [
        (1.0, Band.CLEAR, "over 19 in 20"),
        (0.9, Band.CLEAR, "about 9 in 10"),
        (0.899, Band.CLOSE, "about 9 in 10"),
        (0.55, Band.CLOSE, "about 6 in 10"),
        (0.101, Band.CLOSE, "about 1 in 10"),
        (0.1, Band.CLEAR_NO, "about 1 in 10"),
        (0.01, Band.CLEAR_NO, "under 1 in 20"),
    ],
)
def test_chances_in_words(chance, where, words):
    assert (band(chance), natural_frequency(chance)) == (where, words)


def test_ranks_in_words():
    assert likely_ranks(4.1, 2, 9) == "rank 4 (likely 2–9)"
    assert likely_ranks(1.0, 1, 1) == "rank 1"


@pytest.mark.parametrize(("money", "reached"), [(0, 0), (99, 0), (100, 1), (350, 2), (400, 3)])
def test_money_reaches_down_the_ranking_and_passes_nobody_over(money, reached):
    assert number_reached([100, 200, 100], money=money) == reached
    assert number_reached([100, 300, 1], money=150) == 1
