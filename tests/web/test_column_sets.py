"""Choosing columns, and taking files with them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.models import ColumnSet, Person
from tests.builders import a_manager
from tests.exports.test_decisions import a_decided_round, csv_rows


def test_columns_are_saved_used_renamed_and_deleted(session: Session, client_of) -> None:
    round_ = a_decided_round(session)
    browser = client_of(session.get_one(Person, round_.created_by_id))
    exports = f"/rounds/{round_.id}/exports"
    page = browser.get(f"{exports}/decisions/columns")
    assert "paid_by_alpha" in page.text
    form = {"name": "For the board", "columns": "amount\napplication"}
    assert browser.post(f"{exports}/decisions/columns", data=form).status_code == 303
    page = browser.get(exports)
    address = f"{exports}/csv/decisions?columns=amount,application"
    assert f'href="{address}"' in page.text
    (row,) = csv_rows(browser.get(address).data)
    assert list(row.items()) == [
        ("amount", "1000.50"),
        ("application", f"{round_.reference}-001"),
    ]
    session.rollback()
    saved = session.scalars(select(ColumnSet)).one()
    own = f"{exports}/decisions/columns/{saved.id}"
    assert 'value="For the board"' in browser.get(own).text
    renamed = browser.post(own, data={"name": "Short", "columns": "title"})
    assert renamed.status_code == 303
    assert "<b>Short</b>: 1 column of decisions" in browser.get(exports).text
    assert browser.post(f"{exports}/columns/{saved.id}/delete").status_code == 303
    session.rollback()
    session.expire_all()
    assert session.scalars(select(ColumnSet)).all() == []


def test_what_is_wrong_is_told_and_what_was_typed_stays(session: Session, client_of) -> None:
    round_ = a_decided_round(session)
    browser = client_of(session.get_one(Person, round_.created_by_id))
    address = f"/rounds/{round_.id}/exports/scores/columns"
    answer = browser.post(address, data={"name": "", "columns": "markk"})
    assert answer.status_code == 422
    assert "Give these columns a name." in answer.text
    assert "There is no column “markk”. Did you mean “mark”?" in answer.text
    assert "\nmarkk</textarea>" in answer.text
    form = {"name": "Marks", "columns": "mark"}
    assert browser.post(address, data=form).status_code == 303
    answer = browser.post(address, data=form)
    assert (answer.status_code, "You have columns of this name already." in answer.text) == (
        422,
        True,
    )
    unknown = browser.get(f"/rounds/{round_.id}/exports/csv/scores?columns=markk")
    assert (unknown.status_code, "Did you mean “mark”?" in unknown.text) == (422, True)


def test_nobody_else_sees_or_changes_them(session: Session, client_of) -> None:
    round_ = a_decided_round(session)
    mine = client_of(session.get_one(Person, round_.created_by_id))
    other = client_of(a_manager(session, email="other@sample.example"))
    exports = f"/rounds/{round_.id}/exports"
    form = {"name": "Mine alone", "columns": "title"}
    assert mine.post(f"{exports}/decisions/columns", data=form).status_code == 303
    session.rollback()
    saved = session.scalars(select(ColumnSet)).one()
    own = f"{exports}/decisions/columns/{saved.id}"
    assert "Mine alone" not in other.get(exports).text
    assert other.get(own).status_code == 403
    assert other.post(own, data=form).status_code == 403
    assert other.post(f"{exports}/columns/{saved.id}/delete").status_code == 403
    assert mine.get(own).status_code == 200
