"""The ranking of a round, live from the reviews that count."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.joint.evaluation.aggregation import AggregatedApplication, Aggregation, aggregate
from fundapp.joint.evaluation.fitted_reviews import DECIMALS
from fundapp.queries.barred import BarredPairs
from fundapp.queries.evaluation_inputs import EvaluationInputs, evaluation_inputs, reference_of
from fundapp.queries.joint_evaluations import FoundEvaluation, as_found, found_evaluation
from fundapp.queries.marks import CountedReview


@dataclass(frozen=True)
class LiveRanking:
    """The ranking of a round as its reviews stand, with what it was made from.

    `found` may be of an earlier state of the reviews of a large round. `own_scores` are what is
    frozen of funders with own weights: by the funder's and the application's id, as texts.
    """

    inputs: EvaluationInputs
    found: FoundEvaluation
    aggregation: Aggregation
    rows: list[dict[str, Any]]
    own_scores: Mapping[str, Mapping[str, str]]
    sha256: str

    @property
    def reviews(self) -> tuple[CountedReview, ...]:
        """Return the reviews that count."""
        return self.inputs.reviews


def live_ranking(
    session: Session, round_id: UUID, *, barred: BarredPairs | None = None, waits: bool = True
) -> LiveRanking:
    """Rank the round by its reviews as they stand. 6 statements, 5 with `barred` given.

    In large rounds that takes seconds. Without `waits` the newest evaluation that a worker
    stored is taken instead, which may be older than the reviews.
    """
    inputs = evaluation_inputs(session, round_id, barred=barred)
    if waits and (computed := inputs.evaluated()):
        found = as_found(computed)
    else:
        found = found_evaluation(session, inputs)
    references = {reference_of(row): row.id for row in inputs.applications}
    aggregation = aggregate(
        list(references), inputs.scores, evaluation=found.evaluation, seed=inputs.rules.seed
    )
    rows = [row_to_freeze(references[row.application], row) for row in aggregation.rows]
    own_scores = {
        funder: {str(references[name]): repr(score) for name, score in sorted(own.items())}
        for funder, own in found.own_scores.items()
    }
    return LiveRanking(
        inputs=inputs,
        found=found,
        aggregation=aggregation,
        rows=rows,
        own_scores=own_scores,
        sha256=ranking_hash(aggregation.method, rows, own_scores),
    )


def ranking_hash(
    method: str,
    rows: Sequence[Mapping[str, Any]],
    own_scores: Mapping[str, Mapping[str, str]],
) -> str:
    """Return the SHA-256 of a ranking's canonical JSON (sorted keys, no spaces).

    `own_scores` are part of it only where a funder has own weights.
    """
    content: dict[str, Any] = {"method": method, "rows": list(rows)}
    if own_scores:
        content["own_scores"] = own_scores
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def row_to_freeze(application_id: UUID, row: AggregatedApplication) -> dict[str, Any]:
    """Return a row as rankings keep it: numbers as texts, None where unknown.

    `estimate` to `p_fundable` are the model's, to `DECIMALS`, so that the same reviews have the
    same hash on every machine; `low` and `high` end its 90 % interval.
    """
    found = row.evaluated
    return {
        "application_id": str(application_id),
        "reference": row.application,
        "rank": row.rank,
        "position": row.position,
        "raw": _text(row.raw_score),
        "score": _text(row.aggregated_score),
        "reviews": row.reviews,
        "spread": _text(row.standard_deviation),
        "estimate": _rounded(found.estimate if found else None),
        "low": _rounded(found.low if found else None),
        "high": _rounded(found.high if found else None),
        "expected_rank": _rounded(found.expected_rank if found else None),
        "p_fundable": _rounded(found.p_fundable if found else None),
        "band": found.band.value if found and found.band else None,
    }


def _rounded(number: float | None) -> str | None:
    return None if number is None else repr(round(number, DECIMALS))


def _text(number: float | None) -> str | None:
    return None if number is None else repr(number)
