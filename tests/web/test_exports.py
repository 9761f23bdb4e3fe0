"""The page of exports and its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.exports import formats
from fundapp.exports.formats import ExportFormat
from fundapp.extensions import db
from fundapp.models import Application, AuditEvent, Person
from fundapp.queries import export_chunks, exports
from fundapp.queries.access import actor_for
from fundapp.services.exports import PreparedExport, WantedExport, make_export
from tests.builders import NOW
from tests.exports.test_decisions import a_decided_round, csv_rows
from tests.statements import counted_statements


def test_files_are_offered_and_taking_one_is_recorded(session: Session, client_of) -> None:
    round_ = a_decided_round(session)
    address = f"/rounds/{round_.id}/exports"
    manager = session.get_one(Person, round_.created_by_id)
    reference, manager_id = round_.reference, manager.id
    browser = client_of(manager)
    page = browser.get(address)
    assert page.status_code == 200
    for path in ("xlsx/decisions", "json/decisions", "csv/decisions", "jsonl/scores"):
        assert f'href="{address}/{path}"' in page.text
        assert browser.get(f"{address}/{path}").status_code == 200
    answer = browser.get(f"{address}/csv/decisions")
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "text/csv",
        f"attachment; filename={reference}-decisions.csv",
    )
    assert [row["decision"] for row in csv_rows(answer.data)] == ["award"]
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["X-Fundapp-SHA256"] == sha256(answer.data).hexdigest()
    assert answer.headers["X-Fundapp-Changed"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    session.rollback()
    takers = session.scalars(
        select(AuditEvent.actor_id).where(AuditEvent.event == "round.exported")
    ).all()
    assert takers == [manager_id] * 5


def test_an_unknown_table_or_format_is_not_found(session: Session, client_of) -> None:
    round_ = a_decided_round(session)
    address = f"/rounds/{round_.id}/exports"
    browser = client_of(session.get_one(Person, round_.created_by_id))
    assert browser.get(f"{address}/csv/people").status_code == 404
    assert browser.get(f"{address}/exe/decisions").status_code == 404


def test_the_page_takes_few_statements(session: Session, client_of) -> None:
    round_ = a_decided_round(session)
    address = f"/rounds/{round_.id}/exports"
    browser = client_of(session.get_one(Person, round_.created_by_id))
    with counted_statements() as counted:
        assert browser.get(address).status_code == 200
    assert len(counted.statements) <= 8


@contextmanager
def sending(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[PreparedExport]:
    """Make ready the decisions of five applications that are read two at a time, row by row."""
    round_ = a_decided_round(session, applications=5)
    actor = actor_for(session, round_.created_by_id)
    session.commit()
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    monkeypatch.setattr(formats, "PIECE", 1)
    with Session(db.engine) as reading:
        database.begin_snapshot(reading)
        wanted = WantedExport(ExportFormat.CSV)
        yield make_export(reading, round_.id, wanted=wanted, actor=actor)


def test_where_reading_fails_midway_the_file_is_shorter_than_was_told(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise OSError("the disk is gone")

    with sending(session, monkeypatch) as made:
        pieces = iter(made.pieces)
        sent = next(pieces) + next(pieces)
        monkeypatch.setattr(export_chunks, "_applications", fail)
        sent += next(pieces)
        with pytest.raises(OSError, match="the disk is gone"):
            next(pieces)
    assert len(sent) < made.size


def test_nothing_that_is_saved_meanwhile_gets_into_a_file(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sending(session, monkeypatch) as made:
        pieces = iter(made.pieces)
        sent = next(pieces)
        database.begin_writing(session)
        session.execute(update(Application).values(title="Another title, and a longer one"))
        session.commit()
        sent += b"".join(pieces)
    assert (len(sent), sha256(sent).hexdigest()) == (made.size, made.sha256)
