"""Plans of who pays what: worked out, entered whole or not at all, made anew with floors."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, WrongState
from fundapp.domain.joint_evaluation import WishKind
from fundapp.domain.states import (
    ContributionState,
    DecisionKind,
    RoundKind,
    RoundState,
)
from fundapp.models import (
    AllocationPlan,
    AuditEvent,
    Contribution,
    Decision,
    Envelope,
    FundingWish,
    IssuedDocument,
    Ranking,
    Review,
    Score,
)
from fundapp.services.allocation_plans import discard_plan, enter_plan
from fundapp.services.allocation_questions import WhatIf
from fundapp.services.contributions import approve_contribution, refuse_contribution
from fundapp.services.decisions import resolve_application
from fundapp.services.funding_wishes import set_wish
from fundapp.services.rankings import freeze_ranking
from fundapp.services.releases import release_decisions
from fundapp.web.installation import installation
from fundapp.worker import run_until_idle
from tests.builders import NOW, a_conflict
from tests.services.deliberating import (
    ENVELOPE,
    REQUEST,
    Deliberating,
    a_deliberation,
    a_plan,
)

NOTHING = WhatIf()


@pytest.fixture
def room(session: Session) -> Deliberating:
    """Five applications of 200,000; two envelopes of 300,000, so that three can be paid."""
    room = a_deliberation(session, marks=((5, 5), (4, 4), (3, 3), (2, 2), (1, 1)))
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    return room


def make(session: Session, room: Deliberating, what_if: WhatIf = NOTHING) -> AllocationPlan:
    return a_plan(session, room.round.id, what_if, actor=room.actor(session))


def enter(session: Session, room: Deliberating, plan: AllocationPlan):
    return enter_plan(session, plan.id, sha256=plan.sha256, actor=room.actor(session), now=NOW)


def funded(room: Deliberating, plan: AllocationPlan) -> list[int]:
    places = {str(one.id): place for place, one in enumerate(room.applications, start=1)}
    return sorted(places[name] for name, _, _ in plan.result["plan"]["grants"])


def kinds(session: Session) -> list[tuple[Any, ...]]:
    return [
        (row.kind, row.amount, row.reserve_place)
        for row in session.scalars(select(Decision).order_by(Decision.decided_at, Decision.kind))
    ]


def wish(session: Session, room: Deliberating, place: int, funder: int, **words: Any):
    return set_wish(
        session,
        room.applications[place].id,
        room.funders[funder].id,
        reason="Not our field.",
        actor=room.actor(session),
        now=NOW,
        **words,
    )


def test_a_plan_funds_together_what_nobody_could_alone(
    session: Session, room: Deliberating
) -> None:
    plan = make(session, room)
    assert (plan.name, plan.is_exact, funded(room, plan)) == ("Plan A", True, [1, 2, 3])
    assert plan.result["plan"]["values"] == {str(f.id): 18_000.0 for f in room.funders}
    assert plan.result["plan"]["alone"] == {str(f.id): 8_000.0 for f in room.funders}
    assert sum(amount for _, _, amount in plan.result["plan"]["payments"]) == 2 * ENVELOPE
    assert session.scalars(select(Decision)).all() == []
    line = session.scalars(
        select(AuditEvent).where(AuditEvent.event == "allocation_plan.made")
    ).one()
    assert (line.details["plan"], line.details["grants"]) == ("Plan A", 3)


def test_the_same_inputs_give_the_same_plan(session: Session, room: Deliberating) -> None:
    first, second = make(session, room), make(session, room)
    assert (first.name, second.name) == ("Plan A", "Plan B")
    assert first.sha256 == second.sha256


def test_entering_makes_pending_decisions_and_parts(session: Session, room: Deliberating) -> None:
    plan = make(session, room, WhatIf(reserves=1))
    done = enter(session, room, plan)
    assert (done.entered, done.kept, done.closed) == (5, 0, 0)
    assert sorted(kinds(session), key=str) == sorted(
        [(DecisionKind.AWARD, REQUEST, None)] * 3
        + [(DecisionKind.RESERVE, None, 1), (DecisionKind.DECLINE, None, None)],
        key=str,
    )
    committed = session.scalars(
        select(Envelope.committed).where(Envelope.round_id == room.round.id)
    ).all()
    assert committed == [ENVELOPE, ENVELOPE]
    again = enter(session, room, plan)
    assert (again.entered, again.kept) == (0, 5)


def test_entering_anew_keeps_the_approvals_of_what_stays(
    session: Session, room: Deliberating
) -> None:
    enter(session, room, make(session, room))
    parts = {
        (part.funder_id, decision.application_id): part
        for part, decision in session.execute(
            select(Contribution, Decision).join(Decision, Decision.id == Contribution.decision_id)
        )
    }
    whole = next(part for part in parts.values() if part.amount == REQUEST)
    officer = room.officers[[f.id for f in room.funders].index(whole.funder_id)]
    approve_contribution(session, whole.id, actor=room.actor(session, officer), now=NOW)
    session.flush()
    enter(session, room, make(session, room, WhatIf(reserves=2)))
    session.refresh(whole)
    assert whole.state is ContributionState.APPROVED


def test_what_was_decided_by_hand_stays(session: Session, room: Deliberating) -> None:
    actor = room.actor(session)
    resolve_application(
        session, room.applications[0].id, kind=DecisionKind.DECLINE, actor=actor, now=NOW
    )
    plan = make(session, room)
    assert funded(room, plan) == [2, 3, 4]
    enter(session, room, plan)
    second = room.applications[1].id
    resolve_application(session, second, kind=DecisionKind.DECLINE, version=1, actor=actor, now=NOW)
    rerun = make(session, room)
    decided = [one["application_id"] for one in rerun.result["decisions"]]
    assert decided == [str(one.id) for one in room.applications[2:]]
    assert sum(rerun.inputs["available"].values()) == 2 * ENVELOPE


def test_what_changed_since_stops_the_whole_plan(session: Session, room: Deliberating) -> None:
    plan = make(session, room)
    wish(session, room, 4, 0, kind=WishKind.OPT_OUT)
    with pytest.raises(WrongState, match="nothing was entered"):
        enter(session, room, plan)
    assert session.scalars(select(Decision)).all() == []


def test_another_plan_than_the_one_looked_at_is_not_entered(
    session: Session, room: Deliberating
) -> None:
    plan = make(session, room)
    with pytest.raises(WrongState, match="Plan A changed since you opened it"):
        enter_plan(session, plan.id, sha256="0" * 64, actor=room.actor(session), now=NOW)


def test_a_discarded_plan_is_not_entered_and_an_entered_one_stays(
    session: Session, room: Deliberating
) -> None:
    actor, plan = room.actor(session), make(session, room)
    discard_plan(session, plan.id, actor=actor, now=NOW)
    discard_plan(session, plan.id, actor=actor, now=NOW)
    with pytest.raises(WrongState, match="was discarded"):
        enter(session, room, plan)
    other = make(session, room)
    enter(session, room, other)
    with pytest.raises(WrongState, match="Plan B was entered, so it stays"):
        discard_plan(session, other.id, actor=actor, now=NOW)
    events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("allocation_plan.discarded") == 1


def test_an_opt_out_and_a_pin_are_kept(session: Session, room: Deliberating) -> None:
    wish(session, room, 0, 0, kind=WishKind.OPT_OUT)
    wish(session, room, 3, 1, kind=WishKind.PIN, amount=5_000_000)
    plan = make(session, room)
    payers = {
        (funder, application): amount
        for funder, application, amount in plan.result["plan"]["payments"]
    }
    first, fourth = str(room.applications[0].id), str(room.applications[3].id)
    assert (str(room.funders[0].id), first) not in payers
    assert payers[str(room.funders[1].id), fourth] >= 5_000_000


def test_pins_that_cannot_be_kept_are_told_by_name(session: Session, room: Deliberating) -> None:
    for place in (0, 1):
        wish(session, room, place, 0, kind=WishKind.PIN, amount=REQUEST)
    with pytest.raises(InvalidInput, match="Lilliput Foundation pins EUR 400,000 and has"):
        make(session, room)


def test_a_refused_part_is_an_opt_out_of_the_next_plan(
    session: Session, room: Deliberating
) -> None:
    enter(session, room, make(session, room))
    part = session.scalars(select(Contribution).where(Contribution.amount == REQUEST)).first()
    assert part is not None
    application = session.get_one(Decision, part.decision_id).application_id
    officer = room.officers[[f.id for f in room.funders].index(part.funder_id)]
    refuse_contribution(
        session, part.id, note="Not ours.", actor=room.actor(session, officer), now=NOW
    )
    funder = str(part.funder_id)
    rerun = make(session, room)
    payments = [(f, a) for f, a, _ in rerun.result["plan"]["payments"]]
    assert (funder, str(application)) not in payments
    enter(session, room, rerun)
    refused = session.scalars(
        select(Contribution).where(Contribution.state == ContributionState.REFUSED)
    ).all()
    assert refused == []


def test_floors_of_the_last_entered_plan(session: Session, room: Deliberating) -> None:
    enter(session, room, make(session, room))
    kept = make(session, room, WhatIf(keeps_floors=True))
    assert kept.inputs["instance"]["floors"] == pytest.approx(
        {str(f.id): 18_000.0 for f in room.funders}, rel=1e-6
    )
    away = WhatIf(envelopes={room.funders[1].id: 0}, keeps_floors=True)
    with pytest.raises(WrongState, match="No plan keeps what was agreed before"):
        make(session, room, away)
    rerun = make(session, room, WhatIf(envelopes={room.funders[1].id: 0}))
    assert funded(room, rerun) == [1]


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        (("envelopes", ENVELOPE + 1), "envelope", "has EUR 300,000 for this. Enter that or less."),
        (("marks", 6.0), "mark", "Enter a score from 1 to 5."),
    ],
)
def test_a_change_that_makes_no_sense(
    session: Session, room: Deliberating, change: tuple[str, float], field: str, sentence: str
) -> None:
    funder = room.funders[0].id
    changes: dict[str, Any] = {change[0]: {funder: change[1]}}
    what_if = WhatIf(**changes)
    with pytest.raises(InvalidInput) as refused:
        make(session, room, what_if)
    (problem,) = refused.value.problems
    assert problem.field == f"{field}-{funder}"
    assert problem.sentence.endswith(sentence)


def test_a_mark_that_a_funder_would_not_fund(session: Session, room: Deliberating) -> None:
    plan = make(session, room, WhatIf(marks={f.id: 4.5 for f in room.funders}))
    assert funded(room, plan) == [1]


def half_for_the_fourth(session: Session, room: Deliberating) -> None:
    for review in session.scalars(
        select(Review).where(Review.application_id == room.applications[3].id)
    ):
        review.recommended_amount = REQUEST // 2
    session.flush()


def test_a_reduced_award_is_entered_with_its_sum_and_the_reason(
    app: Flask, session: Session, room: Deliberating
) -> None:
    """With 500,000, three cannot be paid whole, and the fourth fits with half of its request."""
    half_for_the_fourth(session, room)
    what_if = WhatIf(envelopes={room.funders[1].id: ENVELOPE - 10_000_000}, allows_reduced=True)
    plan = make(session, room, what_if)
    sizes = [len(one["levels"]) for one in plan.inputs["instance"]["applications"]]
    assert (sizes, funded(room, plan)) == ([1, 1, 1, 2, 1], [1, 2, 4])
    enter(session, room, plan)
    decision = session.scalars(
        select(Decision).where(Decision.application_id == room.applications[3].id)
    ).one()
    parts = session.scalars(
        select(Contribution.amount).where(Contribution.decision_id == decision.id)
    ).all()
    assert (decision.amount, sum(parts)) == (REQUEST // 2, REQUEST // 2)
    assert decision.reason == (
        "The award is EUR 100,000 of the EUR 200,000 asked for: the sum that the reviews suggest."
    )
    for part in session.scalars(select(Contribution)).all():
        officer = room.officers[[f.id for f in room.funders].index(part.funder_id)]
        approve_contribution(session, part.id, actor=room.actor(session, officer), now=NOW)
    release_decisions(session, room.round.id, actor=room.actor(session), now=NOW)
    application_id = room.applications[3].id
    session.commit()
    run_until_idle(app)
    session.expire_all()
    document = session.scalars(
        select(IssuedDocument).where(IssuedDocument.application_id == application_id)
    ).one()
    pages = PdfReader(BytesIO(installation().files.get(document.sha256))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert ("€100,000" in text, "the sum that the reviews suggest" in text) == (True, True)


def test_a_funders_own_scores_decide_what_a_grant_is_worth_to_it(
    session: Session, room: Deliberating
) -> None:
    """The second funder would order the applications the other way round."""
    own = {str(one.id): str(float(mark)) for mark, one in enumerate(room.applications, start=1)}
    ranking = session.scalars(select(Ranking)).one()
    ranking.evaluation = {**ranking.evaluation, "own_scores": {str(room.funders[1].id): own}}
    session.flush()
    plan = make(session, room)
    first, second = (str(funder.id) for funder in room.funders)
    levels = [one["levels"][0] for one in plan.inputs["instance"]["applications"]]
    assert [level["values"][first] for level in levels] == [8000, 6000, 4000, 2000, 0]
    assert [level["values"][second] for level in levels] == [0, 2000, 4000, 6000, 8000]
    assert plan.inputs["own_scores"] == {second: [1.0, 2.0, 3.0, 4.0, 5.0]}
    payers = {(f, a) for f, a, _ in plan.result["plan"]["payments"]}
    assert (first, str(room.applications[0].id)) in payers
    assert (second, str(room.applications[4].id)) in payers


@pytest.mark.parametrize("is_newer", [False, True])
def test_scores_are_drawn_together_while_the_reviews_are_those_of_the_ranking(
    app: Flask, session: Session, is_newer: bool
) -> None:
    room = a_deliberation(session, marks=((5, 4), (4, 4), (3, 2), (2, 3)))
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    plan_id = make(session, room).id
    if is_newer:
        for score in session.scalars(select(Score).where(Score.mark == 3)):
            score.mark = 4
    session.commit()
    run_until_idle(app)
    session.expire_all()
    robustness = session.get_one(AllocationPlan, plan_id).result["robustness"]
    assert (robustness["is_joint"], robustness["draws"]) == (not is_newer, 200)
    assert robustness["shares"].keys() == {str(one.id) for one in room.applications}


def test_only_managers_make_and_enter_plans(session: Session, room: Deliberating) -> None:
    officer = room.actor(session, room.officers[0])
    with pytest.raises(NotAllowed):
        a_plan(session, room.round.id, actor=officer)
    plan = make(session, room)
    with pytest.raises(NotAllowed):
        enter_plan(session, plan.id, sha256=plan.sha256, actor=officer, now=NOW)


def test_a_barred_manager_leaves_the_row_to_another(session: Session, room: Deliberating) -> None:
    a_conflict(
        session,
        room.applications[0].id,
        person_id=room.manager.id,
        recorded_by_id=room.manager.id,
    )
    done = enter(session, room, make(session, room))
    assert (done.entered, done.closed) == (4, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": RoundKind.PRIZE}, "Prizes go down the ranking"),
        ({"state": RoundState.DECIDED}, "Plans are made while the round is deliberating"),
    ],
)
def test_rounds_without_plans(
    session: Session, room: Deliberating, changes: dict[str, Any], sentence: str
) -> None:
    for name, value in changes.items():
        setattr(room.round, name, value)
    session.flush()
    with pytest.raises(WrongState, match=sentence):
        make(session, room)


def test_nothing_is_planned_before_the_ranking_is_frozen(session: Session) -> None:
    with pytest.raises(WrongState, match="Freeze the ranking first"):
        make(session, a_deliberation(session))


def test_the_worker_says_what_takes_longer(
    app: Flask, session: Session, room: Deliberating
) -> None:
    plan = make(session, room)
    session.commit()
    plan_id, sha256 = plan.id, plan.sha256
    run_until_idle(app)
    session.expire_all()
    after = session.get_one(AllocationPlan, plan_id)
    assert after.sha256 == sha256
    misses = [one["application"] for one in after.result["near_misses"]]
    assert list(after.result["prices"]) == misses
    (price,) = after.result["prices"].values()
    assert len(price["leaving"]) == 1


def test_an_officer_wishes_for_its_own_funder_only(session: Session, room: Deliberating) -> None:
    officer = room.actor(session, room.officers[0])
    application = room.applications[0].id
    made = set_wish(
        session,
        application,
        room.funders[0].id,
        kind=WishKind.OPT_OUT,
        reason="Not our field.",
        actor=officer,
        now=NOW,
    )
    assert made is not None
    with pytest.raises(NotAllowed):
        set_wish(
            session,
            application,
            room.funders[1].id,
            kind=WishKind.OPT_OUT,
            reason="Not theirs.",
            actor=officer,
            now=NOW,
        )
    gone = set_wish(session, application, room.funders[0].id, kind=None, actor=officer, now=NOW)
    session.flush()
    assert (gone, session.scalars(select(FundingWish)).all()) == (None, [])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"kind": WishKind.PIN}, "Enter the least that the funder pays."),
        ({"kind": WishKind.PIN, "amount": REQUEST + 1}, "EUR 200,000 was asked for."),
        ({"kind": WishKind.OPT_OUT, "reason": " "}, "Say why."),
    ],
)
def test_a_wish_that_makes_no_sense(
    session: Session, room: Deliberating, words: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        set_wish(
            session,
            room.applications[0].id,
            room.funders[0].id,
            actor=room.actor(session),
            now=NOW,
            **{"reason": "Ours.", **words},
        )


def test_an_entered_plan_is_explained_afterwards_and_stays(
    app: Flask, session: Session, room: Deliberating
) -> None:
    plan = make(session, room)
    enter(session, room, plan)
    before = plan.result["plan"], plan.sha256
    session.commit()
    run_until_idle(app)
    session.expire_all()
    assert plan.result["finished"]
    assert (plan.result["plan"], plan.sha256) == before
