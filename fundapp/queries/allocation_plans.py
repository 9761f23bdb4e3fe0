"""Plans of who pays what as they are kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import AllocationPlan, Person

TABS = 6
"""Newest plans that are offered beside each other."""


@dataclass(frozen=True)
class PlanTab:
    """One plan among the newest: its name, how many grants for how much."""

    id: UUID
    name: str
    is_exact: bool
    entered_at: datetime | None
    grants: int
    spent: int


def plan_tabs(session: Session, round_id: UUID) -> tuple[PlanTab, ...]:
    """Return the newest plans that were not discarded, the oldest first. 1 statement."""
    rows = session.execute(
        select(
            AllocationPlan.id,
            AllocationPlan.name,
            AllocationPlan.is_exact,
            AllocationPlan.entered_at,
            AllocationPlan.result["plan"]["grants"].label("grants"),
        )
        .where(AllocationPlan.round_id == round_id, AllocationPlan.discarded_at.is_(None))
        .order_by(AllocationPlan.made_at.desc(), AllocationPlan.name.desc(), AllocationPlan.id)
        .limit(TABS)
    ).all()
    return tuple(
        PlanTab(
            row.id,
            row.name,
            row.is_exact,
            row.entered_at,
            grants=len(row.grants),
            spent=sum(grant[2] for grant in row.grants),
        )
        for row in reversed(rows)
    )


@dataclass(frozen=True)
class StoredPlan:
    """A plan as it is kept, and who made it."""

    plan: AllocationPlan
    made_by: str


def stored_plan(session: Session, plan_id: UUID) -> StoredPlan:
    """Return a plan and who made it. 1 statement. NotFound when there is none."""
    found = session.execute(
        select(AllocationPlan, Person.name)
        .join(Person, Person.id == AllocationPlan.made_by_id)
        .where(AllocationPlan.id == plan_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such plan.")
    plan, made_by = found
    return StoredPlan(plan, made_by)
