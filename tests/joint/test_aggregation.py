from fractions import Fraction
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.joint.aggregation import (
    MEAN,
    AggregatedApplication,
    Method,
    ReviewScore,
    aggregate,
    strictness_is_estimable,
)


def review(application: str, reviewer: str, score, funder: str = "A") -> ReviewScore:
    return ReviewScore(application, reviewer, funder, Fraction(score))


REVIEWS = [
    review("a", "x", 4, "A"),
    review("a", "y", 2, "B"),
    review("a", "z", 3, "B"),
    review("b", "x", 5, "A"),
]


def test_a_round_is_summed_up():
    result = aggregate(["a", "b", "c"], REVIEWS, seed="s")
    assert result.rows == (
        AggregatedApplication(
            application="b",
            reviews=1,
            raw_score=5.0,
            aggregated_score=5.0,
            standard_deviation=None,
            standard_error=None,
            lowest=5.0,
            highest=5.0,
            funder_means={"A": 5.0},
            rank=1,
            position=1,
            note="One review only, so nothing can be said about how far reviewers differ.",
        ),
        AggregatedApplication(
            application="a",
            reviews=3,
            raw_score=3.0,
            aggregated_score=3.0,
            standard_deviation=1.0,
            standard_error=1 / 3**0.5,
            lowest=2.0,
            highest=4.0,
            funder_means={"A": 4.0, "B": 2.5},
            rank=2,
            position=2,
            note="",
        ),
        AggregatedApplication(
            application="c",
            reviews=0,
            raw_score=None,
            aggregated_score=None,
            standard_deviation=None,
            standard_error=None,
            lowest=None,
            highest=None,
            funder_means={},
            rank=None,
            position=None,
            note="No review yet, so no score and no rank.",
        ),
    )
    assert result.method.key == "mean-1"


def test_equal_means_share_a_rank_whatever_they_are_made_of():
    third = Fraction(1, 3)
    reviews = [
        *(
            review("a", name, score)
            for name, score in zip("xyz", (third, third, third), strict=True)
        ),
        review("b", "x", third),
        review("c", "x", 1),
        review("d", "x", 0),
    ]
    rows = aggregate("abcd", reviews, seed="s").rows
    assert [(row.rank, row.position) for row in rows] == [(1, 1), (2, 2), (2, 3), (4, 4)]


def test_the_seed_draws_the_positions_of_ties():
    applications = [f"a{n}" for n in range(20)]
    reviews = [review(application, "x", 3) for application in applications]
    orders = {
        tuple(row.application for row in aggregate(applications, reviews, seed=seed).rows)
        for seed in "0123"
    }
    assert len(orders) == 4


ROUNDS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")),
    st.fractions(1, 5, max_denominator=20),
).map(lambda scores: [review(a, r, score, r) for (a, r), score in scores.items()])


@given(ROUNDS, st.randoms())
def test_the_order_of_the_reviews_does_not_matter(reviews, random):
    before = aggregate("abcdef", reviews, seed="s")
    random.shuffle(reviews)
    assert aggregate("fedcba", reviews, seed="s") == before


@given(ROUNDS)
def test_the_ranking_goes_down_and_every_application_is_in_it(reviews):
    rows = aggregate("abcdef", reviews, seed="s").rows
    assert sorted(row.application for row in rows) == list("abcdef")
    ranked = [row for row in rows if row.rank is not None]
    assert rows[: len(ranked)] == tuple(ranked)
    assert [row.position for row in ranked] == list(range(1, len(ranked) + 1))
    means = {
        name: mean(entry.score for entry in reviews if entry.application == name)
        for name in {entry.application for entry in reviews}
    }
    assert {row.application: row.rank for row in ranked} == {
        name: 1 + sum(other > score for other in means.values()) for name, score in means.items()
    }
    assert {row.application: row.raw_score for row in ranked} == {
        name: float(score) for name, score in means.items()
    }


def test_another_method_ranks_by_its_own_score_beside_the_raw_one():
    best = Method(
        name="best",
        version=2,
        sentence="The best review counts.",
        scorer=lambda reviews: {
            name: max(r.score for r in reviews if r.application == name)
            for name in {r.application for r in reviews}
        },
    )
    result = aggregate("ab", REVIEWS, seed="s", method=best)
    assert result.method.key == "best-2"
    assert [(row.application, row.raw_score, row.aggregated_score) for row in result.rows] == [
        ("b", 5.0, 5.0),
        ("a", 3.0, 4.0),
    ]


@pytest.mark.parametrize(
    ("reviews", "message"),
    [
        ([review("z", "x", 1)], "not in the round"),
        ([review("a", "x", 1), review("a", "x", 2)], "two reviews"),
    ],
)
def test_reviews_that_cannot_be_are_refused(reviews, message):
    with pytest.raises(ValueError, match=message):
        aggregate("a", reviews, seed="s")


@pytest.mark.parametrize(
    ("pairs", "estimable"),
    [
        ([], False),
        (["ax", "ay", "bz"], False),
        (["ax", "bx", "ay", "by"], True),
        (["ax", "bx", "ay"], False),
        (["ax", "bx", "cx", "ay", "by", "az"], True),
    ],
)
def test_strictness_needs_two_reviews_of_the_median_reviewer(pairs, estimable):
    reviews = [review(a, r, 3) for a, r in pairs]
    assert strictness_is_estimable(reviews) is estimable


def test_the_round_says_where_strictness_cannot_be_estimated():
    assert aggregate("abc", REVIEWS, seed="s", method=MEAN).strictness == (
        "Most reviewers have one review only, so nobody can tell a strict reviewer from a "
        "weak application. Strictness is not estimated here."
    )
    both = [review(a, r, 3) for a in "ab" for r in "xy"]
    assert aggregate("ab", both, seed="s").strictness == (
        "Reviewers have several reviews each, so their strictness can be compared."
    )
