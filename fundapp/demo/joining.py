"""What evaluating and paying together came to, for the demo's story and its summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.queries.deliberations import BY_PAIRS, funder_envelopes
from fundapp.queries.entered_plans import newest_entered
from fundapp.services.rankings import newest_ranking


@dataclass(frozen=True)
class FunderGain:
    """What a funder reaches alone and in the joint plan, in its own measure of value."""

    funder: str
    alone: float
    joint: float

    @property
    def percent(self) -> float | None:
        """Return the gain against going alone in per cent; None where alone reaches nothing."""
        return None if self.alone == 0 else 100 * (self.joint / self.alone - 1)


def joint_gains(session: Session, round_id: UUID) -> list[FunderGain]:
    """Return each funder's gain in the plan that was entered; nothing without one."""
    plan = newest_entered(session, round_id)
    if plan is None:
        return []
    return [
        FunderGain(one.name, plan.alone[str(one.funder_id)], plan.joint[str(one.funder_id)])
        for one in funder_envelopes(session, round_id)
        if str(one.funder_id) in plan.joint
    ]


def gain_sentence(gains: Sequence[FunderGain]) -> str:
    """Return in one sentence what joining gained the funders."""
    percents = [gain.percent for gain in gains if gain.percent is not None]
    if not percents:
        return "No funder could have paid for anything alone."
    low, high = round(min(percents)), round(max(percents))
    return f"Against going alone each funder gains {low} to {high} per cent."


def joint_summary(session: Session, round_id: UUID) -> dict[str, Any] | None:
    """Return for a round ranked by the rubric how it was ranked and what joining gained."""
    ranking = newest_ranking(session, round_id)
    if ranking is None or ranking.method == BY_PAIRS:
        return None
    raw = sorted(
        (row for row in ranking.rows if row["raw"] is not None),
        key=lambda row: -float(row["raw"]),
    )
    return {
        "calibrated": ranking.evaluation["calibrated"],
        "why": ranking.evaluation["why"],
        "order_changed": any(
            float(above["score"]) < float(below["score"])
            for above, below in pairwise(raw)
            if float(above["raw"]) > float(below["raw"])
        ),
        "gains": {
            gain.funder: {
                "alone": round(gain.alone, 3),
                "joint": round(gain.joint, 3),
                "percent": None if gain.percent is None else round(gain.percent, 1),
            }
            for gain in joint_gains(session, round_id)
        },
    }
