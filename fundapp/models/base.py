"""The declarative base, shared column types and naming of constraints."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, DateTime, Enum, ForeignKey, MetaData, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator, TypeEngine

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC. Refuses naive values; gives aware ones back on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as UTC; SQLite keeps no zone, so there the wall time is UTC's."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware UTC instant back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    # A registry of our own, because Flask-SQLAlchemy subclasses this base and SQLAlchemy
    # refuses a map of annotations on a class whose parent has one.
    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES),
        type_annotation_map={
            datetime: UtcDateTime(),
            UUID: Uuid(),
            dict[str, Any]: JSON(),
            list[Any]: JSON(),
        },
    )


class Identified:
    """A primary key that tells nothing, fit for URLs."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)


def state_type(states: type[StrEnum]) -> TypeEngine[Any]:
    """A text column that holds the values of `states`, checked by the database."""
    return Enum(
        states,
        native_enum=False,
        length=24,
        values_callable=_values,
        create_constraint=True,
        name=states.__name__.lower(),
    )


def _values(states: type[StrEnum]) -> list[str]:
    return [state.value for state in states]


def reference_to(
    table: str, *, index: bool = True, nullable: bool = False, owner: bool = False
) -> Any:
    """A foreign key to `table`.id.

    Indexed unless another key of the table leads with it; `owner` = the row goes when
    its owner goes.
    """
    key = ForeignKey(f"{table}.id", ondelete="CASCADE" if owner else None)
    return mapped_column(key, index=index, nullable=nullable)
