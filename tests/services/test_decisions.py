"""Entering decisions: sums, envelopes, recusals, versions, the proposal."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, StaleVersion, WrongState
from fundapp.domain.states import (
    ApplicationState,
    ContributionState,
    DecisionKind,
    RoundKind,
)
from fundapp.models import (
    AuditEvent,
    Contribution,
    Decision,
    Envelope,
    OutboxMessage,
    PrizeRung,
    Ranking,
)
from fundapp.services.contributions import (
    approve_contribution,
    ask_for_word,
    refuse_contribution,
)
from fundapp.services.decisions import (
    apply_proposal,
    propose_allocation,
    resolve_application,
    take_back_decision,
)
from fundapp.services.rankings import freeze_ranking
from tests.builders import NOW, a_conflict
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_deliberation(session)
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    return room


def award(session: Session, room: Deliberating, place: int, sums: list[int], **words: Any):
    return resolve_application(
        session,
        room.applications[place].id,
        kind=DecisionKind.AWARD,
        contributions={f.id: s for f, s in zip(room.funders, sums, strict=True)},
        actor=room.actor(session),
        now=NOW,
        **words,
    )


def committed(session: Session, room: Deliberating) -> list[int]:
    found = dict(
        session.execute(
            select(Envelope.funder_id, Envelope.committed).where(Envelope.round_id == room.round.id)
        ).all()
    )
    return [found[funder.id] for funder in room.funders]


def parts(session: Session) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(
        select(Contribution.amount, Contribution.state).order_by(Contribution.amount)
    )]  # fmt: skip


def test_nothing_is_decided_before_the_ranking_is_frozen(session: Session) -> None:
    room = a_deliberation(session)
    with pytest.raises(WrongState, match="Freeze the ranking first"):
        award(session, room, 0, [REQUEST, 0])


def test_freezing_twice_gives_one_ranking_and_new_marks_another(session: Session) -> None:
    room = a_deliberation(session)
    actor = room.actor(session)
    first = freeze_ranking(session, room.round.id, actor=actor, now=NOW)
    again = freeze_ranking(session, room.round.id, actor=actor, now=NOW)
    assert again.id == first.id
    assert [(row["reference"][-3:], row["rank"], row["raw"]) for row in first.rows] == [
        ("001", 1, "5.0"), ("002", 2, "4.0"), ("003", 3, "3.0"),
    ]  # fmt: skip
    room.applications[0].state = ApplicationState.WITHDRAWN
    session.flush()
    assert freeze_ranking(session, room.round.id, actor=actor, now=NOW).id != first.id


def test_an_award_commits_what_each_funder_pays(session: Session, room: Deliberating) -> None:
    decision = award(session, room, 0, [12_000_000, 8_000_000])
    assert decision.amount == REQUEST
    assert committed(session, room) == [12_000_000, 8_000_000]
    line = session.scalars(select(AuditEvent).where(AuditEvent.event == "decision.resolved")).one()
    assert line.details["amount"] == REQUEST


def test_changing_a_decision_frees_what_it_took(session: Session, room: Deliberating) -> None:
    award(session, room, 0, [12_000_000, 8_000_000])
    award(session, room, 0, [0, 20_000_000], version=1)
    assert committed(session, room) == [0, 20_000_000]
    resolve_application(
        session, room.applications[0].id, kind=DecisionKind.DECLINE, version=2,
        actor=room.actor(session), now=NOW,
    )  # fmt: skip
    assert committed(session, room) == [0, 0]
    assert parts(session) == []


def test_an_envelope_is_never_overdrawn(session: Session, room: Deliberating) -> None:
    award(session, room, 0, [REQUEST, 0])
    with pytest.raises(InvalidInput) as refused:
        award(session, room, 1, [REQUEST, 0])
    assert [(p.field, p.sentence) for p in refused.value.problems] == [
        (f"funder-{room.funders[0].id}", "Lilliput Foundation has EUR 100,000 left.")
    ]
    assert committed(session, room) == [REQUEST, 0]


def test_more_than_was_asked_for_needs_a_reason(session: Session, room: Deliberating) -> None:
    with pytest.raises(InvalidInput, match=r"more than the EUR 200,000 asked for\. Say why\."):
        award(session, room, 0, [REQUEST, 1])
    decision = award(session, room, 0, [REQUEST, 1], reason="Prices rose.")
    assert decision.amount == REQUEST + 1


def test_a_stale_form_changes_nothing_and_shows_what_stands(
    session: Session, room: Deliberating
) -> None:
    award(session, room, 0, [REQUEST, 0])
    with pytest.raises(StaleVersion, match="You changed this decision in another window") as stale:
        award(session, room, 0, [0, REQUEST])
    assert (stale.value.version, stale.value.theirs.amount) == (1, REQUEST)
    assert committed(session, room) == [REQUEST, 0]


def test_a_recused_funder_cannot_pay(session: Session, room: Deliberating) -> None:
    bar(session, room, person=room.officers[1])
    with pytest.raises(InvalidInput, match="Erewhon Trust is recused here and cannot pay"):
        award(session, room, 0, [REQUEST - 1, 1])


def test_a_barred_manager_does_not_decide(session: Session, room: Deliberating) -> None:
    bar(session, room, person=room.manager)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        award(session, room, 0, [REQUEST, 0])


def bar(session: Session, room: Deliberating, *, person) -> None:
    a_conflict(
        session,
        room.applications[0].id,
        person_id=person.id,
        recorded_by_id=person.id,
    )


def test_a_refusal_frees_the_money_and_asks_for_a_new_decision(
    session: Session, room: Deliberating
) -> None:
    decision = award(session, room, 0, [12_000_000, 8_000_000])
    one, other = session.scalars(select(Contribution).order_by(Contribution.amount.desc()))
    approve_contribution(
        session, one.id, condition="Publish the items.", actor=officer(session, room, 0), now=NOW
    )
    refuse_contribution(
        session, other.id, note="Not our field.", actor=officer(session, room, 1), now=NOW
    )
    assert committed(session, room) == [12_000_000, 0]
    assert decision.version == 1
    with pytest.raises(WrongState, match="must enter the award anew"):
        approve_contribution(session, other.id, actor=officer(session, room, 1), now=NOW)
    award(session, room, 0, [12_000_000, 5_000_000], version=1)
    assert parts(session) == [
        (5_000_000, ContributionState.PROPOSED),
        (12_000_000, ContributionState.APPROVED),
    ]
    assert committed(session, room) == [12_000_000, 5_000_000]


def officer(session: Session, room: Deliberating, place: int):
    return room.actor(session, room.officers[place])


def test_an_officer_answers_only_for_its_own_funder(session: Session, room: Deliberating) -> None:
    award(session, room, 0, [REQUEST, 0])
    part = session.scalars(select(Contribution)).one()
    with pytest.raises(NotAllowed, match="officer of the funder that pays"):
        approve_contribution(session, part.id, actor=officer(session, room, 1), now=NOW)


def test_an_officer_approves_what_it_saw(session: Session, room: Deliberating) -> None:
    award(session, room, 0, [REQUEST, 0])
    part = session.scalars(select(Contribution)).one()
    with pytest.raises(StaleVersion, match="It is now EUR 200,000"):
        approve_contribution(
            session, part.id, amount=REQUEST - 1, actor=officer(session, room, 0), now=NOW
        )


def test_officers_are_asked_once_a_day(session: Session, room: Deliberating) -> None:
    award(session, room, 0, [12_000_000, 8_000_000])
    award(session, room, 1, [12_000_000, 0])
    actor = room.actor(session)
    asked = [ask_for_word(session, room.round.id, actor=actor, now=NOW) for _ in range(2)]
    assert asked == [2, 0]
    subjects = session.scalars(select(OutboxMessage.subject).order_by(OutboxMessage.subject))
    assert subjects.all() == [
        "1 part of an award waits for Erewhon Trust’s word",
        "2 parts of awards wait for Lilliput Foundation’s word",
    ]


def a_ladder(session: Session, room: Deliberating, *, prizes: int) -> None:
    for position in range(1, prizes + 1):
        session.add(
            PrizeRung(
                round_id=room.round.id, position=position, title=f"Prize {position}", amount=REQUEST
            )
        )
    session.flush()


@pytest.fixture
def prizes(session: Session) -> Deliberating:
    room = a_deliberation(session, kind=RoundKind.PRIZE)
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    a_ladder(session, room, prizes=2)
    return room


def test_the_proposal_gives_the_prizes_down_the_ranking(
    session: Session, prizes: Deliberating
) -> None:
    actor = prizes.actor(session)
    proposal = propose_allocation(session, prizes.round.id, reserves=1, actor=actor, now=NOW)
    assert [(row.kind, row.amount) for row in proposal.rows] == [
        (DecisionKind.AWARD, REQUEST), (DecisionKind.AWARD, REQUEST), (DecisionKind.RESERVE, 0),
    ]  # fmt: skip
    made = apply_proposal(
        session, prizes.round.id, sha256=proposal.sha256, reserves=1, actor=actor, now=NOW
    )
    assert [decision.amount for decision in made] == [REQUEST, REQUEST, None]
    assert committed(session, prizes) == [REQUEST, REQUEST]
    assert apply_proposal(session, prizes.round.id, actor=actor, now=NOW) == []


def test_nobody_moves_up_to_the_prize_of_an_entry_that_is_closed_to_the_manager(
    session: Session, prizes: Deliberating
) -> None:
    a_conflict(
        session,
        prizes.applications[0].id,
        person_id=prizes.manager.id,
        recorded_by_id=prizes.manager.id,
    )
    second = session.scalars(select(PrizeRung).where(PrizeRung.position == 2)).one()
    proposal = propose_allocation(session, prizes.round.id, actor=prizes.actor(session), now=NOW)
    assert [(row.application_id, row.prize_rung_id) for row in proposal.rows] == [
        (prizes.applications[1].id, second.id),
        (prizes.applications[2].id, None),
    ]


def test_a_prize_is_paid_by_who_values_it_more(session: Session, prizes: Deliberating) -> None:
    """By its own weights the second funder would turn the ranking round."""
    own = {str(one.id): str(mark) for mark, one in enumerate(prizes.applications, start=1)}
    ranking = session.scalars(select(Ranking)).one()
    first, second = (funder.id for funder in prizes.funders)
    ranking.evaluation = {**ranking.evaluation, "own_scores": {str(second): own}}
    session.flush()
    proposal = propose_allocation(session, prizes.round.id, actor=prizes.actor(session), now=NOW)
    assert [row.contributions for row in proposal.rows] == [
        {first: REQUEST},
        {second: REQUEST},
        {},
    ]


def test_a_proposal_that_was_overtaken_is_not_applied(
    session: Session, prizes: Deliberating
) -> None:
    actor = prizes.actor(session)
    proposal = propose_allocation(session, prizes.round.id, actor=actor, now=NOW)
    resolve_application(
        session, prizes.applications[0].id, kind=DecisionKind.DECLINE, actor=actor, now=NOW
    )
    with pytest.raises(WrongState, match="nothing was entered"):
        apply_proposal(session, prizes.round.id, sha256=proposal.sha256, actor=actor, now=NOW)


def test_grants_are_planned_and_not_proposed(session: Session, room: Deliberating) -> None:
    with pytest.raises(WrongState, match="work out a plan"):
        propose_allocation(session, room.round.id, actor=room.actor(session), now=NOW)


def test_a_prize_is_given_once_and_paid_in_full(session: Session) -> None:
    room = a_deliberation(session, kind=RoundKind.PRIZE)
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    rung = PrizeRung(round_id=room.round.id, position=1, title="First prize", amount=5_000_000)
    session.add(rung)
    session.flush()
    with pytest.raises(InvalidInput, match=r"The prize is EUR 50,000\. The funders pay EUR 40,000"):
        award(session, room, 0, [4_000_000, 0], prize_rung_id=rung.id)
    award(session, room, 0, [2_500_000, 2_500_000], prize_rung_id=rung.id, citation="It holds.")
    with pytest.raises(InvalidInput, match="This prize is given already"):
        award(session, room, 1, [2_500_000, 2_500_000], prize_rung_id=rung.id)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [(None, "a whole number from 1"), (0, "a whole number from 1"), (1, "Place 1 is taken")],
)
def test_places_on_the_reserve_list_are_one_each(
    session: Session, room: Deliberating, place: int | None, sentence: str
) -> None:
    actor = room.actor(session)
    kind = DecisionKind.RESERVE
    resolve_application(
        session, room.applications[0].id, kind=kind, reserve_place=1, actor=actor, now=NOW
    )
    with pytest.raises(InvalidInput, match=sentence):
        resolve_application(
            session, room.applications[1].id, kind=kind, reserve_place=place, actor=actor, now=NOW
        )


def test_taking_a_decision_back_frees_its_money(session: Session, room: Deliberating) -> None:
    award(session, room, 0, [REQUEST, 0])
    take_back_decision(
        session, room.applications[0].id, version=1, actor=room.actor(session), now=NOW
    )
    assert committed(session, room) == [0, 0]
    assert session.scalars(select(Decision)).all() == []
