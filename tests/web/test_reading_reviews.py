"""Reading reviews: what a blind round hides, and when others' reviews open."""

import pytest
from sqlalchemy.orm import Session

from fundapp.models import Person
from tests.builders import a_manager, a_review
from tests.web.review_room import (
    FILE_NAME,
    IDENTIFYING,
    MEMBER,
    ORGANISATION,
    ClientOf,
    Room,
    build_room,
)


@pytest.fixture
def room(session: Session) -> Room:
    return build_room(session)


def test_a_blind_round_hides_the_applicant_everywhere(
    session: Session, client_of: ClientOf
) -> None:
    room = build_room(session, is_blind=True)
    contact = session.get_one(Person, room.application.contact_id)
    contact.name = MEMBER
    for assignment in (room.mine, room.theirs):
        a_review(session, assignment, {room.validity: 4, room.reach: 2})
    browser = client_of(room.people[0])
    application = f"/applications/{room.application.id}"
    pages = [room.address, "/reviews", f"{room.address}/revise", f"{room.address}/form"]
    pages.append(f"{application}/reviews")
    for address in pages:
        answer = browser.get(address)
        assert answer.status_code == 200
        for secret in (ORGANISATION, MEMBER, FILE_NAME, "team-photo", IDENTIFYING):
            assert secret not in answer.text, (address, secret)
    assert "File 1.pdf" in browser.get(f"{room.address}/revise").text


def test_reviewers_of_a_blind_round_see_labels_and_managers_names(
    session: Session, client_of: ClientOf
) -> None:
    room = build_room(session, is_blind=True)
    manager = a_manager(session)
    for assignment in (room.mine, room.theirs):
        a_review(session, assignment, {room.validity: 4, room.reach: 2})
    address = f"/applications/{room.application.id}/reviews"
    seen = client_of(room.people[0]).get(address).text
    assert room.seats[1].label in seen
    assert "Otto Sample" not in seen
    assert "Otto Sample" in client_of(manager).get(address).text


def test_other_reviews_open_after_ones_own_is_in(
    room: Room, session: Session, client_of: ClientOf
) -> None:
    a_review(session, room.theirs, {room.validity: 1, room.reach: 2}, shared_comment="Too thin.")
    browser = client_of(room.people[0])
    address = f"/applications/{room.application.id}/reviews"
    assert browser.get(address).status_code == 403
    assert browser.get(f"/reviews/{room.theirs.id}").status_code == 403
    browser.post(room.address, data=room.typed("5", act="submit"))
    page = browser.get(address).text
    assert "Too thin." in page
    assert "From 1 to 5" in page
    assert "far apart on Validity of the measurement" in page
    assert "Too thin." in browser.get(f"/reviews/{room.theirs.id}").text
