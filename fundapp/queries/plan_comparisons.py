"""Two plans of who pays what side by side, as each reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fundapp.domain.errors import NotFound
from fundapp.joint.allocation.comparison import FunderChange, compare
from fundapp.joint.allocation.stored import plan_from_json
from fundapp.models import AllocationPlan
from fundapp.queries.allocation_plans import PlanTab
from fundapp.queries.allocation_readings import HIDDEN, title_of
from fundapp.queries.decisions import DecisionRoom
from fundapp.queries.deliberations import FunderEnvelope


@dataclass(frozen=True)
class ComparedPlans:
    """Two plans side by side; names of applications as the reader may see them.

    is_alike: both rest on the same decisions, wishes and ranking.
    """

    first: PlanTab
    second: PlanTab
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    resized: tuple[str, ...]
    repaid: tuple[str, ...]
    funders: tuple[tuple[FunderEnvelope, FunderChange], ...]
    spent_change: int
    is_alike: bool


def compared_plans(
    first: AllocationPlan, second: AllocationPlan, *, room: DecisionRoom
) -> ComparedPlans:
    """Return what changes from the first plan to the second.

    NotFound unless both are plans of the room's round.
    """
    if {first.round_id, second.round_id} != {room.head.id}:
        raise NotFound("These are not plans of one round.")
    change = compare(plan_from_json(first.result["plan"]), plan_from_json(second.result["plan"]))
    titles = {str(row.id): title_of(row) for row in room.rows}
    changes = {one.funder: one for one in change.funders}

    def named(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(titles.get(id_, HIDDEN) for id_ in ids)

    return ComparedPlans(
        first=_tab(first),
        second=_tab(second),
        entering=named(change.entering),
        leaving=named(change.leaving),
        resized=named(change.resized),
        repaid=named(change.repaid),
        funders=tuple(
            (one, changes[str(one.funder_id)])
            for one in room.funders
            if str(one.funder_id) in changes
        ),
        spent_change=change.spent_change,
        is_alike=first.inputs["basis_sha256"] == second.inputs["basis_sha256"],
    )


def _tab(plan: AllocationPlan) -> PlanTab:
    grants = plan.result["plan"]["grants"]
    spent = sum(amount for _, _, amount in grants)
    return PlanTab(plan.id, plan.name, plan.is_exact, plan.entered_at, len(grants), spent)
