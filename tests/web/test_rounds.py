"""The fund manager's pages of rounds: made, written, opened, moved on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, RoundState
from fundapp.models import Criterion, Extension, Person, Question, Round, Section
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_manager,
    a_question,
    a_round,
    a_section,
    an_application,
    an_envelope,
    an_officer,
    an_organisation,
)
from tests.statements import counted_statements

Browser = Callable[[Person], FlaskClient]
LONG = "word " * 2_000_000


@pytest.fixture
def manager(session: Session, client_of: Browser) -> FlaskClient:
    return client_of(a_manager(session))


def made_round(session: Session, manager: FlaskClient, source: str = "seed-grants") -> Round:
    """A draft, made in the browser."""
    answer = manager.post(
        "/rounds/new",
        data={"source": source, "opens_on": "2026-11-02", "time_zone": "Nairobi"},
    )
    assert answer.status_code == 303, answer.text
    return session.scalars(select(Round)).one()


def version_on(manager: FlaskClient, path: str) -> str:
    """The number by which the form on this page says what it showed."""
    page = manager.get(path).text
    return page.split('name="version"')[1].split('value="')[1].split('"')[0]


def settings_of(manager: FlaskClient, round_: Round) -> dict[str, str]:
    """The fields of the settings page as a browser would post them unchanged."""
    page = manager.get(f"/rounds/{round_.id}/settings").text
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    areas = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)
    fields |= dict(areas)
    unchecked = ("is_anywhere_on_earth", "is_blind", "takes_bids", "weighs_confidence")
    for name in (*unchecked, "needs_signatures", "announcement_languages"):
        fields.pop(name, None)
    return fields | {"currency": "EUR", "peer_reviews": "after_own"}


def test_a_manager_makes_a_round_from_a_template(session: Session, manager: FlaskClient) -> None:
    round_ = made_round(session, manager)
    assert (round_.reference, round_.time_zone) == ("EVF-2026", "Africa/Nairobi")
    page = manager.get(f"/rounds/{round_.id}/settings")
    assert page.status_code == 200
    assert "2026-12-14T15:00" in page.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": ""}, "Choose what the round begins from."),
        ({"source": "../../etc"}, "Choose what the round begins from."),
        ({"opens_on": "soon"}, "Enter a date such as 2027-02-26."),
        ({"time_zone": "Mars"}, "Enter a time zone, such as Africa/Nairobi."),
        ({"title": "x" * 201}, "201 characters. Shorten by 1."),
    ],
)
def test_a_new_round_says_what_is_wrong(
    session: Session, manager: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    data = {"source": "seed-grants", "time_zone": "UTC"} | change
    answer = manager.post("/rounds/new", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalar(select(func.count()).select_from(Round)) == 0


def test_every_page_of_a_draft_is_there(session: Session, manager: FlaskClient) -> None:
    round_ = made_round(session, manager, "exceptional-evaluations")
    section, question, criterion = (
        session.scalars(select(table.id).limit(1)).one() for table in (Section, Question, Criterion)
    )
    for path in (
        "/rounds",
        "/rounds/new",
        f"/rounds/{round_.id}",
        *(
            f"/rounds/{round_.id}/{part}"
            for part in (
                *("settings", "opening", "form", "rubric", "funders", "prizes", "panel"),
                *("extensions", "sections/new", "criteria/new"),
            )
        ),
        f"/sections/{section}/edit",
        f"/sections/{section}/remove",
        f"/sections/{section}/questions/choose",
        f"/sections/{section}/questions/new?kind=group",
        f"/questions/{question}/edit",
        f"/criteria/{criterion}/edit",
        "/funders",
        "/funders/new",
    ):
        assert manager.get(path).status_code == 200, path


def test_saving_the_settings_unchanged_changes_nothing(
    session: Session, manager: FlaskClient
) -> None:
    round_ = made_round(session, manager)
    answer = manager.post(f"/rounds/{round_.id}/settings", data=settings_of(manager, round_))
    assert answer.status_code == 303
    session.refresh(round_)
    assert (round_.version, round_.smallest_award) == (1, 5_000_000)


def test_settings_are_saved_and_guarded(session: Session, manager: FlaskClient) -> None:
    round_ = made_round(session, manager)
    fields = settings_of(manager, round_)
    path = f"/rounds/{round_.id}/settings"
    assert manager.post(path, data=fields | {"title": "Café ☕ العربية"}).status_code == 303
    session.refresh(round_)
    assert (round_.title, round_.version) == ("Café ☕ العربية", 2)
    stale = manager.post(path, data=fields | {"title": "Mine"})
    assert stale.status_code == 409
    assert "Café ☕ العربية" in stale.text
    assert 'value="Mine"' in stale.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "Give the round a title"),
        ({"closes_at": "tomorrow"}, "Enter a date and a time such as"),
        ({"closes_at": "2020-01-01T10:00"}, "Choose a deadline after the day"),
        ({"largest_award": "lots"}, "lots"),
        ({"reviews_wanted": "three"}, "Enter a whole number, such as 3."),
        ({"reviews_wanted": ""}, "Say how many reviews."),
        ({"reviews_wanted": "9" * 5_000}, "Enter a whole number"),
        ({"tranches": "half now"}, "Write each as: 40 %"),
        ({"tranches": "40 % Report"}, "The shares add up to 40 %."),
        ({"answer_days": "0"}, "Enter a number of days from 1"),
        ({"currency": "DOGE"}, "Choose a currency"),
        ({"call_text": LONG}, "Shorten by"),
    ],
)
def test_bad_settings_keep_the_text(
    session: Session, manager: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    round_ = made_round(session, manager)
    fields = settings_of(manager, round_)
    answer = manager.post(
        f"/rounds/{round_.id}/settings", data=fields | {"programme": "Kept text"} | change
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Kept text"' in answer.text


def test_the_preview_shows_markdown_without_scripts(session: Session, manager: FlaskClient) -> None:
    round_ = made_round(session, manager)
    text = "## Hello\n\n<script>alert(1)</script> **you** [x](javascript:alert(1))"
    answer = manager.post(
        f"/rounds/{round_.id}/settings",
        data=settings_of(manager, round_) | {"call_text": text, "preview": "1"},
    )
    assert answer.status_code == 200
    assert "<h2>Hello</h2>" in answer.text
    assert "<script>alert(1)" not in answer.text
    assert 'href="javascript' not in answer.text
    session.refresh(round_)
    assert "Hello" not in round_.call_text


def test_the_call_opens_once_everything_is_there(session: Session, manager: FlaskClient) -> None:
    round_ = made_round(session, manager)
    path = f"/rounds/{round_.id}/opening"
    refused = manager.post(path)
    assert refused.status_code == 422
    assert "Add a funder with its envelope." in refused.text
    for _ in range(2):
        funder = a_funder(session)
        an_officer(session, funder)
        session.commit()
        data = {"funder_id": str(funder.id), "amount": "500,000"}
        assert manager.post(f"/rounds/{round_.id}/funders", data=data).status_code == 303
    assert "Freeze the rules and open the call" in manager.get(path).text
    assert manager.post(path).status_code == 303
    session.refresh(round_)
    assert round_.state is RoundState.OPEN
    assert manager.post(path).status_code == 409
    assert "The rules are frozen" in manager.get(f"/rounds/{round_.id}/settings").text


def test_a_frozen_round_refuses_good_settings(session: Session, manager: FlaskClient) -> None:
    round_ = made_round(session, manager)
    fields = settings_of(manager, round_)
    round_.state, round_.opened_at = RoundState.OPEN, NOW
    session.commit()
    answer = manager.post(f"/rounds/{round_.id}/settings", data=fields | {"title": "Another"})
    assert answer.status_code == 409
    assert "frozen when its call opened" in answer.text


@pytest.mark.parametrize("state", list(RoundState))
def test_the_board_of_every_state(session: Session, client_of: Browser, state: RoundState) -> None:
    round_ = a_round(session, state)
    funder = a_funder(session)
    an_envelope(session, round_, funder)
    officer = an_officer(session, funder)
    for person in (a_manager(session), officer):
        assert client_of(person).get(f"/rounds/{round_.id}").status_code == 200


def test_closing_early_asks_why(session: Session, manager: FlaskClient) -> None:
    round_ = a_round(session)
    session.commit()
    path = f"/rounds/{round_.id}/steps/screening"
    assert "The call promises time until" in manager.get(path).text
    assert manager.post(path, data={"reason": ""}).status_code == 422
    assert manager.post(path, data={"reason": "Opened by mistake."}).status_code == 303
    assert manager.post(path, data={"reason": "Again."}).status_code == 409
    session.refresh(round_)
    assert round_.state is RoundState.SCREENING


@pytest.mark.parametrize("target", ["nonsense", "closed"])
def test_a_step_that_does_not_follow_is_not_found(
    session: Session, manager: FlaskClient, target: str
) -> None:
    round_ = a_round(session)
    session.commit()
    assert manager.get(f"/rounds/{round_.id}/steps/{target}").status_code == 404


def test_one_organisation_gets_more_time(session: Session, manager: FlaskClient) -> None:
    round_ = a_round(session)
    organisation = an_organisation(session)
    session.commit()
    path = f"/rounds/{round_.id}/extensions"
    data = {
        "organisation_id": str(organisation.id),
        "until": "2026-12-20T12:00",
        "reason": "Power cut.",
    }
    for change, sentence in (
        ({"organisation_id": "x"}, "Choose an organisation."),
        ({"until": ""}, "Enter the new deadline."),
        ({"until": "2026-11-20T12:00"}, "Choose a time after the deadline"),
        ({"reason": " "}, "Say why this organisation gets more time."),
    ):
        answer = manager.post(path, data=data | change)
        assert answer.status_code == 422
        assert sentence in answer.text
    for _ in range(2):
        assert manager.post(path, data=data).status_code == 303
    assert session.scalars(select(Extension.reason)).all() == ["Power cut."]


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_takes_the_same_statements(
    session: Session, manager: FlaskClient, count: int
) -> None:
    for _ in range(count):
        round_ = a_round(session)
        an_application(session, round_, an_organisation(session), ApplicationState.DRAFT)
    session.commit()
    with counted_statements() as counted:
        assert manager.get("/rounds").status_code == 200
    assert len(counted) == 4


def a_form(session: Session) -> tuple[Round, Section, Question, Criterion]:
    round_ = a_round(session, RoundState.DRAFT)
    section = a_section(session, round_)
    question, criterion = a_question(session, section), a_criterion(session, round_)
    session.commit()
    return round_, section, question, criterion


def test_sections_are_written_in_the_browser(session: Session, manager: FlaskClient) -> None:
    round_, section, _, _ = a_form(session)
    path = f"/rounds/{round_.id}/sections/new"
    assert manager.post(path, data={"title": "", "intro": "Kept"}).status_code == 422
    assert manager.post(path, data={"title": "Second <b>"}).status_code == 303
    page = manager.get(f"/rounds/{round_.id}/form").text
    assert "Second &lt;b&gt;" in page
    second = session.scalars(select(Section).where(Section.title == "Second <b>")).one()
    assert manager.post(f"/sections/{second.id}/move", data={"direction": "up"}).status_code == 303
    assert manager.post(f"/sections/{section.id}/remove").status_code == 303
    assert manager.post(f"/sections/{section.id}/remove").status_code == 404
    assert session.scalars(select(Section.title)).all() == ["Second <b>"]


def test_a_stale_section_shows_both_texts(session: Session, manager: FlaskClient) -> None:
    _, section, _, _ = a_form(session)
    answer = manager.post(
        f"/sections/{section.id}/edit", data={"title": "Mine", "version": "9" * 5_000}
    )
    assert answer.status_code == 409
    assert "What was saved meanwhile" in answer.text
    assert 'value="Mine"' in answer.text


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("short_text", {"max_words": "12"}),
        ("number", {"minimum": "1", "maximum": "18"}),
        ("money", {"minimum": "50,000"}),
        ("single_choice", {"options": "Yes\nNo", "passing": "Yes", "if_not_passing": "No."}),
        ("several_choices", {"options": "One\nTwo"}),
        ("file", {"accepts": "pdf"}),
        ("group", {"columns-0-label": "Name", "columns-0-kind": "short_text"}),
        ("budget", {"adds_up_to": "amount"}),
    ],
)
def test_questions_of_each_kind_are_added_and_shown(
    session: Session, manager: FlaskClient, kind: str, fields: dict[str, str]
) -> None:
    round_, section, _, _ = a_form(session)
    path = f"/sections/{section.id}/questions/new?kind={kind}"
    assert manager.get(path).status_code == 200
    data = {"label": "What do you plan?", "section": str(section.id), "is_required": "y"}
    assert manager.post(path, data=data | fields).status_code == 303
    made = session.scalars(select(Question).where(Question.code == "what_do_you_plan")).one()
    assert (made.kind, made.is_required) == (kind, True)
    page = manager.get(f"/questions/{made.id}/edit").text
    for text in fields.values():
        assert text.replace("50,000", "50000").splitlines()[0] in page
    assert manager.get(f"/rounds/{round_.id}/form").status_code == 200


def test_columns_are_added_without_scripts(session: Session, manager: FlaskClient) -> None:
    _, section, _, _ = a_form(session)
    path = f"/sections/{section.id}/questions/new?kind=group"
    data = {"label": "Team", "columns-0-label": "Name", "add": "columns"}
    page = manager.post(path, data=data)
    assert page.status_code == 200
    assert 'name="columns-1-label"' in page.text
    assert 'value="Name"' in page.text
    page = manager.post(path, data=data | {"add": "", "remove": "columns-0"})
    assert 'name="columns-0-label"' not in page.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"label": ""}, "Write the question."),
        ({"label": LONG}, "Shorten by"),
        ({"max_words": "many"}, "Enter a whole number"),
        ({"code": "Not a code"}, "Begin the code with a small letter"),
    ],
)
def test_bad_questions_keep_the_text(
    session: Session, manager: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    _, section, _, _ = a_form(session)
    answer = manager.post(
        f"/sections/{section.id}/questions/new?kind=long_text",
        data={"label": "Why?", "help": "Kept help"} | change,
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Kept help"' in answer.text


def test_the_rubric_is_written_in_the_browser(session: Session, manager: FlaskClient) -> None:
    round_, _, _, criterion = a_form(session)
    path = f"/rounds/{round_.id}/rubric"
    for text in ("", "many", "101", "-1", "9" * 5_000):
        answer = manager.post(path, data={f"weight-{criterion.id}": text})
        assert answer.status_code == 422
        assert "Enter a weight from 1 to 100." in answer.text
    version = version_on(manager, path)
    weights = {f"weight-{criterion.id}": "60", "version": version}
    assert manager.post(path, data=weights).status_code == 303
    late = manager.post(path, data=weights | {f"weight-{criterion.id}": "45"})
    assert late.status_code == 409
    for text in (
        'value="45"',
        "Validity of the measurement: 60, yours 45",
        "was changed after you opened it",
    ):
        assert text in late.text
    data: dict[str, Any] = {
        "title": "Reach",
        "question": "Who gains?",
        "weight": "40",
        "marks": "1, 2",
        "anchor_1": "Nobody.",
        "anchor_2": "Many.",
    }
    new = f"/rounds/{round_.id}/criteria/new"
    refreshed = manager.post(new, data=data | {"marks": "1 2 3", "refresh": "1"})
    assert refreshed.status_code == 200
    assert 'name="anchor_3"' in refreshed.text
    assert "Many." in refreshed.text
    assert manager.post(new, data=data | {"marks": "a b"}).status_code == 422
    assert manager.post(new, data=data).status_code == 303
    reach = session.scalars(select(Criterion).where(Criterion.code == "reach")).one()
    assert reach.anchors == {"1": "Nobody.", "2": "Many."}
    assert "The weights add up to 100" in manager.get(path).text
    stale = manager.post(f"/criteria/{reach.id}/edit", data=data | {"title": "Other"})
    assert stale.status_code == 409
    assert manager.post(f"/criteria/{reach.id}/move", data={"direction": "up"}).status_code == 303
    assert manager.post(f"/criteria/{reach.id}/remove").status_code == 303
    assert manager.post(f"/criteria/{reach.id}/remove").status_code == 404


def test_envelopes_say_what_is_wrong(session: Session, manager: FlaskClient) -> None:
    round_, funder = a_round(session, RoundState.DRAFT), a_funder(session)
    session.commit()
    path = f"/rounds/{round_.id}/funders"
    for data, sentence in (
        ({"funder_id": "", "amount": "5"}, "Choose a funder"),
        ({"funder_id": str(round_.id), "amount": "5"}, "Choose a funder"),
        ({"funder_id": str(funder.id), "amount": ""}, "Enter what this funder brings."),
        ({"funder_id": str(funder.id), "amount": "much"}, "much"),
        ({"funder_id": str(funder.id), "amount": "-5"}, "0 or more"),
    ):
        answer = manager.post(path, data=data)
        assert answer.status_code == 422
        assert sentence in answer.text
    version = version_on(manager, path)
    good = {"funder_id": str(funder.id), "amount": "5,000", "version": version}
    assert manager.post(path, data=good).status_code == 303
    late = manager.post(path, data=good | {"amount": "7,000"})
    assert late.status_code == 409
    for text in ('value="7,000"', "€5,000", "was changed after you opened it"):
        assert text in late.text
    assert manager.post(f"{path}/{funder.id}/remove").status_code == 303
    assert manager.post(f"{path}/{funder.id}/remove").status_code == 404


def test_prizes_are_written_in_the_browser(session: Session, manager: FlaskClient) -> None:
    round_ = made_round(session, manager, "exceptional-evaluations")
    path = f"/rounds/{round_.id}/prizes"
    version = version_on(manager, path)
    rows = {"prizes-0-title": "Grand prize", "prizes-0-amount": "70,000", "version": version}
    added = manager.post(path, data=rows | {"add": "prizes"})
    assert added.status_code == 200
    assert 'name="prizes-1-title"' in added.text
    wrong = manager.post(path, data=rows | {"prizes-0-amount": "lots"})
    assert wrong.status_code == 422
    assert 'value="lots"' in wrong.text
    assert manager.post(path, data=rows).status_code == 303
    stale = manager.post(path, data=rows | {"prizes-0-title": "Other"})
    assert stale.status_code == 409
    assert "Grand prize" in stale.text


def test_a_double_click_makes_one_round(session: Session, manager: FlaskClient) -> None:
    page = manager.get("/rounds/new").text
    key = page.split('name="round_id"')[1].split('value="')[1].split('"')[0]
    data = {"source": "seed-grants", "time_zone": "UTC", "round_id": key}
    answers = [manager.post("/rounds/new", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert session.scalar(select(func.count()).select_from(Round)) == 1


def test_a_round_is_copied_in_the_browser(session: Session, manager: FlaskClient) -> None:
    first = made_round(session, manager)
    answer = manager.post(
        "/rounds/new",
        data={"source": str(first.id), "title": "Second round", "time_zone": "UTC"},
    )
    assert answer.status_code == 303
    copy = session.scalars(select(Round).where(Round.title == "Second round")).one()
    assert (copy.reference, copy.copied_from_id) == ("EVF-2026B", first.id)
