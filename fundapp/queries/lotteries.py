"""Draws as they are stored: the frozen list, the draw, and what it said of each application."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.embargoes import ANNOUNCED_STATES
from fundapp.domain.errors import NotFound
from fundapp.domain.lotteries import DrawOutcome, DrawTerms, terms_of
from fundapp.joint.lottery.draw import (
    DrawRecord,
    FrozenLottery,
    FundedInOrder,
    fund_down,
    funding_order,
)
from fundapp.joint.lottery.draw_record import record_as_json, record_from_json
from fundapp.joint.lottery.partial_lottery import Entry
from fundapp.models import Lottery
from fundapp.queries.calls import Call, call_of


@dataclass(frozen=True)
class Draw:
    """A draw that took place. `funded` is set where money went down the drawn order."""

    record: DrawRecord
    order: tuple[str, ...]
    funded: FundedInOrder | None
    drawn_at: datetime

    @property
    def won(self) -> tuple[str, ...]:
        """Return who won, by reference, in the drawn order."""
        if self.funded is not None:
            return self.funded.funded
        selected = set(self.record.selected)
        return tuple(item for item in self.order if item in selected)

    @property
    def json(self) -> str:
        """Return the record as anybody can check it."""
        return record_as_json(self.record)


@dataclass(frozen=True)
class StoredLottery:
    """A frozen list with its terms. applications: id by reference. draw: None until drawn."""

    id: UUID
    frozen: FrozenLottery
    terms: DrawTerms
    commitment: str
    source: str
    frozen_at: datetime
    applications: Mapping[str, UUID]
    draw: Draw | None

    @property
    def outcomes(self) -> dict[str, DrawOutcome]:
        """Return what the draw said of each in the list, by reference; nothing before it."""
        if self.draw is None:
            return {}
        won, places = (
            set(self.draw.won),
            {item: place for place, item in enumerate(self.draw.order, start=1)},
        )
        return {
            entry.item: DrawOutcome(entry.item in won, entry.is_drawn, places.get(entry.item))
            for entry in self.frozen.entries
        }

    @property
    def drawn_count(self) -> int:
        """Count those about whom chance decides."""
        return sum(entry.is_drawn for entry in self.frozen.entries)


@dataclass(frozen=True)
class PublicLottery:
    """What everybody may see. earlier: lists that were replaced before they were drawn."""

    call: Call
    newest: StoredLottery
    earlier: tuple[StoredLottery, ...]

    @property
    def is_told(self) -> bool:
        """Tell whether the list and the draw may be shown: the results are public."""
        return self.call.state in ANNOUNCED_STATES


def lotteries_of(session: Session, round_id: UUID) -> tuple[StoredLottery, ...]:
    """Return the round's lists, the newest first. 1 statement."""
    rows = session.scalars(
        select(Lottery)
        .where(Lottery.round_id == round_id)
        .order_by(Lottery.frozen_at.desc(), Lottery.id)
    )
    return tuple(stored_lottery(row) for row in rows)


def draw_outcomes(session: Session, round_id: UUID) -> dict[UUID, DrawOutcome]:
    """Return what the round's draw said, by application; nothing before it. 1 statement."""
    return {
        lottery.applications[reference]: outcome
        for lottery in lotteries_of(session, round_id)
        for reference, outcome in lottery.outcomes.items()
    }


def public_lottery(session: Session, reference: str, *, now: datetime) -> PublicLottery:
    """Return the lottery of a published round. 2 statements. NotFound where there is none."""
    call = call_of(session, reference, now=now)
    found = lotteries_of(session, call.id)
    if not found:
        raise NotFound("No draw was made in this call.")
    return PublicLottery(call, found[0], found[1:])


def told_draw(session: Session, reference: str, *, now: datetime) -> Draw:
    """Return a draw that everybody may check. 2 statements. NotFound before it is told."""
    lottery = public_lottery(session, reference, now=now)
    if not lottery.is_told or lottery.newest.draw is None:
        raise NotFound("The draw is published with the results.")
    return lottery.newest.draw


def stored_lottery(row: Lottery) -> StoredLottery:
    """Return a stored list as the method reads it."""
    frozen = frozen_list(row)
    terms = terms_of(frozen.round_id)
    if terms is None:
        raise ValueError(f"the list {row.id} has no terms")
    return StoredLottery(
        id=row.id,
        frozen=frozen,
        terms=terms,
        commitment=row.commitment,
        source=row.source,
        frozen_at=row.frozen_at,
        applications={entry["item"]: UUID(entry["application_id"]) for entry in row.entries},
        draw=_draw(row, terms) if row.drawn_at else None,
    )


def frozen_list(row: Lottery) -> FrozenLottery:
    """Return the frozen list, exactly as it was hashed."""
    return FrozenLottery(
        round_id=row.record["round"],
        select=row.places,
        worst_case=row.record["worst_case"],
        entries=tuple(
            Entry(entry["item"], entry["lower"], entry["upper"], entry["billionths"])
            for entry in row.entries
        ),
    )


def _draw(row: Lottery, terms: DrawTerms) -> Draw:
    drawn_at: Any = row.drawn_at
    record = record_from_json(row.record["draw"])
    order = funding_order(record)
    return Draw(record, order, funded_in(order, terms), drawn_at)


def funded_in(order: tuple[str, ...], terms: DrawTerms) -> FundedInOrder | None:
    """Return whom the money reaches down a drawn order; None where places were drawn."""
    return fund_down(order, terms.costs, money=terms.money) if terms.is_by_order else None
