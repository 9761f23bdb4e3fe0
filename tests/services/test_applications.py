"""Applications: start, save, submit, withdraw; the deadline; two people at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.applications import Stamp, digest_of
from fundapp.domain.errors import InvalidInput, NotAllowed, StaleVersion, WrongState
from fundapp.domain.permissions import Actor, MemberRole
from fundapp.domain.states import ApplicationState, AssignmentState, RoundKind, RoundState
from fundapp.models import (
    Application,
    AuditEvent,
    Extension,
    Job,
    Organisation,
    OutboxMessage,
    Question,
    Round,
    SubmittedVersion,
)
from fundapp.queries.access import actor_for
from fundapp.queries.applications import application_document
from fundapp.queries.drafts import application_draft
from fundapp.services.answers import save_answer
from fundapp.services.applications import (
    start_application,
    submit_application,
    withdraw_application,
)
from fundapp.services.sections import save_section
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_member,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_assignment,
    an_organisation,
)


class Call:
    """An open round with a title, a text and a sum to ask for, and one organisation."""

    def __init__(self, session: Session, **columns: Any) -> None:
        self.session = session
        self.round: Round = a_round(session, **columns)
        self.section = a_section(session, self.round)
        self.title = self._ask(code="title", label="Title")
        self.risk = self._ask(code="risk", kind="long_text", label="Risk", max_words=5)
        self.amount = self._ask(code="amount", kind="money", label="Amount")
        self.organisation: Organisation = an_organisation(session)
        self.ada = actor_for(session, a_member(session, self.organisation).id)
        self.ben = actor_for(session, a_member(session, self.organisation, MemberRole.EDITOR).id)

    def _ask(self, **columns: Any) -> Question:
        return a_question(self.session, self.section, **columns)

    def start(self, actor: Actor | None = None) -> Application:
        return start_application(
            self.session, self.round.id, self.organisation.id, actor=actor or self.ada, now=NOW
        )

    def save(
        self,
        application: Application,
        question: Question,
        raw: Any,
        version: int = 0,
        actor: Actor | None = None,
        now: datetime = NOW,
    ) -> int:
        return save_answer(
            self.session,
            application.id,
            question.id,
            raw=raw,
            version=version,
            actor=actor or self.ada,
            now=now,
        ).version

    def finished(self) -> Application:
        application = self.start()
        self.save(application, self.title, "Drift meter")
        self.save(application, self.risk, "Judges drift.")
        self.save(application, self.amount, "220,000")
        return application

    def submit(self, application: Application, now: datetime = NOW) -> Application:
        return submit_application(self.session, application.id, actor=self.ada, now=now)


@pytest.fixture
def call(session: Session) -> Call:
    return Call(session)


def _versions(session: Session) -> list[int]:
    return list(session.scalars(select(SubmittedVersion.number).order_by(SubmittedVersion.number)))


def test_a_grant_round_takes_one_application_of_each_organisation(call: Call) -> None:
    assert call.start(call.ben).id == call.start(call.ada).id


def test_a_prize_round_takes_several_entries_once_written_in(session: Session) -> None:
    prize = Call(session, kind=RoundKind.PRIZE)
    first = prize.start()
    assert prize.start().id == first.id
    prize.save(first, prize.title, "First entry")
    assert prize.start().id != first.id


def test_after_withdrawal_one_may_start_again(call: Call) -> None:
    first = call.start()
    withdraw_application(call.session, first.id, reason="Wrong team.", actor=call.ada, now=NOW)
    assert call.start().id != first.id


def test_a_viewer_cannot_start(call: Call) -> None:
    viewer = actor_for(
        call.session, a_member(call.session, call.organisation, MemberRole.VIEWER).id
    )
    with pytest.raises(NotAllowed, match="Ask an owner"):
        call.start(viewer)


def test_invalid_text_is_stored_with_its_problem(call: Call) -> None:
    application = call.start()
    saved = save_answer(
        call.session,
        application.id,
        call.amount.id,
        raw="about 300",
        version=0,
        actor=call.ada,
        now=NOW,
    )
    assert saved.value == "about 300"
    assert [problem.field for problem in saved.problems] == ["amount"]
    assert application.amount_requested is None


def test_title_and_amount_come_from_their_questions(call: Call) -> None:
    application = call.finished()
    assert (application.title, application.amount_requested) == ("Drift meter", 22_000_000)


def test_saving_over_a_colleague_is_refused_with_both_texts(call: Call) -> None:
    application = call.start()
    call.save(application, call.risk, "Ada's words.", actor=call.ada)
    with pytest.raises(StaleVersion) as caught:
        call.save(application, call.risk, "Ben's words.", actor=call.ben)
    clash = caught.value.theirs[0]
    assert (clash.code, clash.theirs, clash.mine, clash.their_name, clash.stamp.version) == (
        "risk",
        "Ada's words.",
        "Ben's words.",
        call.ada.name,
        1,
    )


def test_the_same_text_twice_is_no_clash_and_no_new_version(call: Call) -> None:
    application = call.start()
    assert call.save(application, call.risk, "Same.") == 1
    assert call.save(application, call.risk, "Same.", actor=call.ben) == 1


def test_two_people_fill_in_one_section(call: Call) -> None:
    """Each sends the whole form; only what they touched is theirs."""
    application = call.start()
    shown = _stamps(call, application)
    for actor, posted in (
        (call.ada, {"title": ["Drift meter"], "risk": [""], "amount": [""]}),
        (call.ben, {"title": [""], "risk": ["Judges drift."], "amount": [""]}),
    ):
        save_section(
            call.session,
            application.id,
            call.section.id,
            posted=posted,
            stamps=shown,
            actor=actor,
            now=NOW,
        )
    values = {
        asked.code: application_draft(call.session, application.id).answer(asked).value
        for asked in application_draft(call.session, application.id).sections[0].section.questions
    }
    assert values == {"title": "Drift meter", "risk": "Judges drift.", "amount": None}


def test_a_clash_in_a_section_stores_nothing_of_it(call: Call) -> None:
    application = call.start()
    shown = _stamps(call, application)
    call.save(application, call.risk, "Ada's words.", actor=call.ada)
    with pytest.raises(StaleVersion):
        save_section(
            call.session,
            application.id,
            call.section.id,
            posted={"title": ["Drift"], "risk": ["Ben's words."], "amount": [""]},
            stamps=shown,
            actor=call.ben,
            now=NOW,
        )
    assert application_draft(call.session, application.id).head.title == ""


def _stamps(call: Call, application: Application) -> dict[str, Stamp]:
    draft = application_draft(call.session, application.id)
    return {asked.code: draft.answer(asked).stamp for asked in draft.sections[0].section.questions}


def test_submitting_gives_number_reference_copy_and_hash(call: Call) -> None:
    application = call.submit(call.finished())
    assert application.state is ApplicationState.SUBMITTED
    assert application.reference == f"{call.round.reference}-001"
    version = call.session.scalars(select(SubmittedVersion)).one()
    assert version.sha256 == digest_of(version.content)
    assert version.content["reference"] == application.reference
    job = call.session.scalars(select(Job)).one()
    assert (job.kind, job.payload) == ("submission_copy", {"version_id": str(version.id)})


def test_a_double_click_submits_once(call: Call) -> None:
    application = call.finished()
    call.submit(application)
    call.submit(application, NOW + timedelta(seconds=1))
    assert _versions(call.session) == [1]
    assert application.submitted_at == NOW
    assert len(call.session.scalars(select(Job)).all()) == 1


def test_what_is_missing_or_wrong_is_listed(call: Call) -> None:
    application = call.start()
    call.save(application, call.risk, "One two three four five six.")
    with pytest.raises(InvalidInput) as caught:
        call.submit(application)
    assert [(problem.field, problem.sentence) for problem in caught.value.problems] == [
        ("risk", "6 words. Shorten by 1."),
        ("title", "Answer “Title”."),
        ("amount", "Answer “Amount”."),
    ]
    assert application.number is None


def test_an_import_may_be_incomplete_and_is_marked(call: Call) -> None:
    application = call.start()
    submit_application(call.session, application.id, actor=call.ada, now=NOW, allow_incomplete=True)
    assert (application.is_imported, application.is_complete) == (True, False)
    assert call.session.scalars(select(Job)).all() == []


def test_changes_after_submitting_count_when_submitted_again(call: Call) -> None:
    application = call.submit(call.finished())
    call.save(application, call.title, "A better title", version=1)
    assert application_draft(call.session, application.id).is_changed
    document = application_document(call.session, application.id, hide_identity=False)
    assert (application.title, document.sections[0].answers[0].text) == ("Drift meter",) * 2
    call.submit(application)
    assert (application.title, _versions(call.session)) == ("A better title", [1, 2])
    assert not application_draft(call.session, application.id).is_changed
    assert application.number == 1


def test_the_closing_second_is_in_time_and_the_next_is_late(call: Call) -> None:
    application = call.finished()
    closes = call.round.closes_at
    assert closes is not None
    call.save(application, call.title, "Just in time", 1, now=closes + timedelta(milliseconds=900))
    with pytest.raises(WrongState, match="The deadline has passed"):
        call.save(application, call.title, "Too late", 2, now=closes + timedelta(seconds=1))
    with pytest.raises(WrongState, match="The deadline has passed"):
        call.submit(application, closes + timedelta(seconds=1))


def test_an_extension_moves_one_organisations_deadline(call: Call) -> None:
    application = call.finished()
    closes = call.round.closes_at
    assert closes is not None
    call.session.add(
        Extension(
            round_id=call.round.id,
            organisation_id=call.organisation.id,
            until_at=closes + timedelta(days=1),
            reason="Power cut.",
            granted_by_id=a_manager(call.session).id,
            granted_at=NOW,
        )
    )
    call.round.state = RoundState.SCREENING
    call.session.flush()
    call.submit(application, closes + timedelta(hours=23))
    assert application.state is ApplicationState.SUBMITTED
    with pytest.raises(WrongState, match="The deadline has passed"):
        call.save(application, call.title, "Later", 1, now=closes + timedelta(days=2))


def test_before_opening_nothing_is_taken(session: Session) -> None:
    early = Call(session, opens_at=NOW + timedelta(days=1))
    with pytest.raises(WrongState, match="not open yet"):
        early.start()


def test_withdrawal_keeps_what_was_submitted_and_says_why(call: Call) -> None:
    application = call.submit(call.finished())
    for _ in range(2):
        withdraw_application(
            call.session, application.id, reason="We merged.", actor=call.ada, now=NOW
        )
    assert application.state is ApplicationState.WITHDRAWN
    assert _versions(call.session) == [1]
    line = call.session.scalars(
        select(AuditEvent).where(AuditEvent.event == "application.withdrawn")
    ).one()
    assert line.details == {"reason": "We merged."}
    assert len(call.session.scalars(select(OutboxMessage)).all()) == 1
    with pytest.raises(WrongState, match="withdrawn"):
        call.save(application, call.title, "Again", 1)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("  ", "Say why you withdraw. One sentence is enough."),
        ("x" * 2_001, "Shorten this to 2,000 characters. It has 2,001."),
    ],
)
def test_withdrawal_needs_a_reason(call: Call, reason: str, sentence: str) -> None:
    application = call.start()
    with pytest.raises(InvalidInput, match=sentence.replace(".", r"\.")):
        withdraw_application(call.session, application.id, reason=reason, actor=call.ada, now=NOW)


def test_decided_applications_cannot_be_withdrawn(call: Call) -> None:
    application = call.submit(call.finished())
    application.state = ApplicationState.AWARDED
    with pytest.raises(WrongState, match="cannot become withdrawn"):
        withdraw_application(call.session, application.id, reason="No.", actor=call.ada, now=NOW)


def test_reviewers_are_told_of_a_withdrawal(call: Call) -> None:
    application = call.submit(call.finished())
    funder = a_funder(call.session)
    seat = a_seat(call.session, call.round, funder)
    application.state = ApplicationState.UNDER_REVIEW
    assignment = an_assignment(call.session, application, seat)
    withdraw_application(call.session, application.id, reason="Merged.", actor=call.ada, now=NOW)
    assert assignment.state is AssignmentState.WITHDRAWN
    subjects = call.session.scalars(select(OutboxMessage.subject).order_by(OutboxMessage.subject))
    assert list(subjects) == [
        f"Withdrawn: {application.reference}",
        f"You need not review {application.reference}",
    ]
