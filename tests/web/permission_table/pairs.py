"""Judging by pairs, the order that follows, and the jury's minutes."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import World

SEATED = {"reviewer": 200, "other reviewer": 200, "barred reviewer": 200}


def of_round(state: str, path: str) -> Callable[[World], str]:
    return lambda world: f"/rounds/{world.rounds[state]}/{path}"


def of_pair(world: World) -> str:
    application = world.applications["reviewing"]
    return f"{of_round('reviewing', 'pairs')(world)}/{application}/{application}"


NO_PAIR = dict.fromkeys(SEATED, 404)

ROWS: list[Row] = [
    Row("pairs.show_next", "GET", of_round("reviewing", "pairs"), SEATED),
    Row("pairs.show_next", "GET", of_round("deliberating", "pairs"), SEATED, note="too late"),
    Row("pairs.show_own", "GET", of_round("reviewing", "pairs/own"), SEATED),
    Row("pairs.show_pair", "GET", of_pair, NO_PAIR, note="no pair"),
    Row(
        "pairs.judge_pair",
        "POST",
        of_pair,
        NO_PAIR,
        form=lambda world: {"verdict": "equal"},
        note="no pair",
    ),
]
