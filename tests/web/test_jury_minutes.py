"""The minutes of the jury: who writes and reads them, and that they stay as written."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.states import RoundKind, RoundState
from fundapp.models import JuryMinute, Question
from fundapp.queries.access import actor_for
from fundapp.queries.deliberations import round_head
from fundapp.queries.jury_minutes import minutes_of
from fundapp.services.jury_minutes import minutes_text
from tests.builders import a_conflict
from tests.services.test_round_packs import files_of, pack_for
from tests.statements import counted_statements
from tests.web.pair_room import ClientOf, PairRoom, a_pair_room


@pytest.fixture
def room(session: Session) -> PairRoom:
    room = a_pair_room(
        session, state=RoundState.DELIBERATING, categories=("safety",) * 4 + ("reach",)
    )
    asked = select(Question).where(Question.code == "prize_category")
    session.scalars(asked).one().settings = {"options": ["safety", "reach"]}
    return room


def write(room: PairRoom, browser: FlaskClient, **fields: object) -> int:
    typed = {"text": "Two <entries> are close.", "category": "safety"} | fields
    return browser.post(f"/rounds/{room.round.id}/minutes", data=typed).status_code


def test_entries_stay_in_their_order(
    session: Session, client_of: ClientOf, room: PairRoom, clock: FixedClock
) -> None:
    manager, officer = client_of(room.manager), client_of(room.officer)
    present = [str(room.judges[0].id), str(room.officer.id), "nobody"]
    assert write(room, manager, present=present) == 303
    assert write(room, manager, present=present) == 303  # a double click
    clock.instant += timedelta(hours=1)
    assert write(room, manager, text="Agreed.", category="") == 303
    rows = session.scalars(select(JuryMinute).order_by(JuryMinute.written_at)).all()
    assert [(row.category, len(row.present)) for row in rows] == [("safety", 2), ("", 0)]
    page = officer.get(f"/rounds/{room.round.id}/minutes").text
    assert page.index("Two &lt;entries&gt; are close.") < page.index("Agreed.")
    assert "Rita Sample" in page
    assert "Add to the minutes" not in page
    assert write(room, officer) == 403


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " "}, "Write what was said first."),
        ({"text": "x" * 20_001}, "Shorten the entry to 20,000 characters."),
        ({"category": "else"}, "Choose one of the categories, or all entries."),
    ],
)
def test_bad_input_keeps_what_was_typed(
    session: Session, client_of: ClientOf, room: PairRoom, fields: dict[str, str], sentence: str
) -> None:
    judge = str(room.judges[0].id)
    typed = {"text": "Kept.", "category": "safety", "present": judge} | fields
    answer = client_of(room.manager).post(f"/rounds/{room.round.id}/minutes", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed["text"] in answer.text
    assert f'value="{judge}" checked' in answer.text
    assert session.scalars(select(JuryMinute)).all() == []


@pytest.mark.parametrize("who", ["manager", "officer"])
def test_a_conflict_closes_them(
    session: Session, client_of: ClientOf, room: PairRoom, who: str
) -> None:
    person = getattr(room, who)
    a_conflict(session, room.entries[0].id, person_id=person.id, recorded_by_id=person.id)
    browser = client_of(person)
    answer = browser.get(f"/rounds/{room.round.id}/minutes")
    assert answer.status_code == 403
    assert "the jury’s minutes are closed to you" in answer.text
    assert write(room, browser) == 403


def test_judges_do_not_read_them(client_of: ClientOf, room: PairRoom) -> None:
    assert client_of(room.judges[0]).get(f"/rounds/{room.round.id}/minutes").status_code == 403


def test_they_are_written_while_deliberating_only(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    manager = client_of(room.manager)
    room.round.state = RoundState.DECIDED
    session.commit()
    assert write(room, manager) == 409
    assert manager.get(f"/rounds/{room.round.id}/minutes").status_code == 200


def test_a_round_without_a_jury_has_none(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    room.round.kind, room.round.prize_rules = RoundKind.GRANT, {}
    manager = client_of(room.manager)
    assert manager.get(f"/rounds/{room.round.id}/minutes").status_code == 404
    assert write(room, manager) == 404


def test_a_blind_round_hides_judges_from_officers(
    session: Session, client_of: ClientOf, room: PairRoom
) -> None:
    room.round.is_blind = True
    manager, officer = client_of(room.manager), client_of(room.officer)
    write(room, manager, present=[str(room.judges[0].id)])
    page = officer.get(f"/rounds/{room.round.id}/minutes").text
    assert "Reviewer 1" in page
    assert "Rita Sample" not in page


def test_the_text_of_a_pack(session: Session, client_of: ClientOf, room: PairRoom) -> None:
    write(room, client_of(room.manager), present=[str(room.judges[1].id)])
    head, _ = round_head(session, room.round.id)
    reader = actor_for(session, room.manager.id)
    told = minutes_text(minutes_of(session, head, reader=reader))
    assert told.startswith(f"Minutes of the jury\n{room.round.reference} ")
    assert "About: safety\nPresent: Otto Sample\n\nTwo <entries> are close.\n" in told


@pytest.mark.parametrize("is_closed", [True, False])
def test_the_pack_has_them_for_who_may_read_them(
    app: Flask, session: Session, client_of: ClientOf, room: PairRoom, *, is_closed: bool
) -> None:
    write(room, client_of(room.manager))
    if is_closed:
        officer = room.officer.id
        a_conflict(session, room.entries[0].id, person_id=officer, recorded_by_id=officer)
    actor = actor_for(session, room.officer.id)
    files = files_of(pack_for(app, session, room.round, actor=actor))
    assert ("minutes/jury.txt" in files) is not is_closed
    assert any(b"are close." in content for content in files.values()) is not is_closed


def test_as_many_statements_for_many_entries(
    session: Session, client_of: ClientOf, room: PairRoom, clock: FixedClock
) -> None:
    manager, counts = client_of(room.manager), []
    for _ in range(2):
        for number in range(3):
            clock.instant += timedelta(hours=1)
            write(room, manager, text=f"Entry {number}.")
        with counted_statements() as counted:
            manager.get(f"/rounds/{room.round.id}/minutes")
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 10
