"""Files of an export: streamed, with chosen columns, and the same bytes for the same state."""

import json
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput
from fundapp.domain.money import Money
from fundapp.exports.column_sets import check_columns, read_columns
from fundapp.exports.formats import ExportFormat
from fundapp.exports.states import ExportedState, state_of
from fundapp.exports.tables import Column, ColumnKind, ExportTable
from fundapp.exports.workbooks import workbook_bytes
from fundapp.models import Application, Decision, Round
from fundapp.queries import exports
from fundapp.queries.access import actor_for
from fundapp.queries.exports import exported_round, streamed_round
from fundapp.services.exports import PreparedExport, WantedExport, make_export, state_of_round
from tests.builders import NOW, a_conflict, an_officer
from tests.exports.test_decisions import a_decided_round, a_funder_of, csv_rows
from tests.statements import counted_statements


def made_of(
    session: Session,
    round_: Round,
    format_: ExportFormat,
    table: str = "decisions",
    columns: str = "",
) -> PreparedExport:
    actor = actor_for(session, round_.created_by_id)
    wanted = WantedExport(format_, columns=tuple(read_columns(columns)))
    return make_export(session, round_.id, wanted=wanted, actor=actor)


@pytest.mark.parametrize("format_", list(ExportFormat))
def test_size_and_hash_are_known_before_the_bytes(session: Session, format_: ExportFormat) -> None:
    made = made_of(session, a_decided_round(session, applications=3), format_)
    content = b"".join(made.pieces)
    assert (made.size, made.sha256) == (len(content), sha256(content).hexdigest())
    assert made.content == content


def test_rows_read_in_parts_are_the_rows_of_the_whole(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = a_decided_round(session, applications=5)
    actor = actor_for(session, round_.created_by_id)
    whole = exported_round(session, round_.id, reader=actor)
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    streamed = streamed_round(session, round_.id, reader=actor, has_ranks=True)
    assert tuple(streamed.applications) == whole.applications
    assert tuple(streamed.applications) == whole.applications
    plain = streamed_round(session, round_.id, reader=actor, has_ranks=False)
    assert state_of([plain]) == state_of([whole])
    assert [row.reviews for row in plain.applications] == [
        row.reviews for row in whole.applications
    ]
    assert [row.rank for row in plain.applications] == [None] * 5


def test_statements_grow_with_the_parts_only(session: Session) -> None:
    counts = []
    for applications in (1, 50):
        round_ = a_decided_round(session, applications=applications)
        actor = actor_for(session, round_.created_by_id)
        with counted_statements() as counted:
            made = make_export(
                session, round_.id, wanted=WantedExport(ExportFormat.CSV, "scores"), actor=actor
            )
            assert len(csv_rows(made.content)) == applications
        counts.append(len(counted.statements))
    assert counts[0] == counts[1]


def test_the_state_is_the_readers_own_and_changes_with_the_data(session: Session) -> None:
    round_ = a_decided_round(session, applications=2)
    actor = actor_for(session, round_.created_by_id)
    first = state_of_round(session, round_.id, reader=actor)
    assert first.changed_at == NOW
    decision = session.scalars(select(Decision)).first()
    assert decision is not None
    decision.decided_at = NOW + timedelta(hours=1)
    decision.reserve_place = 7
    session.flush()
    second = state_of_round(session, round_.id, reader=actor)
    assert second.changed_at == NOW + timedelta(hours=1)
    officer = actor_for(session, an_officer(session, a_funder_of(session, round_)).id)
    application = session.scalars(select(Application).order_by(Application.number)).first()
    assert application is not None
    assert state_of_round(session, round_.id, reader=officer) == second
    a_conflict(
        session, application.id, person_id=officer.person_id, recorded_by_id=officer.person_id
    )
    session.flush()
    third = state_of_round(session, round_.id, reader=officer)
    assert len({first.sha256, second.sha256, third.sha256}) == 3


def test_json_lines_hold_typed_cells(session: Session) -> None:
    made = made_of(session, a_decided_round(session), ExportFormat.JSONL)
    (row,) = [json.loads(line) for line in made.content.decode().splitlines()]
    assert row["amount"] == {"minor": 100_050, "amount": "1000.50", "currency": "EUR"}
    assert (row["reviews"], row["raw_score"], row["prize"]) == (1, 4.0, "")
    assert (row["decided_on"], row["released_on"]) == (NOW.date().isoformat(), None)


def test_chosen_columns_keep_their_order_in_every_table_format(session: Session) -> None:
    round_ = a_decided_round(session)
    chosen = "amount, application\npaid_by_alpha"
    wanted = ["amount", "application", "paid_by_alpha"]
    lines = made_of(session, round_, ExportFormat.CSV, columns=chosen).content.decode().splitlines()
    assert lines == [",".join(wanted), f"1000.50,{round_.reference}-001,1000.50"]
    row = json.loads(made_of(session, round_, ExportFormat.JSONL, columns=chosen).content)
    assert list(row) == wanted
    book = load_workbook(
        BytesIO(made_of(session, round_, ExportFormat.XLSX, columns=chosen).content)
    )
    assert [cell.value for cell in book["Decisions"][1]] == wanted
    assert len(book["Scores"][1]) == 8


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(InvalidInput, match="Did you mean “amount”"):
        check_columns(["title", "amuont"], ["title", "amount", "state"])
    with pytest.raises(InvalidInput, match="“title” stands there more than once"):
        check_columns(["title", "title"], ["title"])
    with pytest.raises(InvalidInput, match="at least one"):
        check_columns([], ["title"])


STATE = ExportedState("a" * 64, NOW)


def a_table(*cells: tuple[object, ...]) -> ExportTable:
    columns = (
        Column("what", "What it is"),
        Column("sum", "How much", ColumnKind.MONEY),
        Column("on", "When", ColumnKind.DAY),
    )
    return ExportTable("sums", columns, lambda: iter(cells))  # type: ignore[arg-type]


def test_a_sheet_has_filters_formats_widths_and_heads_that_stay() -> None:
    day = date(2026, 3, 1)
    rows = [(code, Money(123_456, code), day) for code in ("EUR", "JPY", "KWD")]
    rows.append(("=1+1", None, None))  # type: ignore[arg-type]
    rows.append(("https://example.org", None, None))  # type: ignore[arg-type]
    book = load_workbook(BytesIO(workbook_bytes([a_table(*rows)], state=STATE)))
    sheet = book["Sums"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", "A1:C6")
    told = [(sheet.cell(n, 2).value, sheet.cell(n, 2).number_format) for n in (2, 3, 4)]
    assert told == [(1234.56, "#,##0.00"), (123456, "#,##0"), (123.456, "#,##0.000")]
    assert (sheet["C2"].value.date(), sheet["C2"].number_format) == (day, "yyyy-mm-dd")
    assert [
        (cell.value, cell.data_type, cell.hyperlink) for cell in (sheet["A5"], sheet["A6"])
    ] == [
        ("=1+1", "s", None),
        ("https://example.org", "s", None),
    ]
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["C"].width


def test_the_dictionary_tells_every_column_and_the_state(session: Session) -> None:
    made = made_of(session, a_decided_round(session), ExportFormat.XLSX)
    book = load_workbook(BytesIO(made.content))
    rows = [[cell.value for cell in row] for row in book["Data dictionary"].iter_rows(min_row=2)]
    assert made.state.sha256 in str(rows[0][2])
    assert made.state.changed in str(rows[1][2])
    told = [(sheet, column) for sheet, column, *_ in rows[2:]]
    heads = [
        (sheet.title, cell.value)
        for sheet in book.worksheets
        if sheet.title != "Data dictionary"
        for cell in sheet[1]
    ]
    assert told == heads
    assert [row for row in rows if None in row] == []
    assert made.state.sha256 in (book.properties.description or "")


def test_the_same_state_gives_the_same_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    first = workbook_bytes([a_table(("x", None, None))], state=STATE)
    monkeypatch.setattr("time.time", lambda: 2e9)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert workbook_bytes([a_table(("x", None, None))], state=STATE) == first
