"""Applications and reviews from files: all or nothing, through the services."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.csv_files import FileRefused
from fundapp.domain.errors import NotAllowed, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, AssignmentState, RoundState
from fundapp.models import (
    Application,
    Assignment,
    AuditEvent,
    Criterion,
    Organisation,
    OutboxMessage,
    PanelSeat,
    Person,
    Review,
    Round,
    Score,
)
from fundapp.queries.access import actor_for
from fundapp.services.application_imports import import_applications
from fundapp.services.review_imports import import_reviews
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_manager,
    a_person,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_assignment,
    an_envelope,
    an_organisation,
)

APPLICATIONS = b"""application,title,organisation,amount,currency,risk
p1,A gauge,Zembla Gauge,1000.50,EUR,Harm
p2,A probe,Laputa Probe,,EUR,
"""
REVIEWS = "application,reviewer,funder,criterion,mark,confidence,comment\n"


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


@pytest.fixture
def open_round(session: Session) -> Round:
    round_ = a_round(session)
    section = a_section(session, round_)
    a_question(session, section, code="title", label="Title")
    a_question(session, section, code="amount", kind="money", label="How much?")
    a_question(session, section, code="risk", label="Risk")
    return round_


@pytest.fixture
def reviewing(session: Session) -> Round:
    round_ = a_round(session, RoundState.REVIEWING)
    an_envelope(session, round_, a_funder(session, code="alpha"))
    a_criterion(session, round_, code="risk")
    for key in ("p1", "p2"):
        an_application(
            session,
            round_,
            an_organisation(session),
            ApplicationState.UNDER_REVIEW,
            source_key=key,
        )
    return round_


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_applications_are_submitted_with_what_is_there(
    session: Session, open_round: Round, manager: Actor
) -> None:
    loaded = import_applications(session, open_round.id, APPLICATIONS, actor=manager, now=NOW)
    assert (loaded.loaded, loaded.incomplete) == (2, 1)
    rows = session.scalars(select(Application).order_by(Application.number)).all()
    assert [
        (
            row.source_key,
            row.title,
            row.amount_requested,
            row.state,
            row.is_imported,
            row.is_complete,
        )
        for row in rows
    ] == [
        ("p1", "A gauge", 100_050, ApplicationState.SUBMITTED, True, True),
        ("p2", "A probe", None, ApplicationState.SUBMITTED, True, False),
    ]
    assert count(session, OutboxMessage) == 0


def test_loading_is_recorded_with_the_files_hash(
    session: Session, open_round: Round, manager: Actor
) -> None:
    import_applications(session, open_round.id, APPLICATIONS, actor=manager, now=NOW)
    line = session.scalars(
        select(AuditEvent).where(AuditEvent.event == "round.applications_imported")
    ).one()
    assert (line.actor_id, line.details["count"], len(line.details["sha256"])) == (
        manager.person_id,
        2,
        64,
    )


def test_the_same_file_twice_is_refused(
    session: Session, open_round: Round, manager: Actor
) -> None:
    import_applications(session, open_round.id, APPLICATIONS, actor=manager, now=NOW)
    with pytest.raises(FileRefused) as refusal:
        import_applications(session, open_round.id, APPLICATIONS, actor=manager, now=NOW)
    assert [(cell.line, cell.column) for cell in refusal.value.bad_cells] == [
        (2, "application"),
        (3, "application"),
    ]


def test_one_organisation_has_one_application_of_a_grant_round(
    session: Session, open_round: Round, manager: Actor
) -> None:
    import_applications(session, open_round.id, APPLICATIONS, actor=manager, now=NOW)
    again = APPLICATIONS.replace(b"p1", b"p3").replace(b"p2", b"p4")
    with pytest.raises(FileRefused) as refusal:
        import_applications(session, open_round.id, again, actor=manager, now=NOW)
    assert [(cell.line, cell.column) for cell in refusal.value.bad_cells] == [(2, "organisation")]
    assert count(session, Organisation) == 2


def test_nothing_is_loaded_after_the_deadline(session: Session, manager: Actor) -> None:
    closed = a_round(session, RoundState.SCREENING)
    a_question(session, a_section(session, closed), code="title", label="Title")
    content = b"application,title,organisation\np1,A,Z\n"
    with pytest.raises(FileRefused) as refusal:
        import_applications(session, closed.id, content, actor=manager, now=NOW)
    assert refusal.value.bad_cells[0].line == 2


def test_only_managers_load(session: Session, open_round: Round, reviewing: Round) -> None:
    stranger = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        import_applications(session, open_round.id, APPLICATIONS, actor=stranger, now=NOW)
    with pytest.raises(NotAllowed):
        import_reviews(session, reviewing.id, b"", actor=stranger, now=NOW)


def test_new_reviewers_are_seated_and_their_reviews_are_in(
    session: Session, reviewing: Round, manager: Actor
) -> None:
    content = f"{REVIEWS}p1,Anonymous 1,alpha,risk,4,3,\np2,Anonymous 1,alpha,risk,2,,Thin\n"
    loaded = import_reviews(session, reviewing.id, content.encode(), actor=manager, now=NOW)
    assert (loaded.loaded, loaded.new_reviewers) == (2, 1)
    seat = session.scalars(select(PanelSeat).where(PanelSeat.round_id == reviewing.id)).one()
    assert (session.get_one(Person, seat.person_id).name, seat.review_load) == ("Anonymous 1", 2)
    rows = session.execute(
        select(Score.mark, Score.shared_comment, Review.confidence, Assignment.state)
        .join(Review, Review.id == Score.review_id)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .order_by(Score.mark)
    ).all()
    assert [tuple(row) for row in rows] == [
        (2, "Thin", None, AssignmentState.DONE),
        (4, "", 3, AssignmentState.DONE),
    ]
    assert count(session, OutboxMessage) == 0


def test_a_reviewer_of_the_panel_is_found_and_asked_once(
    session: Session, reviewing: Round, manager: Actor
) -> None:
    funder_id = session.scalars(select(PanelSeat.funder_id)).first()
    assert funder_id is None
    funder = a_funder(session, "Beta Trust", code="beta")
    an_envelope(session, reviewing, funder)
    seat = a_seat(session, reviewing, funder, label="Reviewer 1")
    application = session.scalars(select(Application).where(Application.source_key == "p1")).one()
    assignment = an_assignment(session, application, seat)
    content = f"{REVIEWS}{application.reference},reviewer 1,Beta Trust,risk,5,,\n".encode()
    import_reviews(session, reviewing.id, content, actor=manager, now=NOW)
    assert assignment.state is AssignmentState.DONE
    assert count(session, Assignment) == 1
    with pytest.raises(FileRefused) as refusal:
        import_reviews(session, reviewing.id, content, actor=manager, now=NOW)
    assert refusal.value.bad_cells[0].sentence == "This reviewer's review is in already."


def test_reviews_are_loaded_while_the_round_is_reviewing(
    session: Session, open_round: Round, manager: Actor
) -> None:
    with pytest.raises(WrongState, match="This round is open"):
        import_reviews(session, open_round.id, REVIEWS.encode(), actor=manager, now=NOW)


def test_a_file_says_none_of_evidence_or_nothing(
    session: Session, reviewing: Round, manager: Actor
) -> None:
    criterion = session.scalars(select(Criterion).where(Criterion.round_id == reviewing.id)).one()
    criterion.wants_evidence = True
    session.flush()
    heads = "application,reviewer,funder,criterion,mark,confidence,comment,evidence\n"
    rows = "p1,Ann,alpha,risk,4,3,Good,none\np2,Ann,alpha,risk,3,3,Fair,\n"
    import_reviews(session, reviewing.id, (heads + rows).encode(), actor=manager, now=NOW)
    scores = session.scalars(select(Score).order_by(Score.mark)).all()
    assert [(one.mark, one.evidence) for one in scores] == [(3, None), (4, [])]
    wrong = heads + "p1,Bob,alpha,risk,4,3,Good,run.eval\n"
    with pytest.raises(FileRefused) as refused:
        import_reviews(session, reviewing.id, wrong.encode(), actor=manager, now=NOW)
    assert [(cell.column, cell.sentence) for cell in refused.value.bad_cells] == [
        (
            "evidence",
            "Write none for no evidence, or leave it empty. A file names no logs.",
        )
    ]
