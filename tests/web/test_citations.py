"""The fund writes why an entry won, and its winner approves it before the announcement."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import DecisionKind, RoundState
from fundapp.models import Decision, Organisation, OutboxMessage, Person
from fundapp.services.releases import release_decisions
from tests.builders import NOW, a_conflict, a_member, a_person
from tests.services.deliberating import Deliberating
from tests.web.rerun_room import a_prize_room, approve_all, award, decide
from tests.web.test_reruns import text_of

ClientOf = Callable[[Person], FlaskClient]
TEXT = "It says how surely it knows."


@pytest.fixture
def room(session: Session) -> Deliberating:
    """A released prize round: the first two won, one with a citation."""
    room = a_prize_room(session, rerun_days=0)
    award(session, room, 0, 0, citation=TEXT)
    award(session, room, 1, 1)
    for number in (2, 3):
        decide(session, room, number, DecisionKind.DECLINE)
    approve_all(session, room)
    release_decisions(session, room.round.id, actor=room.actor(session), now=NOW)
    session.commit()
    return room


def winner_of(session: Session, room: Deliberating, number: int) -> Person:
    return session.get_one(Person, room.applications[number].contact_id)


def decision_of(session: Session, room: Deliberating, number: int) -> Decision:
    session.rollback()
    return session.scalars(
        select(Decision).where(Decision.application_id == room.applications[number].id)
    ).one()


def write(browser: FlaskClient, room: Deliberating, number: int, text: str) -> int:
    address = f"/applications/{room.applications[number].id}/citation/text"
    page = browser.get(address).text
    version = page.split('name="version" value="')[1].split('"')[0]
    return browser.post(address, data={"citation": text, "version": version}).status_code


def test_a_winner_asks_for_a_change_and_approves_what_is_announced(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager, winner = client_of(room.manager), client_of(winner_of(session, room, 0))
    at = f"/applications/{room.applications[0].id}"
    assert f"Your citation {TEXT} Approve it, or ask" in text_of(winner.get(f"{at}/letters"))
    asked = "Is this right? This is what the fund wants to say of “Meter 1”, First prize, when the"
    page = text_of(winner.get(f"{at}/citation"))
    assert f"{asked} winners are announced: {TEXT}" in page
    empty = winner.post(f"{at}/citation/wish", data={"wish": "", "seen": TEXT})
    assert (empty.status_code, "Say what to change." in empty.text) == (422, True)
    wish = {"wish": "We are called Zembla Gauge.", "seen": TEXT}
    assert winner.post(f"{at}/citation/wish", data=wish).status_code == 303
    session.rollback()
    mails = session.scalars(select(OutboxMessage.subject)).all()
    assert any("asks for a change of its citation" in subject for subject in mails)
    listed = text_of(manager.get(f"/rounds/{room.round.id}/citations"))
    assert "0 of 2 citations approved" in listed
    assert "Wants a change We are called Zembla Gauge." in listed

    announce = f"/rounds/{room.round.id}/announce"
    assert "did not approve their citations yet" in text_of(manager.get(announce))
    refused = manager.post(announce, data={})
    assert (refused.status_code, "Tick this to announce" in refused.text) == (422, True)

    assert write(manager, room, 0, "Zembla Gauge says how surely it knows.") == 303
    assert decision_of(session, room, 0).citation_wish == ""
    stale = winner.post(f"{at}/citation/approve", data={"seen": TEXT})
    assert stale.status_code == 409
    page = winner.get(f"{at}/citation").text
    seen = unescape(re.findall(r'name="seen" value="([^"]*)"', page)[0])
    assert winner.post(f"{at}/citation/approve", data={"seen": seen}).status_code == 303
    assert winner.post(f"{at}/citation/approve", data={"seen": seen}).status_code == 303
    approved = decision_of(session, room, 0)
    assert approved.citation_approved_by_id == room.applications[0].contact_id
    assert "did not approve" not in text_of(manager.get(announce))
    assert manager.post(announce, data={}).status_code == 303
    assert write_is_over(manager, room) == 409


def write_is_over(manager: FlaskClient, room: Deliberating) -> int:
    address = f"/applications/{room.applications[0].id}/citation/text"
    assert "stay as they are" in text_of(manager.get(address))
    return manager.post(address, data={"citation": "Late.", "version": "3"}).status_code


def test_a_changed_text_is_asked_again_and_a_tick_announces_anyway(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager, winner = client_of(room.manager), client_of(winner_of(session, room, 0))
    at = f"/applications/{room.applications[0].id}/citation"
    winner.post(f"{at}/approve", data={"seen": TEXT})
    assert decision_of(session, room, 0).citation_approved_at == NOW
    assert write(manager, room, 0, TEXT) == 303
    assert decision_of(session, room, 0).citation_approved_at == NOW
    assert write(manager, room, 0, "Another text.") == 303
    assert decision_of(session, room, 0).citation_approved_at is None
    session.rollback()
    subjects = session.scalars(select(OutboxMessage.subject)).all()
    assert sum("Please read the citation" in subject for subject in subjects) == 1
    announce = f"/rounds/{room.round.id}/announce"
    assert manager.post(announce, data={"accepts_unapproved": "y"}).status_code == 303
    session.rollback()
    session.refresh(room.round)
    assert room.round.state is RoundState.ANNOUNCED
    late = winner.post(f"{at}/approve", data={"seen": "Another text."})
    assert late.status_code == 409
    wish = {"wish": "No.", "seen": "Another text."}
    assert winner.post(f"{at}/wish", data=wish).status_code == 409


def test_two_managers_do_not_overwrite_each_other(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    address = f"/applications/{room.applications[0].id}/citation/text"
    version = decision_of(session, room, 0).version
    assert write(manager, room, 0, "First text.") == 303
    answer = manager.post(address, data={"citation": "Second text.", "version": version})
    assert (answer.status_code, "Second text." in answer.text) == (422, True)
    assert "Somebody changed this decision too." in answer.text
    assert decision_of(session, room, 0).citation == "First text."


def test_nobody_else_reads_or_answers_it(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    first = room.applications[0]
    organisation = session.get_one(Organisation, first.organisation_id)
    viewer = client_of(a_member(session, organisation, MemberRole.VIEWER))
    barred = a_person(session, is_fund_manager=True)
    a_conflict(session, first.id, person_id=barred.id, recorded_by_id=barred.id)
    stranger, out = client_of(a_person(session)), client_of(barred)
    other = client_of(winner_of(session, room, 1))
    session.commit()
    at = f"/applications/{first.id}/citation"
    assert viewer.get(at).status_code == 200
    assert "Approve the citation" not in viewer.get(at).text
    assert viewer.post(f"{at}/approve", data={"seen": TEXT}).status_code == 403
    for browser in (stranger, other, out):
        assert browser.get(at).status_code == 403
        assert browser.post(f"{at}/approve", data={"seen": TEXT}).status_code == 403
        assert browser.post(f"{at}/text", data={"citation": "x"}).status_code == 403
    listed = out.get(f"/rounds/{room.round.id}/citations").text
    assert (TEXT in listed, first.title in listed) == (False, False)
    assert other.get(f"/applications/{room.applications[1].id}/citation").status_code == 200
    declined = client_of(winner_of(session, room, 2))
    session.commit()
    assert declined.get(f"/applications/{room.applications[2].id}/citation").status_code == 404


def test_before_the_release_nobody_is_shown_a_citation(
    session: Session, client_of: ClientOf
) -> None:
    room = a_prize_room(session, rerun_days=0)
    award(session, room, 0, 0, citation=TEXT)
    session.commit()
    winner = client_of(winner_of(session, room, 0))
    session.commit()
    at = f"/applications/{room.applications[0].id}"
    assert winner.get(f"{at}/citation").status_code == 404
    assert winner.post(f"{at}/citation/approve", data={"seen": TEXT}).status_code == 404
    assert TEXT not in winner.get(f"{at}/letters").text
    manager = client_of(room.manager)
    assert "Not told yet" in text_of(manager.get(f"/rounds/{room.round.id}/citations"))
    assert write(manager, room, 0, "A better text.") == 303
