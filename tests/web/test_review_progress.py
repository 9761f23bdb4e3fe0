"""The manager's view of a round's reviews, reminders, and the discussion."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import RoundState
from fundapp.models import AuditEvent, DiscussionNote, OutboxMessage
from tests.builders import NOW, a_conflict, a_manager, a_review
from tests.statements import counted_statements
from tests.web.review_room import ClientOf, Room, build_room, fill_queue


@pytest.fixture
def room(session: Session) -> Room:
    return build_room(session)


def progress(room: Room) -> str:
    return f"/rounds/{room.round.id}/reviews"


def mails(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    query = select(OutboxMessage.to_name, OutboxMessage.body).order_by(OutboxMessage.to_name)
    return [(name, body) for name, body in session.execute(query)]


def test_the_heading_says_what_is_in_and_late(
    session: Session, room: Room, client_of: ClientOf
) -> None:
    a_review(session, room.mine, {room.validity: 4, room.reach: 2}, saved_at=NOW)
    room.mine.done_at = NOW
    room.theirs.due_at = NOW - timedelta(days=1)
    page = client_of(a_manager(session)).get(progress(room)).text
    assert "1 of 2 reviews are in, 1 is late" in page


def test_everybody_who_is_late_is_reminded_once_a_day(
    session: Session, room: Room, client_of: ClientOf
) -> None:
    room.theirs.due_at = NOW - timedelta(days=1)
    browser = client_of(a_manager(session))
    for _ in range(2):
        assert browser.post(f"{progress(room)}/remind").status_code == 303
    [(name, body)] = mails(session)
    assert name == "Otto Sample"
    assert room.application.reference is not None
    assert room.application.reference in body
    assert "1 of them late" in body
    assert "Zembla" not in body
    events = select(AuditEvent.details).where(AuditEvent.event == "round.reviewers_reminded")
    assert [details["mails"] for details in session.scalars(events)] == [1]


def test_one_reviewer_is_reminded_of_all_that_is_open(
    session: Session, room: Room, client_of: ClientOf
) -> None:
    fill_queue(session, room, 2)
    form = {"person_id": room.people[0].id}
    client_of(a_manager(session)).post(f"{progress(room)}/remind", data=form)
    [(name, body)] = mails(session)
    assert name == "Rita Sample"
    assert body.startswith("You still have 3 reviews to write")


def test_nobody_is_reminded_after_reviewing(
    session: Session, room: Room, client_of: ClientOf
) -> None:
    room.round.state = RoundState.DELIBERATING
    answer = client_of(a_manager(session)).post(f"{progress(room)}/remind")
    assert answer.status_code == 409
    assert mails(session) == []


def test_a_manager_does_not_see_the_row_of_a_recused_application(
    session: Session, room: Room, client_of: ClientOf
) -> None:
    manager = a_manager(session)
    a_conflict(
        session,
        room.application.id,
        person_id=manager.id,
        recorded_by_id=manager.id,
    )
    page = client_of(manager).get(progress(room)).text
    assert page.count("recused") == 2
    assert room.application.title not in page


@pytest.mark.parametrize("rows", [1, 50])
def test_progress_takes_seven_statements(
    app: Flask, session: Session, room: Room, client_of: ClientOf, rows: int
) -> None:
    fill_queue(session, room, rows)
    browser = client_of(a_manager(session))
    with app.app_context(), counted_statements() as counted:
        assert browser.get(progress(room)).status_code == 200
    assert len(counted) == 7


def discussion(room: Room) -> str:
    return f"/applications/{room.application.id}/discussion"


@pytest.fixture
def deliberating(session: Session) -> Room:
    room = build_room(session, is_blind=True)
    for assignment in (room.mine, room.theirs):
        a_review(session, assignment, {room.validity: 4, room.reach: 2})
    room.round.state = RoundState.DELIBERATING
    return room


def test_a_note_is_said_once_and_without_a_name_to_peers(
    session: Session, deliberating: Room, client_of: ClientOf
) -> None:
    manager = a_manager(session)
    mine, theirs = (client_of(person) for person in deliberating.people)
    for _ in range(2):
        answer = mine.post(discussion(deliberating), data={"text": "Is <b>n</b> enough? 🙂"})
        assert answer.status_code == 303
    session.rollback()
    assert len(session.scalars(select(DiscussionNote)).all()) == 1
    page = theirs.get(discussion(deliberating)).text
    assert "Is &lt;b&gt;n&lt;/b&gt; enough? 🙂" in page
    assert deliberating.seats[0].label in page
    assert "Rita Sample" not in page
    assert "Rita Sample" in client_of(manager).get(discussion(deliberating)).text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  ", "Write your note first."),
        ("x" * 5_001, "It has 5,001."),
        ("x" * 10_000_000, "It has"),
    ],
    ids=["empty", "long", "paste"],
)
def test_a_note_that_cannot_be_taken_is_kept_on_the_page(
    session: Session, deliberating: Room, client_of: ClientOf, text: str, sentence: str
) -> None:
    answer = client_of(deliberating.people[0]).post(discussion(deliberating), data={"text": text})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert text in answer.text
    session.rollback()
    assert session.scalars(select(DiscussionNote)).all() == []


def test_the_discussion_is_closed_while_reviewing(room: Room, client_of: ClientOf) -> None:
    assert client_of(room.people[0]).get(discussion(room)).status_code == 403
