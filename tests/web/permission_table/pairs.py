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


FUND = {"manager": 200, "barred manager": 200, "officer": 200, "barred officer": 200}
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
    Row("pair_board.show_board", "GET", of_round("deliberating", "ranking/pairs"), FUND),
    Row("pair_board.show_board", "GET", of_round("reviewing", "ranking/pairs"), note="too early"),
    Row(
        "pair_board.freeze",
        "POST",
        of_round("deliberating", "ranking/pairs/freeze"),
        {"manager": 409, "barred manager": 409},
        note="before any pair was judged",
    ),
    Row(
        "jury_minutes.show_minutes",
        "GET",
        of_round("deliberating", "minutes"),
        {"manager": 200, "officer": 200},
    ),
    Row("jury_minutes.show_minutes", "GET", of_round("reviewing", "minutes"), note="too early"),
    Row(
        "jury_minutes.add_minute",
        "POST",
        of_round("deliberating", "minutes"),
        {"manager": 303},
        form=lambda world: {"text": "The jury met."},
    ),
]
