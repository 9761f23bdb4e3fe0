"""Walks the whole URL map as each role, on own and foreign objects, against the table."""

from typing import Any

import pytest
from flask import Flask

from tests.conftest import Installed
from tests.web.conftest import WorldOf, browser_as
from tests.web.permission_table import Row, all_rows
from tests.web.world import ROLES, World

ROWS = all_rows()
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def _status(app: Flask, world: World, row: Row, role: str) -> int:
    call: Any = getattr(browser_as(app, role), row.method.lower())
    if row.method in WRITES:
        return int(call(row.address(world), data=row.form(world)).status_code)
    return int(call(row.address(world)).status_code)


def _name(row: Row) -> str:
    return f"{row.method} {row.endpoint} {row.note}".strip()


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_each_role_gets_what_the_table_says(row: Row, fresh_world: WorldOf) -> None:
    app, world = fresh_world()
    written = {role: row.status_for(role) for role in ROLES}
    answered = {}
    refused_first = sorted(ROLES, key=lambda role: written[role] < 400)
    for role in refused_first:
        if row.method in WRITES and written[role] < 400:
            fresh_world()
        answered[role] = _status(app, world, row, role)
    assert answered == written


def test_every_route_has_a_row(installed: Installed) -> None:
    app = installed.app
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert {(row.endpoint, row.method) for row in ROWS} == routes


def test_rows_name_the_endpoint_they_reach(installed: Installed) -> None:
    """A row whose address leads elsewhere would prove nothing."""
    app = installed.app
    with app.app_context():
        world = _names_only()
        adapter = app.url_map.bind("localhost")
        for row in ROWS:
            path = row.address(world).split("?")[0]
            assert adapter.match(path, method=row.method)[0] == row.endpoint, path


def _names_only() -> World:
    """A world of made-up ids: enough to build addresses."""
    from collections import defaultdict
    from uuid import UUID, uuid4

    ids: Any = defaultdict(uuid4)
    names: Any = defaultdict(lambda: "EVF-2026-01")
    kinds: dict[str, Any] = {
        "people": ids, "rounds": ids, "references": names, "applications": ids,
        "sections": ids, "questions": ids, "criteria": ids, "assignments": ids,
        "reviews": ids, "decisions": ids, "contributions": ids, "seats": ids,
        "plans": ids, "documents": ids, "reruns": ids, "nominations": ids,
    }  # fmt: skip
    kinds |= {
        name: UUID(int=number)
        for number, name in enumerate(
            ("organisation", "funder", "conflict", "allocation_plan", "badge")
        )
    }
    return World(**kinds)


@pytest.mark.parametrize("row", [row for row in ROWS if row.method in WRITES], ids=_name)
def test_every_form_needs_its_token(row: Row, fresh_world: WorldOf) -> None:
    app, world = fresh_world()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = browser_as(app, "manager").open(row.address(world), method=row.method)
        assert answer.status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
