"""Nominations: anybody names one, its maker answers by a link, managers look at them."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.permission_table.rounds import DONE, SEEN, of_round, page
from tests.web.world import World
from tests.web.world_nominations import NOMINATION_LINK


def of_call(path: str) -> Callable[[World], str]:
    return lambda world: f"/calls/{world.references['nominating']}{path}"


def of(state: str, act: str) -> Callable[[World], str]:
    return lambda world: f"/nominations/{world.nominations[state]}/{act}"


def to_all(
    endpoint: str, method: str, address: Callable[[World], str], status: int, **columns: str
) -> Row:
    """A page or a button that is open to everybody."""
    return Row(endpoint, method, address, {"stranger": status}, otherwise=status, **columns)  # type: ignore[arg-type]


ROWS = [
    to_all("nominations.nominate", "GET", of_call("/nominate"), 200),
    to_all("nominations.nominate", "POST", of_call("/nominate"), 422),
    to_all("nominations.show_thanks", "GET", of_call("/nominate/thanks"), 200),
    to_all("nominations.show_link", "GET", lambda world: NOMINATION_LINK, 200),
    to_all(
        "nominations.show_link",
        "GET",
        lambda world: "/nomination-links/unknown",
        404,
        note="unknown",
    ),
    Row(
        "nominations.enter",
        "POST",
        lambda world: f"{NOMINATION_LINK}/enter",
        {"stranger": 401},
        otherwise=422,
    ),
    to_all("nominations.decline", "POST", lambda world: f"{NOMINATION_LINK}/decline", 303),
    to_all("nominations.show_declined", "GET", lambda world: "/nomination-links/declined", 200),
    Row(
        "received_nominations.show_list",
        "GET",
        lambda world: f"/rounds/{world.rounds['nominating']}/nominations",
        SEEN,
    ),
    Row("received_nominations.ask", "POST", of("received", "ask"), DONE),
    Row("received_nominations.dismiss", "POST", of("asked", "dismiss"), DONE),
    *page(
        "prize_rules.edit_rules",
        of_round("/prize-rules", "prize draft"),
        {"rerun_days": "7", "version": "0"},
        409,
    ),
    Row(
        "prize_rules.edit_rules",
        "GET",
        lambda world: f"/rounds/{world.rounds['nominating']}/prize-rules",
        SEEN,
        note="frozen",
    ),
    Row(
        "prize_rules.edit_rules",
        "POST",
        lambda world: f"/rounds/{world.rounds['nominating']}/prize-rules",
        {"manager": 409, "barred manager": 409},
        form=lambda world: {"rerun_days": "7"},
        note="frozen",
    ),
]
