"""What a board paper says of the money: who pays what, from the decisions or from a plan."""

from collections import Counter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import FunderWord
from fundapp.domain.money import Money
from fundapp.domain.states import DecisionKind, RoundKind
from fundapp.models import AllocationPlan
from fundapp.queries.allocation_plans import stored_plan
from fundapp.queries.allocation_readings import plan_view
from fundapp.queries.allocation_views import PlannedRow, PlanView
from fundapp.queries.board_paper_rows import AwardLine, BoardFunder, Proposal
from fundapp.queries.decisions import DecisionRoom, RoomRow
from fundapp.queries.deliberations import FunderEnvelope

MOST_NEAR_MISSES = 8


def plan_to_show(session: Session, room: DecisionRoom) -> PlanView | None:
    """Return the plan entered last, else the newest; None for none. 15 statements at most.

    Where decisions stand, a plan that was not entered is no longer what is proposed.
    """
    if room.head.kind is RoundKind.PRIZE:
        return None
    newest: UUID | None = session.scalar(
        select(AllocationPlan.id)
        .where(AllocationPlan.round_id == room.head.id, AllocationPlan.discarded_at.is_(None))
        .order_by(
            AllocationPlan.entered_at.is_(None),
            AllocationPlan.entered_at.desc(),
            AllocationPlan.made_at.desc(),
            AllocationPlan.id,
        )
        .limit(1)
    )
    if newest is None:
        return None
    view = plan_view(session, stored_plan(session, newest), room=room)
    return None if view.entered_at is None and _is_decided(room) else view


def board_funders(room: DecisionRoom, plan: PlanView | None) -> tuple[BoardFunder, ...]:
    """Return each funder with its envelope, what it pays and what it gains by the plan."""
    is_plan = plan is not None and plan.entered_at is None
    by_id = {one.funder.funder_id: one for one in plan.funders} if plan else {}
    currency = room.head.currency
    rows = []
    for funder in room.funders:
        planned = by_id.get(funder.funder_id)
        words = Counter(row.cells[funder.funder_id].word for row in room.shown)
        envelope = planned.envelope if is_plan and planned else funder.amount
        pays = planned.paid if is_plan and planned else funder.committed
        rows.append(
            BoardFunder(
                name=funder.name,
                short=funder.short,
                envelope=Money(envelope, currency),
                pays=Money(pays, currency),
                own=funder.own,
                alone=planned.alone if planned else None,
                joint=planned.joint if planned else None,
                gain=planned.gain if planned else None,
                sentence=planned.sentence if planned else "",
                approved=words[FunderWord.APPROVED],
                proposed=words[FunderWord.PROPOSED],
                refused=words[FunderWord.REFUSED],
            )
        )
    return tuple(rows)


def board_proposal(room: DecisionRoom, plan: PlanView | None) -> Proposal:
    """Return who pays what: by a plan that is not entered, else by the decisions."""
    is_plan = plan is not None and plan.entered_at is None
    currency = room.head.currency
    if plan is not None and is_plan:
        seen = [row for row in plan.funded if not row.is_recused]
        awards = tuple(_planned(row, room) for row in seen)
        grants, spent, undecided = plan.grants, plan.spent, 0
        reserves = sorted(
            (row for row in plan.left_out if row.reserve_place),
            key=lambda row: row.reserve_place or 0,
        )
        reserved = tuple(f"{row.reference} {row.title}" for row in reserves)
    else:
        decided = [row for row in room.shown if row.kind is DecisionKind.AWARD]
        awards = tuple(_decided(row, room) for row in decided)
        grants, undecided = room.count(DecisionKind.AWARD), room.undecided
        spent = sum(funder.committed for funder in room.funders)
        reserved = tuple(f"{row.reference} {row.title}" for row in _reserves(room))
    return Proposal(
        plan=plan.name if plan else "",
        is_plan=is_plan,
        is_exact=bool(plan and plan.is_exact and plan.is_certified),
        is_overtaken=bool(plan and plan.is_overtaken),
        made_at=plan.made_at if plan else None,
        sha256=plan.sha256 if plan else "",
        grants=grants,
        spent=Money(spent, currency),
        awards=awards,
        reserves=reserved,
        undecided=undecided,
        near_misses=tuple(
            f"{one.sentence} {one.price}".strip() for one in plan.near_misses[:MOST_NEAR_MISSES]
        )
        if plan
        else (),
        notes=plan.notes if plan else (),
        left_to_people=plan.left_to_people if plan and is_plan else (),
    )


def _is_decided(room: DecisionRoom) -> bool:
    return room.count(DecisionKind.AWARD) > 0


def _reserves(room: DecisionRoom) -> list[RoomRow]:
    waiting = [row for row in room.shown if row.kind is DecisionKind.RESERVE]
    return sorted(waiting, key=lambda row: (row.reserve_place or 0, row.reference))


def _planned(row: PlannedRow, room: DecisionRoom) -> AwardLine:
    currency = room.head.currency
    return AwardLine(
        place=row.rank,
        reference=row.reference,
        title=row.title,
        organisation=row.organisation,
        amount=Money(row.amount or 0, currency),
        parts=tuple(_money(row.cells[one.funder_id].amount, currency) for one in room.funders),
        asked=_money(row.requested, currency) if row.is_reduced else None,
        noise=row.drawn if row.is_noisy else "",
    )


def _decided(row: RoomRow, room: DecisionRoom) -> AwardLine:
    currency = room.head.currency
    return AwardLine(
        place=row.rank,
        reference=row.reference,
        title=row.title,
        organisation=row.organisation,
        amount=Money(row.amount or 0, currency),
        parts=tuple(_money(row.cells[one.funder_id].pays, currency) for one in room.funders),
        prize=row.prize,
        asked=_money(row.requested, currency) if row.is_reduced else None,
        waits=_who(row, room.funders, FunderWord.PROPOSED),
        refused=_who(row, room.funders, FunderWord.REFUSED),
    )


def _who(row: RoomRow, funders: tuple[FunderEnvelope, ...], word: FunderWord) -> tuple[str, ...]:
    return tuple(one.short for one in funders if row.cells[one.funder_id].word is word)


def _money(amount: int | None, currency: str) -> Money | None:
    return Money(amount, currency) if amount else None
