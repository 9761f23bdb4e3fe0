"""Reviewers' profiles and bids: whose they are, what is checked, what the record says."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.bidding import closed_to_bids
from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from fundapp.domain.joint_evaluation import BidValue
from fundapp.domain.reviewer_profiles import Level, checked_expertise, checked_topics
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.models import AuditEvent, Bid, ReviewerProfile
from fundapp.queries.access import actor_for
from fundapp.queries.bids import bidding_page, round_for_bids
from fundapp.queries.personal_data import everything_about
from fundapp.queries.reviewer_profiles import offered_topics, profile_record, profiles_on_panel
from fundapp.services.bids import save_bids
from fundapp.services.privacy import request_deletion
from fundapp.services.reviewer_profiles import note_topics, save_profile
from tests.builders import (
    NOW,
    a_conflict,
    a_funder,
    a_manager,
    a_person,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_assignment,
    an_organisation,
)
from tests.statements import counted_statements

LATER = NOW + timedelta(days=1)


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.at)))


def test_a_reviewer_writes_their_own_profile_once(session: Session) -> None:
    person = a_person(session)
    actor = actor_for(session, person.id)
    levels = {"Agents": Level.HIGH}
    for at in (NOW, LATER):
        row = save_profile(
            session,
            person.id,
            expertise=levels,
            languages=["French", "sw", "swahili"],
            version=0,
            actor=actor,
            now=at,
        )
    assert (row.expertise, row.languages, row.changed_at) == ({"Agents": "high"}, ["fr", "sw"], NOW)
    assert events(session) == ["reviewer_profile.changed"]


def test_a_save_over_an_older_profile_is_refused(session: Session) -> None:
    person = a_person(session)
    given: dict[str, Any] = {
        "languages": ["English"],
        "actor": actor_for(session, person.id),
        "now": NOW,
    }
    first = {"Agents": Level.HIGH}
    save_profile(session, person.id, expertise=first, version=0, **given)
    with pytest.raises(StaleVersion) as refused:
        save_profile(session, person.id, expertise={"Law": Level.LOW}, version=0, **given)
    stands = profile_record(session, person.id)
    assert (refused.value.theirs, refused.value.version) == (stands.profile, stands.version)
    assert (stands.profile.expertise, stands.version) == (first, 1)
    save_profile(session, person.id, expertise={"Law": Level.LOW}, version=1, **given)
    assert profile_record(session, person.id).version == 2
    assert events(session) == ["reviewer_profile.changed"] * 2


def test_an_unknown_language_is_named(session: Session) -> None:
    person = a_person(session)
    actor = actor_for(session, person.id)
    with pytest.raises(InvalidInput) as refused:
        save_profile(
            session,
            person.id,
            expertise={},
            languages=["Orcish"],
            version=0,
            actor=actor,
            now=NOW,
        )
    assert refused.value.problems[0].field == "languages"
    assert "“Orcish”" in refused.value.problems[0].sentence


def test_managers_write_those_of_a_panel_only(session: Session) -> None:
    manager = actor_for(session, a_manager(session).id)
    stranger, reviewer = a_person(session), a_person(session)
    a_seat(session, a_round(session), a_funder(session), person_id=reviewer.id)
    given: dict[str, Any] = {
        "expertise": {"Law": Level.LOW},
        "languages": [],
        "version": 0,
        "actor": manager,
        "now": NOW,
    }
    save_profile(session, reviewer.id, **given)
    with pytest.raises(NotFound):
        save_profile(session, stranger.id, **given)
    with pytest.raises(NotAllowed):
        save_profile(session, reviewer.id, **given | {"actor": actor_for(session, stranger.id)})


def test_the_form_of_a_seat_keeps_levels(session: Session) -> None:
    manager = actor_for(session, a_manager(session).id)
    reviewer = a_person(session)
    session.add(
        ReviewerProfile(
            person_id=reviewer.id,
            expertise={"Law": "high", "Health": "low"},
            languages=["en"],
            changed_at=NOW,
        )
    )
    session.flush()
    asked: dict[str, Any] = {"languages": ["French"], "actor": manager, "now": LATER}
    row = note_topics(session, reviewer.id, topics=["Agents"], is_whole=False, **asked)
    assert row.expertise == {"Health": "low", "Law": "high", "Agents": "medium"}
    assert row.languages == ["en", "fr"]
    row = note_topics(session, reviewer.id, topics=["law"], is_whole=True, **asked)
    assert (row.expertise, row.languages) == ({"law": "high"}, ["fr"])


def test_older_notes_of_a_seat_count_until_a_profile_is_written(session: Session) -> None:
    seat = a_seat(
        session, a_round(session), a_funder(session), topics=["Law"], languages=["French"]
    )
    profile = profiles_on_panel(session, seat.round_id)[seat.person_id]
    assert (profile.expertise, profile.languages) == ({"Law": Level.MEDIUM}, ("fr",))


def test_topics_are_those_of_the_rounds_each_once(session: Session) -> None:
    for options, created in ((["Law", "Agents"], NOW), (["agents", "Health"], LATER)):
        round_ = a_round(session, created_at=created)
        section = a_section(session, round_)
        a_question(
            session, section, code="topics", kind="several_choices", settings={"options": options}
        )
    assert offered_topics(session) == ("agents", "Health", "Law")


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([("own-0-level", "Law", "very")], "own-0-level"),
        ([("own-0-level", "x" * 81, "high")], "own-0-level"),
    ],
)
def test_bad_rows_are_named(rows: list[tuple[str, str, str]], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_expertise(rows)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_too_many_topics_are_refused() -> None:
    with pytest.raises(InvalidInput):
        checked_topics([f"topic {number}" for number in range(61)], at="topics")


@pytest.mark.parametrize(
    ("state", "takes_bids", "is_assigned", "sentence"),
    [
        (RoundState.SCREENING, True, False, ""),
        (RoundState.REVIEWING, True, False, ""),
        (RoundState.REVIEWING, True, True, "Reviews are assigned, so bids are closed."),
        (
            RoundState.OPEN,
            True,
            False,
            "This round is open. Bids are taken after the call has closed.",
        ),
        (
            RoundState.SCREENING,
            False,
            False,
            "This round takes no bids: the fund assigns reviews by what you declared.",
        ),
    ],
)
def test_when_bids_are_taken(
    state: RoundState, *, takes_bids: bool, is_assigned: bool, sentence: str
) -> None:
    assert closed_to_bids(state, takes_bids=takes_bids, is_assigned=is_assigned) == sentence


class Bidding:
    """A round that takes bids, three applications and one reviewer barred from the last."""

    def __init__(self, session: Session, *, is_blind: bool = False) -> None:
        self.round = a_round(session, RoundState.SCREENING, takes_bids=True, is_blind=is_blind)
        self.seat = a_seat(session, self.round, a_funder(session))
        organisation = an_organisation(session, "Zembla Gauge")
        self.applications = [
            an_application(session, self.round, organisation, ApplicationState.UNDER_REVIEW)
            for _ in range(3)
        ]
        a_conflict(
            session,
            self.applications[2].id,
            person_id=self.seat.person_id,
            recorded_by_id=self.seat.person_id,
        )
        self.actor = actor_for(session, self.seat.person_id)

    def bid(self, session: Session, bids: dict[UUID, BidValue | None]) -> int:
        return save_bids(session, self.round.id, bids, actor=self.actor, now=NOW)


def test_bids_are_written_changed_and_taken_back(session: Session) -> None:
    desk = Bidding(session)
    first, second, barred = (one.id for one in desk.applications)
    assert desk.bid(session, {first: BidValue.EAGER, second: BidValue.WILLING}) == 2
    assert desk.bid(session, {first: BidValue.EAGER, second: None}) == 1
    assert desk.bid(session, {first: BidValue.UNWILLING, barred: BidValue.EAGER}) == 1
    bids = session.execute(select(Bid.application_id, Bid.value)).all()
    assert [tuple(bid) for bid in bids] == [(first, BidValue.UNWILLING)]
    assert events(session) == ["round.bids_entered"] * 3


def test_bids_close_when_a_review_is_assigned(session: Session) -> None:
    desk = Bidding(session)
    an_assignment(session, desk.applications[0], desk.seat)
    with pytest.raises(WrongState):
        desk.bid(session, {desk.applications[1].id: BidValue.EAGER})


def test_the_page_hides_what_it_must(session: Session) -> None:
    desk = Bidding(session, is_blind=True)
    session.commit()
    facts = round_for_bids(session, desk.round.id)
    with counted_statements() as counted:
        shown = bidding_page(session, facts, actor=desk.actor, topic="", number=1)
    assert len(counted) <= 5
    assert [row.organisation for row in shown.page.rows] == ["", "", ""]
    assert [row.reference != "" for row in shown.page.rows] == [True, True, False]
    assert (shown.total, shown.page.rows[2].is_recused) == (2, True)


def test_profile_and_bids_are_told_and_deleted(session: Session) -> None:
    desk = Bidding(session)
    desk.bid(session, {desk.applications[0].id: BidValue.EAGER})
    save_profile(
        session,
        desk.seat.person_id,
        expertise={"Law": Level.HIGH},
        languages=["English"],
        version=0,
        actor=desk.actor,
        now=NOW,
    )
    whole = everything_about(session, desk.seat.person_id)
    assert [profile["expertise"] for profile in whole["reviewer_profile"]] == [{"Law": "high"}]
    assert [bid["value"] for bid in whole["bids"]] == ["eager"]
    desk.round.state, desk.round.state_since = RoundState.CLOSED, NOW - timedelta(days=9_000)
    desk.round.retention_months = 1
    session.flush()
    assert request_deletion(session, desk.seat.person_id, actor=desk.actor, now=NOW)
    left = [session.scalar(select(func.count()).select_from(one)) for one in (ReviewerProfile, Bid)]
    assert left == [0, 0]
