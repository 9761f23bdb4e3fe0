"""The reviewer's queue: shelves, next, own marks, answers to being asked."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fundapp.domain.states import AssignmentState, ConflictSource, ConflictState, RoundState
from fundapp.models import Person
from fundapp.queries.access import actor_for
from fundapp.queries.own_marking import own_marking
from fundapp.queries.review_queue import Shelf, next_review, review_queue
from tests.builders import NOW, a_conflict, a_review, an_assignment
from tests.statements import counted_statements
from tests.web.review_room import ClientOf, Room, build_room, fill_queue, under_review


@pytest.fixture
def room(session: Session) -> Room:
    return build_room(session)


def counts(session: Session, person: Person) -> dict[Shelf, int]:
    actor = actor_for(session, person.id)
    return review_queue(session, actor, shelf=Shelf.ALL, number=1, now=NOW).counts


def test_each_review_stands_on_its_shelves(session: Session, room: Room) -> None:
    fill_queue(session, room, 4)
    room.mine.due_at = NOW - timedelta(seconds=1)
    session.flush()
    assert counts(session, room.people[0]) == {
        Shelf.ALL: 5,
        Shelf.OFFERED: 2,
        Shelf.DUE: 2,
        Shelf.LATE: 1,
        Shelf.DONE: 0,
    }
    a_review(session, room.mine, {room.validity: 4, room.reach: 2})
    assert counts(session, room.people[0])[Shelf.DONE] == 1
    assert counts(session, room.people[0])[Shelf.LATE] == 0


def test_nobody_sees_the_queue_of_another(session: Session, room: Room) -> None:
    fill_queue(session, room, 2)
    assert counts(session, room.people[1])[Shelf.ALL] == 1


def test_a_conflict_takes_a_review_out_and_is_counted(session: Session, room: Room) -> None:
    a_conflict(
        session,
        room.application.id,
        funder_id=room.mine.funder_id,
        source=ConflictSource.FUNDER_INVESTED,
        state=ConflictState.PROPOSED,
        recorded_by_id=room.people[1].id,
    )
    actor = actor_for(session, room.people[0].id)
    queue = review_queue(session, actor, shelf=Shelf.ALL, number=1, now=NOW)
    assert (list(queue.page.rows), queue.counts[Shelf.ALL], queue.closed) == ([], 0, 1)


def test_open_reviews_of_a_round_that_moved_on_are_gone(session: Session, room: Room) -> None:
    room.round.state = RoundState.DELIBERATING
    session.flush()
    assert counts(session, room.people[0])[Shelf.ALL] == 0


def test_what_is_to_do_comes_first_and_what_is_done_last(session: Session, room: Room) -> None:
    fill_queue(session, room, 2)
    room.mine.due_at = NOW - timedelta(days=3)
    a_review(session, room.mine, {room.validity: 4, room.reach: 2})
    actor = actor_for(session, room.people[0].id)
    rows = review_queue(session, actor, shelf=Shelf.ALL, number=1, now=NOW).page.rows
    assert [row.reference[-3:] for row in rows] == ["002", "003", "001"]
    assert rows[2].score == pytest.approx((4 * 60 + 2 * 40) / 100)


def test_next_goes_round_the_queue(session: Session, room: Room) -> None:
    fill_queue(session, room, 2)
    room.mine.due_at = NOW + timedelta(weeks=20)
    session.flush()
    actor = actor_for(session, room.people[0].id)
    seen, here = [], room.mine.id
    for _ in range(3):
        found = next_review(session, actor, after=here)
        assert found is not None
        here = found[0]
        seen.append(found[1][-3:])
    assert seen == ["002", "003", "001"]


def test_own_marks_are_summed_up_by_round(session: Session, room: Room) -> None:
    a_review(session, room.mine, {room.validity: 5, room.reach: None})
    other = build_room(session)
    person = room.people[0]
    other.mine.person_id = person.id
    a_review(session, other.mine, {other.validity: 2, other.reach: 1})
    marking = own_marking(session, person.id)
    assert [(one.round_id, one.reviews) for one in marking] == [
        (round_.id, 1)
        for round_ in sorted((room.round, other.round), key=lambda round_: round_.reference)
    ]
    assert {one.round_id: one.mean for one in marking} == {
        room.round.id: pytest.approx(5.0),
        other.round.id: pytest.approx(1.6),
    }
    assert own_marking(session, room.people[1].id) == ()


def test_spread_is_the_standard_deviation_over_reviews(session: Session, room: Room) -> None:
    a_review(session, room.mine, {room.validity: 5, room.reach: 5})
    second = an_assignment(session, under_review(session, room.round), room.seats[0])
    a_review(session, second, {room.validity: 2, room.reach: 2})
    [own] = own_marking(session, room.people[0].id)
    assert (own.mean, own.lowest, own.highest) == (3.5, 2.0, 5.0)
    assert own.spread == pytest.approx(1.5)


@pytest.mark.parametrize("rows", [1, 50, 120])
def test_the_queue_takes_eight_statements(
    app: Flask, session: Session, room: Room, client_of: ClientOf, rows: int
) -> None:
    fill_queue(session, room, rows)
    browser = client_of(room.people[0])
    with app.app_context(), counted_statements() as counted:
        page = browser.get("/reviews").text
    assert f"{rows + 1} reviews to write" in page
    assert page.count("<tr>") == min(rows + 1, 50) + 1
    assert len(counted) == 8


def test_pages_and_shelves_that_do_not_exist_fall_back(room: Room, client_of: ClientOf) -> None:
    answer = client_of(room.people[0]).get("/reviews?shelf=nonsense&page=999999")
    assert answer.status_code == 200
    assert room.application.reference is not None
    assert room.application.reference in answer.text


def test_accepting_twice_is_accepting_once(
    session: Session, room: Room, client_of: ClientOf
) -> None:
    room.mine.state = AssignmentState.OFFERED
    browser = client_of(room.people[0])
    assert "Asked" in browser.get("/reviews").text
    for _ in range(2):
        assert browser.post(f"{room.address}/accept").status_code == 303
    session.refresh(room.mine)
    assert room.mine.state is AssignmentState.ACCEPTED


def test_refusing_twice_is_refusing_once(session: Session, room: Room, client_of: ClientOf) -> None:
    browser = client_of(room.people[0])
    for _ in range(2):
        answer = browser.post(f"{room.address}/refuse", data={"note": "Ask Otto."})
        assert (answer.status_code, answer.location) == (303, "/reviews")
    session.refresh(room.mine)
    assert (room.mine.state, room.mine.answer_note) == (AssignmentState.REFUSED, "Ask Otto.")
    closed = browser.get(room.address)
    assert closed.status_code == 403
    assert "You refused this review, or the fund took it back" in closed.text
    assert browser.post(room.address, data=room.typed()).status_code == 403


def test_a_note_that_is_too_long_is_kept(room: Room, client_of: ClientOf) -> None:
    answer = client_of(room.people[0]).post(f"{room.address}/refuse", data={"note": "x" * 2_001})
    assert answer.status_code == 422
    assert "Shorten this to 2,000 characters. It has 2,001." in answer.text
    assert "x" * 2_001 in answer.text
