from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fundapp.joint.calibration.review_table import Score
from fundapp.joint.evaluation.evaluate import evaluate
from fundapp.joint.evaluation.extra_review import extra_reviews
from tests.joint.rounds import made_round

REVIEWS, _ = made_round(np.random.default_rng(4), 160, 20, each=3)
EVALUATION: Any = evaluate(REVIEWS, fundable=40, seed="s")


def test_the_gain_is_what_drawing_the_extra_review_finds():
    """Draw score and review, move the mean as the posterior does, choose the side anew."""
    generator = np.random.default_rng(1)
    rows = {row.application: row for row in EVALUATION.rows}
    found = extra_reviews(EVALUATION)
    variance = EVALUATION.review_variance
    line = _line(found, rows)
    for one in found[:40:8]:
        row = rows[one.application]
        score = row.estimate + row.deviation * generator.standard_normal(200_000)
        review = score + variance**0.5 * generator.standard_normal(200_000)
        weight = row.deviation**2 / (row.deviation**2 + variance)
        moved = row.estimate + weight * (review - row.estimate)
        wrong_now = (score > line) != (row.estimate > line)
        wrong_after = (score > line) != (moved > line)
        assert one.misplaced == pytest.approx(wrong_now.mean(), abs=0.006)
        assert one.misplaced_after == pytest.approx(wrong_after.mean(), abs=0.006)


def _line(found, rows) -> float:
    from scipy.special import ndtri

    one = found[0]
    row = rows[one.application]
    sides = [row.estimate + sign * row.deviation * ndtri(one.misplaced) for sign in (1, -1)]
    estimates = sorted((row.estimate for row in rows.values()), reverse=True)
    return min(sides, key=lambda line: abs(line - estimates[40]))


def test_near_the_line_a_review_settles_most():
    found = extra_reviews(EVALUATION)
    gains = [round(one.gain, 12) for one in found]
    assert gains == sorted(gains, reverse=True)
    ranks = {row.application: row.expected_rank for row in EVALUATION.rows}
    assert all(20 < ranks[one.application] < 70 for one in found[:10])
    assert all(one.gain == pytest.approx(one.misplaced - one.misplaced_after) for one in found)
    assert len(found) == 160


def test_fewer_reviews_leave_more_to_settle():
    settled = [one for one in REVIEWS if one.application != "a000"]
    alone = [*settled, *[one for one in REVIEWS if one.application == "a000"][:1]]
    chance: dict[int, Any] = {}
    for reviews in (REVIEWS, alone):
        found = evaluate(reviews, fundable=80, seed="s")
        chance[len(reviews)] = next(
            row.deviation for row in found.rows if row.application == "a000"
        )
    assert chance[len(alone)] > chance[len(REVIEWS)]


def test_lower_is_better_finds_the_same_reviews():
    turned = [replace(one, score=-one.score) for one in REVIEWS]
    mirrored = evaluate(turned, fundable=40, seed="s", higher_is_better=False)
    assert [one.application for one in extra_reviews(mirrored)] == [
        one.application for one in extra_reviews(EVALUATION)
    ]


def test_where_nothing_can_be_settled_there_is_no_advice():
    everybody = evaluate(REVIEWS, fundable=160, seed="s")
    assert extra_reviews(everybody) == ()
    plain = evaluate([Score("a", "x", 3), Score("b", "x", 4)], fundable=1, seed="s")
    assert extra_reviews(plain) == ()
    with pytest.raises(ValueError, match="Say how many can be funded"):
        extra_reviews(evaluate(REVIEWS, fundable=None, seed="s"))
