"""A stored plan of who pays what, told in names that its reader may know."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.decisions import FunderWord
from fundapp.joint.allocation.plan import CERTIFIED
from fundapp.models import AllocationPlan
from fundapp.queries.allocation_inputs import allocation_inputs
from fundapp.queries.allocation_plans import StoredPlan, plan_tabs
from fundapp.queries.allocation_views import (
    NearMiss,
    PlanCell,
    PlanFunder,
    PlannedRow,
    PlanView,
)
from fundapp.queries.decisions import DecisionRoom, RoomRow
from fundapp.queries.deliberations import FunderEnvelope

HIDDEN = "an application that is closed to you"

TOGETHER = (
    "The draws hold for all applications together: where one strict reviewer saw two of them, "
    "both rise or fall."
)
ONE_BY_ONE = (
    "Reviews or envelopes changed since the ranking was frozen, so each score was drawn by itself."
)


def plan_view(session: Session, stored: StoredPlan, *, room: DecisionRoom) -> PlanView:
    """Return a plan over the room as its reader may see it. 13 statements at most."""
    plan = stored.plan
    reading = _Reading(plan, room)
    decided = {UUID(one["application_id"]): one for one in plan.result["decisions"]}
    rows = [reading.row(row, decided[row.id]) for row in room.rows if row.id in decided]
    funded = {UUID(name) for name, _, _ in plan.result["plan"]["grants"]}
    return PlanView(
        id=plan.id,
        name=plan.name,
        room=room,
        tabs=plan_tabs(session, plan.round_id),
        made_by=stored.made_by,
        made_at=plan.made_at,
        entered_at=plan.entered_at,
        discarded_at=plan.discarded_at,
        sha256=plan.sha256,
        is_exact=plan.is_exact,
        is_certified=plan.is_exact and plan.result["plan"]["gap"] <= CERTIFIED,
        gap=plan.result["plan"]["gap"],
        is_finished=plan.result["finished"],
        is_overtaken=_is_overtaken(session, plan, room),
        has_own_scores=bool(plan.inputs.get("own_scores")),
        what_if=plan.inputs,
        funders=tuple(reading.funder(one) for one in room.funders if reading.knows(one)),
        funded=tuple(row for row in rows if row.id in funded),
        left_out=tuple(row for row in rows if row.id not in funded),
        near_misses=reading.near_misses(),
        notes=reading.notes(),
        left_to_people=tuple(
            row.reference for row in room.shown if row.reference in plan.inputs["left_to_people"]
        ),
    )


def _is_overtaken(session: Session, plan: AllocationPlan, room: DecisionRoom) -> bool:
    """Tell whether a plan that could still be entered rests on what has changed since."""
    if not room.is_deciding or plan.entered_at or plan.discarded_at:
        return False
    return bool(plan.inputs["basis_sha256"] != allocation_inputs(session, plan.round_id).sha256)


class _Reading:
    """Says what a stored plan holds, in names that its reader may know."""

    def __init__(self, plan: AllocationPlan, room: DecisionRoom) -> None:
        self.inputs, self.result, self.room = plan.inputs, plan.result, room
        self.is_entered = plan.entered_at is not None
        self.names = {str(row.id): title_of(row) for row in room.rows}
        self.names |= {str(one.funder_id): one.short for one in room.funders}
        instance = plan.inputs["instance"]
        self.envelopes = {one["name"]: one["envelope"] for one in instance["funders"]}
        self.amounts = {name: amount for name, _, amount in plan.result["plan"]["grants"]}
        self.opt_outs = {tuple(pair) for pair in instance["opt_outs"]}
        self.pins = {(funder, name) for funder, name, _ in instance["pins"]}
        self.asked = {one["name"]: one["levels"][-1]["cost"] for one in instance["applications"]}
        self.robust = plan.result["robustness"] or {"shares": {}, "noisy": []}
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
        amount = self.amounts.get(name)
        is_noisy = name in self.robust["noisy"]
        return PlannedRow(
            id=row.id,
            rank=row.rank,
            reference=row.reference,
            title=row.title,
            organisation=row.organisation,
            requested=row.requested,
            amount=amount,
            is_reduced=amount is not None and amount < self.asked[name],
            reserve_place=decided["reserve_place"],
            cells={
                one.funder_id: self._cell(one, row, decided["contributions"])
                for one in self.room.funders
            },
            reason=self.said(self.reasons.get(name, "")),
            drawn=_draws_in_words(self.robust["shares"].get(name), is_noisy=is_noisy),
            is_noisy=is_noisy,
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
        told = " ".join(one["sentence"] for one in self.result["funders"].values())
        found = [
            self.said(one)
            for one in [*self.result["notes"], *self.result["binding"]]
            if one not in told
        ]
        if self.robust["shares"]:
            found.append(TOGETHER if self.robust.get("is_joint") else ONE_BY_ONE)
        return tuple(found)


def _draws_in_words(share: float | None, *, is_noisy: bool) -> str:
    """Return in how many draws of the scores an application is funded, "" while not known."""
    tenths = None if share is None else round(share * 10)
    if tenths is None:
        return ""
    if share in (0.0, 1.0):
        return "all draws" if share else "no draw"
    if tenths in (0, 10):
        return "nearly all draws" if tenths else "fewer than 1 of 10 draws"
    # A grant just below the line is not to look as if it were on it.
    return "just under 6 of 10 draws" if is_noisy and tenths > 5 else f"about {tenths} of 10 draws"


def title_of(row: RoomRow) -> str:
    """Return what sentences call an application."""
    return HIDDEN if row.is_recused else row.title or row.reference
