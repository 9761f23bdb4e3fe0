"""Announcing at once, under embargo, at another time, and not after all."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import RoundState
from fundapp.models import AuditEvent, DocumentOrder, Round
from fundapp.queries.access import actor_for
from fundapp.services.announcements import (
    announce_round,
    call_off_announcement,
    move_publication,
)
from fundapp.services.rounds import advance_round
from tests.builders import NOW, a_manager, a_person, a_round

LATER = NOW + timedelta(days=2)


@pytest.fixture
def round_(session: Session) -> Round:
    """A decided round."""
    return a_round(session, RoundState.DECIDED)


@pytest.fixture
def manager(session: Session) -> Actor:
    """A fund manager."""
    return actor_for(session, a_manager(session).id)


def lines(session: Session, round_: Round) -> list[tuple[str, str | None]]:
    """The audit lines of announcing, with the instant they name."""
    rows = session.scalars(
        select(AuditEvent).where(AuditEvent.subject_id == round_.id).order_by(AuditEvent.id)
    )
    return [(row.event, row.details.get("until")) for row in rows]


def test_at_once_is_now_and_says_no_instant(
    session: Session, round_: Round, manager: Actor
) -> None:
    announce_round(session, round_.id, actor=manager, now=NOW)
    assert (round_.state, round_.announced_at) == (RoundState.ANNOUNCED, NOW)
    assert lines(session, round_) == [("round.announced", None)]
    with pytest.raises(WrongState, match="not under embargo"):
        move_publication(session, round_.id, publish_at=LATER, actor=manager, now=NOW)
    with pytest.raises(WrongState, match="not under embargo"):
        call_off_announcement(session, round_.id, actor=manager, now=NOW)


def test_an_embargo_is_moved_lifted_and_recorded(
    session: Session, round_: Round, manager: Actor
) -> None:
    announce_round(session, round_.id, publish_at=LATER, actor=manager, now=NOW)
    announce_round(session, round_.id, actor=manager, now=NOW)
    assert round_.announced_at == LATER
    move_publication(
        session, round_.id, publish_at=LATER + timedelta(days=1), actor=manager, now=NOW
    )
    assert round_.announced_at == LATER + timedelta(days=1)
    with pytest.raises(WrongState, match="still under embargo"):
        advance_round(session, round_.id, RoundState.CLOSED, actor=manager, now=LATER)
    move_publication(session, round_.id, publish_at=None, actor=manager, now=LATER)
    assert round_.announced_at == LATER
    assert lines(session, round_) == [
        ("round.announced", LATER.isoformat()),
        ("round.publication_moved", (LATER + timedelta(days=1)).isoformat()),
        ("round.publication_moved", LATER.isoformat()),
    ]


def test_called_off_it_is_decided_and_can_be_announced_again(
    session: Session, round_: Round, manager: Actor
) -> None:
    announce_round(session, round_.id, publish_at=LATER, actor=manager, now=NOW)
    call_off_announcement(session, round_.id, actor=manager, now=NOW)
    assert (round_.state, round_.announced_at) == (RoundState.DECIDED, None)
    announce_round(session, round_.id, actor=manager, now=NOW)
    assert [event for event, _ in lines(session, round_)] == [
        "round.announced",
        "round.announcement_called_off",
        "round.announced",
    ]
    orders = select(DocumentOrder.version).where(DocumentOrder.round_id == round_.id)
    assert sorted(session.scalars(orders)) == [1, 2]


def test_the_past_and_others_are_refused(session: Session, round_: Round, manager: Actor) -> None:
    with pytest.raises(InvalidInput, match="Choose a time ahead"):
        announce_round(session, round_.id, publish_at=NOW, actor=manager, now=NOW)
    other = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        announce_round(session, round_.id, actor=other, now=NOW)
    announce_round(session, round_.id, publish_at=LATER, actor=manager, now=NOW)
    with pytest.raises(NotAllowed):
        move_publication(session, round_.id, publish_at=None, actor=other, now=NOW)
    with pytest.raises(NotAllowed):
        call_off_announcement(session, round_.id, actor=other, now=NOW)
