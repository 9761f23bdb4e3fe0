"""The page of exports and its files."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.models import AuditEvent, Person
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
    for path in ("xlsx/decisions", "json/decisions", "csv/decisions", "csv/scores"):
        assert f'href="{address}/{path}"' in page.text
        assert browser.get(f"{address}/{path}").status_code == 200
    answer = browser.get(f"{address}/csv/decisions")
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "text/csv",
        f"attachment; filename={reference}-decisions.csv",
    )
    assert [row["decision"] for row in csv_rows(answer.data)] == ["award"]
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
