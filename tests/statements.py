"""Counts the SQL statements and the rows of a block, so that lists stay lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from fundapp.extensions import db

BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass
class Counted:
    """The statements of a block, without transaction control."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)


@contextmanager
def counted_statements() -> Iterator[Counted]:
    """Collect what is sent to the database inside the block (needs an app context).

    The session first forgets every row it knows, so that a page cannot live on what the
    test has just made.
    """
    db.session.expunge_all()
    counted = Counted()

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.lstrip().upper().startswith(BOOKKEEPING):
            counted.statements.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", note)
