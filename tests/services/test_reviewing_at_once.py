"""Two windows of one reviewer save at the same moment: one wins, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.domain.errors import StaleVersion
from fundapp.domain.permissions import Actor
from fundapp.domain.reviews import ReviewDraft
from fundapp.domain.states import AssignmentState, ReviewState
from fundapp.extensions import db
from fundapp.models import Review, ReviewVersion
from fundapp.queries.access import actor_for
from fundapp.services.reviews import save_review, submit_review
from tests.builders import NOW, a_review
from tests.web.review_room import Room, build_room


@pytest.fixture
def room(session: Session) -> Room:
    return build_room(session)


def save_in_two_windows(assignment_id: UUID, actor: Actor, *, version: int) -> list[str]:
    """Save two different texts at once; return what became of each."""
    engine, together = db.engine, Barrier(2)

    def save(text: str) -> str:
        with Session(engine) as session:
            together.wait(5)
            database.begin_writing(session)
            draft = ReviewDraft(shared_comment=text)
            try:
                save_review(session, assignment_id, draft, version=version, actor=actor, now=NOW)
            except StaleVersion:
                return "told"
            session.commit()
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(save, ("First window.", "Second window.")))


@pytest.mark.parametrize("version", [0, 1], ids=["the first save", "a later save"])
def test_one_of_two_windows_wins(session: Session, room: Room, version: int) -> None:
    actor = actor_for(session, room.people[0].id)
    if version:
        save_review(
            session,
            room.mine.id,
            ReviewDraft(shared_comment="Begun."),
            version=0,
            actor=actor,
            now=NOW,
        )
    session.commit()
    assert save_in_two_windows(room.mine.id, actor, version=version) == ["saved", "told"]
    session.rollback()
    assert session.scalars(select(Review.version)).all() == [version + 1]


def test_two_clicks_at_once_submit_one_review(session: Session, room: Room) -> None:
    actor = actor_for(session, room.people[0].id)
    review = a_review(
        session, room.mine, {room.validity: 4, room.reach: 2}, state=ReviewState.DRAFT
    )
    room.mine.state = AssignmentState.ACCEPTED
    session.commit()
    engine, together = db.engine, Barrier(2)
    assignment_id, version = room.mine.id, review.version

    def submit(_: int) -> str:
        with Session(engine) as own:
            together.wait(5)
            database.begin_writing(own)
            state = submit_review(
                own, assignment_id, version=version, actor=actor, now=NOW
            ).state.value
            own.commit()
        return state

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(submit, range(2))) == ["submitted", "submitted"]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ReviewVersion)) == 1
