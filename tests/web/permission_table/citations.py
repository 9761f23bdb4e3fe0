"""Citations: written by managers, answered by their winners."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import World

MANAGERS = {"manager": 200, "barred manager": 200}


def at(path: str = "") -> Callable[[World], str]:
    """The citation of a provisional winner, which is not told of yet."""
    return lambda world: f"/applications/{world.applications['provisional']}/citation{path}"


def of_grant(path: str) -> Callable[[World], str]:
    """The same of a grant, which has none."""
    return lambda world: f"/applications/{world.applications['decided']}/citation{path}"


ROWS: list[Row] = [
    Row(
        "citations.show_list",
        "GET",
        lambda world: f"/rounds/{world.rounds['verifying']}/citations",
        MANAGERS,
    ),
    Row("citations.write", "GET", at("/text"), {"manager": 200}),
    Row(
        "citations.write",
        "POST",
        at("/text"),
        {"manager": 303},
        form=lambda world: {"citation": "It says how surely it knows.", "version": "1"},
    ),
    Row(
        "own_citations.show",
        "GET",
        of_grant(""),
        {"owner": 404, "editor": 404, "viewer": 404, "officer": 404, "manager": 404},
    ),
    Row("own_citations.approve", "POST", of_grant("/approve"), {"owner": 404, "editor": 404}),
    Row(
        "own_citations.wish",
        "POST",
        of_grant("/wish"),
        {"owner": 404, "editor": 404},
        form=lambda world: {"wish": "A word.", "seen": "x"},
    ),
]
