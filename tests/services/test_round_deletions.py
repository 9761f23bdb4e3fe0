"""Deleting a draft round: what goes, what stays, and when it is refused."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed, NotFound, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.rounds import settings_from_template
from fundapp.domain.states import InvitationState, RoundState
from fundapp.domain.templates import EXCEPTIONAL_EVALUATIONS
from fundapp.models import (
    AuditEvent,
    Criterion,
    Envelope,
    Invitation,
    OutboxMessage,
    PanelSeat,
    PrizeRung,
    Question,
    Round,
    Section,
)
from fundapp.queries.access import actor_for
from fundapp.queries.round_deletions import DraftContents, draft_contents
from fundapp.services.outbox import Letterbox, MailText, queue_mail
from fundapp.services.round_deletions import delete_round
from fundapp.services.rounds import create_round
from tests.builders import NOW, a_funder, a_manager, a_person, a_round, a_seat, an_envelope

SETTINGS = settings_from_template(EXCEPTIONAL_EVALUATIONS, opens_on=date(2026, 11, 2))
PARTS = (Section, Question, Criterion, Envelope, PrizeRung, PanelSeat, Invitation)


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


def a_full_draft(session: Session, manager: Actor) -> Round:
    round_ = create_round(
        session,
        SETTINGS,
        template=EXCEPTIONAL_EVALUATIONS,
        prefix="EVF",
        actor=manager,
        now=NOW,
    )
    funder = a_funder(session)
    an_envelope(session, round_, funder)
    a_seat(session, round_, funder)
    session.add(
        Invitation(
            kind="reviewer",
            email="rita@sample.example",
            round_id=round_.id,
            funder_id=funder.id,
            state=InvitationState.OFFERED,
            token_hash="0" * 64,
            invited_by_id=manager.person_id,
            invited_at=NOW,
            expires_at=NOW + timedelta(days=14),
        )
    )
    letterbox = Letterbox("rita@sample.example")
    queue_mail(session, letterbox, MailText("Join us", "Please."), now=NOW, round_id=round_.id)
    session.flush()
    return round_


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_everything_of_the_draft_goes_and_the_record_stays(
    session: Session, manager: Actor
) -> None:
    round_ = a_full_draft(session, manager)
    round_id = round_.id
    contents = draft_contents(session, round_id)
    copy = a_round(session, copied_from_id=round_id)
    delete_round(session, round_id, actor=manager, now=NOW)
    session.expire_all()
    assert session.scalars(select(Round.id)).all() == [copy.id]
    assert copy.copied_from_id is None
    assert {table.__tablename__: count(session, table) for table in PARTS} == {
        table.__tablename__: 0 for table in PARTS
    }
    assert session.scalars(select(OutboxMessage.round_id)).all() == [None]
    line = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (line.event, line.subject_id, line.round_id) == ("round.deleted", round_id, round_id)
    assert line.details["reference"] == "EVF-2026"
    assert contents == DraftContents(
        questions=sum(len(one.questions) for one in EXCEPTIONAL_EVALUATIONS.sections),
        criteria=len(EXCEPTIONAL_EVALUATIONS.rubric.criteria),
        envelopes=1,
        envelope_money=50_000_000,
        prizes=len(EXCEPTIONAL_EVALUATIONS.prizes),
        reviewers=1,
        invitations=1,
    )


def test_a_reference_is_not_given_again(session: Session, manager: Actor) -> None:
    delete_round(session, a_full_draft(session, manager).id, actor=manager, now=NOW)
    assert a_full_draft(session, manager).reference == "EVF-2026B"


@pytest.mark.parametrize("state", [state for state in RoundState if state is not RoundState.DRAFT])
def test_only_a_draft_can_be_deleted(session: Session, manager: Actor, state: RoundState) -> None:
    round_ = a_round(session, state)
    with pytest.raises(WrongState, match="cannot be deleted"):
        delete_round(session, round_.id, actor=manager, now=NOW)


def test_only_managers_delete(session: Session) -> None:
    round_ = a_round(session, RoundState.DRAFT)
    person = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        delete_round(session, round_.id, actor=person, now=NOW)


def test_a_second_click_finds_nothing(session: Session, manager: Actor) -> None:
    round_id = a_full_draft(session, manager).id
    delete_round(session, round_id, actor=manager, now=NOW)
    with pytest.raises(NotFound):
        delete_round(session, round_id, actor=manager, now=NOW)
