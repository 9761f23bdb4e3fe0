"""An applicant withdraws while a decision is pending: the money is free at once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.domain.states import DecisionKind
from fundapp.models import (
    AuditEvent,
    Contribution,
    Decision,
    Envelope,
    OutboxMessage,
    Person,
)
from fundapp.queries.access import actor_for
from fundapp.services.applications import withdraw_application
from fundapp.services.contributions import refuse_contribution
from fundapp.services.decisions import resolve_application
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW, a_conflict
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation

HALF = REQUEST // 2


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_deliberation(session)
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    return room


def award(session: Session, room: Deliberating) -> Decision:
    return resolve_application(
        session,
        room.applications[0].id,
        kind=DecisionKind.AWARD,
        contributions={funder.id: HALF for funder in room.funders},
        actor=room.actor(session),
        now=NOW,
    )


def applicant(session: Session, room: Deliberating) -> Actor:
    return actor_for(session, room.applications[0].contact_id)


def withdraw(session: Session, room: Deliberating) -> None:
    withdraw_application(
        session,
        room.applications[0].id,
        reason="We merged.",
        actor=applicant(session, room),
        now=NOW,
    )


def told(session: Session) -> list[str]:
    mails = select(OutboxMessage.to_address).where(OutboxMessage.subject.contains("lapses"))
    return sorted(session.scalars(mails))


def test_the_money_is_free_at_once(session: Session, room: Deliberating) -> None:
    award(session, room)
    withdraw(session, room)
    assert session.scalars(select(Envelope.committed)).all() == [0, 0]
    assert session.scalars(select(Decision)).all() == []
    assert session.scalars(select(Contribution)).all() == []


def test_the_record_says_why(session: Session, room: Deliberating) -> None:
    decision_id = award(session, room).id
    withdraw(session, room)
    line = session.scalars(
        select(AuditEvent).where(AuditEvent.event == "decision.taken_back")
    ).one()
    assert (line.subject_id, line.actor_id) == (decision_id, room.applications[0].contact_id)
    assert line.details == {
        "kind": "award",
        "amount": REQUEST,
        "application_id": str(room.applications[0].id),
        "reason": "The applicant withdrew.",
    }


def test_manager_and_officers_are_told_once(session: Session, room: Deliberating) -> None:
    award(session, room)
    withdraw(session, room)
    withdraw(session, room)
    people: list[Person] = [room.manager, *room.officers]
    assert told(session) == sorted(person.email for person in people)
    body = session.scalars(
        select(OutboxMessage.body).where(OutboxMessage.to_address == room.manager.email)
    ).one()
    assert "Erewhon Trust: EUR 100,000\nLilliput Foundation: EUR 100,000\n" in body


def test_an_officer_with_a_conflict_is_not_told(session: Session, room: Deliberating) -> None:
    award(session, room)
    a_conflict(
        session,
        room.applications[0].id,
        person_id=room.officers[0].id,
        recorded_by_id=room.officers[0].id,
    )
    withdraw(session, room)
    assert room.officers[0].email not in told(session)


def test_money_that_a_funder_refused_is_not_freed_twice(
    session: Session, room: Deliberating
) -> None:
    award(session, room)
    part = session.scalars(
        select(Contribution).where(Contribution.funder_id == room.funders[0].id)
    ).one()
    officer = room.actor(session, room.officers[0])
    refuse_contribution(session, part.id, note="Too dear.", actor=officer, now=NOW)
    withdraw(session, room)
    assert session.scalars(select(Envelope.committed)).all() == [0, 0]
    assert told(session) == sorted([room.manager.email, room.officers[1].email])


def test_a_decline_lapses_too_and_only_the_manager_hears(
    session: Session, room: Deliberating
) -> None:
    resolve_application(
        session,
        room.applications[0].id,
        kind=DecisionKind.DECLINE,
        reason="Too early.",
        actor=room.actor(session),
        now=NOW,
    )
    withdraw(session, room)
    assert session.scalars(select(Decision)).all() == []
    assert told(session) == [room.manager.email]
