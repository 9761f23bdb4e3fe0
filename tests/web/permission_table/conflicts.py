"""Conflicts: everybody in the round declares, unconcerned managers keep the register."""

from tests.web.permission_table import Row
from tests.web.world import World


def _declare(world: World) -> str:
    return f"/applications/{world.applications['reviewing']}/conflicts/new"


def _record(world: World) -> str:
    return f"/applications/{world.applications['reviewing']}/conflicts/record"


IN_THE_ROUND = (
    "reviewer",
    "other reviewer",
    "barred reviewer",
    "officer",
    "barred officer",
    "manager",
    "barred manager",
)

ROWS: list[Row] = [
    Row(
        "conflicts.show_register",
        "GET",
        lambda world: f"/rounds/{world.rounds['reviewing']}/conflicts",
        {"manager": 200, "barred manager": 200},
    ),
    Row(
        "conflicts.propose_conflicts",
        "POST",
        lambda world: f"/rounds/{world.rounds['reviewing']}/conflicts/propose",
        {"manager": 303, "barred manager": 303},
    ),
    Row(
        "conflicts.export_register",
        "GET",
        lambda world: f"/rounds/{world.rounds['reviewing']}/conflicts.csv",
        {"manager": 200, "barred manager": 200},
    ),
    Row(
        "conflicts.resolve_conflict",
        "GET",
        lambda world: f"/conflicts/{world.conflict}",
        {"manager": 200},
    ),
    Row(
        "conflicts.resolve_conflict",
        "POST",
        lambda world: f"/conflicts/{world.conflict}",
        {"manager": 303},
        form=lambda world: {"state": "dismissed", "note": "Namesakes."},
    ),
    Row("conflicts.record_conflict", "GET", _record, {"manager": 200}),
    Row(
        "conflicts.record_conflict",
        "POST",
        _record,
        {"manager": 303},
        form=lambda world: {"party": f"funder:{world.funder}", "note": "Told us by phone."},
    ),
    Row("declarations.declare_conflict", "GET", _declare, dict.fromkeys(IN_THE_ROUND, 200)),
    Row(
        "declarations.declare_conflict",
        "POST",
        _declare,
        dict.fromkeys(IN_THE_ROUND, 303),
        form=lambda world: {"party": "myself", "note": "My sister works there."},
    ),
]
