"""Columns of an export, saved under a name by the person who likes them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotFound, Problem
from fundapp.domain.permissions import Action, Actor, PersonFacts, require
from fundapp.domain.text import one_line
from fundapp.exports.column_sets import check_columns, read_columns
from fundapp.models import ColumnSet, Person
from fundapp.services.audit import record_event
from fundapp.services.exports import table_of

LONGEST_NAME = 80
MOST_SETS = 50
"""Sets that one person can have."""


def save_column_set(
    session: Session,
    round_id: UUID,
    export: str,
    *,
    name: str,
    columns: str,
    set_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> ColumnSet:
    """Save columns of a table of the round under a name; with `set_id` change a saved set.

    columns: names one a line or with commas, in the wanted order. InvalidInput for an unknown
    column, for no name, and for a name that another set of the table has.
    """
    # Locked, so that two tabs at once do not save the same name.
    session.get_one(Person, actor.person_id, with_for_update=True)
    known = table_of(session, round_id, export, actor=actor).names
    row = _own(session, set_id, actor=actor) if set_id else None
    if row is not None and row.export != export:
        raise NotFound("There are no such columns any more.")
    problems = _problems(session, one_line(name), row, export=export, actor=actor)
    chosen: Sequence[str] = ()
    try:
        chosen = check_columns(read_columns(columns), known)
    except InvalidInput as error:
        problems += error.problems
    if problems:
        raise InvalidInput(problems)
    if row is None:
        row = ColumnSet(person_id=actor.person_id, export=export)
        session.add(row)
    row.name, row.columns, row.saved_at = one_line(name), list(chosen), now
    session.flush()
    record_event(session, "column_set.saved", row, actor=actor, now=now, export=export)
    return row


def delete_column_set(session: Session, set_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Delete a set of one's own."""
    row = _own(session, set_id, actor=actor)
    record_event(session, "column_set.deleted", row, actor=actor, now=now, export=row.export)
    session.delete(row)


def _own(session: Session, set_id: UUID, *, actor: Actor) -> ColumnSet:
    row = session.get(ColumnSet, set_id, with_for_update=True)
    if row is None:
        raise NotFound("There are no such columns any more.")
    require(actor, Action.USE_ACCOUNT, PersonFacts(row.person_id))
    return row


def _problems(
    session: Session, name: str, row: ColumnSet | None, *, export: str, actor: Actor
) -> list[Problem]:
    if not name:
        return [Problem("name", "Give these columns a name.")]
    if len(name) > LONGEST_NAME:
        return [Problem("name", f"Use at most {LONGEST_NAME} characters.")]
    own = session.execute(
        select(ColumnSet.id, ColumnSet.export, ColumnSet.name).where(
            ColumnSet.person_id == actor.person_id
        )
    ).all()
    others = [one for one in own if row is None or one.id != row.id]
    if any((one.export, one.name) == (export, name) for one in others):
        return [Problem("name", "You have columns of this name already. Choose another name.")]
    if row is None and len(own) >= MOST_SETS:
        return [Problem("name", f"You have {MOST_SETS} sets. Delete one that you do not use.")]
    return []
