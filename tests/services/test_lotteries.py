"""The draw among those too close to call, from the frozen list to the letter's reason."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, WrongState
from fundapp.domain.lotteries import LOST, WON
from fundapp.domain.states import (
    ApplicationState,
    DecisionKind,
    RoundKind,
    RoundState,
)
from fundapp.joint.lottery.draw_record import record_from_json, verify_record
from fundapp.joint.lottery.partial_lottery import Interval, plan_lottery
from fundapp.models import AuditEvent, Ranking
from fundapp.queries.allocation_inputs import allocation_inputs
from fundapp.queries.deliberations import round_head
from fundapp.queries.lotteries import draw_outcomes, lotteries_of, public_lottery
from fundapp.queries.lottery_plans import DrawInputs, draw_inputs
from fundapp.services.decisions import resolve_application
from fundapp.services.lotteries import draw_lottery, freeze_lottery
from tests.builders import NOW, a_conflict
from tests.services.deliberating import REQUEST, Deliberating
from tests.services.drawing import (
    LATER,
    SOURCE,
    TOMORROW,
    VALUE,
    a_close_round,
    drawn_list,
    frozen_list,
)
from tests.statements import counted_statements


@pytest.fixture
def room(session: Session) -> Deliberating:
    return a_close_round(session)


def inputs_of(session: Session, room: Deliberating) -> DrawInputs:
    return draw_inputs(session, *round_head(session, room.round.id))


def test_those_too_close_to_call_are_in_it_and_the_clear_take_their_places(
    session: Session, room: Deliberating
) -> None:
    head = round_head(session, room.round.id)
    with counted_statements() as counted:
        inputs = draw_inputs(session, *head)
    assert [one.reference for one in inputs.candidates] == [
        one.reference for one in room.applications[1:5]
    ]
    assert (inputs.clear, inputs.places, inputs.obstacle) == (1, 2, "")
    assert (inputs.money, inputs.is_by_order, len(counted)) == (60_000_000 - REQUEST, False, 2)


def test_the_frozen_list_has_chances_and_nobodys_score(
    session: Session, room: Deliberating
) -> None:
    lottery = frozen_list(session, room)
    stored = lotteries_of(session, room.round.id)[0]
    a, b, c, d = (one.reference for one in room.applications[1:5])
    assert [(e.item, e.lower, e.upper) for e in stored.frozen.entries] == [
        (a, 5.0, 8.0),
        (b, 4.0, 7.0),
        (c, 2.0, 6.0),
        (d, 1.0, 3.0),
    ]
    assert sum(entry.billionths for entry in stored.frozen.entries) == 2_000_000_000
    assert stored.frozen.commitment == lottery.commitment == stored.commitment
    assert (stored.source, stored.draw, stored.outcomes) == (SOURCE, None, {})
    assert (stored.terms.known_on, stored.terms.is_by_order) == (TOMORROW, False)


def test_places_in_the_order_of_ends_give_the_same_chances_as_marks(
    session: Session, room: Deliberating
) -> None:
    inputs = inputs_of(session, room)
    by_marks = plan_lottery(
        [Interval(one.reference, one.low or 0, one.high or 0) for one in inputs.candidates],
        select=2,
    )
    assert inputs.planned(2).probabilities == by_marks.probabilities


def test_the_draw_can_be_repeated_from_its_record(session: Session, room: Deliberating) -> None:
    drawn_list(session, room)
    draw = lotteries_of(session, room.round.id)[0].draw
    assert draw is not None
    assert verify_record(record_from_json(draw.json)) == []
    assert (draw.record.public_value, draw.record.source) == (VALUE, SOURCE)
    assert (len(draw.won), set(draw.won)) == (2, set(draw.record.selected))
    outcomes = draw_outcomes(session, room.round.id)
    assert sorted(outcome.is_won for outcome in outcomes.values()) == [False, False, True, True]


def test_money_goes_down_a_drawn_order_where_sums_differ(session: Session) -> None:
    costs = (REQUEST, 5_000_000, 30_000_000, 10_000_000, 20_000_000, REQUEST)
    room = a_close_round(session, costs=costs)
    drawn_list(session, room)
    stored = lotteries_of(session, room.round.id)[0]
    assert stored.terms.money == 40_000_000
    assert stored.terms.costs == {
        one.reference: one.amount_requested for one in room.applications[1:5]
    }
    assert stored.draw is not None
    funded = stored.draw.funded
    assert funded is not None
    assert stored.draw.won == stored.draw.order[: len(funded.funded)]
    spent = sum(stored.terms.costs[reference] for reference in stored.draw.won)
    assert spent + funded.left == 40_000_000
    assert funded.next_item == stored.draw.order[len(funded.funded)]


def test_the_letter_says_that_chance_decided(session: Session, room: Deliberating) -> None:
    drawn_list(session, room)
    actor, outcomes = room.actor(session), draw_outcomes(session, room.round.id)
    winner = next(id_ for id_, outcome in outcomes.items() if outcome.is_won)
    loser = next(id_ for id_, o in outcomes.items() if not o.is_won and o.by_chance)
    award = {room.funders[0].id: 100}
    won = resolve_application(
        session, winner, kind=DecisionKind.AWARD, contributions=award, actor=actor, now=LATER
    )
    lost = resolve_application(
        session, loser, kind=DecisionKind.DECLINE, reason="A close race.", actor=actor, now=LATER
    )
    assert (won.reason, lost.reason) == (WON, f"A close race.\n\n{LOST}")
    again = resolve_application(
        session,
        loser,
        kind=DecisionKind.DECLINE,
        reason=lost.reason,
        version=lost.version,
        actor=actor,
        now=LATER,
    )
    assert again.reason == f"A close race.\n\n{LOST}"


def test_a_decision_against_the_draw_needs_its_own_reason(
    session: Session, room: Deliberating
) -> None:
    drawn_list(session, room)
    outcomes = draw_outcomes(session, room.round.id)
    winner = next(one for one in room.applications[1:5] if outcomes[one.id].is_won)
    with pytest.raises(InvalidInput) as caught:
        resolve_application(
            session,
            winner.id,
            kind=DecisionKind.DECLINE,
            reason=WON,
            actor=room.actor(session),
            now=LATER,
        )
    assert [(one.field, one.sentence) for one in caught.value.problems] == [
        ("reason", f"{winner.reference} won the draw. Say why it gets no award all the same.")
    ]
    decision = resolve_application(
        session,
        winner.id,
        kind=DecisionKind.DECLINE,
        reason="The team has dissolved.",
        actor=room.actor(session),
        now=LATER,
    )
    assert decision.reason == "The team has dissolved."


def test_who_was_not_in_the_draw_is_decided_as_ever(session: Session, room: Deliberating) -> None:
    drawn_list(session, room)
    decision = resolve_application(
        session,
        room.applications[5].id,
        kind=DecisionKind.DECLINE,
        actor=room.actor(session),
        now=LATER,
    )
    assert decision.reason == ""


def test_there_is_one_draw_only(session: Session, room: Deliberating) -> None:
    drawn_list(session, room)
    for again in (lambda: drawn_list(session, room), lambda: _draw(session, room)):
        with pytest.raises(WrongState, match="The draw has taken place"):
            again()


def _draw(session: Session, room: Deliberating, value: str = VALUE) -> None:
    actor = room.actor(session)
    draw_lottery(session, room.round.id, public_value=value, actor=actor, now=LATER)


def test_a_list_that_was_not_drawn_is_replaced_and_stays_on_record(
    session: Session, room: Deliberating
) -> None:
    first = frozen_list(session, room)
    first.frozen_at = NOW - timedelta(hours=1)
    second = frozen_list(session, room, places=1)
    found = public_lottery(session, room.round.reference, now=NOW)
    assert found.newest.commitment == second.commitment
    assert [one.commitment for one in found.earlier] == [first.commitment]
    assert (found.is_told, first.commitment == second.commitment) == (False, False)


def test_nothing_is_drawn_before_a_list_or_before_its_day(
    session: Session, room: Deliberating
) -> None:
    with pytest.raises(WrongState, match="Freeze the list first"):
        _draw(session, room)
    frozen_list(session, room)
    with pytest.raises(WrongState, match=r"^The value can be known from 3 November 2026 on\.$"):
        draw_lottery(session, room.round.id, public_value=VALUE, actor=room.actor(session), now=NOW)
    with pytest.raises(InvalidInput, match="Enter the value exactly"):
        _draw(session, room, " \n")
    with pytest.raises(InvalidInput, match="Shorten this to 300"):
        _draw(session, room, "4" * 301)


def test_the_value_must_not_exist_yet(session: Session, room: Deliberating) -> None:
    with pytest.raises(InvalidInput, match="Enter a day from tomorrow on"):
        frozen_list(session, room, known_on=NOW.date())
    with pytest.raises(InvalidInput, match="Enter the first day"):
        frozen_list(session, room, known_on=None)


@pytest.mark.parametrize("places", [0, 4, -1])
def test_there_are_fewer_places_than_applications(
    session: Session, room: Deliberating, places: int
) -> None:
    with pytest.raises(WrongState, match=r"^4 are too close to call\. Draw for fewer places"):
        frozen_list(session, room, places=places)


def test_another_ranking_than_the_one_looked_at(session: Session, room: Deliberating) -> None:
    with pytest.raises(WrongState, match="The ranking was frozen anew"):
        freeze_lottery(
            session,
            room.round.id,
            places=2,
            source=SOURCE,
            known_on=TOMORROW,
            ranking="0" * 64,
            actor=room.actor(session),
            now=NOW,
        )


def test_who_has_a_conflict_in_the_draw_leaves_it_to_others(
    session: Session, room: Deliberating
) -> None:
    a_conflict(
        session,
        room.applications[2].id,
        person_id=room.manager.id,
        recorded_by_id=room.manager.id,
    )
    with pytest.raises(NotAllowed, match="Ask a fund manager who has none"):
        frozen_list(session, room)


def test_only_managers_and_only_while_deliberating(session: Session, room: Deliberating) -> None:
    with pytest.raises(NotAllowed):
        draw_lottery(
            session,
            room.round.id,
            public_value=VALUE,
            actor=room.actor(session, room.officers[0]),
            now=LATER,
        )
    room.round.state = RoundState.DECIDED
    with pytest.raises(WrongState, match="while the round is deliberating"):
        frozen_list(session, room)


def set_rows(session: Session, room: Deliberating, **columns: object) -> None:
    ranking = session.scalars(select(Ranking).where(Ranking.round_id == room.round.id)).one()
    ranking.rows = [row | columns for row in ranking.rows]
    session.flush()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"band": None}, "The frozen ranking does not say how sure it is."),
        ({"band": "clear"}, "No application is too close to call: for each it is clear"),
        ({"p_fundable": "0.1"}, "Every place goes to an application that is clear"),
        ({"p_fundable": "1.0"}, "There is a place for each of those that are too close"),
        ({"low": None}, "Of one of them nothing says how sure its mark is."),
    ],
)
def test_why_nothing_is_drawn(
    session: Session, room: Deliberating, columns: dict[str, object], sentence: str
) -> None:
    set_rows(session, room, **columns)
    assert inputs_of(session, room).obstacle.startswith(sentence)
    with pytest.raises(WrongState, match=sentence):
        frozen_list(session, room)


def test_intervals_that_do_not_overlap_need_no_draw(session: Session, room: Deliberating) -> None:
    ranking = session.scalars(select(Ranking).where(Ranking.round_id == room.round.id)).one()
    ranking.rows = [
        row | {"low": repr(10.0 - place), "high": repr(10.5 - place)}
        for place, row in enumerate(ranking.rows)
    ]
    with pytest.raises(WrongState, match="it is sure which are best"):
        frozen_list(session, room)


def test_what_is_decided_or_gone_is_not_drawn(session: Session, room: Deliberating) -> None:
    room.applications[4].state = ApplicationState.WITHDRAWN
    resolve_application(
        session,
        room.applications[1].id,
        kind=DecisionKind.DECLINE,
        actor=room.actor(session),
        now=NOW,
    )
    inputs = inputs_of(session, room)
    assert len(inputs.candidates) == 3
    assert inputs.obstacle == (
        "1 of those too close to call has a decision already. Take that back first."
    )


def test_prizes_are_not_drawn(session: Session) -> None:
    room = a_close_round(session, kind=RoundKind.PRIZE)
    assert inputs_of(session, room).obstacle.startswith("Prizes go by the ranking")


def test_both_acts_are_on_record_without_who_won(session: Session, room: Deliberating) -> None:
    lottery = drawn_list(session, room)
    lines = session.scalars(
        select(AuditEvent).where(AuditEvent.subject_id == lottery.id).order_by(AuditEvent.id)
    ).all()
    assert [(line.event, line.details) for line in lines] == [
        (
            "lottery.frozen",
            {"places": 2, "in_the_draw": 4, "value": SOURCE, "commitment": lottery.commitment},
        ),
        (
            "lottery.drawn",
            {"places": 2, "public_value": VALUE, "commitment": lottery.commitment},
        ),
    ]


def test_a_plan_of_money_pays_nobody_who_lost(session: Session, room: Deliberating) -> None:
    drawn_list(session, room)
    outcomes = draw_outcomes(session, room.round.id)
    requests = {one.id: one for one in allocation_inputs(session, room.round.id).requests}
    paid_by_none = {id_ for id_, request in requests.items() if not request.may_pay}
    assert paid_by_none == {id_ for id_, outcome in outcomes.items() if not outcome.is_won}
    assert len(requests) == 6
