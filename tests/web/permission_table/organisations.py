"""An organisation's profile and its colleagues."""

from collections.abc import Callable

from tests.web.permission_table import Row
from tests.web.world import World

PROFILE = {"name": "Zembla Gauge", "country": "KE", "version": "1"}
COLLEAGUE = {"name": "Cora Sample", "email": "cora@sample.example", "role": "viewer"}
READERS = {"owner": 200, "editor": 200, "viewer": 200, "manager": 200, "barred manager": 200}
EDITORS = {"owner": 200, "editor": 200}
NOBODY = "00000000-0000-0000-0000-000000000000"


def _at(tail: str = "") -> Callable[[World], str]:
    return lambda world: f"/organisations/{world.organisation}{tail}"


def _viewer(tail: str = "") -> Callable[[World], str]:
    return lambda world: (
        f"/organisations/{world.organisation}/colleagues/{world.people['viewer']}{tail}"
    )


ROWS = [
    Row(
        "organisations.create_organisation",
        "GET",
        lambda world: "/organisations/new",
        {"stranger": 303},
        otherwise=200,
    ),
    Row(
        "organisations.create_organisation",
        "POST",
        lambda world: "/organisations/new",
        {"stranger": 401},
        otherwise=303,
        form=lambda world: PROFILE,
    ),
    Row("organisations.show_organisation", "GET", _at(), READERS),
    Row("organisations.edit_organisation", "GET", _at("/edit"), EDITORS),
    Row(
        "organisations.edit_organisation",
        "POST",
        _at("/edit"),
        {"owner": 303, "editor": 303},
        form=lambda world: PROFILE,
    ),
    Row("organisations.invite_colleague", "GET", _at("/invite"), {"owner": 200}),
    Row(
        "organisations.invite_colleague",
        "POST",
        _at("/invite"),
        {"owner": 303},
        form=lambda world: COLLEAGUE,
    ),
    *(
        Row(
            f"organisations.{act}_invitation",
            "POST",
            _at(f"/invitations/{NOBODY}/{tail}"),
            {"owner": 404},
        )
        for act, tail in (("resend", "send-again"), ("withdraw", "withdraw"))
    ),
    Row("organisations.change_role", "GET", _viewer(), {"owner": 200}),
    Row(
        "organisations.change_role",
        "POST",
        _viewer(),
        {"owner": 303},
        form=lambda world: {"role": "editor"},
    ),
    Row(
        "organisations.remove_colleague",
        "POST",
        _viewer("/remove"),
        {"owner": 303, "viewer": 303},
        note="a colleague, or oneself",
    ),
]
