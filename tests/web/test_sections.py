"""One section of the form: bad input, late input, two people, files; nothing is lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from fundapp.adapters.clock import FixedClock
from fundapp.domain.permissions import MemberRole
from fundapp.models import Answer, Attachment, Membership, Person
from tests.builders import NOW, a_question
from tests.services.test_applications import Call
from tests.statements import counted_statements

ClientOf = Callable[[Person], FlaskClient]
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"


class Desk:
    """A started application, open in the browsers of two colleagues."""

    def __init__(self, session: Session, client_of: ClientOf) -> None:
        self.session = session
        self.call = Call(session)
        self.team = a_question(
            session,
            self.call.section,
            code="team",
            kind="group",
            is_required=False,
            label="Team",
            settings={"columns": [{"code": "name", "label": "Name", "kind": "short_text"}]},
        )
        self.budget = a_question(
            session, self.call.section, code="budget", kind="budget", is_required=False
        )
        self.logs = a_question(
            session,
            self.call.section,
            code="logs",
            kind="file",
            is_required=False,
            settings={"maximum": 2},
        )
        self.application = self.call.start()
        people = {
            membership.role: session.get_one(Person, membership.person_id)
            for membership in session.scalars(select(Membership))
        }
        self.ada = client_of(people[MemberRole.OWNER])
        self.ben = client_of(people[MemberRole.EDITOR])
        self.url = f"/applications/{self.application.id}/sections/{self.call.section.id}"

    def version(self, browser: FlaskClient) -> str:
        return _hidden(browser.get(self.url), "version")

    def save(self, browser: FlaskClient, version: str, **fields: Any) -> TestResponse:
        return browser.post(self.url, data={"version": version, "go": "next", **fields})

    def autosave(self, browser: FlaskClient, version: str, **fields: Any) -> TestResponse:
        headers = {"X-Requested-With": "autosave"}
        data = {"version": version, **fields}
        return browser.post(f"{self.url}/autosave", data=data, headers=headers)

    def stored(self) -> dict[str, Any]:
        self.session.rollback()
        self.session.expire_all()
        codes = {
            question.id: question.code
            for question in (
                *(self.call.title, self.call.risk, self.call.amount),
                *(self.team, self.budget),
            )
        }
        return {
            codes[answer.question_id]: answer.value
            for answer in self.session.scalars(select(Answer))
        }


@pytest.fixture
def desk(session: Session, client_of: ClientOf) -> Desk:
    return Desk(session, client_of)


def _hidden(page: TestResponse, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found is not None
    return unescape(found[1])


def _text_of(page: TestResponse) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page.text))


def test_a_good_section_leads_on(desk: Desk) -> None:
    answer = desk.save(
        desk.ada, desk.version(desk.ada), title="Drift meter", risk="Judges drift.", amount="1000"
    )
    assert answer.status_code == 303
    assert answer.location == f"/applications/{desk.application.id}/check"


def test_what_is_wrong_is_saved_and_said(desk: Desk) -> None:
    answer = desk.save(
        desk.ada, desk.version(desk.ada), risk="One two three four five six.", amount="about 300"
    )
    assert (answer.status_code, answer.location) == (303, desk.url)
    page = desk.ada.get(desk.url)
    assert "6 words. Shorten by 1." in _text_of(page)
    assert "You entered “about 300”." in _text_of(page)
    assert 'value="about 300"' in page.text
    assert desk.stored() == {"risk": "One two three four five six.", "amount": "about 300"}


@pytest.mark.parametrize(
    "text",
    [
        "🧪 measures 🤖",
        "نقيس انحراف النماذج",
        "<script>alert(1)</script> {{7*7}} & <b>bold</b>",
        'O\'Brien "quoted" \\ %s',
    ],
)
def test_any_text_comes_back_as_it_was_typed(desk: Desk, text: str) -> None:
    desk.save(desk.ada, desk.version(desk.ada), title=text)
    assert desk.stored() == {"title": text}
    page = desk.ada.get(desk.url)
    assert _hidden(page, "title") == text
    assert "<script>alert" not in page.text


def test_invisible_controls_are_dropped(desk: Desk) -> None:
    desk.save(desk.ada, desk.version(desk.ada), title="a\x00b\u202ec")
    assert desk.stored() == {"title": "abc"}


def test_a_paste_of_ten_megabytes_is_refused_and_kept_on_the_page(desk: Desk) -> None:
    paste = "word " * 2_000_000
    answer = desk.save(desk.ada, desk.version(desk.ada), title="Kept", risk=paste)
    assert answer.status_code == 422
    assert "10,000,000 characters are too many to save. Shorten to 100,000 or fewer." in answer.text
    assert paste.strip() in answer.text
    assert _hidden(answer, "title") == "Kept"
    assert desk.stored() == {}


@pytest.mark.parametrize(
    "pastes",
    [
        {"title": "title " * 1_700_000, "risk": "word " * 2_000_000},
        {"risk": "قياس " * 1_100_000},
    ],
    ids=["two", "one of letters that are sent as six characters"],
)
def test_long_pastes_are_kept_on_the_page_and_the_rest_stays_saved(
    desk: Desk, pastes: dict[str, str]
) -> None:
    desk.save(desk.ada, desk.version(desk.ada), amount="1000")
    before = desk.stored()
    answer = desk.save(desk.ada, desk.version(desk.ada), **pastes)
    assert answer.status_code == 422
    assert all(paste.strip() in answer.text for paste in pastes.values())
    assert desk.stored() == before


def test_what_no_form_can_hold_is_told_what_to_do(desk: Desk) -> None:
    desk.save(desk.ada, desk.version(desk.ada), title="Kept")
    too_much = {"CONTENT_LENGTH": "60000000", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    answer = desk.ada.post(desk.url, data=b"risk=word", environ_overrides=too_much)
    assert answer.status_code == 413
    assert "what you saved before is safe. Go back" in answer.text
    headers = {"X-Requested-With": "autosave"}
    url = f"{desk.url}/autosave"
    told = desk.ada.post(url, data=b"risk=word", headers=headers, environ_overrides=too_much)
    assert told.status_code == 413
    assert "texts of up to 24 MB" in told.get_json()["problem"]
    assert desk.stored() == {"title": "Kept"}


def test_a_form_that_did_not_come_whole_changes_nothing(desk: Desk) -> None:
    desk.save(desk.ada, desk.version(desk.ada), title="Kept")
    answer = desk.ada.post(desk.url, data={"title": "Lost version"})
    assert answer.status_code == 422
    assert "The form was not sent whole." in answer.text
    assert desk.stored() == {"title": "Kept"}


def test_a_made_up_version_is_a_stale_one(desk: Desk) -> None:
    desk.save(desk.ada, desk.version(desk.ada), title="Kept")
    assert desk.save(desk.ada, "title:abc:x ::: \u0661", title="Other").status_code == 409
    assert desk.stored() == {"title": "Kept"}


def test_a_late_save_keeps_the_text_on_the_page(desk: Desk, clock: FixedClock) -> None:
    version = desk.version(desk.ada)
    clock.instant = NOW + timedelta(weeks=6, seconds=1)
    answer = desk.save(desk.ada, version, risk="Written to the last second.")
    assert answer.status_code == 409
    assert "The deadline has passed" in answer.text
    assert "Written to the last second." in answer.text
    assert desk.stored() == {}


def test_a_viewer_reads_and_cannot_save(desk: Desk, client_of: ClientOf) -> None:
    membership = desk.session.scalars(
        select(Membership).where(Membership.role == MemberRole.EDITOR)
    ).one()
    membership.role = MemberRole.VIEWER
    desk.session.commit()
    page = desk.ben.get(desk.url)
    assert "Ask an owner of your organisation to let you edit." in page.text
    assert 'name="version"' not in page.text
    answer = desk.save(desk.ben, "", risk="A long text that a viewer had typed by mistake here.")
    assert answer.status_code == 403
    assert "A long text that a viewer had typed by mistake here." in answer.text


def test_two_people_meet_and_choose(desk: Desk) -> None:
    shown = desk.version(desk.ada)
    desk.save(desk.ben, shown, risk="Ben's words.")
    clash = desk.save(desk.ada, shown, title="Drift", risk="Ada's words.")
    assert clash.status_code == 409
    assert "Ben's words." in _text_of(clash)
    assert "Ada's words." in _text_of(clash)
    assert desk.stored() == {"risk": "Ben's words."}
    again = {"version": _hidden(clash, "version"), "seen": _hidden(clash, "seen")}
    typed = {"title": "Drift", "risk": "Ada's words.", "amount": ""}
    answer = desk.ada.post(desk.url, data=again | typed | {"keep-risk": "joined"})
    assert answer.status_code == 303
    assert desk.stored() == {"title": "Drift", "risk": "Ben's words.\n\nAda's words."}


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Ada's words."), ("theirs", "Ben's words.")])
def test_one_text_may_win(desk: Desk, choice: str, kept: str) -> None:
    shown = desk.version(desk.ada)
    desk.save(desk.ben, shown, risk="Ben's words.")
    clash = desk.save(desk.ada, shown, risk="Ada's words.")
    data = {
        "version": _hidden(clash, "version"),
        "seen": _hidden(clash, "seen"),
        "risk": "Ada's words.",
        "keep-risk": choice,
    }
    assert desk.ada.post(desk.url, data=data).status_code == 303
    assert desk.stored()["risk"] == kept


def test_lines_of_two_people_are_joined(desk: Desk) -> None:
    shown = desk.version(desk.ada)
    desk.save(desk.ben, shown, **{"team-0-name": "Ben"})
    clash = desk.save(desk.ada, shown, **{"team-0-name": "Ada"})
    data = {
        "version": _hidden(clash, "version"),
        "seen": _hidden(clash, "seen"),
        "team-0-name": "Ada",
        "keep-team": "joined",
    }
    assert desk.ada.post(desk.url, data=data).status_code == 303
    assert desk.stored()["team"] == [{"name": "Ben"}, {"name": "Ada"}]


def test_lines_are_added_and_removed_without_scripts(desk: Desk) -> None:
    lines = {"team-0-name": "Ada", "team-1-name": "Ben"}
    added = desk.save(desk.ada, desk.version(desk.ada), **lines, add="team")
    assert added.location == f"{desk.url}?add=team#team"
    assert 'name="team-2-name"' in desk.ada.get(added.location).text
    removed = desk.save(desk.ada, desk.version(desk.ada), **lines, remove="team-0")
    assert removed.location == f"{desk.url}?lines=on#team"
    assert desk.stored()["team"] == [{"name": "Ben"}]


def test_budget_lines_add_up(desk: Desk) -> None:
    lines = {
        "budget-0-what": "Computing",
        "budget-0-quantity": "3",
        "budget-0-price": "100.50",
        "budget-1-what": "Travel",
        "budget-1-price": "200",
    }
    desk.save(desk.ada, desk.version(desk.ada), **lines)
    assert "EUR 501.50" in desk.ada.get(desk.url).text


def test_lines_under_work_need_not_add_up_yet(desk: Desk) -> None:
    """The sum is compared on save, on opening and on check; not while lines come and go."""
    desk.budget.settings = {"adds_up_to": "amount"}
    desk.session.commit()
    lines = {"amount": "1000", "budget-0-what": "Computing", "budget-0-price": "400"}
    nag = "The lines come to EUR 400"
    added = desk.save(desk.ada, desk.version(desk.ada), **lines, add="budget")
    assert nag not in _text_of(desk.ada.get(added.location))
    line = {"budget-1-what": "Travel", "budget-1-price": "much"}
    again = desk.save(desk.ada, desk.version(desk.ada), **lines, **line, remove="budget-1")
    assert nag not in _text_of(desk.ada.get(again.location))
    told = desk.autosave(desk.ada, desk.version(desk.ada), **lines).get_json()
    assert told["problems"] == []
    saved = desk.save(desk.ada, desk.version(desk.ada), **lines, go="stay")
    assert nag in _text_of(desk.ada.get(saved.location))
    assert nag in _text_of(desk.ada.get(f"/applications/{desk.application.id}/check"))


def test_autosave_tells_version_time_and_what_to_mend(desk: Desk) -> None:
    answer = desk.autosave(desk.ada, desk.version(desk.ada), title="Drift", amount="much")
    told = answer.get_json()
    assert answer.status_code == 200
    assert (told["saved_at"], told["saved_at_text"]) == (NOW.isoformat(), "09:00 UTC")
    assert [problem["field"] for problem in told["problems"]] == ["amount"]
    again = desk.autosave(desk.ada, told["version"], title="Drift meter", amount="much")
    assert again.status_code == 200
    assert desk.stored() == {"title": "Drift meter", "amount": "much"}


def test_autosave_never_overwrites_what_the_form_does_not_show(desk: Desk) -> None:
    """Ada's open page shows no risk; Ben writes one; Ada's further saves leave it alone."""
    shown = desk.version(desk.ada)
    desk.autosave(desk.ben, shown, risk="Ben's words.")
    first = desk.autosave(desk.ada, shown, title="Drift", risk="").get_json()
    desk.autosave(desk.ada, first["version"], title="Drift meter", risk="")
    assert desk.stored() == {"title": "Drift meter", "risk": "Ben's words."}


def test_autosave_hands_over_both_texts(desk: Desk) -> None:
    shown = desk.version(desk.ada)
    desk.autosave(desk.ben, shown, risk="Ben's words.")
    answer = desk.autosave(desk.ada, shown, risk="Ada's words.")
    told = answer.get_json()
    assert (answer.status_code, told["theirs"]) == (409, {"risk": "Ben's words."})
    chosen = desk.autosave(desk.ada, told["version"], risk="Ada's words.")
    assert chosen.status_code == 200
    assert desk.stored()["risk"] == "Ada's words."


def test_ones_own_other_window_is_called_so(desk: Desk) -> None:
    shown = desk.version(desk.ada)
    desk.autosave(desk.ada, shown, risk="Here.", **{"team-0-name": "Ada"})
    told = desk.autosave(desk.ada, shown, risk="There.").get_json()
    assert told["their_name"] == "You, in another window,"
    assert told["problem"].startswith("You changed this in another window.")
    page = desk.save(desk.ada, shown, risk="There.").text
    assert "changed while you wrote, by yourself in another window." in page
    assert "<span data-their-name>You, in another window,</span> changed" in page
    lines = desk.autosave(desk.ada, shown, **{"team-0-name": "Ben"}).get_json()
    assert lines["problem"].startswith("You changed the same list in another window.")


def test_autosave_sends_lines_to_the_page_that_can_join_them(desk: Desk) -> None:
    shown = desk.version(desk.ada)
    desk.autosave(desk.ben, shown, **{"team-0-name": "Ben"})
    told = desk.autosave(desk.ada, shown, **{"team-0-name": "Ada"}).get_json()
    assert told["problem"].endswith("changed the same list too. Press Save to see both.")
    assert "theirs" not in told


def test_autosave_after_the_deadline_says_so(desk: Desk, clock: FixedClock) -> None:
    version = desk.version(desk.ada)
    clock.instant = NOW + timedelta(weeks=7)
    answer = desk.autosave(desk.ada, version, title="Late")
    assert answer.status_code == 409
    assert answer.get_json()["problem"].startswith("The deadline has passed")


def _attach(desk: Desk, *files: tuple[bytes, str]) -> TestResponse:
    return desk.ada.post(
        desk.url,
        data={
            "version": desk.version(desk.ada),
            "attach": "logs",
            "title": "Typed beside the file",
            "logs": [(BytesIO(content), name) for content, name in files],
        },
        content_type="multipart/form-data",
    )


def _files(desk: Desk) -> list[str]:
    desk.session.rollback()
    kept = select(Attachment.filename).where(Attachment.removed_at.is_(None))
    return list(desk.session.scalars(kept.order_by(Attachment.filename)))


def test_attaching_reads_once_what_both_answers_and_files_need(desk: Desk) -> None:
    version = desk.version(desk.ada)
    data = {"version": version, "attach": "logs", "logs": (BytesIO(PDF), "a.pdf")}
    with counted_statements() as counted:
        assert desk.ada.post(desk.url, data=data).status_code == 303
    assert len(counted) == 16


def test_files_are_attached_and_downloaded_safely(desk: Desk) -> None:
    assert _attach(desk, (PDF, "../../Bericht ä.pdf")).location == f"{desk.url}#logs"
    assert _files(desk) == ["Bericht ä.pdf"]
    attachment = desk.session.scalars(select(Attachment)).one()
    answer = desk.ada.get(f"/attachments/{attachment.id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"MZ\x90\x00 program", "report.pdf", "is a program, whatever its name says"),
        (b"", "empty.pdf", "is empty"),
        (PDF, "report.txt", "is in truth a PDF"),
        (b"\x00\x01\x02", "noise.pdf", "is of a kind that we cannot read"),
    ],
)
def test_bad_files_are_refused_and_the_text_is_kept(
    desk: Desk, content: bytes, name: str, sentence: str
) -> None:
    answer = _attach(desk, (content, name))
    assert answer.status_code == 422
    assert sentence in _text_of(answer)
    assert _hidden(answer, "title") == "Typed beside the file"
    assert _files(desk) == []


def test_more_files_than_the_question_takes_are_refused(desk: Desk) -> None:
    answer = _attach(desk, *((PDF + bytes([65 + place]), f"{place}.pdf") for place in range(3)))
    assert answer.status_code == 422
    assert "This question takes 2 files." in _text_of(answer)
    assert _files(desk) == []


def test_the_same_file_twice_is_one(desk: Desk) -> None:
    for _ in range(2):
        _attach(desk, (PDF, "report.pdf"))
    assert _files(desk) == ["report.pdf"]


def test_a_file_is_removed(desk: Desk) -> None:
    _attach(desk, (PDF, "report.pdf"))
    attachment = desk.session.scalars(select(Attachment)).one()
    desk.session.rollback()
    answer = desk.save(desk.ada, desk.version(desk.ada), detach=str(attachment.id))
    assert answer.status_code == 303
    assert _files(desk) == []


def test_a_foreign_file_is_closed(desk: Desk, client_of: ClientOf) -> None:
    _attach(desk, (PDF, "report.pdf"))
    attachment = desk.session.scalars(select(Attachment)).one()
    stranger = client_of(desk.session.get_one(Person, desk.call.round.created_by_id))
    assert stranger.get(f"/attachments/{attachment.id}").status_code == 403
