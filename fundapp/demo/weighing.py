"""How the sample funders weigh the criteria of the seed grants by their own lights."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.demo.cast import MANAGER
from fundapp.demo.stage import Stage
from fundapp.queries.round_records import criteria_of_round
from fundapp.services.funder_weights import set_funder_weights

CRITERIA = ("importance", "validity", "feasibility", "team", "independence", "cost", "reach")
OWN_WEIGHTS: Mapping[str, tuple[int, ...]] = {
    "ruritania": (40, 20, 5, 5, 20, 5, 5),
    "lilliput": (20, 10, 10, 5, 10, 5, 40),
    "erewhon": (10, 50, 10, 5, 15, 5, 5),
    "laputa": (5, 10, 30, 25, 0, 30, 0),
}
"""By funder, in the order of `CRITERIA`."""


def weigh_by_own_lights(
    session: Session, stage: Stage, round_id: UUID, *, funders: Collection[str]
) -> None:
    """Set the own weights of these funders, by code, in a draft with the seed grants' rubric."""
    ids = {criterion.code: id_ for id_, criterion in criteria_of_round(session, round_id)}
    for code in funders:
        weights = dict(zip(CRITERIA, OWN_WEIGHTS[code], strict=True))
        set_funder_weights(
            session,
            round_id,
            stage.funders[code],
            weights={id_: weights[criterion] for criterion, id_ in ids.items()},
            actor=stage.actor(session, MANAGER),
            now=stage.now,
        )
