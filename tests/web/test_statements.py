"""Every page of the URL map takes as many statements for 1,000 rows as for 10."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from fundapp.adapters import database
from fundapp.extensions import db
from fundapp.models import Criterion
from tests.conftest import Installed
from tests.statements import counted_statements
from tests.web.conftest import browser_as
from tests.web.crowd import EVERY_ROUND, crowd
from tests.web.permission_table import Row, all_rows
from tests.web.world import ROLES, World

FEW, SEVERAL, MANY = 10, 200, 1_000
ROUNDS = {FEW: EVERY_ROUND, SEVERAL: EVERY_ROUND, MANY: ("open", "reviewing", "announced")}
"""Which rounds get that many more applications."""

PUBLIC, LIST, QUEUE, REVIEW, SAVING = 4, 8, 8, 12, 14

PROMISED = {
    "calls.first_page": PUBLIC,
    "calls.show_list": PUBLIC,
    "calls.show_call": PUBLIC,
    "calls.show_questions": PUBLIC,
    "calls.check_eligibility": PUBLIC,
    "calls.explain_rules": PUBLIC,
    "announced_awards.show_list": PUBLIC,
    "public.privacy": PUBLIC,
    "public.how_we_decide": PUBLIC,
    "applications.show_list": LIST,
    "round_applications.show_list": LIST,
    "rounds.show_list": LIST,
    "funders.show_list": LIST,
    "outbox.show_list": LIST,
    "jobs.show_list": LIST,
    "audit.show_list": LIST,
    "people.show_list": LIST,
    "conflicts.show_register": LIST,
    "assignments.show_board": LIST,
    "review_progress.show_progress": LIST,
    "review_queue.show_queue": QUEUE,
    "reviews.show_review": REVIEW,
}
"""Statements at most with 1,000 rows."""

JOINT = 12
"""A list that also reads the terms of the joint evaluation, its stored result and whether a
newer one is on its way, or the plan that was entered, and for an officer how many letters wait."""

PROGRESS = 10
"""A list that also counts the mails behind its rows, and says when the last ones were done."""

PLAN = 23
"""A plan that may be entered, beside all that it was worked out from, as that stands now."""

PAIRS = 16
"""The order by pairs beside all that the ranking by the rubric reads."""

CLAIMS = 15
"""A form beside the results of an entry's logs, its decision and the re-runs of the round."""

BOARDS = {
    "reruns.ask": CLAIMS,
    "allocation_plans.show_plan": PLAN,
    "screening.show_list": LIST,
    "pair_board.show_board": PAIRS,
    "ranking.show_board": JOINT,
    "ranking.show_table": JOINT,
    "ranking.show_agreement": JOINT,
    "ranking.show_agenda": JOINT,
    "decisions.show_room": JOINT,
    "contributions.show_rounds": LIST,
    "contributions.show_round": JOINT,
    "releases.show_preview": LIST,
    "letters.show_list": PROGRESS,
    "exports.show_files": LIST,
    "round_files.show_list": LIST,
}
"""Lists of a round that is being decided: statements at most with 200 rows."""

ONE_THING = 13
"""Any other page with 200 rows around: a form on one application, or on a part of a draft
beside what the whole draft still lacks."""

FILES = {"exports.download_file": 41, "column_sets.add": 15, "account.download_data": 30}
"""Every table of a round, or of a person, is one statement or two; an export reads them twice,
once for the hashes and once for the file, or more often for the sheets of a workbook."""

MOST = PROMISED | BOARDS | FILES


def _reader(row: Row) -> str | None:
    """Return the first role that may see the page."""
    return next((role for role in ROLES if row.status_for(role) == 200), None)


PAGES = [(row, reader) for row in all_rows() if row.method == "GET" if (reader := _reader(row))]


@dataclass
class Crowds:
    """The world with few, several and many more rows."""

    installed: Installed
    world: World

    def at(self, rows: int) -> Flask:
        """Put the world with `rows` further rows back."""
        app = self.installed.app
        with app.app_context():
            self.installed.database.put_back(f"crowd_{rows}")
        return app

    def statements(self, row: Row, reader: str, *, rows: int) -> int:
        """Count what the page sends with `rows` further rows."""
        app = self.at(rows)
        with app.app_context(), counted_statements() as counted:
            answer = browser_as(app, reader).get(row.address(self.world))
        assert answer.status_code == 200
        return len(counted)


@pytest.fixture(scope="module")
def crowds(installed: Installed, kept_world: World) -> Iterator[Crowds]:
    for rows, rounds in ROUNDS.items():
        with installed.app.app_context():
            installed.database.put_back("world")
            session = db.session()
            database.begin_writing(session)
            crowd(session, kept_world, rows, rounds=rounds)
            session.commit()
            db.session.remove()
            installed.database.keep(f"crowd_{rows}")
    yield Crowds(installed, kept_world)
    with installed.app.app_context():
        db.engine.dispose()


def _name(page: tuple[Row, str]) -> str:
    return f"{page[0].endpoint} {page[0].note}".strip()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_page_takes_the_same_few_statements(page: tuple[Row, str], crowds: Crowds) -> None:
    row, reader = page
    most = MOST.get(row.endpoint, ONE_THING)
    few = crowds.statements(row, reader, rows=FEW)
    more = crowds.statements(row, reader, rows=MANY if row.endpoint in PROMISED else SEVERAL)
    assert (more, more <= most) == (few, True)


@pytest.mark.parametrize("rows", [FEW, MANY])
@pytest.mark.parametrize("page", ["", "/autosave"], ids=["pressed", "while typing"])
def test_saving_a_review_takes_the_same_few_statements(
    crowds: Crowds, rows: int, page: str
) -> None:
    app = crowds.at(rows)
    with app.app_context():
        code = db.session.get_one(Criterion, crowds.world.criteria["reviewing"]).code
    browser = browser_as(app, "reviewer")
    address = f"/reviews/{crowds.world.assignments['reviewing']}"
    typed = {f"mark-{code}": "4", "shared_comment": "Clear.", "version": 0}
    browser.post(address, data=typed)
    again = typed | {f"mark-{code}": "2", "version": 1}
    with app.app_context(), counted_statements() as counted:
        answer = browser.post(address + page, data=again)
    assert (answer.status_code, len(counted)) == (200 if page else 303, 8)
    assert len(counted) <= SAVING


def test_the_rows_are_there(crowds: Crowds) -> None:
    world = crowds.world
    app = crowds.at(MANY)
    queue = browser_as(app, "reviewer").get("/reviews").text
    assert "1001 reviews to write" in queue
    listed = browser_as(app, "manager").get(f"/rounds/{world.rounds['reviewing']}/applications")
    assert "1001 applications" in listed.text
