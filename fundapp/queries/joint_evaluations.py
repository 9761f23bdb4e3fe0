"""What the reviews of a round say together: computed once for one state of the reviews.

Results are pure, so they are kept in the process by the hash of all that they were made from.
Rounds of more reviews than `AT_ONCE` are evaluated by a worker and kept in the database.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.joint_evaluation import confidence_weight
from fundapp.domain.rubrics import Rubric
from fundapp.domain.states import JobState, RoundKind
from fundapp.joint.evaluation.aggregation import ReviewScore, RoundEvaluation, evaluate_round
from fundapp.joint.evaluation.evaluate import JointEvaluation
from fundapp.joint.evaluation.ranking import number_reached
from fundapp.models import Application, Decision, Envelope, Job, Organisation, PrizeRung, Round
from fundapp.models import JointEvaluation as JointEvaluationRow
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.evaluation_records import evaluation_from_data
from fundapp.queries.marks import CountedReview, counted_reviews, rubric_of_round
from fundapp.queries.panel import REVIEWED_STATES

AT_ONCE = 400
"""Up to so many reviews a round is evaluated when it is looked at."""

METHOD = "joint-1"
"""The way of evaluating; another one gives other hashes."""

KEPT = 8


@dataclass(frozen=True)
class EvaluationRules:
    """What the round's own rules and money say of how its reviews are evaluated.

    money: what the envelopes hold together, in minor units. prizes: how many places its ladder
    has, None in a round of grants.
    """

    seed: str
    corrects_strictness: bool
    weighs_confidence: bool
    money: int
    prizes: int | None

    def weight(self, confidence: int | None) -> Fraction:
        """Return what a review of this confidence counts, 1 for full."""
        return confidence_weight(confidence) if self.weighs_confidence else Fraction(1)

    def reached(self, requests: Sequence[int]) -> int:
        """Return how many applications, the best first, the money or the prizes reach."""
        if self.prizes is not None:
            return min(self.prizes, len(requests))
        return number_reached(requests, money=self.money)


@dataclass(frozen=True)
class EvaluationInputs:
    """The reviews of a round that count, with the rules that they are evaluated by.

    `scores` name applications by reference and reviewers by the id of the person.
    """

    round_id: UUID
    rules: EvaluationRules
    rubric: Rubric
    applications: Sequence[Any]
    reviews: tuple[CountedReview, ...]
    scores: tuple[ReviewScore, ...]

    @property
    def scale(self) -> tuple[int, int]:
        """Return the lowest and the highest mark."""
        return (self.rubric.scale[0], self.rubric.scale[-1]) if self.rubric.scale else (0, 1)

    @cached_property
    def requests(self) -> Mapping[str, int]:
        """Return the sum asked for by reference, 0 where none is named."""
        return {reference_of(row): row.amount_requested or 0 for row in self.applications}

    @cached_property
    def sha256(self) -> str:
        """Return the hash of all that the evaluation is made from, in canonical order."""
        data = {
            "method": METHOD,
            "rules": vars(self.rules),
            "scale": self.scale,
            "requests": self.requests,
            "reviews": sorted(
                [one.application, one.reviewer, str(one.score), str(one.weight)]
                for one in self.scores
            ),
        }
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()

    @property
    def marks_by_review(self) -> dict[str, str]:
        """Return what each review says, as a short text by its pair of ids."""
        return {
            f"{one.application} {one.reviewer}": f"{one.score} {one.weight}" for one in self.scores
        }

    def evaluated(self) -> RoundEvaluation | None:
        """Return the evaluation, from memory where it was made before; None without a review.

        In large rounds this takes seconds: call it in a job, or before a transaction writes.
        """
        if not self.scores:
            return None
        return _REMEMBERED.get(self) or _REMEMBERED.put(self)


@dataclass(frozen=True)
class FoundEvaluation:
    """The evaluation that a page can show now.

    `made_at` is set where it was made by a worker; `newer` counts the reviews that came or
    changed since, all of them where there is no evaluation yet.
    """

    evaluation: JointEvaluation | None
    made_at: datetime | None = None
    newer: int = 0
    computed: RoundEvaluation | None = None

    @property
    def complete(self) -> JointEvaluation | None:
        """Return the evaluation with its agreement, which may take a moment."""
        return self.computed.complete if self.computed else self.evaluation


@dataclass(frozen=True)
class RoundEstimates:
    """What plans of money rest on, by application id.

    `estimates` are the model's, corrected for strictness where `is_corrected`; `draws` are what
    it leaves open: draws of one index hold for all applications together. All in the rubric's
    marks, `scale` from the lowest to the highest.
    """

    is_corrected: bool
    scale: tuple[int, int]
    estimates: Mapping[UUID, float]
    draws: Mapping[UUID, tuple[float, ...]]


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
        draws={ids[name]: drawn for name, drawn in found.draws(draws).items()},
    )


def evaluation_inputs(
    session: Session, round_id: UUID, *, barred: BarredPairs | None = None
) -> EvaluationInputs:
    """Return what the round's evaluation is made from. 5 statements, 4 with `barred` given."""
    barred = barred or barred_pairs(session, round_id)
    rules = _rules(session, round_id)
    rubric = rubric_of_round(session, round_id)
    applications = _applications(session, round_id)
    reviews = counted_reviews(session, round_id, rubric=rubric, barred=barred)
    references = {row.id: reference_of(row) for row in applications}
    return EvaluationInputs(
        round_id=round_id,
        rules=rules,
        rubric=rubric,
        applications=applications,
        reviews=reviews,
        scores=tuple(
            ReviewScore(
                application=references[review.application_id],
                reviewer=str(review.person_id),
                funder=str(review.funder_id),
                score=review.score,
                weight=rules.weight(review.confidence),
            )
            for review in reviews
            if review.score is not None and review.application_id in references
        ),
    )


def found_evaluation(session: Session, inputs: EvaluationInputs) -> FoundEvaluation:
    """Return the evaluation to show without a long wait. 1 statement."""
    stored = newest_evaluation(session, inputs.round_id)
    if computed := _REMEMBERED.get(inputs):
        return FoundEvaluation(computed.evaluation, computed=computed)
    if len(inputs.scores) <= AT_ONCE:
        computed = inputs.evaluated()
        return FoundEvaluation(computed.evaluation if computed else None, computed=computed)
    if stored is None:
        return FoundEvaluation(None, newer=len(inputs.scores))
    return FoundEvaluation(
        evaluation_from_data(stored.result["evaluation"]),
        made_at=stored.made_at,
        newer=_newer(inputs, stored) if stored.inputs_sha256 != inputs.sha256 else 0,
    )


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


def reference_of(row: Any) -> str:
    """Return what an application is called in an evaluation."""
    return row.reference or str(row.id)


def _newer(inputs: EvaluationInputs, stored: JointEvaluationRow) -> int:
    before, after = stored.result["marks"], inputs.marks_by_review
    return sum(before.get(pair) != after.get(pair) for pair in {*before, *after})


def _rules(session: Session, round_id: UUID) -> EvaluationRules:
    ladder = select(func.count()).where(PrizeRung.round_id == round_id).scalar_subquery()
    money = (
        select(func.coalesce(func.sum(Envelope.amount), 0))
        .where(Envelope.round_id == round_id)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Round.seed,
            Round.corrects_strictness,
            Round.weighs_confidence,
            Round.kind,
            ladder.label("prizes"),
            money.label("money"),
        ).where(Round.id == round_id)
    ).one()
    return EvaluationRules(
        seed=row.seed,
        corrects_strictness=row.corrects_strictness,
        weighs_confidence=row.weighs_confidence,
        money=int(row.money),
        prizes=row.prizes if row.kind is RoundKind.PRIZE else None,
    )


def _applications(session: Session, round_id: UUID) -> Sequence[Any]:
    return session.execute(
        select(
            Application.id,
            Application.reference,
            Application.title,
            Application.amount_requested,
            Application.state,
            Organisation.name.label("organisation"),
            Decision.kind.label("decision"),
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.round_id == round_id, Application.state.in_(REVIEWED_STATES))
        .order_by(Application.number, Application.id)
    ).all()


class _Remembered:
    """The latest evaluations of this process by the hash of their inputs."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, RoundEvaluation] = OrderedDict()
        self._lock = Lock()

    def get(self, inputs: EvaluationInputs) -> RoundEvaluation | None:
        with self._lock:
            found = self._found.get(inputs.sha256)
            if found is not None:
                self._found.move_to_end(inputs.sha256)
            return found

    def put(self, inputs: EvaluationInputs) -> RoundEvaluation:
        requests, rules = inputs.requests, inputs.rules
        found = evaluate_round(
            inputs.scores,
            corrects_strictness=rules.corrects_strictness,
            reached=lambda best_first: rules.reached([requests[one] for one in best_first]),
            seed=rules.seed,
            scale=inputs.scale,
        )
        with self._lock:
            self._found[inputs.sha256] = found
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return found


_REMEMBERED = _Remembered()
