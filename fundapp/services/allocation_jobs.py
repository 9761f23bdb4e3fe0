"""What a worker does for a plan of who pays what: make it exact, say how sure it is."""

from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.joint.allocation.instance import NoPlan
from fundapp.joint.allocation.stored import plan_from_json
from fundapp.models import AllocationPlan
from fundapp.queries.joint_evaluations import RoundEstimates, round_estimates
from fundapp.queries.rankings import live_ranking
from fundapp.services.allocation_drafts import exact_plan, finished, plan_hash, result_of
from fundapp.services.allocation_draws import DRAWS
from fundapp.services.work import Work

FINISH_PLAN = "finish_allocation_plan"


def finish_plan(work: Work) -> None:
    """Make a quick plan exact, then say how robust its grants are and what misses cost.

    Of a plan that was entered already, the grants stay as they are. A discarded one is left.
    """
    plan_id = UUID(work.payload["plan_id"])
    with work.reading() as session:
        row = session.get_one(AllocationPlan, plan_id)
        inputs, result, is_exact = row.inputs, row.result, row.is_exact
        is_entered, is_discarded = row.entered_at is not None, row.discarded_at is not None
        if is_discarded or result["finished"]:
            return
        estimates = _joint_estimates(session, row)
    started = monotonic()
    plan = plan_from_json(result["plan"])
    if not is_exact and not is_entered:
        try:
            plan = exact_plan(inputs)
        except NoPlan:
            plan = plan_from_json(result["plan"])
        result = result_of(inputs, plan, quick=plan_from_json(result["quick"]))
    work.report(1, 2)
    _replace(work, plan_id, result, method=plan.method, is_exact=plan.gap is not None)
    result = finished(inputs, result, plan, estimates=estimates)
    _replace(work, plan_id, result, method=plan.method, seconds=monotonic() - started)
    work.report(2, 2)


def _joint_estimates(session: Session, plan: AllocationPlan) -> RoundEstimates | None:
    """Return draws of all scores together; None unless the reviews are those of the ranking."""
    live = live_ranking(session, plan.round_id)
    if live.sha256 != plan.inputs["ranking_sha256"]:
        return None
    return round_estimates(session, plan.round_id, draws=DRAWS)


def _replace(
    work: Work,
    plan_id: UUID,
    result: dict[str, Any],
    *,
    method: str,
    is_exact: bool | None = None,
    seconds: float = 0.0,
) -> None:
    with work.transaction() as session:
        plan = session.get_one(AllocationPlan, plan_id, with_for_update=True)
        sha256 = plan_hash(plan.inputs, result)
        is_open = plan.entered_at is None and plan.discarded_at is None
        if not is_open and sha256 != plan.sha256:
            return
        plan.result, plan.sha256, plan.method = result, sha256, method
        plan.is_exact = plan.is_exact if is_exact is None else is_exact
        plan.seconds = round(plan.seconds + seconds, 3)
