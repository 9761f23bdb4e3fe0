"""The columns that people saved under a name."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import ColumnSet


@dataclass(frozen=True)
class NamedColumns:
    """Columns of one table in a person's own order. export: the table's name."""

    id: UUID
    person_id: UUID
    export: str
    name: str
    columns: tuple[str, ...]

    @property
    def as_text(self) -> str:
        """Return the names with commas between, as an address or a command takes them."""
        return ",".join(self.columns)


def column_sets_of(session: Session, person_id: UUID) -> list[NamedColumns]:
    """Return the person's sets by table and name. 1 statement."""
    rows = session.scalars(
        select(ColumnSet)
        .where(ColumnSet.person_id == person_id)
        .order_by(ColumnSet.export, ColumnSet.name)
    )
    return [_named(row) for row in rows]


def column_set(session: Session, set_id: UUID) -> NamedColumns:
    """Return one set. 1 statement. NotFound for none."""
    row = session.get(ColumnSet, set_id)
    if row is None:
        raise NotFound("There are no such columns any more.")
    return _named(row)


def _named(row: ColumnSet) -> NamedColumns:
    return NamedColumns(row.id, row.person_id, row.export, row.name, tuple(row.columns))
