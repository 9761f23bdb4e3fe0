"""Logs side by side, of one application and across entries."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import World


def of_application(world: World) -> str:
    return f"/applications/{world.applications['reviewing']}/evidence"


def of_round(state: str) -> Callable[[World], str]:
    return lambda world: f"/rounds/{world.rounds[state]}/evidence"


MEMBERS = {"owner": 200, "editor": 200, "viewer": 200}

ROWS: list[Row] = [
    Row(
        "evidence.compare_logs",
        "GET",
        of_application,
        MEMBERS | {"reviewer": 200, "officer": 200, "manager": 200},
    ),
    Row(
        "evidence.compare_entries",
        "GET",
        of_round("deliberating"),
        {"manager": 200, "barred manager": 200, "officer": 200, "barred officer": 200},
    ),
    Row(
        "evidence.compare_entries",
        "GET",
        of_round("reviewing"),
        {"manager": 200, "barred manager": 200},
        note="before the reviews are in",
    ),
]
