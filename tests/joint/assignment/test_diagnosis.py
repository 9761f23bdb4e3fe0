import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import lil_array
from scipy.sparse.csgraph import maximum_flow

from fundapp.joint.assignment.diagnosis import NarrowPlace, narrow_places, sentences_on
from fundapp.joint.assignment.optimal_assignment import optimal_assignment
from fundapp.joint.assignment.problem import problem_of
from tests.joint.assignment.test_optimal_assignment import CONSTRUCTED, small_problems
from tests.joint.matrices import matrix
from tests.joint.reference_data import expected

NAMES = {
    "applications": [str(number) for number in range(100)],
    "reviewers": [str(number) for number in range(30)],
}


def test_an_application_with_conflicts_is_the_only_one_named():
    round_ = matrix(CONSTRUCTED)
    round_.affinity[5, 2:] = -1
    problem = round_.problem(reviews=3, funders=2, load=13)
    places = narrow_places(optimal_assignment(problem))
    variants = expected(CONSTRUCTED)["infeasible variants"]
    said = variants["application 5 conflicted with all but reviewers 0 and 1 (k=3,m=2)"]
    assert said == "1 review short, only application 5 named"
    assert [(one.short, one.applications, one.reviewers) for one in places] == [(1, (5,), ())]
    assert sentences_on(places, problem, **NAMES) == (
        "Application 5 lacks 1 review: of 30 reviewers, 28 may not take it, 0 have no room, and "
        "the others are of 2 funders. It wants 3 reviews from 2 funders.",
    )


def test_reviewers_of_the_rare_funder_are_named():
    problem = matrix(CONSTRUCTED).problem(
        reviews=3, funders=2, load=13, funder_of=np.arange(30) // 27
    )
    places = narrow_places(optimal_assignment(problem))
    variants = expected(CONSTRUCTED)["infeasible variants"]
    said = variants["reviewers 0..26 one funder, 27..29 another (k=3,m=2)"]
    assert said == "61 reviews short, reviewers 27, 28, 29 named (3 x 13 = 39 < 100)"
    assert places == (
        NarrowPlace(
            applications=tuple(range(100)),
            reviewers=(27, 28, 29),
            wanted=200,
            room=39,
            elsewhere=100,
            is_about_funders=True,
        ),
    )
    assert sentences_on(places, problem, **NAMES) == (
        "All 100 applications: 200 reviews wanted from different funders. Reviewers 27, 28, 29: "
        "room for 39. Everybody else: 100 at most. That is 61 short. Raise these loads, add "
        "reviewers who may take these applications, or ask for fewer reviews or funders.",
    )


def test_loads_that_do_not_add_up_name_everybody():
    problem = matrix(CONSTRUCTED).problem(reviews=3, funders=2, load=9)
    [place] = narrow_places(optimal_assignment(problem))
    assert (place.wanted, place.room, place.elsewhere, place.short) == (300, 270, 0, 30)


def test_many_of_a_kind_are_told_in_few_words():
    problem = matrix(CONSTRUCTED).problem(reviews=6, funders=6, load=50)
    sentences = sentences_on(narrow_places(optimal_assignment(problem)), problem, **NAMES)
    assert len(sentences) == 4
    assert sentences[3] == "97 more applications of this kind: 97 short in all."


def test_a_round_that_fits_has_no_narrow_place():
    problem = matrix(CONSTRUCTED).problem(reviews=3, funders=2, load=13)
    assert narrow_places(optimal_assignment(problem)) == ()


def test_separate_reasons_are_told_apart():
    allowed = np.array([[1, 0, 0], [0, 1, 1], [0, 1, 1]], dtype=bool)
    problem = problem_of(
        np.zeros((3, 3)), funder_of=[0, 0, 0], load=[9, 0, 1], reviews=2, forbidden=~allowed
    )
    assert [
        (one.short, one.applications, one.reviewers)
        for one in narrow_places(optimal_assignment(problem))
    ] == [
        (3, (1, 2), (1, 2)),
        (1, (0,), ()),
    ]


@settings(max_examples=60, deadline=None)
@given(small_problems(), st.sampled_from([0, 10**6]))
def test_every_named_place_is_short_by_counting_and_together_they_are_all(problem, most_pairs):
    places = narrow_places(optimal_assignment(problem, most_pairs=most_pairs))
    for place in places:
        assert place.short > 0
        assert place.room == problem.load[list(place.reviewers)].sum()
    assert sum(place.short for place in places) == empty_seats(problem)


def empty_seats(problem) -> int:
    """Return how many seats stay empty, by a maximum flow of another kind (Dinic)."""
    (n, count), funders = problem.shape, problem.funder_count
    first_funder, first_reviewer = 2 * n, 2 * n + n * funders
    source, sink = first_reviewer + count, first_reviewer + count + 1
    room = lil_array((sink + 1, sink + 1), dtype=np.int32)
    for i in range(n):
        room[source, i] = problem.funders[i]
        room[source, n + i] = problem.reviews[i] - problem.funders[i]
        for f in range(funders):
            room[i, first_funder + i * funders + f] = not problem.held[i, f]
            room[n + i, first_funder + i * funders + f] = count
        for r in np.flatnonzero(problem.allowed[i]).tolist():
            room[first_funder + i * funders + problem.funder_of[r], first_reviewer + r] = 1
    for r in range(count):
        room[first_reviewer + r, sink] = problem.load[r]
    full = maximum_flow(room.tocsr(), source, sink).flow_value
    return int(problem.reviews.sum()) - int(full)
