"""The gallery, the public vote and its counts, and the entrant's tick."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import VOTE_LINK, World

MANAGERS = {"manager": 200, "barred manager": 200}


def _of_call(state: str, ending: str) -> Callable[[World], str]:
    return lambda world: f"/calls/{world.references[state]}/{ending}"


def _public(endpoint: str, state: str, ending: str, status: int) -> Row:
    address = _of_call(state, ending)
    return Row(endpoint, "GET", address, {"stranger": status}, otherwise=status, note=state)


ROWS: list[Row] = [
    _public("gallery.show_gallery", "announced", "gallery", 200),
    _public("gallery.show_gallery", "decided", "gallery", 404),
    _public("votes.show_vote", "reviewing", "vote", 200),
    _public("votes.show_vote", "open", "vote", 404),
    _public("votes.show_sent", "reviewing", "vote/sent", 200),
    Row(
        "votes.show_vote",
        "POST",
        _of_call("reviewing", "vote"),
        {"stranger": 303},
        otherwise=303,
        form=lambda world: {
            "entry": str(world.applications["reviewing"]),
            "email": "voter@sample.example",
        },
    ),
    Row("votes.confirm", "GET", lambda world: f"/votes/{VOTE_LINK}", {"stranger": 200}, 200),
    Row("votes.confirm", "POST", lambda world: f"/votes/{VOTE_LINK}", {"stranger": 303}, 303),
    Row("votes.confirm", "GET", lambda world: "/votes/unknown", {"stranger": 404}, 404),
    Row(
        "counted_votes.show_counts",
        "GET",
        lambda world: f"/rounds/{world.rounds['reviewing']}/votes",
        MANAGERS,
    ),
    Row(
        "own_gallery.choose",
        "POST",
        lambda world: f"/applications/{world.applications['reviewing']}/gallery",
        {"owner": 303, "editor": 303},
        form=lambda world: {"in_gallery": "1"},
    ),
]
