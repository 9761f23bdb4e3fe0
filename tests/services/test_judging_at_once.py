"""One judge in two windows at once: one word stands, and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.errors import FundError
from fundapp.domain.states import RoundState
from fundapp.extensions import db
from fundapp.models import AuditEvent, JuryMinute, PairJudgement, Ranking
from fundapp.queries.access import actor_for
from fundapp.services.jury_minutes import add_minute
from fundapp.services.pair_judgements import judge_pair
from fundapp.services.rankings import freeze_pair_ranking
from tests.builders import NOW
from tests.web.pair_room import PairRoom, a_pair_room

Act = Callable[[Session], object]


@pytest.fixture
def room(session: Session) -> PairRoom:
    room = a_pair_room(session)
    session.commit()
    return room


def at_once(*acts: Act) -> list[str]:
    """Do each in a thread of its own, as near to each other as the database lets them."""
    engine, meeting = db.engine, Barrier(len(acts))

    def do(act: Act) -> str:
        with Session(engine) as session:
            with suppress(BrokenBarrierError):
                meeting.wait(0.6)
            database.begin_writing(session)
            try:
                act(session)
                session.commit()
            except FundError as refusal:
                return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(do, acts))


def saying(session: Session, room: PairRoom, better: str, version: int = 0) -> Act:
    actor = actor_for(session, room.judges[0].id)
    pair = (room.entries[0].id, room.entries[1].id)
    round_id = room.round.id

    def act(own: Session) -> object:
        return judge_pair(own, round_id, pair, better=better, version=version, actor=actor, now=NOW)

    return act


def test_two_words_on_one_pair(session: Session, room: PairRoom) -> None:
    one, other = (str(entry.id) for entry in room.entries[:2])
    acts = saying(session, room, one), saying(session, room, other)
    session.commit()
    assert at_once(*acts) == ["StaleVersion", "done"]
    assert [row.version for row in session.scalars(select(PairJudgement))] == [1]


def test_two_changes_of_one_word(session: Session, room: PairRoom) -> None:
    one, other = (str(entry.id) for entry in room.entries[:2])
    saying(session, room, "equal")(session)
    acts = saying(session, room, one, 1), saying(session, room, other, 1)
    session.commit()
    assert at_once(*acts) == ["StaleVersion", "done"]
    assert [row.version for row in session.scalars(select(PairJudgement))] == [2]


def test_one_word_twice_is_one(session: Session, room: PairRoom) -> None:
    acts = [saying(session, room, "equal") for _ in range(2)]
    session.commit()
    assert at_once(*acts) == ["done", "done"]
    assert len(session.scalars(select(PairJudgement)).all()) == 1
    lines = select(AuditEvent).where(AuditEvent.event == "round.pair_judged")
    assert len(session.scalars(lines).all()) == 1


def test_two_managers_freeze_and_write_at_once(session: Session, room: PairRoom) -> None:
    saying(session, room, "equal")(session)
    room.round.state = RoundState.DELIBERATING
    session.flush()
    actor, round_id = actor_for(session, room.manager.id), room.round.id
    session.commit()

    def freeze(own: Session) -> object:
        return freeze_pair_ranking(own, round_id, actor=actor, now=NOW)

    def write(own: Session) -> object:
        return add_minute(own, round_id, text="We met.", actor=actor, now=NOW)

    assert at_once(freeze, freeze) == ["done", "done"]
    assert at_once(write, write) == ["done", "done"]
    assert len(session.scalars(select(Ranking)).all()) == 1
    assert len(session.scalars(select(JuryMinute)).all()) == 1
