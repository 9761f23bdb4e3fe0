"""People and their roles: administrators only."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import World


def _address(rest: str = "") -> Callable[[World], str]:
    def make(world: World) -> str:
        return f"/people/{world.people['owner']}{rest}"

    return make


ROWS: list[Row] = [
    Row("people.show_list", "GET", lambda world: "/people", {"administrator": 200}),
    Row("people.show_person", "GET", _address(), {"administrator": 200}),
    Row("people.grant_role", "POST", _address("/roles/fund_manager/grant"), {"administrator": 303}),
    Row(
        "people.grant_role",
        "POST",
        _address("/roles/emperor/grant"),
        {"administrator": 404},
        note="a role that does not exist",
    ),
    Row(
        "people.revoke_role", "POST", _address("/roles/fund_manager/revoke"), {"administrator": 303}
    ),
]
