from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from fundapp.joint.assignment.flow_duals import node_prices
from fundapp.joint.assignment.flow_solvers import FlowQuestion, highs_solver, ortools_solver
from fundapp.joint.assignment.optimal_assignment import optimal_assignment
from fundapp.joint.assignment.problem import TieKeys, problem_of
from tests.joint.matrices import Matrix, matrix
from tests.joint.reference_data import expected

CONSTRUCTED = "assignment-100x30.csv"
MIDL = "midl-affinity.csv.gz"
PREFLIB = "preflib-conf1-similarity.csv"


@pytest.fixture(params=["ortools", "highs"])
def solver(request):
    if request.param == "highs":
        return highs_solver()
    pytest.importorskip("ortools", reason="ortools is an extra and not installed")
    return ortools_solver()


def by_solver(problem, solver):
    """Return the objective of a complete and certified optimum."""
    found = optimal_assignment(problem, solver)
    assert (found.is_complete, found.is_certified) == (True, True)
    return found.objective


@pytest.mark.parametrize("row", ["k=3,m=1", "k=3,m=2", "k=3,m=3", "k=4,m=2", "k=4,m=3"])
def test_the_constructed_round_reaches_its_optimum(row, solver):
    reviews, funders = int(row[2]), int(row[6])
    problem = matrix(CONSTRUCTED).problem(
        reviews=reviews, funders=funders, load={3: 13, 4: 18}[reviews]
    )
    assert by_solver(problem, solver) == expected(CONSTRUCTED)[row]


@pytest.mark.parametrize("funders", [1, 2, 3])
def test_midl_reaches_its_optimum_for_every_number_of_funders(funders, solver):
    midl = matrix(MIDL)
    of = np.arange(midl.affinity.shape[1]) % 4
    problem = midl.problem(reviews=3, funders=funders, load=4, funder_of=of)
    reference = expected(MIDL)["synthetic_funder = reviewer index mod 4 (0-based)"]
    assert by_solver(problem, solver) == pytest.approx(reference[f"at_least_{funders}"], rel=1e-6)


def test_midl_has_the_same_worst_paper(solver):
    midl = matrix(MIDL)
    found = optimal_assignment(midl.problem(reviews=3, load=4), solver)
    sums = np.bincount(
        found.applications, midl.affinity[found.applications, found.reviewers], minlength=118
    )
    reference = expected(MIDL)
    assert sums.min() == pytest.approx(reference["worst_paper_at_optimum"], abs=1e-5)
    total = reference["optimum_with_negative_pairs_forbidden"]
    assert found.objective == pytest.approx(total, rel=1e-6)


@pytest.mark.parametrize("row", ["k=3,load=6", "k=3,load=9", "k=1,load=2", "k=1,load=5"])
def test_preflib_reaches_its_optimum(row, solver):
    reviews, load = (int(part.split("=")[1]) for part in row.split(","))
    problem = matrix(PREFLIB).problem(reviews=reviews, load=load)
    assert by_solver(problem, solver) == expected(PREFLIB)[row]


@st.composite
def small_problems(draw):
    n, count, funders = draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    reviews = random.integers(0, 4, n)
    return problem_of(
        random.integers(0, 10, (n, count)).astype(float),
        funder_of=random.integers(0, funders, count),
        load=random.integers(0, 4, count),
        reviews=reviews,
        funders=random.integers(0, reviews + 1),
        forbidden=random.random((n, count)) < draw(st.sampled_from([0.0, 0.2, 0.5])),
        held=random.random((n, 3)) < 0.2,
        taken=random.integers(0, 3, count),
        keys=TieKeys(
            random.integers(0, 2**63, n).astype(np.uint64),
            random.integers(0, 2**63, count).astype(np.uint64),
        ),
    )


def by_milp(problem) -> tuple[int, int, int]:
    """Return missing reviews, missing funders and affinity, in this order of importance.

    Another model than the network: x (n, R), y (n, F) for funders that count, and what is
    missing of reviews (n,) and of funders (n,).
    """
    (n, count), funders = problem.shape, problem.funder_count
    x = np.arange(n * count).reshape(n, count)
    y = n * count + np.arange(n * funders).reshape(n, funders)
    gap = n * (count + funders) + np.arange(2 * n).reshape(2, n)
    size = n * (count + funders + 2)
    rows, low, high = [], [], []

    def rule(places, values, least, most):
        row = np.zeros(size)
        row[places] = values
        rows.append(row)
        low.append(least)
        high.append(most)

    for i in range(n):
        rule([*x[i], gap[0, i]], [1] * (count + 1), problem.reviews[i], problem.reviews[i])
        rule([*y[i], gap[1, i]], [1] * (funders + 1), problem.funders[i], np.inf)
        for f in range(funders):
            own = x[i, problem.funder_of == f]
            rule([*own, y[i, f]], [*[1] * len(own), -1], 0, np.inf)
    for r in range(count):
        rule(x[:, r], [1] * n, 0, problem.load[r])
    upper = np.concatenate(
        [problem.allowed.ravel(), ~problem.held.ravel(), problem.reviews, problem.funders]
    )
    cost = np.concatenate([-problem.affinity.ravel(), np.zeros(n * funders)])
    cost = np.concatenate([cost, np.full(n, 1e6), np.full(n, 1e3)])
    found: Any = milp(
        cost,
        constraints=LinearConstraint(np.array(rows), low, high),
        bounds=Bounds(0, upper.astype(float)),
        integrality=np.ones(size),
    )
    whole = np.rint(found.x).astype(int)
    affinity = int((whole[: n * count] * problem.affinity.ravel()).sum())
    return int(whole[gap[0]].sum()), int(whole[gap[1]].sum()), affinity


@settings(max_examples=40, deadline=None)
@given(small_problems())
def test_small_rounds_equal_an_integer_programme_by_both_solvers(problem):
    pytest.importorskip("ortools", reason="ortools is an extra and not installed")
    wanted = by_milp(problem)
    for one in (highs_solver(), ortools_solver()):
        for most_pairs in (0, 10**6):
            found = optimal_assignment(problem, one, most_pairs=most_pairs)
            missing = int(found.missing_reviews.sum()), int(found.missing_funders.sum())
            assert (*missing, found.objective) == wanted
            assert found.is_certified


@settings(max_examples=40, deadline=None)
@given(small_problems())
def test_loads_conflicts_and_wants_hold(problem):
    found = optimal_assignment(problem)
    pairs = list(zip(found.applications.tolist(), found.reviewers.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert problem.allowed[found.applications, found.reviewers].all()
    assert (np.bincount(found.reviewers, minlength=problem.shape[1]) <= problem.load).all()
    here = np.bincount(found.applications, minlength=problem.shape[0])
    assert (here == problem.reviews - found.missing_reviews).all()


def test_tiny_affinities_are_told_apart(solver):
    affinity = np.array([[5e-9, 7e-9, 9e-9, 0.0]])
    found = optimal_assignment(
        problem_of(affinity, funder_of=[0] * 4, load=[0, 1, 1, 0], reviews=1), solver
    )
    assert found.reviewers.tolist() == [2]


@settings(max_examples=40, deadline=None)
@given(small_problems(), st.sampled_from([(1e-9, 0), (1e3, 0), (1, 1e6), (1e9, -5), (0.3, 0.7)]))
def test_the_unit_of_the_affinities_does_not_matter(problem, unit):
    scale, shift = unit
    other = problem_of(
        problem.affinity * scale + shift,
        funder_of=problem.funder_of,
        load=problem.load,
        reviews=problem.reviews,
        funders=problem.funders,
        forbidden=~problem.allowed,
        held=problem.held,
        taken=problem.taken,
        keys=problem.keys,
    )
    one, two = optimal_assignment(problem), optimal_assignment(other)
    assert one.applications.tolist() == two.applications.tolist()
    assert one.reviewers.tolist() == two.reviewers.tolist()


def a_round(seed: int, *, n: int = 60, count: int = 20, load: int = 12, reviews: int = 3):
    """Return the arguments of a round in which everything fits."""
    random = np.random.default_rng(seed)
    return {
        "affinity": random.random((n, count)),
        "funder_of": np.arange(count) % 4,
        "load": load,
        "reviews": reviews,
        "funders": 2,
        "forbidden": random.random((n, count)) < 0.05,
    }


@pytest.mark.parametrize("seed", range(5))
def test_a_further_reviewer_never_lowers_the_optimum(seed):
    all_of_them = a_round(seed)
    fewer = {
        **all_of_them,
        "affinity": all_of_them["affinity"][:, :-1],
        "funder_of": all_of_them["funder_of"][:-1],
        "forbidden": all_of_them["forbidden"][:, :-1],
    }
    less = optimal_assignment(problem_of(**fewer)).objective
    assert optimal_assignment(problem_of(**all_of_them)).objective >= less


@pytest.mark.parametrize("affinity", ["digits", "bids", "none"])
def test_candidates_lead_to_the_same_optimum_as_all_pairs(affinity, solver):
    given_ = a_round(7, n=200, count=50, load=14)
    if affinity != "digits":
        steps = [0, 0.25, 0.5, 1] if affinity == "bids" else [0]
        given_["affinity"] = np.random.default_rng(7).choice(steps, (200, 50))
    problem = problem_of(**given_)
    few = optimal_assignment(problem, solver, most_pairs=0)
    assert few.objective == pytest.approx(optimal_assignment(problem, solver).objective, rel=1e-9)
    assert few.is_certified
    assert len(few.staged.network.applications) < problem.allowed.sum()


def test_what_is_missing_is_exact_among_candidates_too(solver):
    problem = problem_of(**a_round(3, n=200, count=50, load=11))
    found = optimal_assignment(problem, solver, most_pairs=0)
    assert found.missing_reviews.sum() == 200 * 3 - 50 * 11
    assert found.objective == optimal_assignment(problem, solver).objective


def test_equal_matches_are_spread_evenly_and_drawn_by_the_keys():
    def loads_and_pairs(seed):
        random = np.random.default_rng(seed)
        keys = TieKeys(
            random.integers(0, 2**63, 40).astype(np.uint64),
            random.integers(0, 2**63, 8).astype(np.uint64),
        )
        found = optimal_assignment(
            problem_of(np.ones((40, 8)), funder_of=[0] * 8, load=40, reviews=2, keys=keys)
        )
        loads = np.bincount(found.reviewers, minlength=8).tolist()
        return loads, found.reviewers.tolist()

    assert loads_and_pairs(1)[0] == [10] * 8
    assert loads_and_pairs(1) == loads_and_pairs(1)
    assert loads_and_pairs(1) != loads_and_pairs(2)


def test_what_somebody_holds_already_counts_for_evenness():
    found = optimal_assignment(
        problem_of(np.zeros((6, 3)), funder_of=[0] * 3, load=6, reviews=1, taken=[4, 0, 0])
    )
    assert np.bincount(found.reviewers, minlength=3).tolist() == [0, 3, 3]


def test_a_flow_that_is_not_optimal_gets_no_prices():
    one = np.ones(2, dtype=np.int64)
    question = FlowQuestion(
        tail=np.array([0, 0]),
        head=np.array([1, 1]),
        lower=0 * one,
        upper=one,
        cost=np.array([5, 3]),
        supply=np.array([1, -1]),
    )
    start = np.zeros(2, dtype=np.int64)
    assert node_prices(question, np.array([0, 1]), start=start).tolist() == [0, -3]
    with pytest.raises(ValueError, match="not optimal"):
        node_prices(question, np.array([1, 0]), start=start)


def test_an_empty_round_has_an_empty_optimum(solver):
    for shape in ((0, 0), (3, 0), (0, 3)):
        problem = problem_of(
            np.zeros(shape), funder_of=[0] * shape[1], load=[1] * shape[1], reviews=1
        )
        found = optimal_assignment(problem, solver)
        assert (len(found.applications), found.objective) == (0, 0.0)
        assert found.missing_reviews.tolist() == [1] * shape[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"affinity": np.zeros(3)}, "are a matrix"),
        ({"affinity": np.full((2, 2), np.nan)}, "no finite number"),
        ({"load": -1}, "A load is below 0"),
        ({"reviews": -1}, "A number of reviews is below 0"),
        ({"funders": 2}, "more funders than reviews"),
        ({"forbidden": np.zeros((1, 2), dtype=bool)}, "do not fit"),
    ],
)
def test_what_is_no_round_is_refused(change, message):
    given_ = {
        "affinity": np.zeros((2, 2)),
        "funder_of": [0, 1],
        "load": 1,
        "reviews": 1,
        "funders": 1,
        **change,
    }
    with pytest.raises(ValueError, match=message):
        problem_of(**given_)


def test_the_reader_of_the_tests_reads_the_whole_matrix():
    read: Matrix = matrix(CONSTRUCTED)
    assert read.affinity.shape == (100, 30)
    assert sorted(set(read.funders)) == ["A", "B", "C", "D", "E"]
