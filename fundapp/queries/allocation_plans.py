"""Plans of who pays what, as each reader may see them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.decisions import FunderWord
from fundapp.domain.errors import NotFound
from fundapp.domain.joint_evaluation import WishKind
from fundapp.joint.allocation.plan import CERTIFIED
from fundapp.models import AllocationPlan, Person
from fundapp.queries.allocation_inputs import wishes_of
from fundapp.queries.decisions import DecisionRoom, RoomRow
from fundapp.queries.deliberations import FunderEnvelope

TABS = 6
"""Newest plans that are offered beside each other."""

HIDDEN = "an application that is closed to you"


@dataclass(frozen=True)
class PlanTab:
    """One plan among the newest: its name, how many grants for how much."""

    id: UUID
    name: str
    is_exact: bool
    entered_at: datetime | None
    grants: int
    spent: int


@dataclass(frozen=True)
class PlanCell:
    """What one funder pays of one application in a plan, None for nothing; word: why not,
    or that it is pinned.
    """

    amount: int | None
    word: str = ""


@dataclass(frozen=True)
class PlannedRow:
    """One application in a plan. A recused row has nothing but its id.

    reason: why it is funded or left out. chance: in how many of ten draws of the scores it is
    funded, None while that is not known. is_noisy: funded, and too seldom to be sure.
    """

    id: UUID
    is_recused: bool = False
    rank: int | None = None
    reference: str = ""
    title: str = ""
    organisation: str = ""
    requested: int | None = None
    amount: int | None = None
    reserve_place: int | None = None
    cells: Mapping[UUID, PlanCell] = field(default_factory=dict)
    reason: str = ""
    chance: int | None = None
    is_noisy: bool = False


@dataclass(frozen=True)
class PlanFunder:
    """One funder in a plan; sums in minor units, values in the plan's own unit.

    envelope: what the plan may spend; mark: the score up to which it would not fund. gain:
    relative to going alone, None where it reaches nothing alone. words: how many of its parts
    are proposed, approved, refused, once the plan is entered.
    """

    funder: FunderEnvelope
    envelope: int
    mark: float
    paid: int
    alone: float
    joint: float
    gain: float | None
    sentence: str
    words: Mapping[FunderWord, int]

    @property
    def left(self) -> int:
        """Return what the plan leaves of the envelope."""
        return self.envelope - self.paid


@dataclass(frozen=True)
class NearMiss:
    """An application left out: what is missing, and what funding it would take."""

    id: UUID
    title: str
    rank: int | None
    sentence: str
    price: str


@dataclass(frozen=True)
class PlanView:
    """A plan as it is shown. funded and left_out in the order of the ranking."""

    id: UUID
    name: str
    room: DecisionRoom
    tabs: tuple[PlanTab, ...]
    made_by: str
    made_at: datetime
    entered_at: datetime | None
    discarded_at: datetime | None
    sha256: str
    is_exact: bool
    is_certified: bool
    gap: float | None
    is_finished: bool
    what_if: Mapping[str, Any]
    funders: tuple[PlanFunder, ...]
    funded: tuple[PlannedRow, ...]
    left_out: tuple[PlannedRow, ...]
    near_misses: tuple[NearMiss, ...]
    notes: tuple[str, ...]
    left_to_people: tuple[str, ...]

    @property
    def grants(self) -> int:
        """Count the grants, those closed to the reader too."""
        return len(self.funded)

    @property
    def spent(self) -> int:
        """Return the minor units of all grants."""
        return sum(one.paid for one in self.funders)

    @property
    def left(self) -> int:
        """Return what the plan leaves in all envelopes."""
        return sum(one.left for one in self.funders)

    @property
    def noisy(self) -> int:
        """Count the grants that the scores are too uncertain for."""
        return sum(row.is_noisy for row in self.funded)


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


def plan_view(session: Session, stored: StoredPlan, *, room: DecisionRoom) -> PlanView:
    """Return a plan over the room as its reader may see it. 2 statements."""
    plan = stored.plan
    tabs = plan_tabs(session, plan.round_id)
    wishes = {
        (wish.application_id, wish.funder_id): wish.kind
        for wish in wishes_of(session, plan.round_id)
    }
    sayer = _Sayer(plan, room, wishes)
    decided = {UUID(one["application_id"]): one for one in plan.result["decisions"]}
    rows = [sayer.row(row, decided[row.id]) for row in room.rows if row.id in decided]
    funded = {UUID(name) for name, _, _ in plan.result["plan"]["grants"]}
    return PlanView(
        id=plan.id,
        name=plan.name,
        room=room,
        tabs=tabs,
        made_by=stored.made_by,
        made_at=plan.made_at,
        entered_at=plan.entered_at,
        discarded_at=plan.discarded_at,
        sha256=plan.sha256,
        is_exact=plan.is_exact,
        is_certified=plan.is_exact and plan.result["plan"]["gap"] <= CERTIFIED,
        gap=plan.result["plan"]["gap"],
        is_finished=plan.result["finished"],
        what_if=plan.inputs,
        funders=tuple(sayer.funder(one) for one in room.funders if sayer.knows(one)),
        funded=tuple(row for row in rows if row.id in funded),
        left_out=tuple(row for row in rows if row.id not in funded),
        near_misses=sayer.near_misses(),
        notes=sayer.notes(),
        left_to_people=tuple(
            row.reference for row in room.shown if row.reference in plan.inputs["left_to_people"]
        ),
    )


class _Sayer:
    """Says what a stored plan holds, in names that its reader may know."""

    def __init__(
        self,
        plan: AllocationPlan,
        room: DecisionRoom,
        wishes: Mapping[tuple[UUID, UUID], WishKind],
    ) -> None:
        self.inputs, self.result, self.room = plan.inputs, plan.result, room
        self.is_entered = plan.entered_at is not None
        self.wishes = wishes
        self.names = {str(row.id): title_of(row) for row in room.rows}
        self.names |= {str(one.funder_id): one.short for one in room.funders}
        self.instance = {one["name"]: one for one in plan.inputs["instance"]["applications"]}
        self.envelopes = {
            one["name"]: one["envelope"] for one in plan.inputs["instance"]["funders"]
        }
        self.amounts = {name: amount for name, _, amount in plan.result["plan"]["grants"]}
        self.opt_outs = {tuple(pair) for pair in plan.inputs["instance"]["opt_outs"]}
        self.pins = {(funder, name) for funder, name, _ in plan.inputs["instance"]["pins"]}
        robust = plan.result["robustness"] or {"shares": {}, "noisy": []}
        self.shares, self.noisy = robust["shares"], frozenset(robust["noisy"])
        self.reasons = {
            **plan.result["left_out"],
            **{one["application"]: one["sentence"] for one in plan.result["near_misses"]},
            **plan.result["grants"],
        }

    def said(self, sentence: str) -> str:
        """Return a stored sentence with names for ids."""
        for id_, name in self.names.items():
            sentence = sentence.replace(id_, name)
        return sentence[:1].upper() + sentence[1:]

    def knows(self, funder: FunderEnvelope) -> bool:
        """Tell whether the funder was in the round when the plan was made."""
        return str(funder.funder_id) in self.envelopes

    def row(self, row: RoomRow, decided: Mapping[str, Any]) -> PlannedRow:
        if row.is_recused:
            return PlannedRow(row.id, is_recused=True)
        name = str(row.id)
        share = self.shares.get(name)
        return PlannedRow(
            id=row.id,
            rank=row.rank,
            reference=row.reference,
            title=row.title,
            organisation=row.organisation,
            requested=row.requested,
            amount=self.amounts.get(name),
            reserve_place=decided["reserve_place"],
            cells={
                one.funder_id: self._cell(one, row, decided["contributions"])
                for one in self.room.funders
            },
            reason=self.said(self.reasons.get(name, "")),
            chance=None if share is None else round(share * 10),
            is_noisy=name in self.noisy,
        )

    def _cell(
        self, funder: FunderEnvelope, row: RoomRow, contributions: Mapping[str, int]
    ) -> PlanCell:
        pair = str(funder.funder_id), str(row.id)
        if row.cells[funder.funder_id].word is FunderWord.RECUSED:
            return PlanCell(None, "recused")
        if pair in self.pins:
            return PlanCell(contributions.get(pair[0]), "pinned")
        if pair in self.opt_outs:
            return PlanCell(None, "opted out")
        return PlanCell(contributions.get(pair[0]))

    def funder(self, one: FunderEnvelope) -> PlanFunder:
        name = str(one.funder_id)
        plan, said = self.result["plan"], self.result["funders"][name]
        words = Counter(row.cells[one.funder_id].word for row in self.room.shown)
        return PlanFunder(
            funder=one,
            envelope=self.envelopes[name],
            mark=self.inputs["marks"][name],
            paid=sum(amount for funder, _, amount in plan["payments"] if funder == name),
            alone=plan["alone"][name],
            joint=plan["values"][name],
            gain=said["gain"],
            sentence=self.said(said["sentence"]),
            words=words if self.is_entered else {},
        )

    def near_misses(self) -> tuple[NearMiss, ...]:
        """Return the nearest misses that the reader may see, with their prices."""
        shown = {str(row.id): row for row in self.room.shown}
        return tuple(
            NearMiss(
                id=shown[one["application"]].id,
                title=title_of(shown[one["application"]]),
                rank=shown[one["application"]].rank,
                sentence=self.said(one["sentence"]),
                price=self._price(self.result["prices"].get(one["application"])),
            )
            for one in self.result["near_misses"]
            if one["application"] in shown
        )

    def _price(self, price: Mapping[str, Any] | None) -> str:
        """Say what funding a near miss would cost the funders."""
        if price is None:
            return ""
        if not price["leaving"] and not price["gains"]:
            return self.said(f"To fund it is not possible. {price['why_none']}")
        left = " and ".join(self.names.get(name, HIDDEN) for name in price["leaving"])
        start = f"To fund it, {left} would leave." if left else "To fund it, nothing would leave."
        losses = [
            f"{self.names[funder]} {abs(gain) * 100:.0f} %"
            for funder, gain in price["gains"].items()
            if gain is not None and gain < -0.005 and funder in self.names
        ]
        return f"{start} It would cost {', '.join(losses)} of their worth." if losses else start

    def notes(self) -> tuple[str, ...]:
        """Return what is said of the plan as a whole."""
        return tuple(self.said(one) for one in [*self.result["notes"], *self.result["binding"]])


def title_of(row: RoomRow) -> str:
    """Return what sentences call an application."""
    return HIDDEN if row.is_recused else row.title or row.reference
