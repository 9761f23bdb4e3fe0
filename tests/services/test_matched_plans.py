"""Automatic plans by what reviewers know: matches, changes by hand, options, background drafts."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.assignment_wishes import (
    ChangeKind,
    DraftWishes,
    HandChange,
    price_in_words,
    wishes_as_data,
    wishes_from_data,
)
from fundapp.domain.errors import InvalidInput, WrongState
from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, JobState, RoundState
from fundapp.models import (
    Answer,
    Application,
    AssignmentPlan,
    Bid,
    Job,
    PanelSeat,
    ReviewerProfile,
    Round,
)
from fundapp.queries.access import actor_for
from fundapp.queries.assignment_plans import open_plan, plan_preview
from fundapp.queries.matching import match_facts
from fundapp.queries.panel import panel_of_round
from fundapp.services.assignment_jobs import order_draft
from fundapp.services.assignment_plans import discard_plan, propose_assignments, store_plan
from fundapp.services.plan_changes import draft_as_wished, with_change, without_last_change
from fundapp.worker import run_until_idle
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_person,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_organisation,
)
from tests.statements import counted_statements


@dataclass
class Desk:
    """Three applications on one topic each, four reviewers who know one each, one review wanted."""

    round: Round
    applications: list[Application]
    seats: list[PanelSeat]
    manager: Actor

    def pair(self, application: int, reviewer: int) -> tuple[UUID, UUID]:
        return self.applications[application].id, self.seats[reviewer].person_id


TOPICS = ("Agents", "Health", "Law")
KNOWN = ({"Agents": "high"}, {"health": "high"}, {"Law": "medium"}, {"Agents": "medium"})


@pytest.fixture
def desk(session: Session) -> Desk:
    manager = a_manager(session)
    round_ = a_round(
        session, RoundState.REVIEWING, reviews_wanted=1, funders_wanted=1, created_by_id=manager.id
    )
    section = a_section(session, round_)
    topics = a_question(session, section, code="topics", kind="several_choices")
    language = a_question(session, section, code="language", kind="single_choice")
    funder, organisation = a_funder(session), an_organisation(session)
    applications = [
        an_application(session, round_, organisation, ApplicationState.UNDER_REVIEW) for _ in TOPICS
    ]
    for application, topic in zip(applications, TOPICS, strict=True):
        for question, value in ((topics, [topic]), (language, "French")):
            session.add(
                Answer(
                    application_id=application.id,
                    question_id=question.id,
                    value=value,
                    changed_by_id=application.contact_id,
                    changed_at=NOW,
                )
            )
    seats = []
    for known in KNOWN:
        person = a_person(session)
        seats.append(a_seat(session, round_, funder, person_id=person.id, review_load=2))
        session.add(
            ReviewerProfile(person_id=person.id, expertise=known, languages=["fr"], changed_at=NOW)
        )
    session.commit()
    return Desk(round_, applications, seats, actor_for(session, manager.id))


def planned(plan: AssignmentPlan) -> set[tuple[UUID, UUID]]:
    return {(UUID(pair["application_id"]), UUID(pair["person_id"])) for pair in plan.pairs}


def change_plan(session: Session, desk: Desk, plan_id: UUID, change: HandChange) -> AssignmentPlan:
    panel, before = panel_of_round(session, desk.round.id), open_plan(session, plan_id)
    wishes = with_change(panel, before, change)
    draft = draft_as_wished(panel, match_facts(session, desk.round.id), wishes, before=before)
    return store_plan(session, draft, replaces=plan_id, actor=desk.manager, now=NOW)


def swap(desk: Desk, application: int, reviewer: int, instead: int) -> HandChange:
    application_id, person_id = desk.pair(application, reviewer)
    return HandChange(
        kind=ChangeKind.SWAP,
        application_id=application_id,
        person_id=person_id,
        instead_id=desk.seats[instead].person_id,
    )


def test_who_knows_the_topic_is_asked_and_told_why(session: Session, desk: Desk) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    assert planned(plan) == {desk.pair(0, 0), desk.pair(1, 1), desk.pair(2, 2)}
    reasons = {pair["application_id"]: pair["reason"] for pair in plan.pairs}
    assert reasons[str(desk.applications[1].id)].endswith(
        "Match 0.85: expert in Health; reads French. Load 1 of 2."
    )
    assert [pair["level"] for pair in plan.pairs] == ["high", "high", "medium"]
    details = plan.details
    assert round(details["objective"], 2) == round(0.85 + 0.85 + 0.57, 2)
    assert details["objective"] == details["best_objective"]
    assert (details["is_certified"], details["barred"]) == (True, 0)


def test_a_bid_counts_beside_what_is_known(session: Session, desk: Desk) -> None:
    application_id, person_id = desk.pair(0, 3)
    for seat, value in ((desk.seats[0], BidValue.UNWILLING), (desk.seats[3], BidValue.EAGER)):
        session.add(
            Bid(
                round_id=desk.round.id,
                application_id=application_id,
                person_id=seat.person_id,
                value=value,
                entered_at=NOW,
            )
        )
    session.commit()
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    assert (application_id, person_id) in planned(plan)


def test_who_named_no_language_is_not_taken_for_unable_to_read(
    session: Session, desk: Desk
) -> None:
    first = session.scalars(
        select(ReviewerProfile).where(ReviewerProfile.person_id == desk.seats[0].person_id)
    ).one()
    first.languages = []
    session.commit()
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    assert desk.pair(0, 0) in planned(plan)


def test_a_swap_is_priced_and_taken_back(session: Session, desk: Desk) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    changed = change_plan(session, desk, plan.id, swap(desk, 0, 0, 3))
    assert planned(changed) == {desk.pair(0, 3), desk.pair(1, 1), desk.pair(2, 2)}
    assert changed.details["best_objective"] == plan.details["objective"]
    [price] = changed.details["prices"]
    assert (round(price["cost"], 2), price["moved"], price["reviews_missing"]) == (0.28, 0, 0)
    preview = plan_preview(session, changed.id, reader_id=desk.manager.person_id, number=1)
    [told] = preview.account.changes
    assert told.price == "costs 0.28 of 2.3: much"
    assert (preview.account.share, preview.account.expertise[0].reviews) == (87, 1)
    before = open_plan(session, changed.id)
    draft = draft_as_wished(
        panel_of_round(session, desk.round.id),
        match_facts(session, desk.round.id),
        without_last_change(before),
        before=before,
    )
    back = store_plan(session, draft, replaces=changed.id, actor=desk.manager, now=NOW)
    assert planned(back) == planned(plan)
    assert back.details["prices"] == []


def test_a_forbidden_pair_goes_to_the_next_best(session: Session, desk: Desk) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    application_id, person_id = desk.pair(0, 0)
    forbid = HandChange(kind=ChangeKind.FORBID, application_id=application_id, person_id=person_id)
    changed = change_plan(session, desk, plan.id, forbid)
    assert planned(changed) == {desk.pair(0, 3), desk.pair(1, 1), desk.pair(2, 2)}


def test_only_who_can_be_asked_gets_a_swapped_review(session: Session, desk: Desk) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    desk.seats[3].is_active = False
    session.flush()
    with pytest.raises(InvalidInput) as refused:
        change_plan(session, desk, plan.id, swap(desk, 0, 0, 3))
    assert "does not sit on this round's panel" in refused.value.problems[0].sentence
    with pytest.raises(InvalidInput):
        change_plan(session, desk, plan.id, swap(desk, 0, 1, 2))


def test_a_plan_that_was_replaced_is_not_changed(session: Session, desk: Desk) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    change_plan(session, desk, plan.id, swap(desk, 0, 0, 3))
    with pytest.raises(WrongState):
        change_plan(session, desk, plan.id, swap(desk, 0, 0, 3))


def test_what_is_short_makes_the_draft_incomplete(session: Session, desk: Desk) -> None:
    desk.round.reviews_wanted = 3
    session.commit()
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    preview = plan_preview(session, plan.id, reader_id=desk.manager.person_id, number=1)
    account = preview.account
    assert (account.is_complete, account.reviews_missing) == (False, 1)
    assert preview.shortfalls[0].startswith("9 reviews are wanted and the loads add up to 8.")


@pytest.mark.parametrize("wishes", [DraftWishes(is_fair=True), DraftWishes(cap=5)])
def test_an_option_is_kept_and_told(session: Session, desk: Desk, wishes: DraftWishes) -> None:
    panel, facts = panel_of_round(session, desk.round.id), match_facts(session, desk.round.id)
    draft = draft_as_wished(panel, facts, wishes)
    plan = store_plan(session, draft, actor=desk.manager, now=NOW)
    account = plan_preview(session, plan.id, reader_id=desk.manager.person_id, number=1).account
    assert (account.wishes, account.is_complete, account.aim != "") == (wishes, True, True)
    assert len(plan.pairs) == len(TOPICS)


def test_a_long_draft_is_made_by_a_worker_once(session: Session, desk: Desk, app: Flask) -> None:
    plan_id = order_draft(
        session, desk.round.id, DraftWishes(), replaces=None, actor=desk.manager, now=NOW
    )
    session.commit()
    run_until_idle(app)
    session.rollback()
    plan = session.get_one(AssignmentPlan, plan_id)
    assert planned(plan) == {desk.pair(0, 0), desk.pair(1, 1), desk.pair(2, 2)}
    job = session.scalars(select(Job).where(Job.kind == "draft_assignments")).one()
    assert (job.state, job.done_steps, job.total_steps) == (JobState.DONE, 3, 3)


def test_a_draft_that_comes_too_late_is_left(session: Session, desk: Desk, app: Flask) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    ordered = order_draft(
        session, desk.round.id, DraftWishes(), replaces=plan.id, actor=desk.manager, now=NOW
    )
    discard_plan(session, plan.id, actor=desk.manager, now=NOW)
    session.commit()
    run_until_idle(app)
    session.rollback()
    assert session.get(AssignmentPlan, ordered) is None
    job = session.scalars(select(Job).where(Job.kind == "draft_assignments")).one()
    assert job.state is JobState.DONE


def test_facts_take_three_statements(session: Session, desk: Desk) -> None:
    with counted_statements() as counted:
        facts = match_facts(session, desk.round.id)
    assert len(counted) == 3
    assert facts.subjects[desk.applications[0].id].language == "French"


def test_later_changes_about_a_pair_count() -> None:
    application, one, other = (UUID(int=number) for number in (1, 2, 3))
    there = HandChange(
        kind=ChangeKind.SWAP, application_id=application, person_id=one, instead_id=other
    )
    back = HandChange(
        kind=ChangeKind.SWAP, application_id=application, person_id=other, instead_id=one
    )
    wishes = DraftWishes(changes=(there, back))
    assert wishes.kept == {(application, one)}
    assert wishes.ruled_out == {(application, other)}
    assert wishes_from_data(wishes_as_data(wishes)) == wishes


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (0.001, "nothing"),
        (0.12, "0.12 of 71.3: little"),
        (2.0, "2.00 of 71.3: some"),
        (9.0, "9.00 of 71.3: much"),
    ],
)
def test_a_price_in_words(cost: float, words: str) -> None:
    assert price_in_words(cost, 71.3) == words
