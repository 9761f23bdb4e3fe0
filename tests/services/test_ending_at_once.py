"""Awards that end, and letters that are signed, at the same moment: nothing is counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.errors import FundError
from fundapp.domain.states import AwardState, OrderState
from fundapp.extensions import db
from fundapp.models import Award, Decision, Envelope, Job, LetterSignature
from fundapp.queries.access import actor_for
from fundapp.queries.checks import findings
from fundapp.services.award_lapses import lapse_award
from fundapp.services.awards import refuse_award
from fundapp.services.signatures import sign_letters
from tests.builders import NOW
from tests.services.deliberating import Deliberating
from tests.services.signing import FIRST, SECOND, a_released_round, orders

Act = Callable[[Session], object]


def at_once(*acts: Act) -> list[str]:
    """Do each in a thread and a transaction of its own; return what became of them."""
    engine = db.engine

    def run(act: Act) -> str:
        with Session(engine) as session:
            database.begin_writing(session)
            try:
                act(session)
                session.commit()
            except FundError as refusal:
                return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def refusing(award_id: UUID, person_id: UUID, *, now: datetime) -> Act:
    def act(session: Session) -> None:
        refuse_award(session, award_id, actor=actor_for(session, person_id), now=now)

    return act


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_released_round(session, reserves=2)
    session.commit()
    return room


def test_an_award_that_is_refused_as_it_lapses_ends_once(
    session: Session, room: Deliberating
) -> None:
    award_id, contact = session.scalars(select(Award.id)).one(), room.applications[0].contact_id
    late = NOW + timedelta(days=11)
    session.rollback()
    refuse = refusing(award_id, contact, now=late)
    outcomes = at_once(refuse, lambda other: lapse_award(other, award_id, now=late), refuse)
    assert set(outcomes) <= {"done", "WrongState"}
    session.rollback()
    state = session.scalars(select(Award.state).where(Award.id == award_id)).one()
    assert state in {AwardState.REFUSED, AwardState.LAPSED}
    followers = select(func.count()).where(Decision.follows_id.is_not(None))
    assert session.scalar(followers) == 1
    assert session.scalar(select(func.sum(Envelope.committed))) == FIRST + SECOND
    assert findings(session) == ()


def test_the_last_two_signatures_print_the_letter_once(session: Session) -> None:
    room = a_released_round(session, needs_signatures=True)
    (order,) = orders(session, OrderState.UNSIGNED)
    order_id = order.id
    before = session.scalar(select(func.count(Job.id))) or 0
    session.commit()

    def signing(place: int) -> Act:
        funder_id, officer_id = room.funders[place].id, room.officers[place].id

        def act(other: Session) -> None:
            actor = actor_for(other, officer_id)
            sign_letters(other, [order_id], funder_id=funder_id, actor=actor, now=NOW)

        return act

    acts = [signing(place) for place in (0, 1, 0, 1)]
    session.rollback()
    assert at_once(*acts) == ["done"] * 4
    session.rollback()
    assert session.scalar(select(func.count(LetterSignature.id))) == 2
    assert session.scalar(select(func.count(Job.id))) == before + 1
    assert [one.id for one in orders(session, OrderState.UNSIGNED)] == []
