"""What a round's evaluation is made from: its reviews, its rules, its funders' weights.

Results are pure, so they are kept in the process by the hash of all that they were made from.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.joint_evaluation import confidence_weight
from fundapp.domain.rubrics import Rubric, score_by_weights
from fundapp.domain.states import RoundKind
from fundapp.joint.evaluation.aggregation import RoundEvaluation, evaluate_round
from fundapp.joint.evaluation.fitted_reviews import ReviewScore
from fundapp.joint.evaluation.ranking import number_reached
from fundapp.models import Application, Decision, Envelope, Organisation, PrizeRung, Round
from fundapp.queries.barred import BarredPairs, barred_pairs
from fundapp.queries.marks import CountedReview, counted_reviews
from fundapp.queries.panel import REVIEWED_STATES
from fundapp.queries.round_records import weighed_rubric

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

    `scores` name applications by reference and reviewers by the id of the person. `own_weights`
    are by funder and code of the criterion, for funders that have their own.
    """

    round_id: UUID
    rules: EvaluationRules
    rubric: Rubric
    applications: Sequence[Any]
    reviews: tuple[CountedReview, ...]
    scores: tuple[ReviewScore, ...]
    own_weights: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict)

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
        """Return the hash of all that the evaluation is made from, in canonical order.

        Own weights are in it by the scores that they give, and only where there are any.
        """
        data: dict[str, Any] = {
            "method": METHOD,
            "rules": vars(self.rules),
            "scale": self.scale,
            "requests": self.requests,
            "reviews": sorted(
                [one.application, one.reviewer, str(one.score), str(one.weight)]
                for one in self.scores
            ),
        }
        if self.own_weights:
            data["own"] = {
                funder: sorted([one.application, one.reviewer, str(one.score)] for one in scores)
                for funder, scores in self.own_scores.items()
            }
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()

    @cached_property
    def own_scores(self) -> Mapping[str, tuple[ReviewScore, ...]]:
        """Return the same reviews scored by the weights of each funder that has its own.

        A review counts for a funder when it marks a criterion that the funder weighs.
        """
        references = {row.id: reference_of(row) for row in self.applications}
        return {
            str(funder): _scores(
                self.reviews,
                [score_by_weights(weights, review.marks) for review in self.reviews],
                references,
                rules=self.rules,
            )
            for funder, weights in self.own_weights.items()
        }

    @property
    def marks_by_review(self) -> dict[str, str]:
        """Return what each review says, as a short text by its pair of ids."""
        return {
            f"{one.application} {one.reviewer}": f"{one.score} {one.weight}" for one in self.scores
        }

    def remembered(self) -> RoundEvaluation | None:
        """Return the evaluation where this process made it before."""
        return _REMEMBERED.get(self)

    def evaluated(self) -> RoundEvaluation | None:
        """Return the evaluation, from memory where it was made before; None without a review.

        In large rounds this takes seconds: call it in a job, or before a transaction writes.
        """
        if not self.scores:
            return None
        return _REMEMBERED.get(self) or _REMEMBERED.put(self)


def evaluation_inputs(
    session: Session, round_id: UUID, *, barred: BarredPairs | None = None
) -> EvaluationInputs:
    """Return what the round's evaluation is made from. 5 statements, 4 with `barred` given."""
    barred = barred or barred_pairs(session, round_id)
    rules = _rules(session, round_id)
    weighed = weighed_rubric(session, round_id)
    rubric = weighed.rubric
    applications = _applications(session, round_id)
    reviews = counted_reviews(session, round_id, rubric=rubric, barred=barred)
    references = {row.id: reference_of(row) for row in applications}
    return EvaluationInputs(
        round_id=round_id,
        rules=rules,
        rubric=rubric,
        applications=applications,
        reviews=reviews,
        scores=_scores(reviews, [review.score for review in reviews], references, rules=rules),
        own_weights=weighed.own,
    )


def reference_of(row: Any) -> str:
    """Return what an application is called in an evaluation."""
    return row.reference or str(row.id)


def _scores(
    reviews: Sequence[CountedReview],
    scores: Sequence[Fraction | None],
    references: Mapping[UUID, str],
    *,
    rules: EvaluationRules,
) -> tuple[ReviewScore, ...]:
    return tuple(
        ReviewScore(
            application=references[review.application_id],
            reviewer=str(review.person_id),
            funder=str(review.funder_id),
            score=score,
            weight=rules.weight(review.confidence),
        )
        for review, score in zip(reviews, scores, strict=True)
        if score is not None and review.application_id in references
    )


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
            own_reviews=inputs.own_scores,
        )
        with self._lock:
            self._found[inputs.sha256] = found
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return found


_REMEMBERED = _Remembered()
