"""What must always hold, and that a break is found."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from fundapp.domain.states import DecisionState, JobState
from fundapp.models import Contribution, Decision, Envelope
from fundapp.queries.checks import findings
from fundapp.services.jobs import queue_job
from tests.builders import NOW
from tests.exports.test_decisions import a_decided_round


@pytest.fixture
def decided(session: Session) -> None:
    a_decided_round(session)
    assert findings(session) == ()


def checks(session: Session) -> list[str]:
    session.flush()
    return [finding.check for finding in findings(session)]


def test_an_award_that_is_not_what_is_paid(session: Session, decided: None) -> None:
    session.execute(update(Decision).values(amount=100_000))
    (finding,) = findings(session)
    assert finding.check == "contributions equal the award"
    assert finding.sentence.endswith("EUR 1,000 awarded, contributions add up to EUR 1,000.50.")


def test_an_envelope_that_says_something_else(session: Session, decided: None) -> None:
    session.execute(update(Envelope).values(committed=1))
    assert checks(session) == ["envelopes say what is committed"]


def test_an_overdrawn_envelope(session: Session, decided: None) -> None:
    session.execute(update(Contribution).values(amount=50_000_001))
    session.execute(update(Decision).values(amount=50_000_001))
    assert checks(session) == ["no envelope is overdrawn", "envelopes say what is committed"]


def test_sums_beyond_what_an_integer_of_32_bits_holds(session: Session, decided: None) -> None:
    hundred_million = 10_000_000_000
    session.execute(update(Envelope).values(amount=hundred_million))
    session.execute(update(Contribution).values(amount=hundred_million))
    session.execute(update(Decision).values(amount=hundred_million))
    session.execute(update(Envelope).values(committed=hundred_million))
    assert findings(session) == ()


def test_a_decision_without_its_letter(session: Session, decided: None) -> None:
    session.execute(update(Decision).values(state=DecisionState.RELEASED))
    assert checks(session) == ["every decision has a letter"]


def test_a_job_that_failed(session: Session) -> None:
    job = queue_job(session, "print_documents", {}, now=NOW)
    assert job is not None
    job.state, job.last_error = JobState.FAILED, "No paper."
    session.flush()
    assert [finding.sentence for finding in findings(session)] == ["print_documents: No paper."]
