"""Cancelling an open call: who is told, what stops, what stays."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, WrongState
from fundapp.domain.mail import UNREACHABLE
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.models import AuditEvent, OutboxMessage, Round
from fundapp.queries.access import actor_for
from fundapp.queries.cancellations import cancellation_preview
from fundapp.queries.exports import exported_round
from fundapp.services.answers import save_answer
from fundapp.services.applications import (
    start_application,
    submit_application,
    withdraw_application,
)
from fundapp.services.cancellations import cancel_call
from fundapp.services.rounds import advance_round
from tests.builders import (
    NOW,
    a_manager,
    a_member,
    a_person,
    a_question,
    a_round,
    a_section,
    an_application,
    an_organisation,
)

DRAFT, SUBMITTED = ApplicationState.DRAFT, ApplicationState.SUBMITTED
REASON = "A funder withdrew its envelope. We are sorry."


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


@pytest.fixture
def call(session: Session) -> Round:
    return a_round(session)


def cancel(session: Session, call: Round, manager: Actor, reason: str = REASON) -> Round:
    return cancel_call(session, call.id, reason=reason, actor=manager, now=NOW)


def test_everybody_who_began_something_gets_one_mail(
    session: Session, call: Round, manager: Actor
) -> None:
    ada, ben = (a_person(session, name, email=f"{name}@sample.example") for name in ("ada", "ben"))
    ghost = a_person(session, "ghost", email=f"ghost{UNREACHABLE}")
    for person, state in ((ada, DRAFT), (ada, SUBMITTED), (ben, DRAFT), (ghost, SUBMITTED)):
        an_application(session, call, an_organisation(session), state, contact_id=person.id)
    gone = an_organisation(session)
    an_application(session, call, gone, ApplicationState.WITHDRAWN)
    preview = cancellation_preview(session, call.id)
    assert (preview.drafts, preview.submitted, preview.mails) == (2, 2, 2)
    cancel(session, call, manager)
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.to_address)).all()
    assert [mail.to_address for mail in mails] == ["ada@sample.example", "ben@sample.example"]
    assert {mail.subject for mail in mails} == {f"{call.reference}: the call is cancelled"}
    assert [mail.body.count("{site}/applications/") for mail in mails] == [2, 1]
    assert all(REASON in mail.body for mail in mails)


def test_the_record_says_why_and_how_many(session: Session, call: Round, manager: Actor) -> None:
    an_application(session, call, an_organisation(session))
    cancel(session, call, manager)
    assert (call.state, call.cancelled_because) == (RoundState.CANCELLED, REASON)
    line = session.scalars(select(AuditEvent)).one()
    assert line.event == "round.cancelled"
    assert line.details == {
        "before": "open",
        "reason": REASON,
        "drafts": 0,
        "submitted": 1,
        "mails": 1,
    }


def test_a_second_click_changes_nothing(session: Session, call: Round, manager: Actor) -> None:
    an_application(session, call, an_organisation(session))
    for reason in (REASON, ""):
        cancel(session, call, manager, reason)
    assert call.cancelled_because == REASON
    assert len(session.scalars(select(AuditEvent)).all()) == 1
    assert len(session.scalars(select(OutboxMessage)).all()) == 1


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 2_001])
def test_a_reason_is_needed(session: Session, call: Round, manager: Actor, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        cancel(session, call, manager, reason)
    assert [problem.field for problem in refused.value.problems] == ["reason"]


@pytest.mark.parametrize(
    "state", [s for s in RoundState if s not in (RoundState.OPEN, RoundState.CANCELLED)]
)
def test_only_an_open_call_can_be_cancelled(
    session: Session, manager: Actor, state: RoundState
) -> None:
    with pytest.raises(WrongState, match="cannot become cancelled"):
        cancel(session, a_round(session, state), manager)


def test_only_managers_cancel(session: Session, call: Round) -> None:
    person = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        cancel(session, call, person)


def test_no_step_leads_there_or_away(session: Session, call: Round, manager: Actor) -> None:
    with pytest.raises(WrongState, match="page of its own"):
        advance_round(session, call.id, RoundState.CANCELLED, actor=manager, now=NOW)
    cancel(session, call, manager)
    with pytest.raises(WrongState):
        advance_round(session, call.id, RoundState.SCREENING, actor=manager, now=NOW)


def test_drafts_become_read_only(session: Session, call: Round, manager: Actor) -> None:
    question = a_question(session, a_section(session, call))
    organisation = an_organisation(session)
    owner = actor_for(session, a_member(session, organisation).id)
    begun = start_application(session, call.id, organisation.id, actor=owner, now=NOW)
    cancel(session, call, manager)
    with pytest.raises(WrongState, match="was cancelled"):
        save_answer(session, begun.id, question.id, raw="Late", version=0, actor=owner, now=NOW)
    with pytest.raises(WrongState, match="was cancelled"):
        submit_application(session, begun.id, actor=owner, now=NOW)
    with pytest.raises(WrongState, match="nothing to withdraw"):
        withdraw_application(session, begun.id, reason="Ours", actor=owner, now=NOW)
    newcomers = an_organisation(session, "Newcomers")
    late = actor_for(session, a_member(session, newcomers).id)
    with pytest.raises(WrongState, match="was cancelled"):
        start_application(session, call.id, newcomers.id, actor=late, now=NOW)


def test_exports_still_work(session: Session, call: Round, manager: Actor) -> None:
    application = an_application(session, call, an_organisation(session))
    cancel(session, call, manager)
    exported = exported_round(session, call.id, reader=manager)
    assert [row.reference for row in exported.applications] == [application.reference]
