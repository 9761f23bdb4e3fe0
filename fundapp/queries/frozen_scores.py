"""What the newest frozen ranking says of each application: its place, score and uncertainty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from statistics import mean
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.models import Ranking
from fundapp.queries.deliberations import RoundHead

Z90 = 1.6449
"""Standard deviations from the estimate to the end of a 90 % interval."""


@dataclass(frozen=True)
class Quality:
    """Place, score and the standard deviation of the score of one application.

    own: its score by the weights of each funder that has its own. places: where it was frozen from
    pairs, the best and the worst place that chance leaves open.
    """

    rank: int
    position: int
    score: float
    deviation: float
    own: Mapping[UUID, float] = field(default_factory=dict)
    places: tuple[int, int] | None = None

    def to(self, funder_id: UUID) -> float:
        """Return the score that counts for a funder: its own, else the round's."""
        return self.own.get(funder_id, self.score)


def frozen_qualities(session: Session, head: RoundHead) -> Mapping[UUID, Quality]:
    """Return the quality of each ranked application, nothing before the freeze. 1 statement."""
    if head.frozen is None:
        return {}
    rows, evaluation = session.execute(
        select(Ranking.rows, Ranking.evaluation).where(Ranking.id == head.frozen.id)
    ).one()
    own = (evaluation or {}).get("own_scores", {})
    ranked = [row for row in rows if row["position"] is not None and row["score"] is not None]
    spreads = [float(row["spread"]) for row in ranked if row["spread"] is not None]
    usual = mean(spreads) if spreads else 0.0
    return {
        UUID(row["application_id"]): Quality(
            row["rank"],
            row["position"],
            float(row["score"]),
            _deviation(row, usual),
            _own(row["application_id"], own),
            (row["rank_low"], row["rank_high"]) if row.get("rank_low") else None,
        )
        for row in ranked
    }


def _own(application: str, scores: Mapping[str, Mapping[str, Any]]) -> Mapping[UUID, float]:
    return {
        UUID(funder): float(given[application])
        for funder, given in sorted(scores.items())
        if application in given
    }


def _deviation(row: Mapping[str, Any], usual: float) -> float:
    """Return the standard deviation of a frozen score: of its interval, else of its mean."""
    low, high = row.get("low"), row.get("high")
    if low is not None and high is not None:
        return (float(high) - float(low)) / (2 * Z90)
    spread = usual if row["spread"] is None else float(row["spread"])
    return spread / sqrt(max(1, row["reviews"]))
