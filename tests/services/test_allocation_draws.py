"""What is drawn around the frozen scores of a plan, for all applications together."""

from uuid import UUID

import numpy as np
import pytest

from fundapp.joint.allocation.stored import instance_as_json
from fundapp.queries.joint_evaluations import RoundEstimates
from fundapp.services.allocation_draws import DRAWS, drawn_values
from tests.joint.allocation.instances import an_application, an_instance

FIRST, SECOND = (str(UUID(int=place)) for place in (1, 2))
OURS, THEIRS = (str(UUID(int=place)) for place in (11, 12))
COSTS = np.array([100, 200])


@pytest.fixture
def instance():
    values = {OURS: 1.0, THEIRS: 1.0}
    asked = [
        an_application(name, cost, values)
        for name, cost in zip((FIRST, SECOND), (100, 200), strict=True)
    ]
    return an_instance({OURS: 200, THEIRS: 100}, asked, seed="s")


@pytest.fixture
def inputs(instance):
    return {
        "scores": [4.0, 3.0],
        "own_scores": {THEIRS: [5.0, 2.5]},
        "marks": {OURS: 1.0, THEIRS: 2.0},
        "deviations": [0.01, 0.02],
        "instance": instance_as_json(instance),
    }


def test_each_score_by_itself(instance, inputs) -> None:
    values = drawn_values(inputs, instance, estimates=None)
    assert values.shape == (DRAWS, 2, 2)
    middle = np.array([[3.0, 2.0], [3.0, 0.5]]) * COSTS
    assert values.mean(axis=0) == pytest.approx(middle, rel=0.02)
    ours, theirs = values[:, 0] / COSTS, values[:, 1] / COSTS
    assert ours - ours.mean(axis=0) == pytest.approx(theirs - theirs.mean(axis=0))
    assert abs(np.corrcoef(ours.T)[0, 1]) < 0.2
    assert (drawn_values(inputs, instance, estimates=None) == values).all()


def test_draws_of_the_model_hold_for_all_together(instance, inputs) -> None:
    swing = np.linspace(-0.2, 0.2, DRAWS)
    draws = {UUID(FIRST): tuple(7 + swing), UUID(SECOND): tuple(7 - swing)}
    own = {UUID(THEIRS): {UUID(FIRST): tuple(1 + 2 * swing)}}
    estimates = RoundEstimates(True, (1, 5), {}, draws, own)
    values = drawn_values(inputs, instance, estimates=estimates) / COSTS
    assert values[:, 0] == pytest.approx(np.column_stack([3 + swing, 2 - swing]))
    assert values[:, 1] == pytest.approx(np.column_stack([3 + 2 * swing, 0.5 - swing]))


def test_below_the_lowest_score_a_grant_is_worth_nothing(instance, inputs) -> None:
    values = drawn_values(inputs | {"marks": {OURS: 4.5, THEIRS: 2.0}}, instance, estimates=None)
    assert values[:, 0].max() == 0
