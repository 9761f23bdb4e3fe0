"""The list, starting, checking, submitting, withdrawing; what the fund's people see."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.adapters.clock import FixedClock
from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import ApplicationState, ConflictSource, ConflictState, RoundState
from fundapp.models import (
    Application,
    Attachment,
    Membership,
    Person,
    Round,
    SubmittedVersion,
)
from tests.builders import (
    NOW,
    a_conflict,
    a_funder,
    a_manager,
    a_member,
    a_person,
    a_question,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_envelope,
    an_officer,
    an_organisation,
)
from tests.services.test_applications import Call
from tests.statements import counted_statements
from tests.web.test_sections import PDF

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def call(session: Session) -> Call:
    return Call(session)


def _owner(call: Call) -> Person:
    return call.session.get_one(Person, call.ada.person_id)


def _count(session: Session, table: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_from_the_call_to_the_confirmation(call: Call, client_of: ClientOf) -> None:
    browser = client_of(_owner(call))
    address = f"/calls/{call.round.reference}/apply"
    data = {"organisation": str(call.organisation.id)}
    first, second = (browser.post(address, data=data) for _ in range(2))
    assert (first.status_code, second.location) == (303, first.location)
    section = f"{first.location}/sections/{call.section.id}"
    version = {"version": ""}
    answers = {"title": "Drift meter", "risk": "Judges drift.", "amount": "220000"}
    assert browser.post(section, data=version | answers).status_code == 303
    page = browser.get(f"{first.location}/check")
    assert "Check your answers, then submit" in page.text
    for _ in range(2):
        answer = browser.post(f"{first.location}/submit")
        assert answer.location == f"{first.location}/submitted"
    confirmation = browser.get(answer.location).text
    assert f"We have your application {call.round.reference}-001" in confirmation
    assert _count(call.session, SubmittedVersion) == 1


def test_an_unfinished_application_is_not_taken(call: Call, client_of: ClientOf) -> None:
    application = call.start()
    browser = client_of(_owner(call))
    answer = browser.post(f"/applications/{application.id}/submit")
    assert answer.status_code == 422
    assert "3 things are left to do" in answer.text
    link = f"/applications/{application.id}/sections/{call.section.id}?check=1#risk"
    assert f'href="{link}"' in answer.text.replace("&amp;", "&")
    assert _count(call.session, SubmittedVersion) == 0


def test_too_late_to_submit(call: Call, client_of: ClientOf, clock: FixedClock) -> None:
    application = call.finished()
    browser = client_of(_owner(call))
    clock.instant = NOW + timedelta(weeks=6, seconds=1)
    answer = browser.post(f"/applications/{application.id}/submit")
    assert answer.status_code == 409
    assert "The deadline has passed" in answer.text
    assert "The deadline has passed" in browser.get(f"/applications/{application.id}/check").text


def test_a_change_after_submitting_says_what_counts(call: Call, client_of: ClientOf) -> None:
    application = call.submit(call.finished())
    call.save(application, call.title, "A better title", version=1)
    browser = client_of(_owner(call))
    page = browser.get(f"/applications/{application.id}").text
    assert "Version 1 stays what counts until you submit again." in page
    check = browser.get(f"/applications/{application.id}/check").text
    assert "Version 1 counts until you submit. This will be version 2." in check


def test_who_has_no_organisation_sets_one_up_first(call: Call, client_of: ClientOf) -> None:
    browser = client_of(a_person(call.session))
    address = f"/calls/{call.round.reference}/apply"
    answer = browser.get(address)
    assert answer.location == f"/organisations/new?then={address}"
    data = {"name": "New Gauge", "country": "KE", "then": address, "version": "0"}
    assert browser.post(answer.location, data=data).location == address


def test_starting_needs_one_of_the_own_organisations(call: Call, client_of: ClientOf) -> None:
    browser = client_of(_owner(call))
    foreign = an_organisation(call.session, "Avalon Assay")
    call.session.commit()
    for chosen in ("", "nonsense", str(foreign.id)):
        data = {"organisation": chosen}
        answer = browser.post(f"/calls/{call.round.reference}/apply", data=data)
        assert answer.status_code == 422
        assert "Choose the organisation that applies." in answer.text
    assert _count(call.session, Application) == 0


def test_a_call_that_is_not_published_cannot_be_applied_to(call: Call, client_of: ClientOf) -> None:
    hidden = a_round(call.session, RoundState.DRAFT)
    browser = client_of(_owner(call))
    assert browser.get(f"/calls/{hidden.reference}/apply").status_code == 403


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Say why you withdraw. One sentence is enough."),
        ("x" * 2_001, "Shorten this to 2,000 characters. It has 2,001."),
        ("word " * 2_000_000, "Shorten this to 2,000 characters. It has 9,999,999."),
    ],
)
def test_withdrawing_keeps_a_bad_reason_on_the_page(
    call: Call, client_of: ClientOf, reason: str, sentence: str
) -> None:
    application = call.start()
    browser = client_of(_owner(call))
    answer = browser.post(f"/applications/{application.id}/withdraw", data={"reason": reason})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert reason in answer.text


def test_withdrawing_with_a_reason(call: Call, client_of: ClientOf) -> None:
    application = call.submit(call.finished())
    browser = client_of(_owner(call))
    data = {"reason": "<b>Fusion</b> 🤝 اندماج"}
    for _ in range(2):
        answer = browser.post(f"/applications/{application.id}/withdraw", data=data)
        assert answer.location == f"/applications/{application.id}"
    page = browser.get(answer.location).text
    assert "It takes no further part." in page
    assert "Withdraw</a>" not in page


class BlindRound:
    """A blind round under review, one submitted application, and a reviewer."""

    def __init__(self, session: Session) -> None:
        self.call = call = Call(session, is_blind=True)
        self.contact = a_question(
            session, call.section, code="contact", label="Who are you?", is_identifying=True
        )
        self.logs = a_question(
            session, call.section, code="logs", kind="file", is_required=False, label="Logs"
        )
        funder = a_funder(session)
        an_envelope(session, call.round, funder)
        self.officer = an_officer(session, funder)
        self.manager = a_manager(session)
        self.application = call.finished()
        call.save(self.application, self.contact, "Zelda Hidden")
        self.seat = a_seat(session, call.round, funder)

    def submit(self, client_of: ClientOf) -> Attachment:
        """Attach a telling file, submit, and begin the review."""
        session, call = self.call.session, self.call
        browser = client_of(session.get_one(Person, call.ada.person_id))
        url = f"/applications/{self.application.id}/sections/{call.section.id}"
        page = browser.get(url).text
        version = page.split('name="version" value="')[1].split('"')[0]
        data = {
            "version": version,
            "contact": "Zelda Hidden",
            "title": "Drift meter",
            "risk": "Judges drift.",
            "amount": "220000",
            "logs": (BytesIO(PDF), "zembla-gauge-log.pdf"),
        }
        assert browser.post(url, data=data).status_code == 303
        assert browser.post(f"/applications/{self.application.id}/submit").status_code == 303
        session.rollback()
        session.expire_all()
        self.application.state = ApplicationState.UNDER_REVIEW
        self.call.round.state = RoundState.REVIEWING
        an_assignment(session, self.application, self.seat)
        session.commit()
        return session.scalars(select(Attachment)).one()


SECRETS = ("Zembla Gauge", "Zelda Hidden", "zembla-gauge-log", "Ada Sample")


def test_a_blind_round_tells_reviewers_and_officers_nothing(
    session: Session, client_of: ClientOf
) -> None:
    blind = BlindRound(session)
    attachment = blind.submit(client_of)
    reviewer = client_of(session.get_one(Person, blind.seat.person_id))
    officer = client_of(blind.officer)
    pages = [
        reviewer.get(f"/applications/{blind.application.id}/read"),
        officer.get(f"/applications/{blind.application.id}/read"),
        officer.get(f"/rounds/{blind.call.round.id}/applications"),
        reviewer.get(f"/attachments/{attachment.id}"),
    ]
    assert [page.status_code for page in pages] == [200] * 4
    for page in pages:
        said = page.get_data(as_text=True) + str(page.headers)
        assert [secret for secret in SECRETS if secret in said] == []
    assert pages[3].headers["Content-Disposition"] == 'attachment; filename="File 1.pdf"'
    found = officer.get(f"/rounds/{blind.call.round.id}/applications?text=Zembla")
    assert "No application matches." in found.text


def test_managers_see_the_applicant_of_a_blind_round(session: Session, client_of: ClientOf) -> None:
    blind = BlindRound(session)
    blind.submit(client_of)
    page = client_of(blind.manager).get(f"/applications/{blind.application.id}/read").text
    assert [secret for secret in SECRETS[:3] if secret in page] == list(SECRETS[:3])


def _manager_with(session: Session, rows: int) -> tuple[Person, str]:
    round_ = a_round(session, RoundState.REVIEWING)
    organisation = an_organisation(session)
    contact = a_member(session, organisation)
    for place in range(rows):
        an_application(session, round_, organisation, contact_id=contact.id, title=f"Meter {place}")
    return a_manager(session), f"/rounds/{round_.id}/applications"


@pytest.mark.parametrize("rows", [1, 50, 120])
def test_the_list_takes_as_many_statements_for_many_rows(
    session: Session, client_of: ClientOf, rows: int
) -> None:
    manager, address = _manager_with(session, rows)
    browser = client_of(manager)
    with counted_statements() as counted:
        assert browser.get(address).status_code == 200
    assert len(counted) == 7


@pytest.mark.parametrize("rows", [1, 50])
def test_own_list_takes_as_many_statements_for_many_rows(
    session: Session, client_of: ClientOf, rows: int
) -> None:
    _manager_with(session, rows)
    membership = session.scalars(
        select(Membership).where(Membership.role == MemberRole.OWNER)
    ).one()
    browser = client_of(session.get_one(Person, membership.person_id))
    with counted_statements() as counted:
        assert browser.get("/applications").status_code == 200
    assert len(counted) == 4


def test_the_list_is_narrowed_and_paged(session: Session, client_of: ClientOf) -> None:
    manager, address = _manager_with(session, 60)
    browser = client_of(manager)
    assert "Page 1 of 2, 60 applications" in browser.get(address).text
    assert "Page 2 of 2, 60 applications" in browser.get(f"{address}?page=2").text
    assert "Page 2 of 2, 60 applications" in browser.get(f"{address}?page=99999").text
    assert "One application" in browser.get(f"{address}?text=meter+59").text
    assert "No application matches." in browser.get(f"{address}?text=%25").text
    assert "No application matches." in browser.get(f"{address}?state=withdrawn").text
    for odd in ("page=x", "page=-1", "state=nonsense", "text=" + "x" * 10_000, "page=%D9%A1"):
        assert browser.get(f"{address}?{odd}").status_code == 200


def test_a_recused_row_tells_nothing_and_no_search_finds_it(
    session: Session, client_of: ClientOf
) -> None:
    manager, address = _manager_with(session, 2)
    barred = session.scalars(select(Application).where(Application.title == "Meter 0")).one()
    a_conflict(
        session,
        barred.id,
        person_id=manager.id,
        state=ConflictState.PROPOSED,
        recorded_by_id=manager.id,
    )
    browser = client_of(manager)
    page = browser.get(address).text
    assert page.count("recused") == 1
    assert "Meter 0" not in page
    assert "Meter 1" in page
    assert "No application matches." in browser.get(f"{address}?text=Meter+0").text


def test_an_officer_whose_funder_has_a_stake_sees_a_recused_row(
    session: Session, client_of: ClientOf
) -> None:
    _, address = _manager_with(session, 2)
    barred = session.scalars(select(Application).where(Application.title == "Meter 0")).one()
    funder = a_funder(session)
    an_envelope(session, session.get_one(Round, barred.round_id), funder)
    officer = an_officer(session, funder)
    a_conflict(
        session,
        barred.id,
        funder_id=funder.id,
        source=ConflictSource.FUNDER_INVESTED,
        recorded_by_id=officer.id,
    )
    page = client_of(officer).get(address).text
    assert page.count("recused") == 1
    assert "Meter 0" not in page
