"""Two managers at the same moment: whatever they press, nobody is asked twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters.database import begin_writing
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.extensions import db
from fundapp.models import Assignment, Conflict, OutboxMessage
from fundapp.queries.access import actor_for
from fundapp.services.assignment_plans import apply_plan, plan_from_pairs
from fundapp.services.assignments import assign_reviewer
from fundapp.services.conflicts import declare_conflict
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_round,
    a_seat,
    an_application,
    an_envelope,
    an_organisation,
)

AT_ONCE = 4


def at_once(app: Flask, act: Callable[[Session], Any]) -> list[Any]:
    """Do `act` in several threads, each in its own transaction, and commit each."""
    start = Barrier(AT_ONCE)

    def run(_: int) -> Any:
        with app.app_context():
            session = db.session()
            start.wait(10)
            begin_writing(session)
            try:
                result = act(session)
                session.commit()
                return result
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def a_desk(session: Session) -> tuple[Actor, Actor, UUID, list[tuple[UUID, UUID]]]:
    """Return a manager, a reviewer, the round's id and one pair per application."""
    manager = actor_for(session, a_manager(session).id)
    round_ = a_round(session, RoundState.REVIEWING)
    funder = a_funder(session)
    an_envelope(session, round_, funder)
    seat = a_seat(session, round_, funder)
    organisation = an_organisation(session)
    pairs = [
        (
            an_application(session, round_, organisation, ApplicationState.UNDER_REVIEW).id,
            seat.person_id,
        )
        for _ in range(5)
    ]
    return manager, actor_for(session, seat.person_id), round_.id, pairs


def count(session: Session, table: type) -> int:
    return len(session.scalars(select(table)).all())


def test_a_plan_applied_at_once_is_applied_once(app: Flask, session: Session) -> None:
    manager, _, round_id, pairs = a_desk(session)
    plan = plan_from_pairs(session, round_id, pairs, method="file", actor=manager, now=NOW)
    plan_id = plan.id
    session.commit()
    applied = at_once(app, lambda own: apply_plan(own, plan_id, actor=manager, now=NOW))
    assert sorted(len(one.assignments) for one in applied) == [0, 0, 0, 5]
    assert sorted(one.was_applied_before for one in applied) == [False, True, True, True]
    assert (count(session, Assignment), count(session, OutboxMessage)) == (5, 1)


def test_one_reviewer_asked_at_once_is_asked_once(app: Flask, session: Session) -> None:
    manager, _, _, pairs = a_desk(session)
    session.commit()
    ids = at_once(app, lambda own: assign_reviewer(own, *pairs[0], actor=manager, now=NOW).id)
    assert len(set(ids)) == 1
    assert (count(session, Assignment), count(session, OutboxMessage)) == (1, 1)


def test_a_conflict_declared_at_once_is_written_once(app: Flask, session: Session) -> None:
    _, reviewer, _, pairs = a_desk(session)
    session.commit()
    ids = at_once(
        app,
        lambda own: declare_conflict(own, pairs[0][0], note="Kin", actor=reviewer, now=NOW).id,
    )
    assert len(set(ids)) == 1
    assert count(session, Conflict) == 1
