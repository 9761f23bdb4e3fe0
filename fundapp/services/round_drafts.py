"""What may be changed of a round, and when: nothing of its rules after its call has opened."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem, StaleVersion, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import RoundState
from fundapp.models import Round
from fundapp.models.base import Base
from fundapp.queries.access import facts_of_round

Part = TypeVar("Part", bound=Base)
DRAFT_DELETED = "round.deleted"
"""The audit line of a deleted draft; it keeps the reference, so that none is given twice."""

GONE = "This was removed in the meantime. Go back to the round."
FROZEN = (
    "The rules of this round were frozen when its call opened, so this cannot be changed any more."
)


def locked_round(session: Session, round_id: UUID, *, actor: Actor) -> Round:
    """Return the round with its row locked; the actor must run rounds."""
    round_ = session.get(Round, round_id, with_for_update=True)
    if round_ is None:
        raise NotFound("There is no such round.")
    require(actor, Action.RUN_ROUNDS, facts_of_round(session, round_))
    return round_


def draft_to_change(session: Session, round_id: UUID, *, actor: Actor) -> Round:
    """Return the locked round while it is a draft; WrongState afterwards."""
    round_ = locked_round(session, round_id, actor=actor)
    if round_.state is not RoundState.DRAFT:
        raise WrongState(FROZEN)
    return round_


def part_to_change(
    session: Session, table: type[Part], part_id: UUID, *, actor: Actor
) -> tuple[Round, Part]:
    """Return a part of a draft round, and the round, locked. NotFound when the part is gone."""
    part = session.get(table, part_id)
    if part is None:
        require(actor, Action.RUN_ROUNDS)
        raise NotFound(GONE)
    round_ = draft_to_change(session, _round_id(part), actor=actor)
    part = session.get(table, part_id, populate_existing=True)
    if part is None:
        raise NotFound(GONE)
    return round_, part


def stamp_of(columns: Any) -> int:
    """Return a number that changes when the columns do, for a form to say what it showed."""
    text = json.dumps(columns, sort_keys=True, default=str)
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def refuse_stale(stored: Any, *, columns: Any, stamp: int) -> None:
    """Raise StaleVersion with what is `stored` when its columns are not those of `stamp`."""
    current = stamp_of(columns)
    if current != stamp:
        raise StaleVersion(
            "This was changed after you opened it. Compare, then save again.",
            theirs=stored,
            their_name="Another manager",
            version=current,
        )


def moved(rows: Sequence[Part], part_id: UUID, *, by: int) -> list[Part]:
    """Return the rows with one moved by so many places; it stops at the ends."""
    order = list(rows)
    index = next((place for place, row in enumerate(order) if _id(row) == part_id), None)
    if index is None:
        raise NotFound(GONE)
    row = order.pop(index)
    order.insert(min(max(0, index + by), len(order)), row)
    return order


def refuse(*problems: Problem) -> None:
    """Raise InvalidInput when there is any problem."""
    if problems:
        raise InvalidInput(problems)


def _id(row: Any) -> Any:
    return row.id


def _round_id(part: Any) -> UUID:
    return part.round_id  # type: ignore[no-any-return]
