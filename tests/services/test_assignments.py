"""Plans, single steps and the reviewers' answers."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ConflictSource,
    ConflictState,
    RoundState,
)
from fundapp.models import (
    Application,
    Assignment,
    AuditEvent,
    Conflict,
    Funder,
    OutboxMessage,
    PanelSeat,
    Round,
)
from fundapp.queries.access import actor_for
from fundapp.services.assignment_plans import (
    apply_plan,
    discard_plan,
    plan_from_pairs,
    propose_assignments,
)
from fundapp.services.assignments import (
    accept_assignment,
    assign_reviewer,
    reassign_review,
    refuse_assignment,
    withdraw_assignment,
    withdraw_open_assignments,
)
from fundapp.services.offers import due_date
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


@dataclass
class Desk:
    """A round under review: three applications, two reviewers of each of two funders."""

    round: Round
    funders: list[Funder]
    seats: list[PanelSeat]
    applications: list[Application]
    manager: Actor

    def actor(self, session: Session, seat: PanelSeat) -> Actor:
        return actor_for(session, seat.person_id)


@pytest.fixture
def desk(session: Session) -> Desk:
    round_ = a_round(session, RoundState.REVIEWING, reviews_wanted=2, funders_wanted=2)
    funders = [a_funder(session, name) for name in ("Lilliput Foundation", "Erewhon Trust")]
    seats = []
    for funder in funders:
        an_envelope(session, round_, funder)
        for name in ("Rita Sample", "Otto Sample"):
            person = a_person(session, f"{name} of {funder.name}")
            seats.append(a_seat(session, round_, funder, person_id=person.id, review_load=3))
    organisation = an_organisation(session)
    applications = [
        an_application(session, round_, organisation, ApplicationState.UNDER_REVIEW)
        for _ in range(3)
    ]
    manager = actor_for(session, a_manager(session).id)
    return Desk(round_, funders, seats, applications, manager)


def conflict(session: Session, application: Application, **party: object) -> Conflict:
    row = Conflict(
        application_id=application.id,
        source=ConflictSource.DECLARED,
        state=ConflictState.CONFIRMED,
        recorded_by_id=application.contact_id,
        recorded_at=NOW,
        **party,
    )
    session.add(row)
    session.flush()
    return row


def mails(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.to_address)))


def assignments(session: Session) -> list[Assignment]:
    return list(session.scalars(select(Assignment)))


def test_a_proposal_gives_each_application_two_reviewers_of_two_funders(
    session: Session, desk: Desk
) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    applied = apply_plan(session, plan.id, actor=desk.manager, now=NOW)
    for application in desk.applications:
        own = [a for a in applied.assignments if a.application_id == application.id]
        assert {a.funder_id for a in own} == {funder.id for funder in desk.funders}
        assert len(own) == 2
    assert {a.state for a in applied.assignments} == {AssignmentState.OFFERED}
    assert {a.due_at for a in applied.assignments} == {desk.round.reviews_due_at}


def test_each_reviewer_gets_one_mail_that_lists_theirs(session: Session, desk: Desk) -> None:
    a, b, c = desk.applications
    rita, otto = desk.seats[0], desk.seats[2]
    pairs = [(a.id, rita.person_id), (b.id, rita.person_id), (c.id, otto.person_id)]
    plan = plan_from_pairs(
        session, desk.round.id, pairs, method="file", actor=desk.manager, now=NOW
    )
    apply_plan(session, plan.id, actor=desk.manager, now=NOW)
    subjects = sorted(mail.subject for mail in mails(session))
    assert subjects == [
        f"1 application to review: {desk.round.title}",
        f"2 applications to review: {desk.round.title}",
    ]
    both = next(mail for mail in mails(session) if mail.subject.startswith("2"))
    listed = [line for line in both.body.splitlines() if line.startswith("EVF")]
    assert listed == [f"{found.reference}  {found.title}" for found in (a, b)]
    assert "Zembla" not in both.body


def test_applying_twice_creates_nothing_twice(session: Session, desk: Desk) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    apply_plan(session, plan.id, actor=desk.manager, now=NOW)
    before = len(assignments(session)), len(mails(session))
    again = apply_plan(session, plan.id, actor=desk.manager, now=NOW)
    assert again.was_applied_before
    assert (len(assignments(session)), len(mails(session))) == before


def test_a_conflict_that_came_up_after_the_preview_is_left_out(
    session: Session, desk: Desk
) -> None:
    application, seat = desk.applications[0], desk.seats[0]
    plan = plan_from_pairs(
        session,
        desk.round.id,
        [(application.id, seat.person_id)],
        method="file",
        actor=desk.manager,
        now=NOW,
    )
    conflict(session, application, funder_id=desk.funders[0].id)
    applied = apply_plan(session, plan.id, actor=desk.manager, now=NOW)
    assert applied.assignments == ()
    assert applied.left_out == (
        f"Rita Sample of Lilliput Foundation has a conflict of interest with "
        f"{application.reference}.",
    )


def test_a_proposal_never_asks_a_barred_reviewer_or_one_who_refused(
    session: Session, desk: Desk
) -> None:
    application = desk.applications[0]
    conflict(session, application, person_id=desk.seats[0].person_id)
    an_assignment(session, application, desk.seats[2], state=AssignmentState.REFUSED)
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    asked = {p["person_id"] for p in plan.pairs if p["application_id"] == str(application.id)}
    assert asked == {str(desk.seats[1].person_id), str(desk.seats[3].person_id)}


def test_a_proposal_keeps_what_exists(session: Session, desk: Desk) -> None:
    for application in desk.applications:
        for seat in (desk.seats[0], desk.seats[2]):
            an_assignment(session, application, seat)
    with pytest.raises(WrongState, match="nothing to add"):
        propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)


def test_a_proposal_says_who_is_short(session: Session, desk: Desk) -> None:
    application = desk.applications[1]
    conflict(session, application, funder_id=desk.funders[1].id)
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    assert plan.shortfalls == [
        f"{application.reference} has reviewers from 1 funder and wants them from 2."
    ]


def test_the_same_seed_gives_the_same_proposal(session: Session, desk: Desk) -> None:
    first = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    second = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    assert second.pairs == first.pairs
    assert first.discarded_at == NOW


def test_impossible_pairs_are_all_told_and_nothing_is_stored(session: Session, desk: Desk) -> None:
    application, seat = desk.applications[0], desk.seats[0]
    stranger = a_person(session)
    an_assignment(session, application, desk.seats[1])
    seat.review_load = 1
    pairs = [
        (application.id, stranger.id),
        (application.id, desk.seats[1].person_id),
        (application.id, seat.person_id),
        (application.id, seat.person_id),
        (desk.applications[1].id, seat.person_id),
    ]
    with pytest.raises(InvalidInput) as refusal:
        plan_from_pairs(session, desk.round.id, pairs, method="file", actor=desk.manager, now=NOW)
    name = "Rita Sample of Lilliput Foundation"
    assert [(p.field, p.sentence) for p in refusal.value.problems] == [
        ("pair-0", "This person does not sit on this round's panel."),
        (
            "pair-1",
            f"Otto Sample of Lilliput Foundation is assigned to {application.reference} already.",
        ),
        ("pair-3", "This pair comes twice. Remove one."),
        ("pair-4", f"{name} takes at most 1 reviews and would have 2."),
    ]


def test_a_discarded_plan_cannot_be_applied(session: Session, desk: Desk) -> None:
    plan = propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)
    discard_plan(session, plan.id, actor=desk.manager, now=NOW)
    with pytest.raises(WrongState, match="discarded"):
        apply_plan(session, plan.id, actor=desk.manager, now=NOW)


def test_only_managers_assign(session: Session, desk: Desk) -> None:
    reviewer = desk.actor(session, desk.seats[0])
    with pytest.raises(NotAllowed):
        propose_assignments(session, desk.round.id, actor=reviewer, now=NOW)
    with pytest.raises(NotAllowed):
        assign_reviewer(
            session, desk.applications[0].id, desk.seats[0].person_id, actor=reviewer, now=NOW
        )


def test_assigning_stops_when_reviewing_has_ended(session: Session, desk: Desk) -> None:
    desk.round.state = RoundState.DELIBERATING
    with pytest.raises(WrongState, match="deliberating"):
        propose_assignments(session, desk.round.id, actor=desk.manager, now=NOW)


def test_a_reviewer_is_asked_by_hand_once(session: Session, desk: Desk) -> None:
    ids = desk.applications[0].id, desk.seats[0].person_id
    first = assign_reviewer(session, *ids, reason="Knows the field", actor=desk.manager, now=NOW)
    second = assign_reviewer(session, *ids, actor=desk.manager, now=NOW)
    assert second is first
    assert len(mails(session)) == 1


def test_a_barred_reviewer_cannot_be_asked_by_hand(session: Session, desk: Desk) -> None:
    application, seat = desk.applications[0], desk.seats[0]
    conflict(session, application, person_id=seat.person_id)
    with pytest.raises(InvalidInput, match="has a conflict of interest"):
        assign_reviewer(session, application.id, seat.person_id, actor=desk.manager, now=NOW)


def test_a_barred_manager_cannot_assign_there(session: Session, desk: Desk) -> None:
    application = desk.applications[0]
    conflict(session, application, person_id=desk.manager.person_id)
    with pytest.raises(NotAllowed, match="closed to you"):
        assign_reviewer(
            session, application.id, desk.seats[0].person_id, actor=desk.manager, now=NOW
        )


def test_a_late_review_goes_to_somebody_else_in_one_step(session: Session, desk: Desk) -> None:
    late = an_assignment(session, desk.applications[0], desk.seats[0], due_at=NOW)
    new = reassign_review(
        session, late.id, desk.seats[1].person_id, actor=desk.manager, now=NOW + timedelta(days=1)
    )
    assert (late.state, new.state) == (AssignmentState.WITHDRAWN, AssignmentState.OFFERED)
    assert sorted(mail.subject.split()[0] for mail in mails(session)) == ["1", "You"]


def test_reassigning_to_the_same_person_is_refused(session: Session, desk: Desk) -> None:
    late = an_assignment(session, desk.applications[0], desk.seats[0])
    with pytest.raises(InvalidInput, match="somebody else"):
        reassign_review(session, late.id, late.person_id, actor=desk.manager, now=NOW)


def test_a_review_that_is_in_stays(session: Session, desk: Desk) -> None:
    done = an_assignment(session, desk.applications[0], desk.seats[0], state=AssignmentState.DONE)
    with pytest.raises(WrongState, match="stays"):
        withdraw_assignment(session, done.id, reason="", actor=desk.manager, now=NOW)


def test_open_assignments_of_an_application_are_taken_back(session: Session, desk: Desk) -> None:
    application = desk.applications[0]
    states = (AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.DONE)
    rows = [
        an_assignment(session, application, seat, state=state)
        for seat, state in zip(desk.seats, states, strict=False)
    ]
    count = withdraw_open_assignments(
        session, [application.id], reason="It was withdrawn.", actor=desk.manager, now=NOW
    )
    assert count == 2
    assert [row.state for row in rows] == [
        AssignmentState.WITHDRAWN,
        AssignmentState.WITHDRAWN,
        AssignmentState.DONE,
    ]


def test_a_reviewer_accepts_and_may_still_refuse(session: Session, desk: Desk) -> None:
    row = an_assignment(session, desk.applications[0], desk.seats[0], state=AssignmentState.OFFERED)
    reviewer = desk.actor(session, desk.seats[0])
    accept_assignment(session, row.id, actor=reviewer, now=NOW)
    accept_assignment(session, row.id, actor=reviewer, now=NOW)
    assert row.state is AssignmentState.ACCEPTED
    refuse_assignment(session, row.id, note=" No time\x00 ", actor=reviewer, now=NOW)
    refuse_assignment(session, row.id, note="again", actor=reviewer, now=NOW)
    assert (row.state, row.answer_note) == (AssignmentState.REFUSED, "No time")
    events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events == ["assignment.accepted", "assignment.refused"]


def test_nobody_answers_for_somebody_else(session: Session, desk: Desk) -> None:
    row = an_assignment(session, desk.applications[0], desk.seats[0], state=AssignmentState.OFFERED)
    other = desk.actor(session, desk.seats[1])
    with pytest.raises(NotAllowed):
        accept_assignment(session, row.id, actor=other, now=NOW)
    with pytest.raises(NotAllowed):
        refuse_assignment(session, row.id, note="", actor=other, now=NOW)


def test_an_endless_note_is_refused_with_its_length(session: Session, desk: Desk) -> None:
    row = an_assignment(session, desk.applications[0], desk.seats[0])
    with pytest.raises(InvalidInput, match=r"Shorten this to 2,000 characters. It has 10,000,000."):
        refuse_assignment(
            session,
            row.id,
            note="x" * 10_000_000,
            actor=desk.actor(session, desk.seats[0]),
            now=NOW,
        )


@pytest.mark.parametrize(
    ("days_before_the_end", "days_given"), [(30, 30), (7, 7), (3, 7), (-10, 7)]
)
def test_a_reviewer_asked_late_still_has_a_week(
    session: Session, days_before_the_end: int, days_given: int
) -> None:
    end = NOW + timedelta(days=days_before_the_end)
    round_ = a_round(session, RoundState.REVIEWING, reviews_due_at=end)
    assert due_date(round_, now=NOW) == NOW + timedelta(days=days_given)


def test_a_round_without_an_end_of_reviews_gives_no_due_date(session: Session) -> None:
    round_ = a_round(session, RoundState.REVIEWING, reviews_due_at=None)
    assert due_date(round_, now=NOW) is None
