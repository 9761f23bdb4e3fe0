"""Pages of screening, conflicts and assignment: bad input, recusals, statements."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ConflictState,
    RoundState,
)
from fundapp.models import (
    Application,
    Assignment,
    AuditEvent,
    Conflict,
    EligibilityCheck,
    OutboxMessage,
    PanelSeat,
    Person,
    Round,
)
from tests.builders import (
    a_conflict,
    a_funder,
    a_manager,
    a_person,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_assignment,
    an_envelope,
    an_organisation,
)
from tests.statements import counted_statements

BAD_TEXT = {
    "emoji": "🙂" * 50,
    "right to left": "\u202e\u0645\u0631\u062d\u0628",
    "HTML": "<script>alert(1)</script>",
}
TEN_MEGABYTES = "x" * 10_000_000


@dataclass
class Office:
    """A round with applications and a panel, and its manager's browser."""

    round: Round
    applications: list[Application]
    seats: list[PanelSeat]
    manager: Person
    browser: FlaskClient


@pytest.fixture
def make_office(
    session: Session, client_of: Callable[[Person], FlaskClient]
) -> Callable[..., Office]:
    def make(count: int = 2, state: ApplicationState = ApplicationState.UNDER_REVIEW) -> Office:
        manager = a_manager(session)
        round_ = a_round(
            session,
            RoundState.SCREENING,
            created_by_id=manager.id,
            reviews_wanted=2,
            notice="Sample: all of it is fictional.",
        )
        seats = []
        for name in ("Lilliput Foundation", "Erewhon Trust"):
            funder = a_funder(session, name)
            an_envelope(session, round_, funder)
            person = a_person(session, f"Rita of {name}")
            seats.append(a_seat(session, round_, funder, person_id=person.id, review_load=100))
        organisation = an_organisation(session)
        applications = [an_application(session, round_, organisation, state) for _ in range(count)]
        browser = client_of(manager)
        return Office(round_, applications, seats, manager, browser)

    return make


def number_of(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def bar(session: Session, application: Application, person_id: object) -> None:
    a_conflict(
        session,
        application.id,
        person_id=person_id,
        note="=cmd",
        recorded_by_id=person_id,
    )
    session.commit()


def test_the_preview_counts_and_lists_and_marks_nothing(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(3, ApplicationState.SUBMITTED)
    answer = office.browser.post(
        f"/rounds/{office.round.id}/screening/preview",
        data={
            "application_ids": [found.id for found in office.applications[:2]],
            "verdict": "ineligible",
            "reason": "Too old.",
        },
    )
    assert answer.status_code == 200
    assert "Mark 2 as not eligible?" in answer.text
    contacts = [session.get_one(Person, found.contact_id) for found in office.applications]
    assert [contact.email in answer.text for contact in contacts] == [True, True, False]
    assert number_of(session, EligibilityCheck) == 0


def test_confirming_twice_marks_and_mails_once(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(2, ApplicationState.SUBMITTED)
    form = {
        "application_ids": [found.id for found in office.applications],
        "verdict": "ineligible",
        "reason": "Too old.",
    }
    answers = [
        office.browser.post(f"/rounds/{office.round.id}/screening", data=form) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert number_of(session, EligibilityCheck) == 2
    assert number_of(session, OutboxMessage) == 2


def test_everything_means_every_page_of_the_list(make_office: Callable[..., Office]) -> None:
    office = make_office(60, ApplicationState.SUBMITTED)
    answer = office.browser.post(
        f"/rounds/{office.round.id}/screening/preview",
        data={"everything": "yes", "state": "submitted", "verdict": "eligible"},
    )
    assert "Mark 60 as eligible?" in answer.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"verdict": "eligible"}, "Choose at least one application."),
        ({"verdict": "perhaps", "application_ids": "x"}, "Choose eligible or not eligible."),
        ({}, "Choose eligible or not eligible."),
        ({"verdict": "ineligible"}, "Say which rule the application does not meet."),
        ({"verdict": "ineligible", "reason": TEN_MEGABYTES}, "Shorten this to 2,000 characters."),
    ],
)
def test_screening_says_what_to_mend(
    make_office: Callable[..., Office], form: dict[str, str], sentence: str
) -> None:
    office = make_office(1, ApplicationState.SUBMITTED)
    answer = office.browser.post(f"/rounds/{office.round.id}/screening/preview", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize("text", BAD_TEXT.values(), ids=BAD_TEXT.keys())
def test_odd_reasons_are_kept_and_escaped(
    session: Session, make_office: Callable[..., Office], text: str
) -> None:
    office = make_office(1, ApplicationState.SUBMITTED)
    address = f"/applications/{office.applications[0].id}/eligibility"
    answer = office.browser.post(address, data={"verdict": "ineligible", "reason": text})
    assert answer.status_code == 303
    page = office.browser.get(address).text
    assert "<script>alert" not in page
    session.rollback()
    kept = session.scalars(select(EligibilityCheck.reason)).one()
    assert kept == text.removeprefix("\u202e")


def test_what_an_import_left_open_is_listed(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(2, ApplicationState.SUBMITTED)
    a_question(session, a_section(session, office.round), label="Which risk do you measure?")
    office.applications[0].is_complete = False
    session.commit()
    page = office.browser.get(f"/rounds/{office.round.id}/screening").text
    assert page.count("Which risk do you measure?") == 1


def test_a_recused_manager_sees_neither_row_nor_search_hit(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(2, ApplicationState.SUBMITTED)
    closed = office.applications[0]
    bar(session, closed, office.manager.id)
    for page in ("screening", "assignments", "conflicts", "screening?q=EVF"):
        shown = office.browser.get(f"/rounds/{office.round.id}/{page}").text
        assert closed.title not in shown or page != "conflicts"
        assert f"/applications/{closed.id}" not in shown
    found = office.browser.get(f"/rounds/{office.round.id}/screening?q=EVF").text
    assert "Recused" not in found


def test_the_register_is_exported_guarded_and_the_export_recorded(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(1)
    bar(session, office.applications[0], office.seats[0].person_id)
    answer = office.browser.get(f"/rounds/{office.round.id}/conflicts.csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [(row["person"], row["note"], row["state"]) for row in rows] == [
        ("Rita of Lilliput Foundation", "'=cmd", "confirmed")
    ]
    session.rollback()
    events = session.scalars(select(AuditEvent.event)).all()
    assert events == ["conflict.exported"]


def test_a_conflict_is_found_and_dismissed_in_the_browser(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(1)
    person = session.get_one(Person, office.seats[0].person_id)
    contact = session.get_one(Person, office.applications[0].contact_id)
    person.email, contact.email = "rita@zembla.example", "ada@zembla.example"
    session.commit()
    office.browser.post(f"/rounds/{office.round.id}/conflicts/propose")
    page = office.browser.get(f"/rounds/{office.round.id}/conflicts").text
    address = re.findall(r"/conflicts/[0-9a-f-]{36}", page)[0]
    refused = office.browser.post(address, data={"state": "dismissed", "note": " "})
    assert refused.status_code == 422
    assert "Say why this tie does not matter." in refused.text
    done = office.browser.post(address, data={"state": "dismissed", "note": "Shared building"})
    assert done.status_code == 303
    session.rollback()
    assert session.scalars(select(Conflict.state)).all() == [ConflictState.DISMISSED]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"party": "myself", "note": ""}, "Say in a few words what the tie is."),
        ({"party": "somebody", "note": "x"}, "Not a valid choice"),
        ({"party": "myself", "note": TEN_MEGABYTES}, "Shorten this to 2,000 characters."),
    ],
)
def test_a_declaration_says_what_to_mend(
    make_office: Callable[..., Office],
    client_of: Callable[[Person], FlaskClient],
    session: Session,
    form: dict[str, str],
    sentence: str,
) -> None:
    office = make_office(1)
    reviewer = client_of(session.get_one(Person, office.seats[0].person_id))
    answer = reviewer.post(f"/applications/{office.applications[0].id}/conflicts/new", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert number_of(session, Conflict) == 0


def test_a_blind_round_does_not_name_the_applicant_when_declaring(
    make_office: Callable[..., Office],
    client_of: Callable[[Person], FlaskClient],
    session: Session,
) -> None:
    office = make_office(1)
    office.round.is_blind = True
    an_assignment(session, office.applications[0], office.seats[0])
    reviewer = client_of(session.get_one(Person, office.seats[0].person_id))
    page = reviewer.get(f"/applications/{office.applications[0].id}/conflicts/new").text
    assert (office.applications[0].title in page, "Zembla" in page) == (True, False)


def test_proposing_previewing_and_applying(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(3)
    made = office.browser.post(f"/rounds/{office.round.id}/assignments/propose")
    plan = made.headers["Location"]
    assert "Ask 2 reviewers for 6 reviews?" in office.browser.get(plan).text
    assert number_of(session, Assignment) == 0
    for _ in range(2):
        assert office.browser.post(f"{plan}/apply").status_code == 303
    assert number_of(session, Assignment) == 6
    assert number_of(session, OutboxMessage) == 2


def test_a_bad_list_loads_nothing_and_keeps_the_text(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(1)
    an_assignment(session, office.applications[0], office.seats[0])
    session.commit()
    first = session.get_one(Person, office.seats[0].person_id).email
    typed = f"application,reviewer\n{office.applications[0].reference},{first}\n"
    answer = office.browser.post(
        f"/rounds/{office.round.id}/assignments/file", data={"typed": typed}
    )
    assert answer.status_code == 422
    assert "Line 2, reviewer: Rita of Lilliput Foundation is assigned to" in answer.text
    assert typed.splitlines()[1] in answer.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90\x00\xff\xff", "The file is not text in UTF-8."),
        (b"x" * 3_000_000, "The file is larger than 2 MB."),
        (b"", "The file is empty."),
    ],
)
def test_a_file_that_is_no_list(
    make_office: Callable[..., Office], content: bytes, sentence: str
) -> None:
    office = make_office(1)
    answer = office.browser.post(
        f"/rounds/{office.round.id}/assignments/file",
        data={"file": (BytesIO(content), "list.csv")},
    )
    answer.request.environ["wsgi.input"].close()  # the test client spools large bodies to disk
    assert answer.status_code == 422
    assert sentence in answer.text


def test_what_is_downloaded_can_be_loaded_elsewhere(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(2)
    for application in office.applications:
        an_assignment(session, application, office.seats[0])
    session.commit()
    text = office.browser.get(f"/rounds/{office.round.id}/assignments.csv").text
    session.rollback()
    for assignment in session.scalars(select(Assignment)):
        assignment.state = AssignmentState.REFUSED
    session.commit()
    made = office.browser.post(
        f"/rounds/{office.round.id}/assignments/file",
        data={"file": (BytesIO(text.encode()), "list.csv")},
    )
    assert "Ask 1 reviewer for 2 reviews?" in office.browser.get(made.headers["Location"]).text


@pytest.mark.parametrize("person", ["", "nobody", "00000000-0000-0000-0000-000000000001"])
def test_asking_nobody_is_told(make_office: Callable[..., Office], person: str) -> None:
    office = make_office(1)
    address = f"/applications/{office.applications[0].id}/reviewers"
    answer = office.browser.post(address, data={"person_id": person})
    assert answer.status_code == 422
    assert "One thing to mend" in answer.text


def test_a_reassignment_that_fails_changes_nothing(
    session: Session, make_office: Callable[..., Office]
) -> None:
    office = make_office(1)
    open_one = an_assignment(session, office.applications[0], office.seats[0])
    stranger = a_person(session)
    session.commit()
    answer = office.browser.post(
        f"/assignments/{open_one.id}/reassign", data={"person_id": stranger.id}
    )
    assert answer.status_code == 422
    session.rollback()
    assert session.scalars(select(Assignment.state)).all() == [AssignmentState.ACCEPTED]


@pytest.mark.parametrize("page", ["screening", "conflicts", "assignments"])
def test_lists_take_as_many_statements_for_fifty_as_for_one(
    session: Session, make_office: Callable[..., Office], page: str
) -> None:
    counts = []
    for count in (1, 50):
        office = make_office(count)
        for application in office.applications:
            application.is_complete = False
            an_assignment(session, application, office.seats[0])
            bar(session, application, office.seats[1].person_id)
        session.commit()
        session.expunge_all()
        with counted_statements() as counted:
            answer = office.browser.get(f"/rounds/{office.round.id}/{page}")
        assert answer.status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 8
