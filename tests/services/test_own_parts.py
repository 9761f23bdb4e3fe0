"""Funders' parts in the currency of their envelopes: exact, never overdrawn."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.money import Money
from fundapp.domain.states import AwardState, ContributionState, DecisionKind, DecisionState
from fundapp.models import Application, Award, Contribution, Decision, Envelope, OutboxMessage
from fundapp.queries.access import actor_for
from fundapp.queries.checks import findings
from fundapp.queries.contributions import contribution_sheet
from fundapp.services.awards import refuse_award
from fundapp.services.contributions import ask_for_word, refuse_contribution
from fundapp.services.decisions import resolve_application, take_back_decision
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW, a_rate
from tests.services.deliberating import Deliberating, a_deliberation
from tests.statements import counted_statements

OWN = 30_003
"""The first funder's envelope in cents of USD; at 0.92 it is 27,602 cents of EUR."""


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_deliberation(session, marks=((5, 5), (4, 4), (3, 3)))
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    a_rate(session, room.round, currency="USD", rate="0.92")
    envelope = session.scalars(
        select(Envelope).where(Envelope.funder_id == room.funders[0].id)
    ).one()
    envelope.amount, envelope.own_amount, envelope.own_currency = 27_602, OWN, "USD"
    session.flush()
    return room


def award(
    session: Session, room: Deliberating, place: int, *, first: int, second: int = 1_000
) -> Decision:
    application = room.applications[place]
    decision = session.scalar(select(Decision).where(Decision.application_id == application.id))
    return resolve_application(
        session,
        application.id,
        kind=DecisionKind.AWARD,
        contributions={room.funders[0].id: first, room.funders[1].id: second},
        version=decision.version if decision else 0,
        actor=room.actor(session),
        now=NOW,
    )


def own_parts(session: Session, room: Deliberating) -> list[int | None]:
    rows = session.scalars(
        select(Contribution.own_amount)
        .join(Decision, Decision.id == Contribution.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .where(Contribution.funder_id == room.funders[0].id)
        .order_by(Application.number)
    )
    return list(rows)


def part_of(session: Session, room: Deliberating, place: int, funder: int = 0) -> Contribution:
    return session.scalars(
        select(Contribution)
        .join(Decision, Decision.id == Contribution.decision_id)
        .where(
            Decision.application_id == room.applications[place].id,
            Contribution.funder_id == room.funders[funder].id,
        )
    ).one()


def test_own_parts_add_up_to_the_total_rounded_up(session: Session, room: Deliberating) -> None:
    award(session, room, 0, first=9_200)
    assert own_parts(session, room) == [10_000]
    award(session, room, 1, first=9_201)
    award(session, room, 2, first=9_201)
    assert own_parts(session, room) == [10_000, 10_001, 10_002]
    assert part_of(session, room, 0, funder=1).own_amount is None
    assert findings(session) == ()


def test_a_whole_envelope_is_spent_and_not_a_cent_more(
    session: Session, room: Deliberating
) -> None:
    for place, amount in enumerate((9_201, 9_201, 9_200)):
        award(session, room, place, first=amount)
    assert sum(part or 0 for part in own_parts(session, room)) == OWN
    part_of(session, room, 0).own_amount = 10_005
    session.flush()
    assert [finding.check for finding in findings(session)] == [
        "no envelope is overdrawn in its own currency"
    ]


def test_parts_settle_when_one_goes(session: Session, room: Deliberating) -> None:
    for place in range(3):
        award(session, room, place, first=9_199)
    assert own_parts(session, room) == [9_999, 9_999, 9_999]
    taken = session.scalars(
        select(Decision).where(Decision.application_id == room.applications[0].id)
    ).one()
    take_back_decision(
        session,
        room.applications[0].id,
        version=taken.version,
        actor=room.actor(session),
        now=NOW,
    )
    assert own_parts(session, room) == [9_999, 9_999]
    officer = actor_for(session, room.officers[0].id)
    part = part_of(session, room, 2)
    refuse_contribution(session, part.id, note="No.", actor=officer, now=NOW)
    assert own_parts(session, room) == [9_999, 9_999]
    award(session, room, 1, first=4_600)
    assert part_of(session, room, 1).own_amount == 5_000


def test_released_parts_stay_as_they_were_told(session: Session, room: Deliberating) -> None:
    for place in range(2):
        award(session, room, place, first=9_199)
    told = part_of(session, room, 1)
    decision = session.get_one(Decision, told.decision_id)
    decision.state, told.state = DecisionState.RELEASED, ContributionState.APPROVED
    told.own_amount = 10_000
    award_row = Award(decision_id=decision.id, state=AwardState.ISSUED, issued_at=NOW)
    session.add(award_row)
    session.flush()
    award(session, room, 2, first=4_600)
    total = -(-(2 * 9_199 + 4_600) * 100 // 92)
    assert told.own_amount == 10_000
    assert sum(part or 0 for part in own_parts(session, room)) == total
    contact = actor_for(session, room.applications[1].contact_id)
    refuse_award(session, award_row.id, actor=contact, now=NOW)
    first, _, last = own_parts(session, room)
    assert (first or 0) + (last or 0) == -(-(9_199 + 4_600) * 100 // 92)


def test_officers_read_their_own_currency(session: Session, room: Deliberating) -> None:
    award(session, room, 0, first=9_200)
    sheets = [contribution_sheet(session, part_of(session, room, 0, n).id) for n in (0, 1)]
    assert [sheet.own for sheet in sheets] == [Money(10_000, "USD"), None]
    ask_for_word(session, room.round.id, actor=room.actor(session), now=NOW)
    bodies = session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id)).all()
    assert sum("EUR 92 (USD 100)" in body for body in bodies) == 1
    assert sum("EUR 10" in body and "USD" not in body for body in bodies) == 1


def test_a_round_in_one_currency_takes_no_more_statements(session: Session) -> None:
    def statements_of(room: Deliberating, **sums: Any) -> int:
        freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
        session.commit()
        with counted_statements() as counted:
            award(session, room, 0, **sums)
        return len(counted)

    plain = statements_of(a_deliberation(session), first=9_200)
    other = a_deliberation(session)
    a_rate(session, other.round, currency="USD", rate="0.92")
    envelope = session.scalars(
        select(Envelope).where(Envelope.funder_id == other.funders[0].id)
    ).one()
    envelope.own_amount, envelope.own_currency = 32_000_000, "USD"
    assert statements_of(other, first=9_200) == plain + 3
