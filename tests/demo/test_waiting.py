"""The rounds to play in: everybody finds work, some of it late, none of it exported."""

from collections import Counter
from pathlib import Path

from sqlalchemy import select

from fundapp.demo.waiting import SignIn, sign_ins
from fundapp.domain.states import OPEN_ASSIGNMENT_STATES, AssignmentState, ConflictState
from fundapp.models import Assignment, Conflict
from fundapp.queries.checks import findings
from tests.demo.conftest import TODAY
from tests.demo.test_story import database_of, rows_of


def test_everybody_finds_work(playing_folder: Path) -> None:
    with database_of(playing_folder) as session:
        found = sign_ins(session, now=TODAY)
    numbers = [int(one.waiting.split()[0]) for one in found if one.role == "officer"]
    assert len(numbers) == 4
    assert min(numbers) > 0
    (reviewer,) = (one for one in found if one.role == "reviewer")
    to_write, late = (int(part.split()[0]) for part in reviewer.waiting.split(", "))
    assert 0 < late < to_write
    assert [one for one in found if one.role not in {"officer", "reviewer"}] == [
        SignIn(
            "administrator",
            "ilse.grau@fund.example",
            "People, funders, jobs and mail to look after.",
        ),
        SignIn(
            "fund manager",
            "cleo.okafor@fund.example",
            f"18 late reviews, {sum(numbers)} contributions to be answered.",
        ),
        SignIn("applicant", "xenia.ferro@karain-signal.example", "1 application to finish."),
    ]


def test_some_reviews_are_late_and_others_due_in_the_coming_days(playing_folder: Path) -> None:
    with database_of(playing_folder) as session:
        rows = session.execute(select(Assignment.state, Assignment.due_at)).all()
        conflicts = session.scalars(select(Conflict.state)).all()
        assert findings(session) == ()
    states = Counter(state for state, _ in rows)
    open_days = Counter(
        (due_at - TODAY).days
        for state, due_at in rows
        if due_at and state in OPEN_ASSIGNMENT_STATES
    )
    assert states[AssignmentState.DONE] == 36 + 27
    assert open_days == {-2: 18, 1: 8, 3: 1, 4: 8}
    assert conflicts == [ConflictState.CONFIRMED]


def test_rounds_to_play_in_are_not_exported(playing_folder: Path) -> None:
    assert rows_of(playing_folder, "decisions.csv") == []
