"""Two managers at once: the last of an envelope goes to one, and one decision stands.

A pause between check and write gives both the time to check before either writes. The
first test proves that without our locks both would win.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.errors import FundError
from fundapp.domain.permissions import Actor
from fundapp.domain.states import DecisionKind
from fundapp.extensions import db
from fundapp.models import Decision, Envelope
from fundapp.services import deliberations
from fundapp.services.decisions import resolve_application
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation

SECONDS_TO_MEET = 0.6
Decide = Callable[[Session, UUID], object]


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_deliberation(session)
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    session.commit()
    return room


@contextmanager
def pause_before_the_write() -> Iterator[None]:
    """Hold whoever is about to change an envelope until the other is there too."""
    meeting = Barrier(2)

    def wait(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE envelope"):
            with suppress(BrokenBarrierError):
                meeting.wait(SECONDS_TO_MEET)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", wait)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", wait)


def at_once(applications: list[UUID], decide: Decide) -> list[str]:
    """Decide each application in a thread of its own; return who won and what the others got."""
    engine = db.engine

    def act(application_id: UUID) -> str:
        with Session(engine) as session:
            try:
                decide(session, application_id)
                session.commit()
            except FundError as refusal:
                return type(refusal).__name__
        return "won"

    with pause_before_the_write(), ThreadPoolExecutor(len(applications)) as pool:
        return sorted(pool.map(act, applications))


def ours(actor: Actor, funder_id: UUID) -> Decide:
    def decide(session: Session, application_id: UUID) -> None:
        database.begin_writing(session)
        resolve_application(
            session,
            application_id,
            kind=DecisionKind.AWARD,
            contributions={funder_id: REQUEST},
            actor=actor,
            now=NOW,
        )

    return decide


def committed(session: Session, funder_id: UUID) -> int:
    session.rollback()
    return session.scalars(select(Envelope.committed).where(Envelope.funder_id == funder_id)).one()


def test_without_our_locks_both_would_win(session: Session, room: Deliberating) -> None:
    funder_id = room.funders[0].id
    won = []

    def naive(session: Session, application_id: UUID) -> None:
        envelope = session.scalars(select(Envelope).where(Envelope.funder_id == funder_id)).one()
        taken = envelope.committed
        assert taken + REQUEST <= envelope.amount
        database.begin_writing(session)
        session.execute(
            update(Envelope).where(Envelope.id == envelope.id).values(committed=taken + REQUEST)
        )
        won.append(REQUEST)

    session.rollback()
    assert at_once([application.id for application in room.applications[:2]], naive) == [
        "won",
        "won",
    ]
    assert sum(won) > committed(session, funder_id)


def test_only_one_gets_the_last_of_an_envelope(session: Session, room: Deliberating) -> None:
    funder_id = room.funders[0].id
    decide = ours(room.actor(session), funder_id)
    session.rollback()
    both = [application.id for application in room.applications[:2]]
    assert at_once(both, decide) == ["InvalidInput", "won"]
    assert committed(session, funder_id) == REQUEST
    assert len(session.scalars(select(Decision)).all()) == 1


def test_the_database_itself_is_the_last_guard(
    session: Session, room: Deliberating, monkeypatch: pytest.MonkeyPatch
) -> None:
    funder_id = room.funders[0].id
    decide = ours(room.actor(session), funder_id)
    session.rollback()

    def unlocked(session: Session, round_id: UUID) -> dict[UUID, Envelope]:
        rows = session.scalars(select(Envelope).where(Envelope.round_id == round_id))
        return {row.funder_id: row for row in rows}

    monkeypatch.setattr(deliberations, "lock_envelopes", unlocked)
    both = [application.id for application in room.applications[:2]]
    refused = {"sqlite": "InvalidInput", "postgresql": "EnvelopeOverdrawn"}[db.engine.dialect.name]
    assert at_once(both, decide) == [refused, "won"]
    assert committed(session, funder_id) == REQUEST


def test_two_decisions_on_one_application_never_overwrite(
    session: Session, room: Deliberating
) -> None:
    funder_id = room.funders[0].id
    decide = ours(room.actor(session), funder_id)
    session.rollback()
    application = room.applications[0].id
    assert at_once([application, application], decide) == ["StaleVersion", "won"]
    assert committed(session, funder_id) == REQUEST
