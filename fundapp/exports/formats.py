"""Exported tables as bytes: CSV, XLSX, JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

import xlsxwriter

from fundapp.domain.money import Money, minor_digits
from fundapp.exports.csv_writer import write_csv
from fundapp.exports.tables import Cell, ExportTable
from fundapp.queries.exports import ExportedApplication, ExportedRound


class ExportFormat(StrEnum):
    """What an export can be written as."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


MEDIA_TYPES: Mapping[ExportFormat, str] = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.JSON: "application/json",
}

_WIDEST = 60


def csv_bytes(table: ExportTable) -> bytes:
    """Return a table as CSV in UTF-8, formulas guarded; money as a plain decimal number."""
    rows = ([_csv_cell(cell) for cell in row] for row in table.rows)
    return "".join(write_csv(table.columns, rows)).encode()


def xlsx_bytes(tables: Sequence[ExportTable], *, made_at: datetime) -> bytes:
    """Return a workbook with a sheet per table. Texts stay texts: no formulas, no links."""
    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        for table in tables:
            _write_sheet(book, table)
    return target.getvalue()


def json_bytes(rounds: Sequence[ExportedRound], *, made_at: datetime) -> bytes:
    """Return the rounds with everything in them; money in minor units and as a decimal."""
    data = {
        "format": "fundapp-decisions-1",
        "made_at": made_at.isoformat(),
        "rounds": [_round_as_data(round_) for round_ in rounds],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _csv_cell(cell: Cell) -> Cell:
    return cell.as_decimal_text() if isinstance(cell, Money) else cell


def _write_sheet(book: Any, table: ExportTable) -> None:
    sheet = book.add_worksheet(table.name.capitalize())
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet.freeze_panes(1, 2)
    for place, head in enumerate(table.columns):
        sheet.write_string(0, place, head, bold)
        widest = max((len(str(_csv_cell(row[place]) or "")) for row in table.rows), default=0)
        sheet.set_column(place, place, min(_WIDEST, max(len(head), widest) + 2))
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, Money):
                units = 10 ** minor_digits(cell.currency)
                sheet.write_number(number, place, cell.minor / units, money)
            elif isinstance(cell, int | float):
                sheet.write_number(number, place, cell)
            elif cell:
                sheet.write_string(number, place, cell)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _round_as_data(round_: ExportedRound) -> dict[str, Any]:
    head = round_.head
    return {
        "round": head.reference,
        "title": head.title,
        "kind": head.kind.value,
        "state": head.state.value,
        "notice": head.notice,
        "source_note": round_.source_note,
        "currency": head.currency,
        "criteria": [
            {"code": one.code, "title": one.title, "weight": one.weight, "marks": list(one.marks)}
            for one in round_.criteria
        ],
        "envelopes": [
            {
                "funder": funder.name,
                "code": funder.code,
                "envelope": _money(Money(funder.amount, head.currency)),
                "committed": _money(Money(funder.committed, head.currency)),
                "own_amount": _money(funder.own),
            }
            | _own_weights(round_.own_weights.get(funder.funder_id))
            for funder in round_.funders
        ],
        "left_out_for_conflicts": round_.recused,
        "applications": [_application_as_data(row) for row in round_.applications],
    }


def _own_weights(weights: Mapping[str, int] | None) -> dict[str, Any]:
    return {"own_weights": dict(weights)} if weights else {}


def _application_as_data(row: ExportedApplication) -> dict[str, Any]:
    return {
        "application": row.reference,
        "source": row.source,
        "title": row.title,
        "organisation": row.organisation,
        "state": row.state,
        "is_complete": row.is_complete,
        "requested": _money(row.requested),
        "decision": row.decision or None,
        "amount": _money(row.amount),
        "prize": row.prize or None,
        "reserve_place": row.reserve_place,
        "contributions": {code: _money(part) for code, part in row.contributions.items()},
        "own_requested": _money(row.own_requested),
        "own_amount": _money(row.own_amount),
        "own_contributions": {code: _money(part) for code, part in row.own_contributions.items()},
        "rank": row.rank,
        "raw_score": row.raw_score,
        "aggregated_score": row.aggregated_score,
        "estimate": row.estimate,
        "estimate_low": row.estimate_low,
        "estimate_high": row.estimate_high,
        "chance": row.chance,
        "band": row.band or None,
        **({"own_scores": dict(row.own_scores)} if row.own_scores else {}),
        "criterion_means": dict(row.criterion_means),
        "reviews": [
            {
                "reviewer": review.reviewer,
                "funder": review.funder,
                "score": review.score,
                "marks": dict(review.marks),
            }
            for review in row.reviews
        ],
        "letter": row.letter or None,
    }


def _money(amount: Money | None) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {
        "minor": amount.minor,
        "amount": amount.as_decimal_text(),
        "currency": amount.currency,
    }
