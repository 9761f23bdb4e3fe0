"""A blind round tells the applicant, and the manager, where the applicant's names stand."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fundapp.models import Application, Person, Question
from tests.builders import a_manager, a_question
from tests.services.test_applications import Call
from tests.statements import counted_statements
from tests.web.test_sections import PDF

ClientOf = Callable[[Person], FlaskClient]
TOLD = "The reviewers must not know who you are."
TOLD_MANAGER = "The reviewers must not know who applies."
FLAG = "Names its applicant"


class BlindCall(Call):
    """A call with a question that tells who applies, and one for a file."""

    def __init__(self, session: Session, *, is_blind: bool = True) -> None:
        super().__init__(session, is_blind=is_blind)
        self.team: Question = self._ask(code="team", label="Team", is_identifying=True)
        self.logs = a_question(
            session, self.section, code="logs", kind="file", label="Logs", is_required=False
        )
        self.organisation.website = "https://gauge.example/"

    def telling(self) -> Application:
        """An application that names its applicant in its title, and rightly in its team."""
        application = self.finished()
        self.save(application, self.title, "The Zembla Gauge meter, gauge.example", version=1)
        self.save(application, self.team, "Zembla Gauge")
        return application


@pytest.fixture
def call(session: Session) -> BlindCall:
    return BlindCall(session)


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def owner(call: Call) -> Person:
    return call.session.get_one(Person, call.ada.person_id)


def check_page(call: Call, application: Application, client_of: ClientOf) -> str:
    return client_of(owner(call)).get(f"/applications/{application.id}/check").text


def test_the_check_page_says_where_the_names_stand(call: BlindCall, client_of: ClientOf) -> None:
    application = call.telling()
    page = check_page(call, application, client_of)
    assert TOLD in page
    assert "“Zembla Gauge” and “gauge.example” stand in Title" in words_of(page)
    address = f"/applications/{application.id}/sections/{call.section.id}?check=1#title"
    assert page.count(f'href="{address}"') == 2  # from the warning, and to change the answer
    assert page.count("Submit") > 0


def test_answers_that_are_hidden_anyway_are_not_warned_of(
    call: BlindCall, client_of: ClientOf
) -> None:
    application = call.finished()
    call.save(application, call.team, "Zembla Gauge")
    assert TOLD not in check_page(call, application, client_of)


def test_an_open_round_does_not_mind(session: Session, client_of: ClientOf) -> None:
    call = BlindCall(session, is_blind=False)
    assert TOLD not in check_page(call, call.telling(), client_of)


def test_a_file_is_known_by_its_name(call: BlindCall, client_of: ClientOf) -> None:
    application = call.finished()
    browser = client_of(owner(call))
    section = f"/applications/{application.id}/sections/{call.section.id}"
    data = {"version": "", "attach": "logs", "logs": (BytesIO(PDF), "zembla-gauge_2026.pdf")}
    browser.post(section, data=data)
    page = browser.get(f"/applications/{application.id}/check").text
    words = "“Zembla Gauge” stands in Logs, the name of the file zembla-gauge_2026.pdf"
    assert words in words_of(page)


def test_who_is_warned_may_submit(call: BlindCall, client_of: ClientOf) -> None:
    application = call.telling()
    answer = client_of(owner(call)).post(f"/applications/{application.id}/submit")
    assert answer.location == f"/applications/{application.id}/submitted"


def test_the_manager_sees_what_was_submitted(call: BlindCall, client_of: ClientOf) -> None:
    application = call.submit(call.telling())
    call.save(application, call.title, "Drift meter", version=2)
    manager = client_of(a_manager(call.session))
    page = manager.get(f"/applications/{application.id}/eligibility").text
    assert TOLD_MANAGER in page
    assert "“Zembla Gauge” and “gauge.example” stand in Title" in words_of(page)
    assert FLAG in manager.get(f"/rounds/{call.round.id}/screening").text


def test_the_manager_of_a_clean_application_sees_nothing(
    call: BlindCall, client_of: ClientOf
) -> None:
    application = call.finished()
    call.save(application, call.team, "Zembla Gauge")
    call.submit(application)
    manager = client_of(a_manager(call.session))
    assert TOLD_MANAGER not in manager.get(f"/applications/{application.id}/eligibility").text
    assert FLAG not in manager.get(f"/rounds/{call.round.id}/screening").text


@pytest.mark.parametrize("is_blind", [True, False])
def test_the_list_takes_as_many_statements_as_a_list_may(
    session: Session, client_of: ClientOf, *, is_blind: bool
) -> None:
    call = BlindCall(session, is_blind=is_blind)
    call.submit(call.telling())
    manager = client_of(a_manager(session))
    with counted_statements() as counted:
        assert manager.get(f"/rounds/{call.round.id}/screening").status_code == 200
    assert len(counted) == 8
