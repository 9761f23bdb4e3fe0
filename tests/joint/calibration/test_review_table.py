import pytest

from fundapp.joint.calibration.review_table import LARGEST_SCORE, Score, review_table


def test_the_order_of_reviews_does_not_matter():
    reviews = [Score("b", "x", 4), Score("a", "y", 2), Score("a", "x", 3)]
    for order in (reviews, reviews[::-1]):
        table = review_table(order, weights={("b", "x"): 0.4})
        assert table.applications == ("a", "b")
        assert table.reviewers == ("x", "y")
        assert table.scores.tolist() == [3, 2, 4]
        assert table.weights.tolist() == [1, 1, 0.4]
        assert table.raw_means.tolist() == [2.5, 4]
        assert table.reviews_by_reviewers.tolist() == [2, 1]


def test_lower_scores_are_turned():
    assert review_table([Score("a", "x", 4)], higher_is_better=False).scores.tolist() == [-4]


@pytest.mark.parametrize(
    ("reviews", "weights", "sentence"),
    [
        ([], {}, "There is no review."),
        ([Score("a", "x", 1)] * 2, {}, "A reviewer has two reviews of one application."),
        ([Score("a", "x", float("nan"))], {}, f"between -{LARGEST_SCORE:g}"),
        ([Score("a", "x", 1e300)], {}, f"between -{LARGEST_SCORE:g}"),
        ([Score("a", "x", 1)], {("a", "x"): 0.0}, "The weight of a review must be"),
        ([Score("a", "x", 1)], {("a", "x"): float("nan")}, "The weight of a review must be"),
    ],
)
def test_what_is_no_table_is_refused(reviews, weights, sentence):
    with pytest.raises(ValueError, match=sentence.replace(".", r"\.").replace("+", r"\+")):
        review_table(reviews, weights=weights)
