"""A round's applications for the fund's people."""

from tests.web.permission_table import Row

ROWS = [
    Row(
        "round_applications.show_list",
        "GET",
        lambda world: f"/rounds/{world.rounds['reviewing']}/applications",
        dict.fromkeys(("manager", "barred manager", "officer", "barred officer"), 200),
    ),
    Row(
        "round_applications.read_application",
        "GET",
        lambda world: f"/applications/{world.applications['reviewing']}/read",
        dict.fromkeys(("owner", "editor", "viewer", "reviewer", "officer", "manager"), 200),
    ),
    Row(
        "round_applications.read_application",
        "GET",
        lambda world: f"/applications/{world.applications['open']}/read",
        dict.fromkeys(("owner", "editor", "viewer"), 200),
        note="a draft",
    ),
]
