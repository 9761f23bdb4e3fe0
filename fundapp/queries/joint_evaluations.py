"""What the reviews of a round say together: computed once for one state of the reviews.

Rounds of more reviews than `AT_ONCE` are evaluated by a worker and kept in the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import JobState
from fundapp.joint.evaluation.aggregation import RoundEvaluation
from fundapp.joint.evaluation.evaluate import JointEvaluation
from fundapp.models import Job
from fundapp.models import JointEvaluation as JointEvaluationRow
from fundapp.queries.evaluation_inputs import EvaluationInputs, evaluation_inputs, reference_of
from fundapp.queries.evaluation_records import evaluation_from_data

AT_ONCE = 400
"""Up to so many reviews a round is evaluated when it is looked at."""


@dataclass(frozen=True)
class FoundEvaluation:
    """The evaluation that a page can show now.

    `made_at` is set where it was made by a worker; `newer` counts the reviews that came or
    changed since, all of them where there is no evaluation yet. `own_scores` are by funder with
    own weights, then by application.
    """

    evaluation: JointEvaluation | None
    made_at: datetime | None = None
    newer: int = 0
    computed: RoundEvaluation | None = None
    own_scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def complete(self) -> JointEvaluation | None:
        """Return the evaluation with its agreement, which may take a moment."""
        return self.computed.complete if self.computed else self.evaluation


@dataclass(frozen=True)
class RoundEstimates:
    """What plans of money rest on, by application id.

    `estimates` are the model's, corrected for strictness where `is_corrected`; `draws` are what
    it leaves open: draws of one index hold for all applications together. `own` are the draws by
    the weights of each funder that has its own, by funder and application, made from the same
    random numbers; an application lacks them where no review marks what the funder weighs. All
    in the rubric's marks, `scale` from the lowest to the highest.
    """

    is_corrected: bool
    scale: tuple[int, int]
    estimates: Mapping[UUID, float]
    draws: Mapping[UUID, tuple[float, ...]]
    own: Mapping[UUID, Mapping[UUID, tuple[float, ...]]] = field(default_factory=dict)


def round_estimates(session: Session, round_id: UUID, *, draws: int) -> RoundEstimates:
    """Return the estimate and `draws` seeded draws of each reviewed application. 5 statements.

    The draws come from what the reviews leave open by the rules of the round and are the same
    each time. Takes seconds for a large round seen first: never call it while writing.
    """
    inputs = evaluation_inputs(session, round_id)
    found = inputs.evaluated()
    if found is None:
        return RoundEstimates(False, inputs.scale, {}, {})
    ids = {reference_of(row): row.id for row in inputs.applications}
    return RoundEstimates(
        is_corrected=found.evaluation.calibrated,
        scale=inputs.scale,
        estimates={ids[row.application]: row.estimate for row in found.evaluation.rows},
        draws={ids[name]: drawn for name, drawn in found.fitted.draws(draws).items()},
        own={
            UUID(funder): {ids[name]: drawn for name, drawn in own.draws(draws).items()}
            for funder, own in found.own.items()
        },
    )


def found_evaluation(session: Session, inputs: EvaluationInputs) -> FoundEvaluation:
    """Return the evaluation to show without a long wait. 1 statement."""
    stored = newest_evaluation(session, inputs.round_id)
    if computed := inputs.remembered():
        return as_found(computed)
    if len(inputs.scores) <= AT_ONCE:
        return as_found(inputs.evaluated())
    if stored is None:
        return FoundEvaluation(None, newer=len(inputs.scores))
    return FoundEvaluation(
        evaluation_from_data(stored.result["evaluation"]),
        made_at=stored.made_at,
        newer=_newer(inputs, stored) if stored.inputs_sha256 != inputs.sha256 else 0,
        own_scores=stored.result.get("own_scores", {}),
    )


def as_found(computed: RoundEvaluation | None) -> FoundEvaluation:
    """Return an evaluation of the reviews as they stand, None without a review."""
    if computed is None:
        return FoundEvaluation(None)
    return FoundEvaluation(computed.evaluation, computed=computed, own_scores=computed.own_scores)


def newest_evaluation(session: Session, round_id: UUID) -> JointEvaluationRow | None:
    """Return the newest evaluation that a worker stored. 1 statement."""
    return session.scalar(
        select(JointEvaluationRow)
        .where(JointEvaluationRow.round_id == round_id)
        .order_by(JointEvaluationRow.made_at.desc(), JointEvaluationRow.id)
        .limit(1)
    )


def key_of_evaluations(round_id: UUID) -> str:
    """Return how the keys of the jobs that evaluate a round begin."""
    return f"evaluate {round_id} "


def evaluation_job(session: Session, round_id: UUID, *, due_by: datetime) -> bool:
    """Tell whether a worker evaluates the round now, or will by `due_by`. 1 statement."""
    waiting = select(Job.id).where(
        Job.once_key.startswith(key_of_evaluations(round_id)),
        Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
        Job.due_at <= due_by,
    )
    return session.scalar(waiting.limit(1)) is not None


def _newer(inputs: EvaluationInputs, stored: JointEvaluationRow) -> int:
    before, after = stored.result["marks"], inputs.marks_by_review
    return sum(before.get(pair) != after.get(pair) for pair in {*before, *after})
