"""The pages of signing, and of amending an award: passwords, what is kept, who is shut out."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.states import OrderState
from fundapp.models import Award, LetterSignature, Person
from fundapp.web.installation import installation
from tests.builders import a_conflict
from tests.services.deliberating import Deliberating
from tests.services.signing import a_released_round, orders
from tests.statements import counted_statements

ClientOf = Callable[[Person], FlaskClient]
PASSWORD = "a walk along the river"


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_released_round(session, needs_signatures=True)
    for person in (*room.officers, room.manager):
        person.password_hash = installation().passwords.hash_of(PASSWORD)
    session.commit()
    return room


def signed(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(LetterSignature.id))) or 0


def key_of(session: Session, room: Deliberating) -> str:
    (order,) = orders(session, OrderState.UNSIGNED)
    return f"{order.id}:{room.funders[0].id}"


def test_a_wrong_password_signs_nothing_and_keeps_the_choice(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    officer, key = client_of(room.officers[0]), key_of(session, room)
    page = officer.post("/letters-to-sign", data={"letter": key, "password": "wrong"})
    assert page.status_code == 422
    assert "This is not your password" in page.text
    assert f'value="{key}" checked' in page.text
    assert signed(session) == 0
    done = officer.post("/letters-to-sign", data={"letter": key, "password": PASSWORD})
    assert done.status_code == 303
    assert signed(session) == 1


def test_wrong_passwords_are_throttled(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    officer, key = client_of(room.officers[0]), key_of(session, room)
    form = {"letter": key, "password": "wrong"}
    answers = [officer.post("/letters-to-sign", data=form).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    right = officer.post("/letters-to-sign", data=form | {"password": PASSWORD})
    assert right.status_code == 429
    assert signed(session) == 0


def test_all_letters_are_signed_with_one_password(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    officer, key = client_of(room.officers[0]), key_of(session, room)
    form = {"shown": key, "which": "all", "password": PASSWORD}
    assert officer.post("/letters-to-sign", data=form).status_code == 303
    assert signed(session) == 1
    assert "Nothing waits for your signature" in officer.get("/letters-to-sign").text


def test_the_number_stands_in_the_navigation(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    assert "To sign (1)" in client_of(room.officers[0]).get("/decisions").text
    assert "To sign" not in client_of(room.manager).get("/rounds").text


def test_an_officer_with_a_conflict_sees_no_letter(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    officer, key = room.officers[0], key_of(session, room)
    database.begin_writing(session)
    application = room.applications[0].id
    a_conflict(session, application, person_id=officer.id, recorded_by_id=officer.id)
    session.commit()
    client = client_of(officer)
    assert "Nothing waits for your signature" in client.get("/letters-to-sign").text
    assert client.get(f"/letters-to-sign/{key.replace(':', '/')}").status_code == 403
    form = {"letter": key, "password": PASSWORD}
    assert client.post("/letters-to-sign", data=form).status_code == 422
    assert signed(session) == 0


def test_the_sheet_takes_as_many_statements_for_any_letter(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    path = f"/letters-to-sign/{key_of(session, room).replace(':', '/')}"
    officer = client_of(room.officers[0])
    with counted_statements() as counted:
        page = officer.get(path)
    assert page.status_code == 200
    assert "Name us." in page.text
    assert len(counted) <= 13


def test_a_recused_manager_sees_who_has_not_signed_as_recused(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    path = f"/rounds/{room.round.id}/signatures"
    assert "Erewhon Trust, Lilliput Foundation" in manager.get(path).text
    database.begin_writing(session)
    application = room.applications[0].id
    a_conflict(session, application, person_id=room.manager.id, recorded_by_id=room.manager.id)
    session.commit()
    page = manager.get(path).text
    assert "Recused" in page
    assert "Erewhon Trust, Lilliput Foundation" not in page
    assert manager.get(f"/applications/{application}/award").status_code == 403


def test_an_amendment_keeps_what_was_typed(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager, first = client_of(room.manager), room.funders[0].id
    path = f"/applications/{room.applications[0].id}/award/amend"
    typed = {
        "version": "1",
        f"sum-{first}": "lots",
        "conditions": "Publish <b>all</b>.",
        "tranches": "5; First; soon",
        "reason": "It is smaller.",
    }
    page = manager.post(path, data=typed)
    assert page.status_code == 422
    for text in ('value="lots"', "Publish &lt;b&gt;all&lt;/b&gt;.", "5; First; soon"):
        assert text in page.text
    assert "Enter a date such as 2027-02-26." in page.text
    good = typed | {f"sum-{first}": "100,000", "tranches": ""}
    assert manager.post(path, data=good).status_code == 303
    again = manager.post(path, data=good)
    assert again.status_code == 409
    assert "100,000" in again.text
    session.rollback()
    assert session.scalars(select(Award.version)).all() == [2]
    shown = manager.get(path.removesuffix("/amend")).text
    assert "Erewhon Trust pays nothing, before EUR 80,000." in shown
    applicant = session.get_one(Person, room.applications[0].contact_id)
    own = client_of(applicant).get(f"/applications/{room.applications[0].id}/letters").text
    assert "How the award changed" in own
    assert "The funders are signing it" not in own
    assert "the funders are signing it" in own
