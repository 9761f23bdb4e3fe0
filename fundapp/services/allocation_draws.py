"""Draws of the scores of a plan: what each grant could be worth, as far as reviews leave it open.

The frozen scores stay the centre. Around them lies what the model of the reviews leaves open,
drawn for all applications together, as long as the reviews are those of the frozen ranking;
else each application's own uncertainty, drawn by itself. Either way the stored inputs of the
plan decide what is drawn, with the reviews whose ranking they name.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.allocation.instance import Instance
from fundapp.joint.ties import keyed_order
from fundapp.queries.joint_evaluations import RoundEstimates

DRAWS = 200


def drawn_values(
    inputs: Mapping[str, Any], instance: Instance, *, estimates: RoundEstimates | None
) -> NDArray[np.float64]:
    """Return values of whole grants (draws, funders, applications), the same for the same seed.

    A value is the sum asked for times the score above the funder's lowest, as in the plan.
    """
    own = inputs.get("own_scores", {})
    funders = [one.name for one in instance.funders]
    scores = np.array([own.get(name, inputs["scores"]) for name in funders], float)
    marks = np.array([inputs["marks"][name] for name in funders], float)
    cost = np.array([one.levels[-1].cost for one in instance.applications], float)
    around = _by_itself(inputs, instance) if estimates is None else _joint(instance, estimates)
    values: NDArray[np.float64] = np.maximum(scores + around - marks[:, None], 0.0) * cost
    return values


def _by_itself(inputs: Mapping[str, Any], instance: Instance) -> NDArray[np.float64]:
    generator = np.random.default_rng(keyed_order(instance.seed)("draws of the scores"))
    deviations = np.array(inputs["deviations"], float)
    drawn: NDArray[np.float64] = deviations * generator.standard_normal((DRAWS, len(deviations)))
    return drawn[:, None, :]


def _joint(instance: Instance, estimates: RoundEstimates) -> NDArray[np.float64]:
    """Return how far each draw lies from the middle of its application's draws."""
    drawn = np.array(
        [
            [
                _draws_of(UUID(one.name), UUID(funder.name), estimates)
                for one in instance.applications
            ]
            for funder in instance.funders
        ],
        float,
    )
    apart: NDArray[np.float64] = np.moveaxis(drawn - drawn.mean(axis=2, keepdims=True), 2, 0)
    return apart


def _draws_of(
    application_id: UUID, funder_id: UUID, estimates: RoundEstimates
) -> tuple[float, ...]:
    own = estimates.own.get(funder_id, {})
    return own.get(application_id, estimates.draws[application_id])
