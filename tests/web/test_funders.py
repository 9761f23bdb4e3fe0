"""Pages of funders and of a round's panel."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import InvitationState, RoundState
from fundapp.models import (
    Funder,
    Investment,
    Invitation,
    Office,
    OutboxMessage,
    PanelSeat,
    Person,
    ReviewerProfile,
)
from tests.builders import (
    a_funder,
    a_manager,
    a_person,
    a_round,
    a_seat,
    an_envelope,
    an_organisation,
)
from tests.statements import counted_statements

Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def manager(session: Session, client_of: Browser) -> FlaskClient:
    return client_of(a_manager(session))


def test_a_funder_is_added_once(session: Session, manager: FlaskClient) -> None:
    data = {"name": "Lilliput Foundation", "kind": "foundation", "website": "lilliput.example"}
    assert manager.post("/funders/new", data=data).status_code == 303
    twice = manager.post("/funders/new", data=data)
    assert twice.status_code == 422
    assert "A funder of this name is there already." in twice.text
    made = session.scalars(select(Funder)).one()
    assert (made.code, made.website) == ("lilliput-foundation", "https://lilliput.example")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Enter the funder’s name."),
        ({"name": "x" * 201}, "Shorten by 1."),
        ({"name": "word " * 2_000_000}, "Shorten by"),
        ({"kind": "bank"}, "Choose what sort of funder this is."),
        ({"code": "x" * 25}, "Shorten the short name"),
        ({"website": "javascript:alert(1)"}, "Enter an address such as"),
        ({"website": "http://["}, "Enter an address such as"),
    ],
)
def test_bad_funders_are_named(
    session: Session, manager: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    data = {"name": "Erewhon", "kind": "foundation"} | change
    answer = manager.post("/funders/new", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(Funder)).all() == []


def test_a_stale_funder_shows_both(session: Session, manager: FlaskClient) -> None:
    funder = a_funder(session)
    session.commit()
    data = {"name": "Mine 🌍", "kind": "foundation", "version": "1"}
    answer = manager.post(f"/funders/{funder.id}/edit", data=data)
    assert answer.status_code == 409
    assert 'value="Mine 🌍"' in answer.text
    assert "Lilliput Foundation" in answer.text


def test_officers_are_invited_or_appointed(session: Session, manager: FlaskClient) -> None:
    funder, person = a_funder(session), a_person(session)
    session.commit()
    path = f"/funders/{funder.id}/officers/new"
    invited = {"name": "Jon Sample", "email": "jon@sample.example", "invite": "1"}
    assert manager.post(path, data=invited).status_code == 303
    assert manager.post(path, data=invited).status_code == 422
    assert len(session.scalars(select(OutboxMessage)).all()) == 1
    for _ in range(2):
        answer = manager.post(path, data={"email": person.email.upper(), "appoint": "1"})
        assert answer.status_code == 303
    assert session.scalars(select(Office.person_id)).all() == [person.id]
    unknown = manager.post(path, data={"email": "nobody@sample.example", "appoint": "1"})
    assert unknown.status_code == 422
    assert "Nobody with this address has an account." in unknown.text
    invitation = session.scalars(select(Invitation)).one()
    stem = f"/funders/{funder.id}/invitations/{invitation.id}"
    assert "Jon Sample" in manager.get(f"/funders/{funder.id}").text
    assert manager.post(f"{stem}/send-again").status_code == 303
    assert manager.post(f"{stem}/withdraw").status_code == 303
    assert manager.post(f"{stem}/withdraw").status_code == 409
    remove = f"/funders/{funder.id}/officers/{person.id}/remove"
    assert manager.post(remove).status_code == 303
    assert manager.post(remove).status_code == 404


def test_a_stake_is_recorded_and_removed(session: Session, manager: FlaskClient) -> None:
    funder, organisation = a_funder(session), an_organisation(session)
    session.commit()
    path = f"/funders/{funder.id}/stakes/new"
    assert manager.post(path, data={"organisation_id": ""}).status_code == 422
    data = {"organisation_id": str(organisation.id), "note": "12 %"}
    for _ in range(2):
        assert manager.post(path, data=data).status_code == 303
    stake = session.scalars(select(Investment)).one()
    assert "12 %" in manager.get(f"/funders/{funder.id}").text
    assert manager.post(f"/funders/{funder.id}/stakes/{stake.id}/remove").status_code == 303
    assert session.scalars(select(Investment)).all() == []


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_takes_the_same_statements(
    session: Session, manager: FlaskClient, count: int
) -> None:
    for number in range(count):
        a_funder(session, f"Funder {number}")
    session.commit()
    with counted_statements() as counted:
        assert manager.get("/funders").status_code == 200
    assert len(counted) == 4


def test_reviewers_are_invited_or_seated(session: Session, manager: FlaskClient) -> None:
    round_, funder, person = a_round(session), a_funder(session), a_person(session, "Dario Sample")
    an_envelope(session, round_, funder)
    session.commit()
    path = f"/rounds/{round_.id}/panel"
    terms = {"funder_id": str(funder.id), "review_load": "12", "topics": "agents, bias,agents"}
    assert manager.post(path, data=terms | {"email": person.email, "seat": "1"}).status_code == 303
    seat = session.scalars(select(PanelSeat)).one()
    assert seat.review_load == 12
    expertise = session.scalars(select(ReviewerProfile.expertise)).one()
    assert expertise == {"agents": "medium", "bias": "medium"}
    invited = {"name": "Rita Sample", "email": "rita@sample.example", "invite": "1"}
    assert manager.post(path, data=terms | invited).status_code == 303
    page = manager.get(path).text
    assert "Dario Sample" in page
    assert "Rita Sample" in page
    stem = f"{path}/invitations/{session.scalars(select(Invitation.id)).one()}"
    assert manager.post(f"{stem}/send-again").status_code == 303
    assert manager.post(f"{stem}/withdraw").status_code == 303
    assert session.scalars(select(Invitation.state)).all() == [InvitationState.WITHDRAWN]
    assert manager.post(f"{path}/{seat.id}/remove").status_code == 303
    session.refresh(seat)
    assert not seat.is_active


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": ""}, "Enter a mail address"),
        ({"email": "not an address"}, "Enter a mail address"),
        ({"name": "x" * 300}, "Shorten"),
        ({"review_load": ""}, "Enter how many reviews at most."),
        ({"review_load": "many"}, "Enter a whole number"),
        ({"review_load": "501", "seat": "1"}, "1 to 500"),
        ({"funder_id": ""}, "Choose a funder."),
        ({"note": "x" * 2_001}, "Shorten the note"),
        ({"topics": "x" * 81, "seat": "1"}, "Shorten each to 80 characters."),
    ],
)
def test_bad_reviewers_are_named(
    session: Session, manager: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    round_, funder = a_round(session), a_funder(session)
    known = a_person(session)
    an_envelope(session, round_, funder)
    session.commit()
    data = {
        "name": "Rita Sample",
        "email": known.email,
        "funder_id": str(funder.id),
        "review_load": "10",
        "languages": "Swahili",
    }
    answer = manager.post(f"/rounds/{round_.id}/panel", data=data | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Swahili"' in answer.text
    assert session.scalars(select(PanelSeat)).all() == []


def test_a_seat_is_changed(session: Session, manager: FlaskClient) -> None:
    round_, funder = a_round(session), a_funder(session)
    an_envelope(session, round_, funder)
    seat = a_seat(session, round_, funder)
    session.commit()
    path = f"/rounds/{round_.id}/panel/{seat.id}/edit"
    assert manager.get(path).status_code == 200
    data = {"funder_id": str(funder.id), "review_load": "3", "languages": "English, Swahili"}
    assert manager.post(path, data=data | {"review_load": "0"}).status_code == 422
    assert manager.post(path, data=data).status_code == 303
    session.refresh(seat)
    languages = session.scalars(select(ReviewerProfile.languages)).one()
    assert (seat.review_load, languages) == (3, ["en", "sw"])


def test_nobody_joins_a_decided_round(session: Session, manager: FlaskClient) -> None:
    round_, funder = a_round(session, RoundState.DECIDED), a_funder(session)
    person = a_person(session)
    an_envelope(session, round_, funder)
    session.commit()
    data = {"email": person.email, "funder_id": str(funder.id), "review_load": "3", "seat": "1"}
    assert manager.post(f"/rounds/{round_.id}/panel", data=data).status_code == 409
