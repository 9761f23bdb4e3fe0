"""Organisation pages: bad input, a stale form, a double click."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import MemberRole
from fundapp.models import Invitation, Organisation, Person
from tests.builders import a_member, a_person, an_organisation

ClientOf = Callable[[Person], FlaskClient]
GOOD = {"name": "Zembla Gauge", "country": "KE", "version": "0"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Enter the name of your organisation."),
        ({"name": "x" * 201}, "201 characters. Shorten by 1."),
        ({"name": "word " * 2_000_000}, "9,999,999 characters. Shorten by 9,999,799."),
        ({"country": "XX"}, "Choose the country of your registered office."),
        ({"website": "javascript:alert(1)"}, "Enter an address such as https://example.org."),
        ({"website": "http://[::1"}, "Enter an address such as https://example.org."),
    ],
)
def test_bad_profiles_are_shown_again(
    session: Session, client_of: ClientOf, change: dict[str, str], sentence: str
) -> None:
    browser = client_of(a_person(session))
    answer = browser.post("/organisations/new", data=GOOD | {"about": "Kept text."} | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept text." in answer.text
    assert session.scalar(select(func.count()).select_from(Organisation)) == 0


@pytest.mark.parametrize("name", ["مقياس زمبلا", "🧪 Gauge", "<script>alert(1)</script>"])
def test_any_name_is_shown_as_typed(session: Session, client_of: ClientOf, name: str) -> None:
    browser = client_of(a_person(session))
    answer = browser.post("/organisations/new", data=GOOD | {"name": name})
    page = browser.get(answer.location).text
    assert name.replace("<", "&lt;").replace(">", "&gt;") in page


def test_a_double_click_makes_one_organisation(session: Session, client_of: ClientOf) -> None:
    browser = client_of(a_person(session))
    first, second = (browser.post("/organisations/new", data=GOOD) for _ in range(2))
    assert (first.status_code, first.location) == (303, second.location)


def test_a_stale_profile_shows_both_texts(session: Session, client_of: ClientOf) -> None:
    organisation = an_organisation(session, about="Before.")
    ada, ben = (client_of(a_member(session, organisation)) for _ in range(2))
    address = f"/organisations/{organisation.id}/edit"
    stale = GOOD | {"version": "1"}
    assert ada.post(address, data=stale | {"about": "Ada's text."}).status_code == 303
    answer = ben.post(address, data=stale | {"about": "Ben's text."})
    assert answer.status_code == 409
    assert "Ada&#39;s text." in answer.text
    assert "Ben&#39;s text." in answer.text
    assert 'value="2"' in answer.text
    retry = ben.post(address, data=GOOD | {"version": "2", "about": "Both."})
    assert retry.status_code == 303


@pytest.mark.parametrize("version", ["", "x", "9" * 50, "-1"])
def test_a_made_up_version_overwrites_nothing(
    session: Session, client_of: ClientOf, version: str
) -> None:
    organisation = an_organisation(session, about="Before.")
    browser = client_of(a_member(session, organisation))
    data = GOOD | {"version": version, "about": "After."}
    answer = browser.post(f"/organisations/{organisation.id}/edit", data=data)
    assert answer.status_code in {409, 422}
    session.expire_all()
    assert organisation.about == "Before."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "nobody"}, "Enter a mail address, such as name@example.org."),
        ({"email": ""}, "Enter a mail address, such as name@example.org"),
        ({"name": ""}, "name"),
        ({"role": "emperor"}, "Not a valid choice"),
    ],
)
def test_bad_invitations_are_shown_again(
    session: Session, client_of: ClientOf, change: dict[str, str], sentence: str
) -> None:
    organisation = an_organisation(session)
    browser = client_of(a_member(session, organisation))
    good = {"name": "Cora Sample", "email": "cora@sample.example", "role": "viewer"}
    answer = browser.post(f"/organisations/{organisation.id}/invite", data=good | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_an_invited_colleague_is_listed(session: Session, client_of: ClientOf) -> None:
    organisation = an_organisation(session)
    browser = client_of(a_member(session, organisation))
    good = {"name": "Cora Sample", "email": "cora@sample.example", "role": "viewer"}
    answer = browser.post(f"/organisations/{organisation.id}/invite", data=good)
    page = browser.get(answer.location).text
    assert "Invited, not answered yet" in page
    assert "cora@sample.example" in page


def test_the_last_owner_is_told_why_they_stay(session: Session, client_of: ClientOf) -> None:
    organisation = an_organisation(session)
    owner = a_member(session, organisation)
    a_member(session, organisation, MemberRole.EDITOR)
    browser = client_of(owner)
    answer = browser.post(f"/organisations/{organisation.id}/colleagues/{owner.id}/remove")
    assert answer.status_code == 409
    assert "Make a colleague an owner first." in answer.text
