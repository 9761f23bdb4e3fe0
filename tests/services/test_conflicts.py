"""Conflicts: declared, recorded, found, resolved, and what they do to assignments."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed
from fundapp.domain.permissions import Action, Actor, may
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ConflictSource,
    ConflictState,
    RoundState,
)
from fundapp.models import (
    Answer,
    Application,
    Assignment,
    AuditEvent,
    Conflict,
    Funder,
    Investment,
    Organisation,
    PanelSeat,
    Person,
    Round,
)
from fundapp.queries.access import actor_for, application_facts
from fundapp.services.conflicts import (
    declare_conflict,
    propose_conflicts,
    record_conflict,
    resolve_conflict,
)
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_member,
    a_person,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_assignment,
    an_envelope,
    an_officer,
    an_organisation,
)


@dataclass
class Bench:
    """One application under review, one reviewer, one officer, one manager."""

    round: Round
    funder: Funder
    organisation: Organisation
    application: Application
    seat: PanelSeat
    reviewer: Actor
    officer: Actor
    manager: Actor


@pytest.fixture
def bench(session: Session) -> Bench:
    manager = a_manager(session, email="cleo@fund.example")
    round_ = a_round(session, RoundState.REVIEWING, created_by_id=manager.id)
    funder = a_funder(session)
    an_envelope(session, round_, funder)
    organisation = an_organisation(session)
    owner = a_member(session, organisation, email="ada@zembla.example")
    application = an_application(
        session, round_, organisation, ApplicationState.UNDER_REVIEW, contact_id=owner.id
    )
    person = a_person(session, "Rita Sample", email="rita@lilliput.example")
    officer = an_officer(session, funder, email="jon@lilliput.example")
    seat = a_seat(session, round_, funder, person_id=person.id)
    actors = [actor_for(session, found.id) for found in (person, officer, manager)]
    return Bench(round_, funder, organisation, application, seat, *actors)


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)))


def sees(session: Session, actor: Actor, application: Application) -> bool:
    facts = application_facts(session, application.id)
    return bool(may(actor, Action.VIEW_APPLICATION, facts))


def test_declaring_bars_at_once_and_takes_the_reviewer_off(session: Session, bench: Bench) -> None:
    assignment = an_assignment(session, bench.application, bench.seat)
    assert sees(session, bench.reviewer, bench.application)
    declare_conflict(
        session, bench.application.id, note="My sister works there", actor=bench.reviewer, now=NOW
    )
    assert assignment.state is AssignmentState.CONFLICTED
    assert not sees(session, bench.reviewer, bench.application)
    assert events(session) == ["conflict.declared", "assignment.conflicted"]


def test_declaring_twice_changes_nothing(session: Session, bench: Bench) -> None:
    conflicts = [
        declare_conflict(session, bench.application.id, note=note, actor=bench.reviewer, now=NOW)
        for note in ("First", "Second")
    ]
    assert conflicts[0] is conflicts[1]
    assert conflicts[0].note == "First"
    assert events(session) == ["conflict.declared"]


def test_a_dismissed_declaration_can_be_made_again(session: Session, bench: Bench) -> None:
    declared = declare_conflict(
        session, bench.application.id, note="First", actor=bench.reviewer, now=NOW
    )
    dismiss(session, declared, bench.manager)
    declare_conflict(session, bench.application.id, note="Second", actor=bench.reviewer, now=NOW)
    assert (declared.state, declared.note) == (ConflictState.CONFIRMED, "Second")


@pytest.mark.parametrize("note", ["", " \n\t", "x" * 2_001])
def test_a_declaration_says_in_some_words_what_the_tie_is(
    session: Session, bench: Bench, note: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        declare_conflict(session, bench.application.id, note=note, actor=bench.reviewer, now=NOW)
    assert [problem.field for problem in refusal.value.problems] == ["note"]
    assert session.scalars(select(Conflict)).all() == []


def test_an_officer_declares_for_the_whole_funder(session: Session, bench: Bench) -> None:
    assignment = an_assignment(session, bench.application, bench.seat)
    declare_conflict(
        session,
        bench.application.id,
        note="We invested",
        funder_id=bench.funder.id,
        actor=bench.officer,
        now=NOW,
    )
    assert assignment.state is AssignmentState.CONFLICTED
    assert not sees(session, bench.officer, bench.application)
    assert not sees(session, bench.reviewer, bench.application)
    assert sees(session, bench.manager, bench.application)


def test_nobody_declares_for_a_funder_that_is_not_theirs(session: Session, bench: Bench) -> None:
    with pytest.raises(NotAllowed, match="whole funder"):
        declare_conflict(
            session,
            bench.application.id,
            note="No",
            funder_id=bench.funder.id,
            actor=bench.reviewer,
            now=NOW,
        )


def test_outsiders_do_not_declare(session: Session, bench: Bench) -> None:
    outsider = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        declare_conflict(session, bench.application.id, note="No", actor=outsider, now=NOW)


def test_a_manager_records_a_recusal_for_somebody(session: Session, bench: Bench) -> None:
    conflict = record_conflict(
        session,
        bench.application.id,
        person_id=bench.seat.person_id,
        note="Told us by phone",
        actor=bench.manager,
        now=NOW,
    )
    assert (conflict.state, conflict.source) == (ConflictState.CONFIRMED, ConflictSource.DECLARED)
    assert conflict.recorded_by_id == bench.manager.person_id
    assert events(session) == ["conflict.recorded"]


def test_a_record_needs_exactly_one_party(session: Session, bench: Bench) -> None:
    for party in (
        {},
        {"person_id": bench.seat.person_id, "funder_id": bench.funder.id},
        {"person_id": bench.funder.id},
        {"funder_id": a_funder(session).id},
    ):
        with pytest.raises(InvalidInput):
            record_conflict(
                session, bench.application.id, note="x", actor=bench.manager, now=NOW, **party
            )


def test_what_the_data_show_is_proposed_once_and_bars(session: Session, bench: Bench) -> None:
    session.add(
        Investment(
            funder_id=bench.funder.id,
            organisation_id=bench.organisation.id,
            recorded_by_id=bench.manager.person_id,
            recorded_at=NOW,
        )
    )
    session.get_one(Person, bench.seat.person_id).email = "rita@zembla.example"
    assignment = an_assignment(session, bench.application, bench.seat)
    found = propose_conflicts(session, bench.round.id, actor=bench.manager, now=NOW)
    assert [(conflict.source, conflict.note) for conflict in found] == [
        (ConflictSource.FUNDER_INVESTED, "Lilliput Foundation holds a stake in Zembla Gauge."),
        (
            ConflictSource.SAME_MAIL_DOMAIN,
            "Rita Sample and Zembla Gauge have mail addresses at zembla.example.",
        ),
    ]
    assert {conflict.state for conflict in found} == {ConflictState.PROPOSED}
    assert assignment.state is AssignmentState.ACCEPTED
    assert not sees(session, bench.reviewer, bench.application)
    assert propose_conflicts(session, bench.round.id, actor=bench.manager, now=NOW) == []


def test_team_groups_are_read(session: Session, bench: Bench) -> None:
    columns = [{"code": "name", "label": "Name", "kind": "short_text"}]
    question = a_question(
        session,
        a_section(session, bench.round),
        kind="group",
        code="team",
        settings={"columns": columns},
    )
    session.add(
        Answer(
            application_id=bench.application.id,
            question_id=question.id,
            value=[{"name": "Sample, Rita"}, {"name": None}],
            changed_by_id=bench.application.contact_id,
            changed_at=NOW,
        )
    )
    found = propose_conflicts(session, bench.round.id, actor=bench.manager, now=NOW)
    assert [(conflict.person_id, conflict.source) for conflict in found] == [
        (bench.seat.person_id, ConflictSource.NAMED_TEAM_MEMBER)
    ]


def test_members_of_the_applicant_are_found_among_managers(session: Session, bench: Bench) -> None:
    member = a_member(session, bench.organisation, email="x@gmail.com", is_fund_manager=True)
    found = propose_conflicts(session, bench.round.id, actor=bench.manager, now=NOW)
    assert [(conflict.person_id, conflict.source) for conflict in found] == [
        (member.id, ConflictSource.SAME_ORGANISATION)
    ]


def test_drafts_are_left_alone(session: Session, bench: Bench) -> None:
    bench.application.state = ApplicationState.DRAFT
    a_member(session, bench.organisation, is_fund_manager=True)
    assert propose_conflicts(session, bench.round.id, actor=bench.manager, now=NOW) == []


def proposed(session: Session, bench: Bench, person_id: object) -> Conflict:
    conflict = Conflict(
        application_id=bench.application.id,
        person_id=person_id,
        source=ConflictSource.SAME_MAIL_DOMAIN,
        state=ConflictState.PROPOSED,
        note="Evidence.",
        recorded_by_id=bench.manager.person_id,
        recorded_at=NOW,
    )
    session.add(conflict)
    session.flush()
    return conflict


def dismiss(session: Session, conflict: Conflict, actor: Actor, note: str = "Namesakes") -> None:
    resolve_conflict(
        session, conflict.id, state=ConflictState.DISMISSED, note=note, actor=actor, now=NOW
    )


def test_dismissing_lifts_the_bar(session: Session, bench: Bench) -> None:
    an_assignment(session, bench.application, bench.seat)
    conflict = proposed(session, bench, bench.seat.person_id)
    dismiss(session, conflict, bench.manager)
    assert (conflict.state, conflict.note, conflict.resolution) == (
        ConflictState.DISMISSED,
        "Evidence.",
        "Namesakes",
    )
    assert sees(session, bench.reviewer, bench.application)


def test_confirming_takes_the_reviewer_off(session: Session, bench: Bench) -> None:
    assignment = an_assignment(session, bench.application, bench.seat, state=AssignmentState.DONE)
    conflict = proposed(session, bench, bench.seat.person_id)
    for _ in range(2):
        resolve_conflict(
            session,
            conflict.id,
            state=ConflictState.CONFIRMED,
            note="",
            actor=bench.manager,
            now=NOW,
        )
    assert assignment.state is AssignmentState.CONFLICTED
    assert events(session) == ["conflict.confirmed", "assignment.conflicted"]


def test_a_dismissal_needs_a_note(session: Session, bench: Bench) -> None:
    with pytest.raises(InvalidInput, match="why this tie does not matter"):
        dismiss(session, proposed(session, bench, bench.seat.person_id), bench.manager, note=" ")


def test_nobody_resolves_their_own_conflict(session: Session, bench: Bench) -> None:
    own = proposed(session, bench, bench.manager.person_id)
    with pytest.raises(NotAllowed):
        dismiss(session, own, bench.manager)
    other = actor_for(session, a_manager(session).id)
    dismiss(session, own, other)
    with pytest.raises(NotAllowed, match="your own"):
        resolve_conflict(
            session,
            own.id,
            state=ConflictState.CONFIRMED,
            note="",
            actor=bench.manager,
            now=NOW,
        )


def test_reviewers_do_not_resolve(session: Session, bench: Bench) -> None:
    with pytest.raises(NotAllowed):
        dismiss(session, proposed(session, bench, bench.officer.person_id), bench.reviewer)
    assert session.scalars(select(Assignment)).all() == []
