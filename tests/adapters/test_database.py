"""SQLite's manners: writers wait in a fair queue, readers never wait, the lock is let go."""

import multiprocessing
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from fundapp.adapters.database import begin_writing, engine_options, prepare_engine

WRITERS = 8
WRITES_EACH = 25


def _engine(path: Path) -> Engine:
    url = f"sqlite:///{path}"
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    return engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = _engine(tmp_path / "test.sqlite3")
    with Session(engine) as session:
        begin_writing(session)
        session.execute(text("CREATE TABLE account (balance INTEGER)"))
        session.execute(text("INSERT INTO account VALUES (0)"))
        session.commit()
    yield engine
    engine.dispose()


def _add_ones(path: Path) -> None:
    engine = _engine(path)
    for _ in range(WRITES_EACH):
        with Session(engine) as session:
            begin_writing(session)
            balance = session.scalar(text("SELECT balance FROM account"))
            session.execute(text("UPDATE account SET balance = :new"), {"new": balance + 1})
            session.commit()
    engine.dispose()


def test_writers_of_many_processes_lose_nothing(engine: Engine, tmp_path: Path) -> None:
    """Each reads, then writes what it read plus one: only one at a time gives the sum."""
    spawn = multiprocessing.get_context("spawn")
    writers = [
        spawn.Process(target=_add_ones, args=(tmp_path / "test.sqlite3",)) for _ in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with Session(engine) as session:
        assert session.scalar(text("SELECT balance FROM account")) == WRITERS * WRITES_EACH


def test_a_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    with Session(engine) as writer, Session(engine) as reader:
        begin_writing(writer)
        writer.execute(text("UPDATE account SET balance = 5"))
        assert reader.scalar(text("SELECT balance FROM account")) == 0


def test_a_second_writer_waits_until_the_first_has_ended(engine: Engine) -> None:
    order: list[str] = []

    def second() -> None:
        with Session(engine) as session:
            begin_writing(session)
            order.append("second begins")
            session.rollback()

    with Session(engine) as session:
        begin_writing(session)
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.1)
        order.append("first ends")
        session.commit()
        waiting.join(10)
    assert order == ["first ends", "second begins"]


@pytest.mark.parametrize("ending", ["commit", "rollback", "close"])
def test_the_lock_is_let_go_however_a_transaction_ends(engine: Engine, ending: str) -> None:
    session = Session(engine)
    begin_writing(session)
    getattr(session, ending)()
    with Session(engine) as another:
        begin_writing(another)
        another.execute(text("UPDATE account SET balance = 1"))
        another.commit()


def test_a_failed_statement_does_not_keep_the_lock(engine: Engine) -> None:
    with Session(engine) as session:
        begin_writing(session)
        with pytest.raises(Exception, match="no such table"):
            session.execute(text("UPDATE missing SET balance = 1"))
    test_the_lock_is_let_go_however_a_transaction_ends(engine, "commit")
