from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.joint.assignment.fairness import fair_assignment
from fundapp.joint.assignment.optimal_assignment import optimal_assignment
from fundapp.joint.assignment.problem import problem_of
from tests.joint.assignment.test_optimal_assignment import MIDL, PREFLIB
from tests.joint.matrices import matrix
from tests.joint.reference_data import expected


def test_midl_reaches_a_higher_floor_than_was_found_before():
    found = fair_assignment(optimal_assignment(matrix(MIDL).problem(reviews=3, load=4)))
    reference = expected(MIDL)
    assert found.floor_before == pytest.approx(reference["worst_paper_at_optimum"], abs=1e-5)
    assert found.floor >= reference["maximin_best_found"]
    assert found.bound <= reference["maximin_upper_bound"] + 1e-4
    assert found.objective >= 0.995 * reference["optimum_total"]


def test_preflib_is_as_fair_as_can_be():
    best = optimal_assignment(matrix(PREFLIB).problem(reviews=3, load=9))
    found = fair_assignment(best)
    assert found.floor == expected(PREFLIB)["maximin k=3,load=9"]
    assert found.is_bound_proved


WORKED = [
    ([[1, 1, 1], [0, 0, 0.24], [0.25, 0.25, 0.5]], 0.24),
    ([[0, 0.04, 0.10], [0.01, 0.05, 0], [0, 0.10, 1.00]], 0.01),
]


@pytest.mark.parametrize(("by_reviewer", "maximin"), WORKED)
def test_worked_examples(by_reviewer, maximin):
    affinity = np.array(by_reviewer, dtype=float).T
    best = optimal_assignment(problem_of(affinity, funder_of=[0] * 3, load=1, reviews=1))
    assert fair_assignment(best, share=0).floor == maximin


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.9, 1.0]))
def test_the_floor_is_the_highest_that_the_share_allows(seed, share):
    random = np.random.default_rng(seed)
    n, count = 3, 4
    problem = problem_of(
        random.integers(0, 10, (n, count)).astype(float),
        funder_of=[0, 1, 0, 1],
        load=2,
        reviews=[2, 2, 1],
        funders=random.integers(1, [3, 3, 2]),
    )
    best = optimal_assignment(problem)
    found = fair_assignment(best, share=share)
    highest = -1.0
    for choice in product([False, True], repeat=n * count):
        x = np.array(choice).reshape(n, count)
        sums = (x * problem.affinity).sum(axis=1)
        if keeps_the_rules(problem, x) and sums.sum() >= share * best.objective - 1e-9:
            highest = max(highest, sums[problem.reviews > 0].min())
    assert highest * (1 - 0.002) <= found.floor <= highest
    assert found.bound >= highest - 1e-6
    assert found.objective >= share * best.objective - 1e-6


def keeps_the_rules(problem, x) -> bool:
    funders = np.zeros_like(problem.held)
    rows, columns = np.nonzero(x)
    funders[rows, problem.funder_of[columns]] = True
    return bool(
        (x.sum(axis=1) == problem.reviews).all()
        and (x.sum(axis=0) <= problem.load).all()
        and not (x & ~problem.allowed).any()
        and ((funders & ~problem.held).sum(axis=1) >= problem.funders).all()
    )


def test_what_cannot_be_made_fair_is_refused():
    short = optimal_assignment(problem_of(np.ones((2, 1)), funder_of=[0], load=1, reviews=1))
    with pytest.raises(ValueError, match="complete assignment"):
        fair_assignment(short)
    whole = optimal_assignment(problem_of(np.ones((1, 1)), funder_of=[0], load=1, reviews=1))
    with pytest.raises(ValueError, match="between 0 and 1"):
        fair_assignment(whole, share=1.5)
    negative = optimal_assignment(problem_of(-np.ones((1, 1)), funder_of=[0], load=1, reviews=1))
    with pytest.raises(ValueError, match="0 or more"):
        fair_assignment(negative)
