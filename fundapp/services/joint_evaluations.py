"""Evaluating large rounds in the background, when their reviews change or somebody asks."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import AssignmentState
from fundapp.models import Assignment, JointEvaluation, Round
from fundapp.queries.access import facts_of_round
from fundapp.queries.evaluation_inputs import METHOD, evaluation_inputs
from fundapp.queries.evaluation_records import evaluation_as_data
from fundapp.queries.joint_evaluations import (
    AT_ONCE,
    evaluation_job,
    key_of_evaluations,
    newest_evaluation,
)
from fundapp.services.audit import record_event
from fundapp.services.jobs import queue_job
from fundapp.services.work import Work

EVALUATE_ROUND = "evaluate_round"

PAUSE = timedelta(minutes=10)
"""Reviews that come within the same ten minutes are evaluated together."""


def queue_evaluation(session: Session, round_id: UUID, *, now: datetime) -> None:
    """Have a large round evaluated soon, once for all reviews of these minutes.

    Small rounds are evaluated when they are looked at, so nothing is queued for them.
    """
    session.flush()
    done = select(Assignment.id).where(
        Assignment.round_id == round_id, Assignment.state == AssignmentState.DONE
    )
    if session.scalar(done.offset(AT_ONCE).limit(1)) is None:
        return
    seconds = PAUSE.total_seconds()
    due_at = datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)
    queue_job(
        session,
        EVALUATE_ROUND,
        {"round_id": str(round_id)},
        now=now,
        once_key=f"{key_of_evaluations(round_id)}{due_at:%Y-%m-%dT%H:%M}",
        due_at=due_at,
    )


def ask_evaluation(session: Session, round_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Have a round evaluated now. Raises WrongState while that is under way."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.DECIDE, facts_of_round(session, round_))
    if evaluation_job(session, round_id, due_by=now):
        raise WrongState("The ranking is being worked out already. Load it again in a moment.")
    queue_job(
        session,
        EVALUATE_ROUND,
        {"round_id": str(round_id)},
        now=now,
        actor=actor,
        once_key=f"{key_of_evaluations(round_id)}{now.isoformat()}",
    )
    record_event(session, "ranking.asked", round_, actor=actor, now=now)


def evaluate_round(work: Work) -> None:
    """Evaluate a round and keep the result in the place of older ones. Safe to run twice."""
    round_id = UUID(work.payload["round_id"])
    with work.reading() as session:
        inputs = evaluation_inputs(session, round_id)
        stored = newest_evaluation(session, round_id)
    is_known = stored is not None and stored.inputs_sha256 == inputs.sha256
    if is_known or len(inputs.scores) <= AT_ONCE:
        return
    began = perf_counter()
    computed = inputs.evaluated()
    if computed is None:
        return
    result = {
        "evaluation": evaluation_as_data(computed.complete),
        "marks": inputs.marks_by_review,
        "own_scores": computed.own_scores,
    }
    seconds = perf_counter() - began
    with work.transaction() as session:
        session.execute(delete(JointEvaluation).where(JointEvaluation.round_id == round_id))
        session.add(
            JointEvaluation(
                round_id=round_id,
                inputs_sha256=inputs.sha256,
                method=METHOD,
                result=result,
                seconds=seconds,
                made_at=work.now(),
            )
        )
