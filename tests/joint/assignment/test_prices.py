import pytest

from fundapp.joint.assignment.assign import ApplicationNeed, ReviewerCapacity
from fundapp.joint.assignment.prices import price_of_change
from fundapp.joint.assignment.question import question_of

NEEDS = [
    ApplicationNeed(application=name, reviews_wanted=1, funders_wanted=1) for name in ("a", "b")
]
REVIEWERS = [ReviewerCapacity(reviewer=name, funder="A", load=1) for name in ("x", "y", "z")]
AFFINITY = {
    ("a", "x"): 0.9,
    ("a", "y"): 0.7,
    ("a", "z"): 0.2,
    ("b", "x"): 0.8,
    ("b", "y"): 0.1,
    ("b", "z"): 0.3,
}


def a_question(**changes):
    return question_of(
        **{
            "applications": NEEDS,
            "reviewers": REVIEWERS,
            "conflicts": set(),
            "affinity": AFFINITY,
            "seed": "s",
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("pair", "is_chosen", "total"),
    [
        # The optimum is a-y and b-x: 1.5.
        (("a", "x"), False, 0.9 + 0.3),
        (("a", "z"), False, 0.2 + 0.8),
        (("b", "y"), False, 0.1 + 0.9),
        (("b", "z"), False, 0.3 + 0.9),
        (("a", "y"), True, 0.9 + 0.3),
        (("b", "x"), True, 0.9 + 0.3),
    ],
)
def test_the_price_of_every_pair(pair, is_chosen, total):
    found = price_of_change(a_question(), pair)
    assert found.is_chosen is is_chosen
    assert found.price == pytest.approx(1.5 - total)
    word = "without" if is_chosen else "with"
    assert found.sentence == (
        f"The best assignment {word} this pair matches less well by {1.5 - total:.2f} in all."
    )


def test_a_pair_that_matches_as_well_is_free():
    flat = a_question(affinity={})
    found = price_of_change(flat, ("a", "z"))
    word = "without" if found.is_chosen else "with"
    assert found.sentence == f"An assignment {word} this pair matches as well."


def test_a_change_that_leaves_a_review_missing_says_so():
    narrow = a_question(conflicts={("b", "y"), ("b", "z")})
    found = price_of_change(narrow, ("a", "x"))
    assert (found.reviews_missing, found.funders_missing) == (1, 1)
    assert found.sentence == (
        "The best assignment with this pair lacks 1 more review and 1 more funder."
    )


@pytest.mark.parametrize(
    ("changes", "pair", "message"),
    [
        ({}, ("a", "nobody"), "is unknown"),
        ({"locked": {("a", "x")}}, ("a", "x"), "it stays"),
        ({"conflicts": {("a", "x")}}, ("a", "x"), "it may not be"),
        ({"locked": {("b", "x")}}, ("a", "x"), "x has no room"),
    ],
)
def test_what_has_no_price_is_refused(changes, pair, message):
    with pytest.raises(ValueError, match=message):
        price_of_change(a_question(**changes), pair)
