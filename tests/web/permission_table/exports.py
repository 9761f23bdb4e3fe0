"""Exports: managers always, officers when reviewing has ended."""

from tests.web.permission_table import Row

MANAGERS = {"manager": 200, "barred manager": 200}
FUND = {**MANAGERS, "officer": 200, "barred officer": 200}


def of_round(state: str, path: str):
    return lambda world: f"/rounds/{world.rounds[state]}/{path}"


UNKNOWN = "00000000-0000-0000-0000-000000000001"

ROWS = [
    Row("exports.show_files", "GET", of_round("deliberating", "exports"), FUND),
    Row("exports.show_files", "GET", of_round("reviewing", "exports"), MANAGERS, note="early"),
    Row("exports.download_file", "GET", of_round("decided", "exports/csv/decisions"), FUND),
    Row(
        "exports.download_file",
        "GET",
        of_round("reviewing", "exports/xlsx/decisions"),
        MANAGERS,
        note="early",
    ),
    Row("round_files.show_list", "GET", of_round("deliberating", "files"), FUND),
    Row("round_files.show_list", "GET", of_round("reviewing", "files"), MANAGERS, note="early"),
    Row(
        "round_files.order_file",
        "POST",
        of_round("decided", "files/pack"),
        dict.fromkeys(FUND, 303),
    ),
    Row(
        "round_files.download_file",
        "GET",
        lambda world: f"/round-files/{UNKNOWN}",
        otherwise=404,
        expects={"stranger": 303},
    ),
    Row("column_sets.add", "GET", of_round("deliberating", "exports/decisions/columns"), FUND),
    Row(
        "column_sets.add",
        "POST",
        of_round("deliberating", "exports/decisions/columns"),
        dict.fromkeys(FUND, 303),
        form=lambda world: {"name": "Mine", "columns": "application, amount"},
    ),
    Row(
        "column_sets.change",
        "GET",
        of_round("deliberating", f"exports/decisions/columns/{UNKNOWN}"),
        otherwise=404,
        expects={"stranger": 303},
    ),
    Row(
        "column_sets.change",
        "POST",
        of_round("deliberating", f"exports/decisions/columns/{UNKNOWN}"),
        otherwise=404,
        expects={"stranger": 401},
    ),
    Row(
        "column_sets.delete",
        "POST",
        of_round("deliberating", f"exports/columns/{UNKNOWN}/delete"),
        dict.fromkeys(FUND, 404),
    ),
]
