"""Two managers at once: one of two plans is entered, and plans get different letters."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.errors import FundError
from fundapp.domain.permissions import Actor
from fundapp.extensions import db
from fundapp.models import AllocationPlan, Decision, Envelope
from fundapp.services.allocation_drafts import draft_plan
from fundapp.services.allocation_plans import enter_plan, read_inputs, store_plan
from fundapp.services.allocation_questions import WhatIf
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW
from tests.services.deliberating import ENVELOPE, Deliberating, a_deliberation, a_plan

Act = Callable[[Session], object]


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_deliberation(session, marks=((5, 5), (4, 4), (3, 3), (2, 2)))
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    session.commit()
    return room


def at_once(*acts: Act) -> list[str]:
    """Run each act in a thread and a transaction of its own; return what came of them."""
    engine, start = db.engine, Barrier(len(acts))

    def run(act: Act) -> str:
        with Session(engine) as session:
            start.wait(5)
            database.begin_writing(session)
            try:
                act(session)
                session.commit()
            except FundError as refusal:
                return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def entering(plan: AllocationPlan, actor: Actor) -> Act:
    plan_id, sha256 = plan.id, plan.sha256
    return lambda session: enter_plan(session, plan_id, sha256=sha256, actor=actor, now=NOW)


def test_only_one_of_two_plans_is_entered(session: Session, room: Deliberating) -> None:
    actor = room.actor(session)
    plans = [
        a_plan(session, room.round.id, WhatIf(reserves=count), actor=actor) for count in (0, 1)
    ]
    acts = [entering(plan, actor) for plan in plans]
    session.commit()
    assert at_once(*acts) == ["WrongState", "done"]
    session.rollback()
    entered = select(AllocationPlan).where(AllocationPlan.entered_at.is_not(None))
    assert len(session.scalars(entered).all()) == 1
    assert len(session.scalars(select(Decision)).all()) == 4
    committed = session.scalars(
        select(Envelope.committed).where(Envelope.round_id == room.round.id)
    ).all()
    assert committed == [ENVELOPE, ENVELOPE]


def test_plans_made_at_once_get_different_letters(session: Session, room: Deliberating) -> None:
    actor, round_id = room.actor(session), room.round.id
    draft = draft_plan(read_inputs(session, round_id, actor=actor), WhatIf())
    session.rollback()

    def store(session: Session) -> UUID:
        return store_plan(session, draft, actor=actor, now=NOW).id

    assert at_once(store, store) == ["done", "done"]
    names = session.scalars(select(AllocationPlan.name).order_by(AllocationPlan.name)).all()
    assert names == ["Plan A", "Plan B"]
