import numpy as np
import pytest

from fundapp.joint.assignment.optimal_assignment import optimal_assignment
from fundapp.joint.assignment.probability_cap import capped_assignment
from fundapp.joint.assignment.problem import problem_of
from tests.joint.assignment.test_optimal_assignment import CONSTRUCTED, a_round
from tests.joint.matrices import matrix


@pytest.fixture(scope="module")
def best():
    return optimal_assignment(problem_of(**a_round(1, n=20, count=12, load=8)))


@pytest.mark.parametrize("cap", [0.5, 1 / 3, 0.7, 1 - 1e-9, 1])
def test_every_draw_keeps_loads_funders_and_conflicts(best, cap):
    problem = best.problem
    for seed in range(10):
        found = capped_assignment(best, cap=cap, seed=str(seed))
        assert (np.bincount(found.applications, minlength=20) == problem.reviews).all()
        assert (np.bincount(found.reviewers, minlength=12) <= problem.load).all()
        assert problem.allowed[found.applications, found.reviewers].all()
        for i in range(20):
            here = found.reviewers[found.applications == i]
            assert len(set(here.tolist())) == problem.reviews[i]
            assert len(set(problem.funder_of[here].tolist())) >= problem.funders[i]
        assert found.probabilities.max() <= cap
        assert (found.probabilities[found.applications, found.reviewers] > 0).all()


def test_draws_have_the_probabilities_that_are_told():
    draws = 200
    best = optimal_assignment(problem_of(**a_round(1, n=8, count=10, load=5)))
    seen = np.zeros(best.problem.shape)
    for seed in range(draws):
        found = capped_assignment(best, cap=0.4, seed=str(seed))
        seen[found.applications, found.reviewers] += 1 / draws
    p = found.probabilities
    error = np.sqrt(p * (1 - p) / draws)
    assert (np.abs(seen - p) <= 4.5 * error + 1e-9).all()


def test_the_same_seed_draws_the_same(best):
    one, two, other = (
        capped_assignment(best, cap=0.5, seed=seed).reviewers.tolist() for seed in ("a", "a", "b")
    )
    assert one == two
    assert one != other


def test_the_price_rises_as_the_cap_falls_and_is_nothing_without_one():
    best = optimal_assignment(matrix(CONSTRUCTED).problem(reviews=3, funders=2, load=13))
    prices = [capped_assignment(best, cap=cap, seed="s").price for cap in (1, 0.8, 0.5, 0.3)]
    assert prices[0] == pytest.approx(0, abs=1e-9)
    assert prices == sorted(prices)
    assert prices[-1] < 0.3


@pytest.mark.parametrize("cap", [0, -1, 1.1, float("nan")])
def test_a_cap_is_a_probability(best, cap):
    with pytest.raises(ValueError, match="above 0 and at most at 1"):
        capped_assignment(best, cap=cap, seed="s")


def test_a_cap_too_low_says_so(best):
    with pytest.raises(ValueError, match=r"surer than 0\.1 not every application"):
        capped_assignment(best, cap=0.1, seed="s")


def test_an_incomplete_assignment_is_refused():
    short = optimal_assignment(problem_of(np.ones((2, 1)), funder_of=[0], load=1, reviews=1))
    with pytest.raises(ValueError, match="complete assignment"):
        capped_assignment(short, cap=0.5, seed="s")
