"""Re-runs of provisional winners: the manager's board, and the verifier's own pages."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import World

MANAGERS = {"manager": 200, "barred manager": 200}
LINK = "/rerun-links/asked-rerun"
CONFIRM = {"outcome": "waived", "reason": "Public data.", "seen": ""}
NEW_PERSON = {"name": "Vera Sample", "password": "a walk along the river"}


def of(name: str, path: str = "") -> Callable[[World], str]:
    """The address of a re-run of the world."""
    return lambda world: f"/reruns/{world.reruns[name]}{path}"


def of_entry(path: str) -> Callable[[World], str]:
    """The address of something about the entry without a re-run."""
    return lambda world: f"/applications/{world.applications['provisional']}/{path}"


ROWS: list[Row] = [
    Row("reruns.show_board", "GET", lambda w: f"/rounds/{w.rounds['verifying']}/reruns", MANAGERS),
    Row("reruns.ask", "GET", of_entry("rerun"), {"manager": 200}),
    Row(
        "reruns.ask",
        "POST",
        of_entry("rerun"),
        {"manager": 422},
        form=lambda world: {"claim": "none"},
    ),
    Row(
        "reruns.waive",
        "POST",
        of_entry("rerun/waive"),
        {"manager": 303},
        form=lambda world: {"reason": "Public data."},
    ),
    Row("reruns.settle", "GET", of("delivered", "/settlement"), {"manager": 200}),
    Row(
        "reruns.settle",
        "POST",
        of("asked", "/settlement"),
        {"manager": 303},
        form=lambda world: CONFIRM,
    ),
    Row("reruns.resend", "POST", of("asked", "/send-again"), {"manager": 303}),
    Row("reruns.withdraw", "POST", of("asked", "/withdraw"), {"manager": 303}),
    Row("reruns.download", "GET", of("delivered", "/log"), {"manager": 200}),
    Row("reruns.download", "GET", of("asked", "/log"), {"manager": 404}, note="no log"),
    Row("own_reruns.show_link", "GET", lambda world: LINK, {"stranger": 200}, otherwise=200),
    Row(
        "own_reruns.show_link",
        "GET",
        lambda world: "/rerun-links/unknown",
        {"stranger": 404},
        otherwise=404,
        note="unknown",
    ),
    Row(
        "own_reruns.accept",
        "POST",
        lambda world: f"{LINK}/accept",
        {"barred manager": 403, "stranger": 401},
        otherwise=303,
    ),
    Row(
        "own_reruns.accept_as_new_person",
        "POST",
        lambda world: f"{LINK}/register",
        {"stranger": 303},
        otherwise=303,
        form=lambda world: NEW_PERSON,
    ),
    Row("own_reruns.show_list", "GET", lambda world: "/reruns", {"stranger": 303}, otherwise=200),
    Row("own_reruns.show", "GET", of("delivered"), {"other applicant": 200}),
    Row("own_reruns.show", "GET", of("asked"), note="nobody's yet"),
    Row("own_reruns.deliver", "POST", of("delivered"), {"other applicant": 422}),
    Row("own_reruns.ask_to_decline", "GET", of("delivered", "/decline"), {"other applicant": 200}),
    Row("own_reruns.decline", "POST", of("delivered", "/decline"), {"other applicant": 409}),
    Row(
        "own_reruns.decline_link",
        "POST",
        lambda world: f"{LINK}/decline",
        {"stranger": 303},
        otherwise=303,
    ),
]
