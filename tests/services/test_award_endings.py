"""Awards that are refused or lapse: money back, the reserve list, who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.joint_evaluation import WishKind
from fundapp.domain.states import (
    AwardState,
    ContributionState,
    DecisionKind,
    DecisionState,
    OrderState,
    RoundState,
)
from fundapp.models import (
    AuditEvent,
    Award,
    Contribution,
    Decision,
    Envelope,
    FundingWish,
    OutboxMessage,
)
from fundapp.queries.access import actor_for
from fundapp.queries.checks import findings
from fundapp.services.award_lapses import lapse_award, remind_applicants
from fundapp.services.awards import accept_award, refuse_award
from fundapp.services.releases import release_decisions
from tests.builders import NOW, a_conflict
from tests.services.deliberating import Deliberating
from tests.services.signing import FIRST, SECOND, a_released_round, give_word, orders

AFTER = NOW + timedelta(days=11)


@pytest.fixture
def room(session: Session) -> Deliberating:
    return a_released_round(session, reserves=2)


def the_award(session: Session) -> Award:
    return session.scalars(select(Award).order_by(Award.issued_at, Award.id)).first() or Award()


def refuse(session: Session, room: Deliberating) -> Award:
    contact = room.applications[0].contact_id
    actor = actor_for(session, contact)
    return refuse_award(session, the_award(session).id, note="Elsewhere.", actor=actor, now=NOW)


def promoted(session: Session) -> list[Decision]:
    return list(session.scalars(select(Decision).where(Decision.follows_id.is_not(None))))


def committed(session: Session, room: Deliberating) -> list[int]:
    rows = session.execute(
        select(Envelope.funder_id, Envelope.committed).where(Envelope.round_id == room.round.id)
    )
    held = {row.funder_id: row.committed for row in rows}
    return [held[funder.id] for funder in room.funders]


def manager_mail(session: Session, room: Deliberating) -> str:
    return session.scalars(
        select(OutboxMessage.body).where(
            OutboxMessage.to_address == room.manager.email, OutboxMessage.once_key.like("award_%")
        )
    ).one()


def test_a_refusal_moves_the_first_of_the_reserve_list_up(
    session: Session, room: Deliberating
) -> None:
    award = refuse(session, room)
    (decision,) = promoted(session)
    assert (decision.application_id, decision.follows_id) == (
        room.applications[1].id,
        award.decision_id,
    )
    assert (decision.kind, decision.state, decision.amount) == (
        DecisionKind.AWARD,
        DecisionState.PENDING,
        20_000_000,
    )
    parts = session.scalars(
        select(Contribution).where(Contribution.decision_id == decision.id)
    ).all()
    by_funder = {part.funder_id: (part.amount, part.state) for part in parts}
    proposed = ContributionState.PROPOSED
    assert by_funder == {
        room.funders[0].id: (FIRST, proposed),
        room.funders[1].id: (SECOND, proposed),
    }
    assert committed(session, room) == [FIRST, SECOND]
    assert room.applications[1].title in manager_mail(session, room)
    assert findings(session) == ()
    line = session.scalars(select(AuditEvent).where(AuditEvent.event == "decision.moved_up")).one()
    assert line.actor_id is None


def test_refusing_twice_moves_up_once(session: Session, room: Deliberating) -> None:
    refuse(session, room)
    refuse(session, room)
    assert len(promoted(session)) == 1


def test_who_moved_up_is_released_as_any_award(session: Session, room: Deliberating) -> None:
    refuse(session, room)
    give_word(session, room)
    release_decisions(session, room.round.id, actor=room.actor(session), now=AFTER)
    states = session.scalars(select(Award.state).order_by(Award.issued_at)).all()
    assert states == [AwardState.REFUSED, AwardState.ISSUED]
    assert f"{room.applications[1].reference}-A1" in [
        order.reference for order in orders(session, OrderState.QUEUED)
    ]


def test_where_the_money_does_not_suffice_nothing_is_made(
    session: Session, room: Deliberating
) -> None:
    room.applications[1].amount_requested = 70_000_000
    refuse(session, room)
    assert (promoted(session), committed(session, room)) == ([], [0, 0])
    body = manager_mail(session, room)
    assert "It would take EUR 700,000, and the funders that may pay it have EUR 600,000" in body


def test_barred_and_unwilling_funders_do_not_pay(session: Session, room: Deliberating) -> None:
    first, second = room.funders
    next_up = room.applications[1]
    a_conflict(session, next_up.id, funder_id=first.id, recorded_by_id=room.manager.id)
    refuse(session, room)
    (decision,) = promoted(session)
    part = session.scalars(select(Contribution).where(Contribution.decision_id == decision.id))
    assert [(one.funder_id, one.amount) for one in part] == [(second.id, 20_000_000)]


def test_a_funder_that_opted_out_does_not_pay(session: Session, room: Deliberating) -> None:
    first, second = room.funders
    wish = FundingWish(
        round_id=room.round.id,
        application_id=room.applications[1].id,
        funder_id=second.id,
        kind=WishKind.OPT_OUT,
        reason="Not our field.",
        entered_by_id=room.manager.id,
        entered_at=NOW,
    )
    session.add(wish)
    session.flush()
    refuse(session, room)
    assert committed(session, room) == [20_000_000, 0]
    assert len(promoted(session)) == 1
    assert first.id != second.id


def test_a_manager_hears_nothing_of_what_is_closed_to_them(
    session: Session, room: Deliberating
) -> None:
    a_conflict(
        session,
        room.applications[1].id,
        person_id=room.manager.id,
        recorded_by_id=room.manager.id,
    )
    refuse(session, room)
    body = manager_mail(session, room)
    assert room.applications[1].title not in body
    assert "closed to you by a conflict" in body


def test_nobody_moves_up_in_a_closed_round(session: Session, room: Deliberating) -> None:
    room.round.state = RoundState.CLOSED
    refuse(session, room)
    assert (promoted(session), committed(session, room)) == ([], [0, 0])


def test_places_on_the_reserve_list_run_out(session: Session, room: Deliberating) -> None:
    for decision in session.scalars(select(Decision).where(Decision.kind == DecisionKind.RESERVE)):
        decision.released_at = NOW - timedelta(days=181)
    refuse(session, room)
    assert promoted(session) == []
    assert "Nobody waits on the reserve list." in manager_mail(session, room)


def test_an_award_lapses_on_the_day_after_its_last(session: Session, room: Deliberating) -> None:
    award = the_award(session)
    last_day = NOW + timedelta(days=10)
    assert lapse_award(session, award.id, now=last_day) is False
    assert lapse_award(session, award.id, now=AFTER) is True
    assert lapse_award(session, award.id, now=AFTER) is False
    assert (award.state, award.answered_at) == (AwardState.LAPSED, None)
    assert len(promoted(session)) == 1
    assert findings(session) == ()
    subjects = session.scalars(
        select(OutboxMessage.subject).where(OutboxMessage.subject.contains("lapsed"))
    ).all()
    reference = room.applications[0].reference
    assert sorted(subjects) == [
        f"Our award for {reference} has lapsed",
        f"The award for {reference} lapsed",
    ]
    contact = room.applications[0].contact_id
    with pytest.raises(WrongState, match="so it lapsed"):
        accept_award(session, award.id, actor=actor_for(session, contact), now=AFTER)


def test_an_unsigned_or_accepted_award_does_not_lapse(session: Session) -> None:
    a_released_round(session, needs_signatures=True)
    award = the_award(session)
    assert lapse_award(session, award.id, now=AFTER) is False
    award.state = AwardState.ACCEPTED
    for order in orders(session, OrderState.UNSIGNED):
        order.state = OrderState.ISSUED
    session.flush()
    assert lapse_award(session, award.id, now=AFTER) is False


def test_applicants_are_reminded_twice(session: Session, room: Deliberating) -> None:
    days = [remind_applicants(session, now=NOW + timedelta(days=day)) for day in range(11)]
    assert days == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]
    assert remind_applicants(session, now=AFTER) == 0
