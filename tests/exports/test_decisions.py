"""Exports: who sees what, and bytes that are safe to open."""

import csv
import json
from hashlib import sha256
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed
from fundapp.domain.states import (
    ApplicationState,
    ContributionState,
    DecisionKind,
    DecisionState,
    RoundState,
)
from fundapp.exports.formats import ExportFormat
from fundapp.models import (
    Application,
    AuditEvent,
    Contribution,
    Decision,
    Envelope,
    Funder,
    Round,
)
from fundapp.queries.access import actor_for
from fundapp.services.exports import (
    WantedExport,
    export_round,
    make_export,
    round_for_export,
)
from tests.builders import (
    NOW,
    a_conflict,
    a_criterion,
    a_funder,
    a_manager,
    a_person,
    a_review,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_envelope,
    an_officer,
    an_organisation,
)
from tests.statements import counted_statements

HOSTILE = '=HYPERLINK("http://x","y")'


def a_decided_round(session: Session, *, applications: int = 1, is_blind: bool = False) -> Round:
    """A deliberating round; each application has one review and an award of 1,000.50."""
    round_ = a_round(session, RoundState.DELIBERATING, is_blind=is_blind, notice="Only a sample.")
    funder = session.scalar(select(Funder).where(Funder.code == "alpha")) or a_funder(
        session, "Alpha Fund", code="alpha"
    )
    an_envelope(session, round_, funder, committed=100_050 * applications)
    criterion = a_criterion(session, round_, code="risk")
    reviewer = a_person(session, "Rita Strict")
    seat = a_seat(session, round_, funder, person_id=reviewer.id, label="Reviewer 1")
    for _ in range(applications):
        application = an_application(
            session,
            round_,
            an_organisation(session, "Zembla Gauge"),
            ApplicationState.UNDER_REVIEW,
            title=HOSTILE,
        )
        a_review(session, an_assignment(session, application, seat), {criterion: 4})
        decision = Decision(
            round_id=round_.id,
            application_id=application.id,
            kind=DecisionKind.AWARD,
            state=DecisionState.PENDING,
            amount=100_050,
            decided_by_id=round_.created_by_id,
            decided_at=NOW,
        )
        session.add(decision)
        session.flush()
        session.add(
            Contribution(
                decision_id=decision.id,
                funder_id=funder.id,
                amount=100_050,
                state=ContributionState.APPROVED,
            )
        )
    session.flush()
    return round_


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


def exported(session: Session, round_: Round, table: str = "decisions") -> list[dict[str, str]]:
    manager = actor_for(session, round_.created_by_id)
    wanted = WantedExport(ExportFormat.CSV, table=table)
    return csv_rows(make_export(session, round_.id, wanted=wanted, actor=manager).content)


def test_a_row_tells_the_decision_and_what_it_rests_on(session: Session) -> None:
    round_ = a_decided_round(session)
    (row,) = exported(session, round_)
    wanted = {
        "round": round_.reference,
        "application": f"{round_.reference}-001",
        "title": f"'{HOSTILE}",
        "organisation": "Zembla Gauge",
        "decision": "award",
        "amount": "1000.50",
        "currency": "EUR",
        "reviews": "1",
        "raw_score": "4.0",
        "aggregated_score": "4.0",
        "letter": "",
        "paid_by_alpha": "1000.50",
        "mean_risk": "4.0",
        "reviewers": "Rita Strict (Alpha Fund): 4.00",
        "notice": "Only a sample.",
    }
    assert {name: row[name] for name in wanted} == wanted


def test_the_other_tables(session: Session) -> None:
    round_ = a_decided_round(session)
    (part,) = exported(session, round_, "contributions")
    assert (part["funder"], part["amount"]) == ("Alpha Fund", "1000.50")
    (envelope,) = exported(session, round_, "envelopes")
    assert (envelope["envelope"], envelope["committed"]) == ("500000.00", "1000.50")
    (score,) = exported(session, round_, "scores")
    assert (score["reviewer"], score["criterion"], score["mark"]) == ("Rita Strict", "risk", "4")


def test_blind_rounds_name_no_reviewer_and_officers_see_no_applicant(session: Session) -> None:
    round_ = a_decided_round(session, is_blind=True)
    (score,) = exported(session, round_, "scores")
    assert score["reviewer"] == "Reviewer 1"
    officer = an_officer(session, a_funder_of(session, round_))
    rows = round_for_export(session, round_.id, actor=actor_for(session, officer.id))
    assert [row.organisation for row in rows.applications] == [""]


def a_funder_of(session: Session, round_: Round):

    return session.scalars(
        select(Funder)
        .join(Envelope, Envelope.funder_id == Funder.id)
        .where(Envelope.round_id == round_.id)
    ).one()


def test_what_a_reader_is_recused_from_is_left_out(session: Session) -> None:
    round_ = a_decided_round(session, applications=2)
    manager = actor_for(session, a_manager(session).id)
    rows = round_for_export(session, round_.id, actor=manager)
    assert (len(rows.applications), rows.recused) == (2, 0)

    application = session.scalars(select(Application).order_by(Application.number)).first()
    assert application is not None
    a_conflict(
        session,
        application.id,
        person_id=manager.person_id,
        recorded_by_id=manager.person_id,
    )
    rows = round_for_export(session, round_.id, actor=manager)
    assert ([row.reference for row in rows.applications], rows.recused) == (
        [f"{round_.reference}-002"],
        1,
    )


def test_officers_wait_for_the_end_of_reviewing(session: Session) -> None:
    round_ = a_round(session, RoundState.REVIEWING)
    funder = a_funder(session)
    an_envelope(session, round_, funder)
    officer = actor_for(session, an_officer(session, funder).id)
    with pytest.raises(NotAllowed):
        round_for_export(session, round_.id, actor=officer)


def test_who_took_a_file_is_recorded(session: Session) -> None:
    round_ = a_decided_round(session)
    manager = actor_for(session, round_.created_by_id)
    wanted = WantedExport(ExportFormat.JSON)
    made = export_round(session, round_.id, wanted=wanted, actor=manager, now=NOW)
    line = session.scalars(select(AuditEvent).where(AuditEvent.event == "round.exported")).one()
    assert line.actor_id == manager.person_id
    assert line.details["files"] == {made.filename: sha256(made.content).hexdigest()}
    assert line.details["state_sha256"] == made.state.sha256


def test_json_holds_everything_in_minor_units_too(session: Session) -> None:
    round_ = a_decided_round(session)
    manager = actor_for(session, round_.created_by_id)
    wanted = WantedExport(ExportFormat.JSON)
    made = make_export(session, round_.id, wanted=wanted, actor=manager)
    ((row,),) = [one["applications"] for one in json.loads(made.content)["rounds"]]
    assert row["title"] == HOSTILE
    assert row["contributions"]["alpha"] == {
        "minor": 100_050,
        "amount": "1000.50",
        "currency": "EUR",
    }
    assert row["reviews"][0]["marks"] == {"risk": 4}


def test_a_workbook_has_a_sheet_per_table_and_no_formula(session: Session) -> None:
    round_ = a_decided_round(session)
    manager = actor_for(session, round_.created_by_id)
    wanted = WantedExport(ExportFormat.XLSX)
    made = make_export(session, round_.id, wanted=wanted, actor=manager)
    book = load_workbook(BytesIO(made.content))
    assert book.sheetnames == [
        "Decisions",
        "Scores",
        "Contributions",
        "Envelopes",
        "Data dictionary",
    ]
    title = book["Decisions"]["C2"]
    assert (title.value, title.data_type, title.hyperlink) == (HOSTILE, "s", None)
    amount = book["Decisions"]["F2"]
    assert (amount.value, amount.data_type) == (1000.5, "n")


@pytest.mark.parametrize("is_blind", [False, True])
def test_the_number_of_statements_does_not_grow(session: Session, is_blind: bool) -> None:
    counts = []
    for applications in (1, 50):
        round_ = a_decided_round(session, applications=applications, is_blind=is_blind)
        manager = actor_for(session, round_.created_by_id)
        round_id = round_.id
        with counted_statements() as counted:
            round_for_export(session, round_id, actor=manager)
        counts.append(len(counted.statements))
    assert counts == [19, 19]
