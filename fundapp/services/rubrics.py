"""The rubric of a draft round: its criteria, their weights and anchors."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import Problem
from fundapp.domain.form_writing import checked_criterion
from fundapp.domain.permissions import Actor
from fundapp.domain.rubrics import Criterion
from fundapp.domain.text import slug
from fundapp.models import Criterion as CriterionRow
from fundapp.queries.round_records import criterion_columns, criterion_of
from fundapp.services.audit import record_event
from fundapp.services.funder_weights import weigh_new_criterion
from fundapp.services.round_drafts import (
    draft_to_change,
    moved,
    part_to_change,
    refuse,
    refuse_stale,
    stamp_of,
)


def add_criterion(
    session: Session, round_id: UUID, criterion: Criterion, *, actor: Actor, now: datetime
) -> CriterionRow:
    """Add a criterion at the end; without a code it gets one made from its title.

    For funders with own weights it counts what it counts in the rubric until they say otherwise.
    InvalidInput names what is wrong with it, and a title that another criterion has.
    """
    tidy = checked_criterion(criterion)
    round_ = draft_to_change(session, round_id, actor=actor)
    rows = _rows(session, round_id)
    if tidy.title in {row.title for row in rows}:
        refuse(Problem("title", "A criterion of this title is there already. Choose another."))
    columns = criterion_columns(tidy)
    columns["code"] = tidy.code or _free_code(tidy.title, {row.code for row in rows})
    row = CriterionRow(round_id=round_id, position=len(rows) + 1, **columns)
    session.add(row)
    session.flush()
    weigh_new_criterion(session, row)
    _number([*rows, row])
    record_event(session, "round.criterion_added", round_, actor=actor, now=now, code=row.code)
    session.flush()
    return row


def update_criterion(
    session: Session,
    criterion_id: UUID,
    criterion: Criterion,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> CriterionRow:
    """Change a criterion; its code stays. `version` is the `criterion_stamp` of the form."""
    tidy = checked_criterion(criterion)
    round_, row = part_to_change(session, CriterionRow, criterion_id, actor=actor)
    stored = criterion_of(row)
    columns = criterion_columns(tidy) | {"code": row.code}
    if columns == criterion_columns(stored):
        return row
    refuse_stale(stored, columns=asdict(stored), stamp=version)
    for name, value in columns.items():
        setattr(row, name, value)
    record_event(session, "round.criterion_updated", round_, actor=actor, now=now, code=row.code)
    session.flush()
    return row


def set_weights(
    session: Session,
    round_id: UUID,
    weights: Mapping[UUID, int],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Set the weights of criteria by id, each 1 to 100; that they add up is checked at opening.

    `version` is the `weights_stamp` that the form showed. StaleVersion carries the weights
    that stand, by criterion id, when another manager changed them or the criteria since.
    """
    round_ = draft_to_change(session, round_id, actor=actor)
    rows = {row.id: row for row in _rows(session, round_id)}
    stored = {id_: row.weight for id_, row in rows.items()}
    if weights == stored:
        return
    refuse(
        *(
            Problem(f"weight-{criterion_id}", "Enter a weight from 1 to 100.")
            for criterion_id, weight in weights.items()
            if not 1 <= weight <= 100
        )
    )
    refuse_stale(stored, columns=_weight_columns(stored), stamp=version)
    for criterion_id, weight in weights.items():
        if criterion_id in rows:
            rows[criterion_id].weight = weight
    total = sum(row.weight for row in rows.values())
    record_event(session, "round.weights_set", round_, actor=actor, now=now, total=total)
    session.flush()


def remove_criterion(session: Session, criterion_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a criterion out of the rubric."""
    round_, row = part_to_change(session, CriterionRow, criterion_id, actor=actor)
    record_event(session, "round.criterion_removed", round_, actor=actor, now=now, code=row.code)
    session.delete(row)
    session.flush()


def move_criterion(
    session: Session, criterion_id: UUID, *, by: int, actor: Actor, now: datetime
) -> None:
    """Move a criterion up (`by` < 0) or down."""
    round_, _ = part_to_change(session, CriterionRow, criterion_id, actor=actor)
    _number(moved(_rows(session, round_.id), criterion_id, by=by))
    record_event(session, "round.rubric_reordered", round_, actor=actor, now=now)
    session.flush()


def criterion_stamp(criterion: Criterion) -> int:
    """Return the number by which a form says which criterion it showed."""
    return stamp_of(asdict(criterion))


def weights_stamp(weights: Mapping[UUID, int]) -> int:
    """Return the number by which a form says which weights it showed."""
    return stamp_of(_weight_columns(weights))


def _weight_columns(weights: Mapping[UUID, int]) -> list[tuple[str, int]]:
    return sorted((str(id_), weight) for id_, weight in weights.items())


def _rows(session: Session, round_id: UUID) -> list[CriterionRow]:
    return list(
        session.scalars(
            select(CriterionRow)
            .where(CriterionRow.round_id == round_id)
            .order_by(CriterionRow.position, CriterionRow.id)
        )
    )


def _number(rows: list[CriterionRow]) -> None:
    for position, row in enumerate(rows, start=1):
        row.position = position


def _free_code(title: str, taken: set[str]) -> str:
    words = slug(title, fallback="criterion").replace("-", "_")[:36].strip("_")
    stem = words if words[:1].isalpha() else f"c_{words}"
    code, number = stem, 2
    while code in taken:
        code, number = f"{stem}_{number}", number + 1
    return code
