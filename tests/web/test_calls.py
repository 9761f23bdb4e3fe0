"""Public pages: the first page, calls, questions, eligibility, rules, awards."""

import hashlib
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fundapp.domain.rounds import settings_from_template
from fundapp.domain.states import ApplicationState, RoundState
from fundapp.domain.templates import EXCEPTIONAL_EVALUATIONS, SEED_GRANTS
from fundapp.domain.templates.shape import RoundTemplate
from fundapp.models import Round
from fundapp.queries.access import actor_for
from fundapp.services.rounds import create_round, open_round
from tests.builders import (
    NOW,
    a_funder,
    a_manager,
    a_round,
    an_application,
    an_award,
    an_envelope,
    an_organisation,
)
from tests.statements import counted_statements


def an_open_call(session: Session, template: RoundTemplate = SEED_GRANTS) -> Round:
    actor = actor_for(session, a_manager(session).id)
    settings = settings_from_template(
        template, opens_on=date(2026, 11, 2), time_zone="Africa/Nairobi"
    )
    round_ = create_round(session, settings, template=template, prefix="EVF", actor=actor, now=NOW)
    for name in ("Lilliput Foundation", "Erewhon Trust"):
        an_envelope(session, round_, a_funder(session, name))
    open_round(session, round_.id, actor=actor, now=NOW)
    session.commit()
    return round_


def test_the_call_shows_what_an_applicant_needs(session: Session, client: FlaskClient) -> None:
    round_ = an_open_call(session)
    page = client.get(f"/calls/{round_.reference}").text
    for text in (
        "Validity of the measurement",
        "Monday 14 December 2026",
        "15:00 Nairobi time (EAT), 12:00 UTC",
        "€50,000 to €250,000",
        "Lilliput Foundation",
        "€1,000,000",
        "The weights add up to 100.",
        round_.rules_hash[:4],
        "Start an application",
    ):
        assert text in page, text


def test_a_prize_call_shows_its_ladder(session: Session, client: FlaskClient) -> None:
    round_ = an_open_call(session, EXCEPTIONAL_EVALUATIONS)
    page = client.get(f"/calls/{round_.reference}").text
    assert "First prize" in page
    assert "Start an entry" in page


def test_all_questions_are_public(session: Session, client: FlaskClient) -> None:
    round_ = an_open_call(session)
    page = client.get(f"/calls/{round_.reference}/questions").text
    for question in SEED_GRANTS.questions:
        assert question.label in page


def test_after_the_deadline_nobody_is_invited_to_apply(
    session: Session, client: FlaskClient
) -> None:
    round_ = a_round(session, closes_at=NOW - timedelta(seconds=2))
    session.commit()
    page = client.get(f"/calls/{round_.reference}").text
    assert "Closed for applications" in page
    assert "Start an application" not in page


def test_a_call_to_come_says_when_it_opens(session: Session, client: FlaskClient) -> None:
    round_ = a_round(session, opens_at=NOW + timedelta(days=3))
    session.commit()
    assert "Opens soon" in client.get(f"/calls/{round_.reference}").text
    assert "Opens Thursday 5 November 2026" in client.get("/calls").text


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Your answers are not stored."),
        ({"check": "1"}, "Answer yes or no."),
        ({"is_small": "No"}, "This call is for teams of two to twelve people."),
        ({"is_small": "<script>"}, "This call is for teams of two to twelve people."),
    ],
)
def test_eligibility_answers_at_once(
    session: Session, client: FlaskClient, answers: dict[str, str], sentence: str
) -> None:
    round_ = an_open_call(session)
    answer = client.get(f"/calls/{round_.reference}/eligibility", query_string=answers)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert "You may apply." not in answer.text
    assert "<script>" not in answer.text.replace('<script type="module"', "")


def test_whoever_passes_every_gate_may_apply(session: Session, client: FlaskClient) -> None:
    round_ = an_open_call(session)
    answers = {question.code: "Yes" for question in SEED_GRANTS.questions if question.passing}
    answer = client.get(f"/calls/{round_.reference}/eligibility", query_string=answers)
    assert "You may apply." in answer.text


def test_the_downloaded_rules_have_the_published_hash(
    session: Session, client: FlaskClient
) -> None:
    round_ = an_open_call(session)
    downloaded = client.get(f"/calls/{round_.reference}/rules.json")
    assert hashlib.sha256(downloaded.data).hexdigest() == round_.rules_hash
    assert round_.rules_hash in client.get(f"/calls/{round_.reference}/rules").text


@pytest.mark.parametrize("path", ["", "/questions", "/eligibility", "/rules", "/rules.json"])
def test_a_draft_is_nowhere(session: Session, client: FlaskClient, path: str) -> None:
    draft = a_round(session, RoundState.DRAFT, title="Secret plan")
    session.commit()
    assert client.get(f"/calls/{draft.reference}{path}").status_code == 404
    assert "Secret plan" not in client.get("/calls").text + client.get("/").text


def a_paid_grant(session: Session, round_: Round) -> None:
    funders = [a_funder(session, name).id for name in ("Lilliput Foundation", "Erewhon Trust")]
    awarded = an_application(session, round_, an_organisation(session), ApplicationState.AWARDED)
    an_award(session, awarded, dict(zip(funders, (7_000_000, 3_000_000), strict=True)))
    session.commit()


def test_awards_are_shown_when_announced_only(session: Session, client: FlaskClient) -> None:
    round_ = a_round(session, RoundState.DECIDED)
    a_paid_grant(session, round_)
    assert "Judge-model drift meter" not in client.get("/awards").text
    round_.state, round_.announced_at = RoundState.ANNOUNCED, NOW
    session.commit()
    page = client.get("/awards").text
    assert "Judge-model drift meter" in page
    assert "1 grant, €100,000 together." in page
    assert "Lilliput Foundation pays €70,000, Erewhon Trust pays €30,000." in page


@pytest.mark.parametrize("count", [1, 10])
def test_public_pages_take_at_most_four_statements(
    session: Session, client: FlaskClient, count: int
) -> None:
    rounds = [an_open_call(session, EXCEPTIONAL_EVALUATIONS) for _ in range(count)]
    for round_ in rounds[1:]:
        round_.state, round_.announced_at = RoundState.ANNOUNCED, NOW
        a_paid_grant(session, round_)
    reference = rounds[0].reference
    taken = {}
    for path in (
        *("/", "/calls", "/awards", "/how-we-decide"),
        *(f"/calls/{reference}{end}" for end in ("", "/questions", "/eligibility", "/rules")),
    ):
        with counted_statements() as counted:
            assert client.get(path).status_code == 200
        taken[path.replace(reference, "")] = len(counted)
    assert taken == {
        "/": 1,
        "/calls": 1,
        "/awards": 3,
        "/how-we-decide": 0,
        "/calls/": 4,
        "/calls//questions": 2,
        "/calls//eligibility": 2,
        "/calls//rules": 4,
    }


def test_pages_stay_small(session: Session, client: FlaskClient) -> None:
    round_ = an_open_call(session)
    for path in ("/", f"/calls/{round_.reference}", f"/calls/{round_.reference}/questions"):
        assert len(client.get(path).data) < 60_000
