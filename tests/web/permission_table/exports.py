"""Exports: managers always, officers when reviewing has ended."""

from tests.web.permission_table import Row

MANAGERS = {"manager": 200, "barred manager": 200}
FUND = {**MANAGERS, "officer": 200, "barred officer": 200}


def of_round(state: str, path: str):
    return lambda world: f"/rounds/{world.rounds[state]}/{path}"


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
]
