"""A person's own applications, their sections and files."""

from collections.abc import Callable
from typing import Any

from tests.web.permission_table import Row
from tests.web.world import World

MEMBERS = {"owner": 200, "editor": 200, "viewer": 200}
EDITORS = {"owner": 303, "editor": 303}
NOBODY = "00000000-0000-0000-0000-000000000000"


def _at(tail: str = "", state: str = "open") -> Callable[[World], str]:
    return lambda world: f"/applications/{world.applications[state]}{tail}"


def _section(tail: str = "", state: str = "open") -> Callable[[World], str]:
    return lambda world: (
        f"/applications/{world.applications[state]}/sections/{world.sections[state]}{tail}"
    )


def _start(world: World) -> str:
    return f"/calls/{world.references['open']}/apply"


def _posted(world: World) -> dict[str, Any]:
    return {"version": ""}


ROWS = [
    Row(
        "applications.show_list",
        "GET",
        lambda world: "/applications",
        {"stranger": 303},
        otherwise=200,
    ),
    Row(
        "applications.start_application",
        "GET",
        _start,
        {"owner": 200, "editor": 200, "other applicant": 200},
        otherwise=303,
        note="who may write for no organisation sets one up first",
    ),
    Row(
        "applications.start_application",
        "POST",
        _start,
        EDITORS | {"other applicant": 422, "stranger": 401},
        otherwise=303,
        form=lambda world: {"organisation": str(world.organisation)},
    ),
    Row("applications.show_application", "GET", _at(), MEMBERS, note="a draft"),
    Row(
        "applications.show_application",
        "GET",
        _at(state="reviewing"),
        MEMBERS | {"reviewer": 303, "officer": 303, "manager": 303},
        note="the fund's people are led to what was submitted",
    ),
    Row("applications.check_answers", "GET", _at("/check"), MEMBERS),
    Row("applications.submit_application", "POST", _at("/submit"), {"owner": 422, "editor": 422}),
    Row(
        "applications.choose_language",
        "POST",
        _at("/language"),
        EDITORS,
        form=lambda world: {"language": "fr"},
    ),
    Row(
        "applications.show_confirmation",
        "GET",
        _at("/submitted", "screening"),
        MEMBERS,
    ),
    Row(
        "applications.withdraw_application", "GET", _at("/withdraw"), {"owner": 200, "editor": 200}
    ),
    Row(
        "applications.withdraw_application",
        "POST",
        _at("/withdraw"),
        EDITORS,
        form=lambda world: {"reason": "We merged."},
    ),
    Row(
        "applications.download_copy",
        "GET",
        _at("/copy.pdf", "reviewing"),
        {
            **dict.fromkeys(MEMBERS, 404),
            **dict.fromkeys(("reviewer", "officer", "manager"), 404),
        },
        note="the copy is not printed yet",
    ),
    Row("sections.show_section", "GET", _section(), MEMBERS),
    Row("sections.save_section", "POST", _section(), EDITORS, form=_posted),
    Row(
        "sections.save_section",
        "POST",
        _section(state="reviewing"),
        {"owner": 409, "editor": 409},
        form=_posted,
        note="too late",
    ),
    Row(
        "sections.autosave_section",
        "POST",
        _section("/autosave"),
        {"owner": 200, "editor": 200},
        form=_posted,
    ),
    Row(
        "attachments.download",
        "GET",
        lambda world: f"/attachments/{NOBODY}",
        otherwise=404,
        expects={"stranger": 404},
        note="no such file; own and foreign files are tested beside the page",
    ),
]
