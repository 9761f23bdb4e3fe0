from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fundapp.joint.calibration.review_table import Score
from fundapp.joint.evaluation.home_bias import HomeBias, home_bias
from tests.joint.rounds import made_round

REVIEWS, _ = made_round(np.random.default_rng(7), 120, 20, each=4)
INTERESTED = {
    (one.application, one.reviewer)
    for one in REVIEWS
    if (int(one.application[1:]) + int(one.reviewer[1:])) % 5 == 0
}


def favoured(by: float) -> list[Score]:
    return [
        replace(one, score=one.score + by * ((one.application, one.reviewer) in INTERESTED))
        for one in REVIEWS
    ]


def test_a_bias_is_found_and_without_one_the_interval_holds_nothing():
    found: Any = home_bias(favoured(1.5), INTERESTED)
    assert found.low < 1.5 < found.high
    assert found.low > 0
    none: Any = home_bias(REVIEWS, INTERESTED)
    assert none.low < 0 < none.high
    assert found.reviews == none.reviews == len(INTERESTED)


def test_in_favour_is_positive_where_lower_is_better():
    turned = [replace(one, score=-one.score) for one in favoured(1.5)]
    found: Any = home_bias(turned, INTERESTED, higher_is_better=False)
    assert found.difference == pytest.approx(home_bias(favoured(1.5), INTERESTED).difference)


@pytest.mark.parametrize(
    "interested", [set(), {(one.application, one.reviewer) for one in REVIEWS}]
)
def test_without_both_kinds_of_reviews_nothing_is_known(interested):
    assert home_bias(REVIEWS, interested) == HomeBias(len(interested), None, None, None)
