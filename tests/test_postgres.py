"""The PostgreSQL server that other tests stand on."""

import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests.postgres import running_postgres

pytestmark = pytest.mark.postgres


def ask(url: str, question: str) -> list[tuple]:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(question))]
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def url():
    with running_postgres() as url:
        yield url


def test_is_a_real_server_that_never_listens_on_the_network(url):
    (version,) = ask(url, "select version()")[0]
    assert re.match(r"PostgreSQL 18\.", version)
    assert ask(url, "show listen_addresses") == [("",)]


def test_orders_text_by_code_point_as_sqlite_does(url):
    words = "select word from (values ('b'), ('Z'), ('ä'), ('a')) as words(word) order by word"
    assert ask(url, words) == [("Z",), ("a",), ("b",), ("ä",)]


def test_keeps_its_own_durability_only_when_asked(url):
    assert ask(url, "show fsync") == [("off",)]
    with running_postgres(is_durable=True) as durable:
        assert ask(durable, "show fsync") == [("on",)]


def test_leaves_nothing_behind():
    with running_postgres() as url:
        folder = str(make_url(url).query["host"])
        assert ask(url, "select 1") == [(1,)]
    with pytest.raises(OperationalError):
        ask(url, "select 1")
    assert not Path(folder).exists()
