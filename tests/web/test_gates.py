"""Gates from drafting to the desk: seen in time, never silent, frozen when submitted."""

import re
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.prize_rules import Gate, GateCode, PrizeRules, prize_rules_as_data
from fundapp.domain.states import ApplicationState, RoundKind
from fundapp.models import Application, Attachment, AuditEvent, Person, SubmittedVersion
from tests.builders import a_funder, a_manager, a_question, a_seat, an_assignment
from tests.evidence.logs import as_json, inspect_log
from tests.services.test_applications import Call
from tests.web.test_evidence import ClientOf, text_of

RULES = PrizeRules(
    gates=tuple(Gate(code) for code in (GateCode.READABLE_LOG, GateCode.REVISION, GateCode.LICENCE))
)
GOOD = as_json(inspect_log())
DIRTY = as_json(inspect_log(eval__revision__dirty=True))
KNOWN = {"known_gates": "revision"}


class Entry:
    """A draft in a prize round with three gates, and its writer's browser."""

    def __init__(self, session: Session, client_of: ClientOf, **columns: object) -> None:
        self.session = session
        self.call = Call(
            session, kind=RoundKind.PRIZE, prize_rules=prize_rules_as_data(RULES), **columns
        )
        a_question(session, self.call.section, code="logs", kind="file", is_required=False)
        self.licence = a_question(session, self.call.section, code="licence", is_required=False)
        self.application: Application = self.call.finished()
        self.browser = client_of(session.get_one(Person, self.application.contact_id))
        self.manager = client_of(a_manager(session))

    @property
    def page(self) -> str:
        return f"/applications/{self.application.id}/sections/{self.call.section.id}"

    def attach(self, content: bytes, name: str) -> None:
        self.post(attach="logs", logs=[(BytesIO(content), name)])

    def detach(self) -> None:
        """Remove the one file."""
        attached = select(Attachment.id).where(Attachment.removed_at.is_(None))
        self.post(detach=str(self.session.scalars(attached).one()))

    def post(self, **fields: object) -> None:
        version = re.search(r'name="version" value="([^"]*)"', self.browser.get(self.page).text)
        assert version is not None
        posted = {"version": unescape(version[1]), **fields}
        answer = self.browser.post(self.page, data=posted, content_type="multipart/form-data")
        assert answer.status_code == 303

    def licensed(self) -> None:
        self.call.save(self.application, self.licence, "MIT")
        self.session.commit()

    def submit(self, **posted: str) -> int:
        path = f"/applications/{self.application.id}/submit"
        return self.browser.post(path, data=posted).status_code

    def frozen(self) -> list[dict[str, object]]:
        self.session.expire_all()
        versions = select(SubmittedVersion).order_by(SubmittedVersion.number)
        return [version.content for version in self.session.scalars(versions)]


@pytest.fixture
def entry(session: Session, client_of: ClientOf) -> Entry:
    return Entry(session, client_of)


def test_the_entrant_mends_what_fails_and_submits(entry: Entry) -> None:
    entry.attach(DIRTY, "dirty.json")
    text = text_of(entry.browser.get(entry.page))
    assert "Fails. The log has no commit" in text
    assert "not committed: dirty.json." in text
    assert "Fails. It is not answered. Name the licence in your answer." in text
    entry.detach()
    entry.attach(GOOD, "good.json")
    entry.licensed()
    check = text_of(entry.browser.get(f"/applications/{entry.application.id}/check"))
    assert check.count("Passes.") == 3
    assert "submit all the same" not in check
    assert entry.submit() == 303
    assert [gate["outcome"] for gate in entry.frozen()[0]["gates"]] == ["passes"] * 3  # type: ignore[attr-defined]


def test_a_failed_gate_is_never_silent_and_never_blocks(entry: Entry) -> None:
    entry.attach(DIRTY, "dirty.json")
    entry.licensed()
    check = text_of(entry.browser.get(f"/applications/{entry.application.id}/check"))
    assert "I know that one requirement fails, and submit all the same." in check
    path = f"/applications/{entry.application.id}/submit"
    refused = entry.browser.post(path, data={"gates_note": "Our fork is private."})
    assert refused.status_code == 422
    assert "Tick that you know what fails: “The code is committed”." in unescape(refused.text)
    assert "Our fork is private." in refused.text
    assert entry.submit(gates_note="x" * 2_001, **KNOWN) == 422
    assert entry.submit(gates_note="Our fork is private.", **KNOWN) == 303
    assert entry.frozen()[0]["gates_note"] == "Our fork is private."
    told = entry.session.scalars(
        select(AuditEvent.details).where(AuditEvent.event == "application.submitted")
    ).one()
    assert told["failed_gates"] == ["revision"]
    screening = f"/applications/{entry.application.id}/eligibility"
    for browser, page in (
        (entry.browser, f"/applications/{entry.application.id}/submitted"),
        (entry.manager, screening),
        (entry.manager, f"/applications/{entry.application.id}/read"),
    ):
        text = text_of(browser.get(page))
        assert "Fails. The log has no commit" in text
        assert "Our fork is private." in text
    listed = text_of(entry.manager.get(f"/rounds/{entry.call.round.id}/screening"))
    assert "1 requirement fails" in listed


def test_who_knew_of_less_is_asked_again(entry: Entry) -> None:
    entry.attach(DIRTY, "dirty.json")
    assert entry.submit(**KNOWN) == 422
    assert entry.submit(known_gates="licence,revision") == 303


def test_results_stay_as_they_were_until_a_new_version(entry: Entry) -> None:
    entry.attach(DIRTY, "dirty.json")
    entry.licensed()
    assert entry.submit(**KNOWN) == 303
    entry.detach()
    entry.attach(GOOD, "good.json")
    read = f"/applications/{entry.application.id}/read"
    assert "Fails." in text_of(entry.manager.get(read))
    assert entry.submit() == 303
    assert "Fails." not in text_of(entry.manager.get(read))
    outcomes = [[gate["outcome"] for gate in one["gates"]] for one in entry.frozen()]  # type: ignore[attr-defined]
    assert outcomes == [["passes", "fails", "passes"], ["passes"] * 3]
    assert entry.submit() == 303
    assert len(entry.frozen()) == 2


def test_a_blind_round_hides_names_of_files_and_the_word(
    session: Session, client_of: ClientOf
) -> None:
    entry = Entry(session, client_of, is_blind=True)
    entry.attach(DIRTY, "zembla-team.json")
    entry.licensed()
    assert entry.submit(gates_note="We at Zembla fork.", **KNOWN) == 303
    entry.application.state = ApplicationState.UNDER_REVIEW
    session.commit()
    reader = reviewer_of(session, client_of, entry)
    text = text_of(reader.get(f"/applications/{entry.application.id}/read"))
    assert "Fails. The log has no commit" in text
    assert "zembla-team" not in text
    assert "We at Zembla fork." not in text


def test_another_entrants_name_for_the_same_log_is_not_told(
    session: Session, client_of: ClientOf
) -> None:
    first, second = Entry(session, client_of), Entry(session, client_of)
    first.attach(DIRTY, "first-team.json")
    second.attach(DIRTY, "second-team.json")
    text = text_of(second.browser.get(second.page))
    assert "not committed: second-team.json." in text
    assert "first-team" not in text


def test_a_grant_round_has_no_gates(session: Session, client_of: ClientOf) -> None:
    call = Call(session, prize_rules=prize_rules_as_data(RULES))
    application = call.finished()
    call.submit(application)
    session.commit()
    version = session.scalars(select(SubmittedVersion)).one()
    assert "gates" not in version.content


def reviewer_of(session: Session, client_of: ClientOf, entry: Entry) -> FlaskClient:
    """A reviewer who reads the entry."""
    seat = a_seat(session, entry.call.round, a_funder(session))
    assignment = an_assignment(session, entry.application, seat)
    session.commit()
    return client_of(session.get_one(Person, assignment.person_id))
