"""The draw: its page for the fund, its public page, freezing and drawing."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import World

FUND = {"manager": 200, "barred manager": 200, "officer": 200, "barred officer": 200}
MANAGERS = {"manager": 200, "barred manager": 200}


def of_round(state: str, path: str) -> Callable[[World], str]:
    return lambda world: f"/rounds/{world.rounds[state]}/{path}"


def of_call(ending: str, state: str) -> Callable[[World], str]:
    return lambda world: f"/calls/{world.references[state]}/{ending}"


def public(endpoint: str, ending: str, state: str, status: int) -> Row:
    return Row(
        f"public_lotteries.{endpoint}",
        "GET",
        of_call(ending, state),
        {"stranger": status},
        otherwise=status,
        note=state,
    )


ROWS: list[Row] = [
    Row("lotteries.show_lottery", "GET", of_round("deliberating", "lottery"), FUND),
    Row("lotteries.show_lottery", "GET", of_round("announced", "lottery"), FUND, note="drawn"),
    Row("lotteries.show_lottery", "GET", of_round("reviewing", "lottery"), MANAGERS, note="early"),
    Row(
        "lotteries.freeze",
        "POST",
        of_round("deliberating", "lottery/freeze"),
        {"manager": 409, "barred manager": 409},
        form=lambda world: {"places": "1", "source": "A sample value", "known_on": "2027-01-01"},
        note="before the ranking is frozen",
    ),
    Row(
        "lotteries.draw",
        "POST",
        of_round("deliberating", "lottery/draw"),
        {"manager": 409, "barred manager": 409},
        form=lambda world: {"public_value": "4 8 15"},
        note="before the list is frozen",
    ),
    *(
        public(endpoint, ending, state, status)
        for state, status in (("announced", 200), ("decided", 404), ("open", 404))
        for endpoint, ending in (
            ("show_lottery", "lottery"),
            ("download_record", "lottery.json"),
            ("download_intervals", "lottery.csv"),
        )
    ),
]
