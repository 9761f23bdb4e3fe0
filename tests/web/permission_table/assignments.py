"""Assignment: fund managers only, and not where they have a conflict."""

from typing import Any

from tests.web.permission_table import Row
from tests.web.world import World

MANAGERS = {"manager": 200, "barred manager": 200}
BOTH_ON = {"manager": 303, "barred manager": 303}


def _application(world: World) -> str:
    return f"/applications/{world.applications['reviewing']}/reviewers"


def _assignment(act: str) -> Any:
    return lambda world: f"/assignments/{world.assignments['reviewing']}/{act}"


def _plan(act: str = "") -> Any:
    return lambda world: f"/assignment-plans/{world.plans['reviewing']}{act}"


def _round(page: str) -> Any:
    return lambda world: f"/rounds/{world.rounds['reviewing']}/{page}"


def _other_reviewer(world: World) -> dict[str, Any]:
    return {"person_id": world.people["other reviewer"]}


def _pair(world: World) -> str:
    application, person = world.applications["reviewing"], world.people["other reviewer"]
    return f"{_plan()(world)}/applications/{application}/reviewers/{person}"


def _not_this_one(world: World) -> dict[str, Any]:
    return {"kind": "forbid"}


def _draft(world: World) -> str:
    return _round(f"assignments/drafts/{world.plans['on its way']}")(world)


def _list(world: World) -> dict[str, Any]:
    return {"typed": "application,reviewer\nnothing,nobody"}


ROWS: list[Row] = [
    Row("assignments.show_board", "GET", _round("assignments"), MANAGERS),
    Row("assignments.download_list", "GET", _round("assignments.csv"), MANAGERS),
    Row("assignments.assign_reviewer", "GET", _application, {"manager": 200}),
    Row(
        "assignments.assign_reviewer", "POST", _application, {"manager": 303}, form=_other_reviewer
    ),
    Row("assignments.withdraw_assignment", "GET", _assignment("withdraw"), {"manager": 200}),
    Row("assignments.withdraw_assignment", "POST", _assignment("withdraw"), {"manager": 303}),
    Row("assignments.reassign_review", "GET", _assignment("reassign"), {"manager": 200}),
    Row(
        "assignments.reassign_review",
        "POST",
        _assignment("reassign"),
        {"manager": 303},
        form=_other_reviewer,
    ),
    Row("assignment_proposals.propose_assignments", "POST", _round("assignments/propose"), BOTH_ON),
    Row("assignment_proposals.change_pair", "GET", _pair, {"manager": 200}),
    Row("assignment_proposals.change_pair", "POST", _pair, {"manager": 303}, form=_not_this_one),
    Row(
        "assignment_proposals.undo_change",
        "POST",
        _plan("/undo"),
        {"manager": 409, "barred manager": 409},
        note="nothing changed yet",
    ),
    Row("assignment_proposals.show_progress", "GET", _draft, MANAGERS),
    Row("assignment_plans.load_file", "GET", _round("assignments/file"), MANAGERS),
    Row(
        "assignment_plans.load_file",
        "POST",
        _round("assignments/file"),
        {"manager": 422, "barred manager": 422},
        form=_list,
    ),
    Row("assignment_plans.show_plan", "GET", _plan(), MANAGERS),
    Row("assignment_plans.apply_plan", "POST", _plan("/apply"), BOTH_ON),
    Row("assignment_plans.discard_plan", "POST", _plan("/discard"), BOTH_ON),
]
