"""Eligibility: singly, together, undone."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ConflictState,
    DecisionKind,
    DecisionState,
    RoundState,
)
from fundapp.models import (
    Application,
    AuditEvent,
    Decision,
    EligibilityCheck,
    OutboxMessage,
    Round,
)
from fundapp.queries.access import actor_for
from fundapp.services.screening import check_eligibility, check_many
from tests.builders import (
    NOW,
    a_conflict,
    a_funder,
    a_manager,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_organisation,
)
from tests.statements import counted_statements


@pytest.fixture
def round_(session: Session) -> Round:
    return a_round(session, RoundState.SCREENING)


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


def some(session: Session, round_: Round, count: int = 1) -> list[Application]:
    organisation = an_organisation(session)
    return [an_application(session, round_, organisation) for _ in range(count)]


def mails(session: Session) -> Sequence[OutboxMessage]:
    return session.scalars(select(OutboxMessage)).all()


def mark(session: Session, application: Application, actor: Actor, **verdict: Any) -> None:
    given: dict[str, Any] = {
        "is_eligible": False,
        "reason": "It was founded in 2012.",
        "now": NOW,
    } | verdict
    check_eligibility(session, application.id, actor=actor, **given)


def test_an_eligible_application_goes_under_review_without_a_mail(
    session: Session, round_: Round, manager: Actor
) -> None:
    application = some(session, round_)[0]
    mark(session, application, manager, is_eligible=True, reason="")
    assert application.state is ApplicationState.UNDER_REVIEW
    assert mails(session) == []
    assert session.scalars(select(AuditEvent.event)).all() == ["application.checked"]


def test_an_ineligible_applicant_gets_the_reason_once(
    session: Session, round_: Round, manager: Actor
) -> None:
    application = some(session, round_)[0]
    for _ in range(2):
        mark(session, application, manager)
    assert application.state is ApplicationState.INELIGIBLE
    assert [mail.subject for mail in mails(session)] == [
        f"{application.reference}: your application cannot be taken further"
    ]
    assert "It was founded in 2012." in mails(session)[0].body
    assert len(session.scalars(select(EligibilityCheck)).all()) == 1


@pytest.mark.parametrize("reason", ["", " ", "x" * 2_001])
def test_ineligible_needs_a_reason_of_fitting_length(
    session: Session, round_: Round, manager: Actor, reason: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        mark(session, some(session, round_)[0], manager, reason=reason)
    assert [problem.field for problem in refusal.value.problems] == ["reason"]


def test_several_are_marked_together(session: Session, round_: Round, manager: Actor) -> None:
    applications = some(session, round_, 3)
    ids = [application.id for application in applications]
    checks = check_many(session, ids, is_eligible=True, reason="", actor=manager, now=NOW)
    assert [check.application_id for check in checks] == ids
    assert {found.state for found in applications} == {ApplicationState.UNDER_REVIEW}


def test_one_that_cannot_be_marked_stops_all(
    session: Session, round_: Round, manager: Actor
) -> None:
    applications = some(session, round_, 2)
    applications[1].state = ApplicationState.WITHDRAWN
    session.flush()
    with pytest.raises(WrongState, match=f"{applications[1].reference} is withdrawn"):
        check_many(
            session,
            [application.id for application in applications],
            is_eligible=True,
            reason="",
            actor=manager,
            now=NOW,
        )
    assert applications[0].state is ApplicationState.SUBMITTED


def test_an_undo_is_mailed_too(session: Session, round_: Round, manager: Actor) -> None:
    application = some(session, round_)[0]
    mark(session, application, manager)
    mark(session, application, manager, is_eligible=True, reason="We misread the date.")
    assert application.state is ApplicationState.UNDER_REVIEW
    subjects = {mail.subject.split(": ")[1] for mail in mails(session)}
    assert subjects == {
        "your application cannot be taken further",
        "your application is eligible after all",
    }


def test_open_reviews_are_taken_back_from_an_ineligible_application(
    session: Session, round_: Round, manager: Actor
) -> None:
    round_.state = RoundState.REVIEWING
    application = some(session, round_)[0]
    application.state = ApplicationState.UNDER_REVIEW
    assignment = an_assignment(session, application, a_seat(session, round_, a_funder(session)))
    mark(session, application, manager)
    assert assignment.state is AssignmentState.WITHDRAWN


def test_a_decided_application_is_left_alone(
    session: Session, round_: Round, manager: Actor
) -> None:
    application = some(session, round_)[0]
    session.add(
        Decision(
            round_id=round_.id,
            application_id=application.id,
            kind=DecisionKind.DECLINE,
            state=DecisionState.PENDING,
            decided_by_id=manager.person_id,
            decided_at=NOW,
        )
    )
    with pytest.raises(WrongState, match="was entered"):
        mark(session, application, manager)


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.DELIBERATING, RoundState.CLOSED])
def test_screening_has_its_time(session: Session, manager: Actor, state: RoundState) -> None:
    application = some(session, a_round(session, state))[0]
    with pytest.raises(WrongState, match="while it is in screening or reviewing"):
        mark(session, application, manager)


def test_only_unconcerned_managers_screen(session: Session, round_: Round, manager: Actor) -> None:
    application = some(session, round_)[0]
    applicant = actor_for(session, application.contact_id)
    with pytest.raises(NotAllowed):
        mark(session, application, applicant)
    a_conflict(
        session,
        application.id,
        person_id=manager.person_id,
        state=ConflictState.PROPOSED,
        recorded_by_id=manager.person_id,
    )
    with pytest.raises(NotAllowed, match="closed to you"):
        mark(session, application, manager)


def test_nothing_chosen_and_nothing_there(session: Session, manager: Actor) -> None:
    with pytest.raises(InvalidInput, match="Choose at least one"):
        check_many(session, [], is_eligible=True, reason="", actor=manager, now=NOW)
    with pytest.raises(NotFound):
        check_many(
            session, [manager.person_id], is_eligible=True, reason="", actor=manager, now=NOW
        )


def test_fifty_are_marked_with_as_many_reads_as_one(
    session: Session, round_: Round, manager: Actor
) -> None:
    counts = []
    for count in (1, 50):
        ids = [application.id for application in some(session, round_, count)]
        session.flush()
        session.expunge_all()
        with counted_statements() as counted:
            check_many(session, ids, is_eligible=True, reason="", actor=manager, now=NOW)
        counts.append(sum(found.startswith("SELECT") for found in counted.statements))
    assert counts[0] == counts[1]
