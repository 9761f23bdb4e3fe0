"""The plan of who pays what that was entered last, which the next one starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.models import AllocationPlan


@dataclass(frozen=True)
class EnteredPlan:
    """A plan that was entered: what it decided, by application, and its grants.

    alone, joint: what each funder reaches alone and in the plan, by its id, in the plan's unit.
    """

    id: UUID
    decisions: Mapping[UUID, Mapping[str, Any]]
    grants: Sequence[Sequence[Any]]
    alone: Mapping[str, float]
    joint: Mapping[str, float]


def newest_entered(session: Session, round_id: UUID) -> EnteredPlan | None:
    """Return the newest entered plan of the round, None for none. 1 statement."""
    found = session.execute(
        select(AllocationPlan.id, AllocationPlan.result)
        .where(AllocationPlan.round_id == round_id, AllocationPlan.entered_at.is_not(None))
        .order_by(AllocationPlan.entered_at.desc(), AllocationPlan.id)
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    decisions = {UUID(one["application_id"]): one for one in found.result["decisions"]}
    plan = found.result["plan"]
    return EnteredPlan(found.id, decisions, plan["grants"], plan["alone"], plan["values"])
