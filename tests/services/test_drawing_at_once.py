"""Two managers at once: one draw, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.errors import WrongState
from fundapp.extensions import db
from fundapp.models import AuditEvent, Lottery
from fundapp.services.lotteries import draw_lottery
from tests.services.deliberating import Deliberating
from tests.services.drawing import LATER, a_close_round, frozen_list


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_close_round(session)
    frozen_list(session, room)
    session.commit()
    return room


def test_one_of_two_values_draws(session: Session, room: Deliberating) -> None:
    engine, round_id, actor = db.engine, room.round.id, room.actor(session)
    session.rollback()
    start = Barrier(2)

    def draw(value: str) -> str:
        with Session(engine) as own:
            start.wait(5)
            database.begin_writing(own)
            try:
                draw_lottery(own, round_id, public_value=value, actor=actor, now=LATER)
                own.commit()
            except WrongState:
                own.rollback()
                return "refused"
            return value

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(draw, ["1 2 3", "4 5 6"]))
    stored = session.scalars(select(Lottery.public_value)).one()
    assert answers == sorted(["refused", stored])
    lines = session.scalars(select(AuditEvent).where(AuditEvent.event == "lottery.drawn")).all()
    assert [line.details["public_value"] for line in lines] == [stored]
