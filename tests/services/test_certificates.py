"""Who moves up after the announcement gets a certificate and a badge, too; a grant gets none."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.states import DecisionKind, DocumentKind, RoundKind
from fundapp.models import Award, Credential, Decision, DocumentOrder
from fundapp.services.announcements import announce_round
from fundapp.services.awards import refuse_award
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation
from tests.services.test_releases import (
    approve_all_proposed,
    grantee_of,
    release,
    released,
    resolve,
    work,
)


@pytest.fixture
def room(session: Session) -> Deliberating:
    made = a_deliberation(session)
    freeze_ranking(session, made.round.id, actor=made.actor(session), now=NOW)
    return made


def move_up(session: Session, room: Deliberating) -> None:
    """The winner refuses; the next in line is resolved and approved, ready to release."""
    award = session.scalars(select(Award)).one()
    refuse_award(session, award.id, note="No.", actor=grantee_of(session, room), now=NOW)
    resolve(
        session, room, 1, DecisionKind.AWARD, version=2,
        contributions={room.funders[0].id: REQUEST},
    )  # fmt: skip
    approve_all_proposed(session, room)


@pytest.mark.parametrize(
    ("kind", "source_note", "is_honoured"),
    [
        (RoundKind.PRIZE, "", True),
        (RoundKind.PRIZE, "Public reviews of 2023.", False),
        (RoundKind.GRANT, "", False),
    ],
)
def test_who_moves_up_after_the_announcement_is_honoured_as_the_others(
    app: Flask,
    session: Session,
    room: Deliberating,
    kind: RoundKind,
    source_note: str,
    is_honoured: bool,
) -> None:
    released(session, room)
    until = NOW + timedelta(days=1)
    announce_round(session, room.round.id, actor=room.actor(session), now=NOW, publish_at=until)
    move_up(session, room)
    room.round.kind, room.round.source_note = kind, source_note
    citation = select(Decision).where(Decision.application_id == room.applications[1].id)
    decision = session.scalars(citation).one()
    decision.citation_approved_at, decision.citation_approved_by_id = NOW, room.manager.id
    release(session, room)
    work(app, session)
    ordered = session.scalars(
        select(DocumentOrder.reference).where(DocumentOrder.kind == DocumentKind.CERTIFICATE)
    ).all()
    badges = session.scalars(select(Credential.issued_at)).all()
    assert ordered == ([f"{room.applications[1].reference}-C1"] if is_honoured else [])
    assert badges == ([until] if is_honoured else [])
