"""Rounds: made, written, opened, moved on."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, StaleVersion, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.rounds import (
    RoundSettings,
    checked_settings,
    settings_from_template,
    settings_of_next_round,
)
from fundapp.domain.states import ApplicationState, AssignmentState, RoundState
from fundapp.domain.templates import EXCEPTIONAL_EVALUATIONS, SEED_GRANTS
from fundapp.models import AuditEvent, Round
from fundapp.queries.access import actor_for
from fundapp.queries.round_records import content_of, settings_of
from fundapp.services.rounds import (
    advance_round,
    copy_round,
    create_round,
    open_round,
    update_round,
)
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_person,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_envelope,
    an_organisation,
)

SETTINGS = checked_settings(
    settings_from_template(SEED_GRANTS, opens_on=date(2026, 11, 2), time_zone="Africa/Nairobi")
)


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


def a_draft(session: Session, manager: Actor, settings: RoundSettings = SETTINGS) -> Round:
    return create_round(
        session, settings, template=SEED_GRANTS, prefix="EVF", actor=manager, now=NOW
    )


def a_ready_draft(session: Session, manager: Actor) -> Round:
    round_ = a_draft(session, manager)
    for _ in range(2):
        an_envelope(session, round_, a_funder(session))
    return round_


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)))


def test_a_draft_holds_the_whole_template(session: Session, manager: Actor) -> None:
    round_ = a_draft(session, manager)
    content = content_of(session, round_)
    assert (round_.reference, round_.state) == ("EVF-2026", RoundState.DRAFT)
    assert settings_of(round_) == SETTINGS
    assert content.rubric == SEED_GRANTS.rubric
    assert [s.questions for s in content.sections] == [s.questions for s in SEED_GRANTS.sections]
    assert events(session) == ["round.created"]


def test_the_dates_of_a_template_keep_their_local_times() -> None:
    assert SETTINGS.closes_at is not None
    assert SETTINGS.closes_at.isoformat() == "2026-12-14T12:00:00+00:00"
    assert SETTINGS.decides_on == date(2027, 2, 8)


def test_references_of_a_year_differ(session: Session, manager: Actor) -> None:
    assert [a_draft(session, manager).reference for _ in range(3)] == [
        "EVF-2026",
        "EVF-2026B",
        "EVF-2026C",
    ]


def test_a_copy_has_everything_but_panel_and_dates(session: Session, manager: Actor) -> None:
    earlier = a_ready_draft(session, manager)
    a_seat(session, earlier, a_funder(session))
    settings = settings_of_next_round(settings_of(earlier), opens_on=date(2027, 11, 1))
    copy = copy_round(
        session, settings, copied_from_id=earlier.id, prefix="EVF", actor=manager, now=NOW
    )
    assert content_of(session, copy) == content_of(session, earlier)
    assert copy.closes_at is not None
    assert copy.closes_at.isoformat() == "2027-12-13T12:00:00+00:00"
    assert (copy.reference, copy.copied_from_id) == ("EVF-2027", earlier.id)


def test_a_copy_without_an_opening_day_has_no_dates() -> None:
    blank = settings_of_next_round(replace(SETTINGS, notice="Sample"))
    assert (blank.opens_at, blank.closes_at, blank.reviews_due_at, blank.decides_on) == (None,) * 4
    assert blank.notice == ""


def test_only_managers_make_rounds(session: Session) -> None:
    person = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        a_draft(session, person)


def test_two_managers_do_not_overwrite_each_other(session: Session, manager: Actor) -> None:
    round_ = a_draft(session, manager)
    first, second = replace(SETTINGS, title="One"), replace(SETTINGS, title="Two")
    update_round(session, round_.id, first, version=1, actor=manager, now=NOW)
    with pytest.raises(StaleVersion) as refusal:
        update_round(session, round_.id, second, version=1, actor=manager, now=NOW)
    assert (refusal.value.theirs, refusal.value.version) == (first, 2)
    update_round(session, round_.id, second, version=2, actor=manager, now=NOW)
    assert round_.title == "Two"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"call_text": "x" * 50_001}, "call_text"),
        ({"currency": "XXX"}, "currency"),
        ({"smallest_award": 0}, "smallest_award"),
        ({"largest_award": 1}, "largest_award"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"closes_at": NOW - timedelta(days=9)}, "closes_at"),
        ({"reviews_due_at": NOW}, "reviews_due_at"),
        ({"decides_on": date(2026, 1, 1)}, "decides_on"),
        ({"reviews_wanted": 0}, "reviews_wanted"),
        ({"funders_wanted": 4}, "funders_wanted"),
        ({"retention_months": 0}, "retention_months"),
    ],
)
def test_wrong_settings_are_named(
    session: Session, manager: Actor, change: dict[str, object], field: str
) -> None:
    round_ = a_draft(session, manager)
    with pytest.raises(InvalidInput) as refusal:
        update_round(
            session,
            round_.id,
            replace(SETTINGS, **change),  # type: ignore[arg-type]
            version=1,
            actor=manager,
            now=NOW,
        )
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_opening_freezes_the_rules(session: Session, manager: Actor) -> None:
    round_ = a_ready_draft(session, manager)
    open_round(session, round_.id, actor=manager, now=NOW)
    assert round_.state is RoundState.OPEN
    assert round_.rules_hash == hashlib.sha256(round_.rules.encode()).hexdigest()
    rules = json.loads(round_.rules)
    assert [criterion["weight"] for criterion in rules["rubric"]] == [20, 25, 15, 10, 10, 10, 10]
    assert rules["reference"] == "EVF-2026"
    assert [envelope["amount"] for envelope in rules["envelopes"]] == [50_000_000, 50_000_000]
    with pytest.raises(WrongState, match="frozen"):
        update_round(
            session,
            round_.id,
            replace(SETTINGS, title="Another"),
            version=1,
            actor=manager,
            now=NOW,
        )
    with pytest.raises(WrongState):
        open_round(session, round_.id, actor=manager, now=NOW)


def test_an_unready_round_does_not_open(session: Session, manager: Actor) -> None:
    round_ = a_draft(session, manager)
    with pytest.raises(InvalidInput, match="Add a funder with its envelope"):
        open_round(session, round_.id, actor=manager, now=NOW)
    assert round_.state is RoundState.DRAFT


def test_prizes_must_be_covered(session: Session, manager: Actor) -> None:
    settings = settings_from_template(EXCEPTIONAL_EVALUATIONS, opens_on=date(2026, 11, 2))
    round_ = create_round(
        session,
        settings,
        template=EXCEPTIONAL_EVALUATIONS,
        prefix="EVF",
        actor=manager,
        now=NOW,
    )
    for _ in range(2):
        an_envelope(session, round_, a_funder(session), amount=4_000_000)
    with pytest.raises(InvalidInput, match="EUR 5,000 more than the envelopes hold"):
        open_round(session, round_.id, actor=manager, now=NOW)


def test_closing_before_the_deadline_needs_a_reason(session: Session, manager: Actor) -> None:
    round_ = a_round(session)
    with pytest.raises(InvalidInput, match="The call promises time until"):
        advance_round(session, round_.id, RoundState.SCREENING, actor=manager, now=NOW)
    advance_round(
        session, round_.id, RoundState.SCREENING, actor=manager, now=NOW, reason="By mistake open."
    )
    assert round_.state is RoundState.SCREENING


def test_the_deadline_passed_closes_without_a_reason(session: Session, manager: Actor) -> None:
    round_ = a_round(session)
    later = NOW + timedelta(weeks=7)
    advance_round(session, round_.id, RoundState.SCREENING, actor=manager, now=later)
    assert (round_.state, round_.state_since) == (RoundState.SCREENING, later)


def test_unchecked_applications_stop_the_reviewing(session: Session, manager: Actor) -> None:
    round_ = a_round(session, RoundState.SCREENING)
    an_application(session, round_, an_organisation(session))
    with pytest.raises(WrongState, match="1 application is not checked for eligibility yet"):
        advance_round(session, round_.id, RoundState.REVIEWING, actor=manager, now=NOW)


def test_open_reviews_are_counted_before_reviewing_ends(session: Session, manager: Actor) -> None:
    round_ = a_round(session, RoundState.REVIEWING)
    application = an_application(
        session, round_, an_organisation(session), ApplicationState.UNDER_REVIEW
    )
    seat = a_seat(session, round_, a_funder(session))
    an_assignment(session, application, seat, state=AssignmentState.OFFERED)
    with pytest.raises(InvalidInput, match="1 review is not in yet"):
        advance_round(session, round_.id, RoundState.DELIBERATING, actor=manager, now=NOW)


def test_a_round_is_not_decided_while_something_is_undecided(
    session: Session, manager: Actor
) -> None:
    round_ = a_round(session, RoundState.DELIBERATING)
    an_application(session, round_, an_organisation(session), ApplicationState.UNDER_REVIEW)
    with pytest.raises(WrongState, match="not decided and released"):
        advance_round(session, round_.id, RoundState.DECIDED, actor=manager, now=NOW)


def test_steps_are_not_skipped(session: Session, manager: Actor) -> None:
    round_ = a_round(session)
    with pytest.raises(WrongState, match="open and cannot become deliberating"):
        advance_round(session, round_.id, RoundState.DELIBERATING, actor=manager, now=NOW)
