"""How the engine opens transactions, and SQLite's manners.

SQLite waits by polling, which starves writers under load. So a writing transaction
first takes an exclusive file lock beside the database (a fair queue in the kernel),
then BEGIN IMMEDIATE. Reading transactions take neither and see a snapshot (WAL).
On PostgreSQL a transaction is simply a transaction.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

WRITES = "fundapp_writes"
"""Execution option of a connection whose transaction will write."""

CACHE_KIB = 16_384
"""Memory for pages of an SQLite database, per connection. SQLite's own 2 MB hold no round."""

_HANDLE = "fundapp_writers_lock"


def engine_options(database_url: str) -> dict[str, Any]:
    """Options for create_engine that suit the database behind `database_url`."""
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}


def prepare_engine(engine: Engine) -> None:
    """Register what this engine needs: on SQLite pragmas and the writers' lock."""
    if engine.dialect.name == "sqlite":
        lock = _WritersLock(engine)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", lock.begin)
        event.listen(engine.pool, "checkin", lock.release)


def begin_writing(session: Session) -> None:
    """Make the session's transaction a writing one; the session must not be in one yet.

    Also ends a transaction that only read, so that a check made before is made again
    by whoever needs it inside.
    """
    if session.in_transaction():
        session.rollback()
    session.connection(execution_options={WRITES: True})


def begin_snapshot(session: Session) -> None:
    """Start a reading transaction that sees the same data until it ends, however long it reads.

    SQLite's reading transactions do so by themselves.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _set_pragmas(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.close()


class _WritersLock:
    """One writer at a time: an exclusive flock held from BEGIN IMMEDIATE to the end.

    The lock is let go when the connection goes back to the pool, that is after COMMIT
    or ROLLBACK was carried out; the engine's own commit event comes too early for it.
    """

    def __init__(self, engine: Engine) -> None:
        name = engine.url.database
        self.path = Path(f"{name}.writers") if name and name != ":memory:" else None

    def begin(self, connection: Connection) -> None:
        if not connection.get_execution_options().get(WRITES):
            connection.exec_driver_sql("BEGIN")
            return
        if self.path is not None:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            connection.info[_HANDLE] = handle
            fcntl.flock(handle, fcntl.LOCK_EX)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def release(self, connection: Any, record: Any) -> None:
        handle = record.info.pop(_HANDLE, None)
        if handle is not None:
            os.close(handle)
