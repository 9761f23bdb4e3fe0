"""The prize rules of a draft: written, checked, frozen, and told to everybody."""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fundapp.domain.states import RoundKind, RoundState
from fundapp.models import AuditEvent, PrizeRung, Question, Round
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_manager,
    a_question,
    a_round,
    a_section,
    an_envelope,
)
from tests.web.test_rounds import Browser, version_on

CATEGORIES = ("Cyber", "Deception")
RULES = {
    "gates": ["readable_log", "whole_dataset"],
    "samples": "500",
    "compares_pairs": "y",
    "rerun_days": "14",
    "rerun_margin": "2",
    "has_gallery": "y",
}


@pytest.fixture
def manager(session: Session, client_of: Browser) -> FlaskClient:
    return client_of(a_manager(session))


@pytest.fixture
def draft(session: Session) -> Round:
    """A draft prize round that could open, but for what a test takes away."""
    round_ = a_round(
        session,
        RoundState.DRAFT,
        kind=RoundKind.PRIZE,
        summary="A prize (sample).",
        call_text="Enter.",
        reviews_due_at=NOW + timedelta(weeks=10),
        reviews_wanted=1,
        funders_wanted=1,
    )
    section = a_section(session, round_)
    a_question(session, section, code="title")
    a_question(
        session,
        section,
        code="prize_category",
        kind="single_choice",
        settings={"options": list(CATEGORIES)},
    )
    a_question(session, section, code="evidence", kind="file", label="Logs")
    a_criterion(session, round_, weight=100)
    an_envelope(session, round_, a_funder(session), amount=9_000_000)
    session.commit()
    return round_


def saved(manager: FlaskClient, draft: Round, **changes: object) -> int:
    """Post the prize rules as a browser that has just opened the page."""
    path = f"/rounds/{draft.id}/prize-rules"
    posted = {**RULES, "version": version_on(manager, path), **changes}
    return manager.post(path, data=posted).status_code


def with_prizes(manager: FlaskClient, draft: Round, *categories: str) -> None:
    path = f"/rounds/{draft.id}/prizes"
    posted = {"version": version_on(manager, path)}
    for place, category in enumerate(categories):
        posted |= {
            f"prizes-{place}-title": f"Prize {place + 1}",
            f"prizes-{place}-amount": "1,000",
            f"prizes-{place}-category": category,
        }
    assert manager.post(path, data=posted).status_code == 303


def test_rules_are_written_frozen_and_told(
    session: Session, manager: FlaskClient, draft: Round, client: FlaskClient
) -> None:
    with_prizes(manager, draft, *CATEGORIES, "")
    votes = {"votes_open_at": "2026-12-20T12:00", "votes_close_at": "2027-01-03T12:00"}
    assert saved(manager, draft, **votes) == 303
    shown = manager.get(f"/rounds/{draft.id}/prize-rules").text
    assert 'value="500"' in shown
    assert manager.post(f"/rounds/{draft.id}/opening").status_code == 303
    session.expire_all()
    frozen = json.loads(draft.rules)
    assert frozen["settings"]["prize_rules"] == {
        "gates": [{"code": "readable_log"}, {"code": "whole_dataset", "samples": 500}],
        "compares_pairs": True,
        "rerun_days": 14,
        "rerun_margin": 2,
        "votes_open_at": "2026-12-20T12:00:00+00:00",
        "votes_close_at": "2027-01-03T12:00:00+00:00",
        "has_gallery": True,
    }
    assert [one.get("category") for one in frozen["prizes"]] == [*CATEGORIES, None]
    for page in (f"/calls/{draft.reference}", f"/calls/{draft.reference}/rules"):
        told = client.get(page).text
        for words in ("at least 500 samples", "within 14 days", "within 2 percent", "Cyber"):
            assert words in told
        assert "From Sunday 20 December 2026, 12:00 UTC" in told
    assert manager.post(f"/rounds/{draft.id}/prize-rules", data=RULES).status_code == 409


def test_who_saves_over_another_sees_both(manager: FlaskClient, draft: Round) -> None:
    path = f"/rounds/{draft.id}/prize-rules"
    first = version_on(manager, path)
    assert saved(manager, draft, rerun_days="30") == 303
    answer = manager.post(path, data={**RULES, "version": first})
    assert answer.status_code == 409
    assert "Another team runs a winner’s evaluation again within 30 days" in answer.text
    assert 'value="14"' in answer.text
    again = answer.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    assert manager.post(path, data={**RULES, "version": again}).status_code == 303


def test_saving_the_same_leaves_one_audit_line(
    session: Session, manager: FlaskClient, draft: Round
) -> None:
    assert saved(manager, draft) == 303
    assert saved(manager, draft) == 303
    lines = session.scalars(select(AuditEvent).where(AuditEvent.event == "round.prize_rules_set"))
    assert len(lines.all()) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"samples": "many"}, "Enter a whole number, such as 3."),
        ({"samples": "0"}, "Enter a number of samples from 1"),
        ({"rerun_days": "500"}, "Give the verifier 1 to 120 days"),
        ({"rerun_margin": "51"}, "Enter 0 to 50 percent."),
        ({"votes_open_at": "2026-12-20T12:00"}, "Give the vote both a beginning and an end"),
        (
            {"votes_open_at": "2026-11-01T12:00", "votes_close_at": "2026-12-30T12:00"},
            "Let the vote begin when entries have closed.",
        ),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    manager: FlaskClient, draft: Round, change: dict[str, str], sentence: str
) -> None:
    answer = manager.post(f"/rounds/{draft.id}/prize-rules", data={**RULES, **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert all(f'value="{text}"' in answer.text for text in change.values())


def test_moving_a_deadline_into_the_vote_is_said_on_the_settings_page(
    manager: FlaskClient, draft: Round
) -> None:
    votes = {"votes_open_at": "2026-12-20T12:00", "votes_close_at": "2026-12-30T12:00"}
    assert saved(manager, draft, **votes) == 303
    answer = manager.post(
        f"/rounds/{draft.id}/settings",
        data={
            "title": "Prize",
            "currency": "EUR",
            "time_zone": "UTC",
            "version": "1",
            "closes_at": "2026-12-24T12:00",
            "reviews_due_at": "2026-12-28T12:00",
            "reviews_wanted": "1",
            "funders_wanted": "1",
            "retention_months": "84",
            **dict.fromkeys(("answer_days", "appeal_days", "appeal_answer_days"), "10"),
            "reserve_days": "30",
        },
    )
    assert answer.status_code == 422
    assert "The public vote begins before that." in answer.text
    assert "The public vote ends after that." in answer.text


def test_readiness_names_what_contradicts(
    session: Session, manager: FlaskClient, draft: Round
) -> None:
    with_prizes(manager, draft, "Cyber", "Cyber")
    assert saved(manager, draft, gates=["licence", "revision", "responsible_release"]) == 303
    rung = session.scalars(select(PrizeRung)).first()
    assert rung is not None
    rung.category = "Biology"
    session.execute(delete(Question).where(Question.code == "evidence"))
    session.commit()
    page = manager.get(f"/rounds/{draft.id}/opening").text
    for sentence in (
        "is for “Biology”, which is no answer to the question",
        "Nobody can win in “Deception”. Add a prize for it.",
        "A gate reads logs. Add a question for files that takes text or archives",
        "A gate reads the answer on the licence. Ask for it, with the code “licence”",
        "A gate reads the answer on responsible release.",
        "Winners are run again, but no question takes logs",
    ):
        assert sentence in page
    assert manager.post(f"/rounds/{draft.id}/opening").status_code == 422
    assert "Biology (not in the form)" in manager.get(f"/rounds/{draft.id}/prizes").text


def test_a_grant_round_has_no_prize_rules(session: Session, manager: FlaskClient) -> None:
    grant = a_round(session, RoundState.DRAFT)
    session.commit()
    assert manager.get(f"/rounds/{grant.id}/prize-rules").status_code == 404
    assert "Prize rules" not in manager.get(f"/rounds/{grant.id}/funders").text


def test_a_copy_keeps_the_rules_and_moves_the_vote(
    session: Session, manager: FlaskClient, draft: Round
) -> None:
    with_prizes(manager, draft, *CATEGORIES)
    votes = {"votes_open_at": "2026-12-20T12:00", "votes_close_at": "2026-12-30T12:00"}
    assert saved(manager, draft, **votes) == 303
    first = (NOW + timedelta(days=70)).date().isoformat()
    answer = manager.post(
        "/rounds/new", data={"source": str(draft.id), "opens_on": first, "time_zone": "UTC"}
    )
    assert answer.status_code == 303
    copy = session.scalars(select(Round).where(Round.copied_from_id == draft.id)).one()
    session.refresh(draft)
    moved = {"votes_open_at", "votes_close_at"}
    assert {key: value for key, value in copy.prize_rules.items() if key not in moved} == {
        key: value for key, value in draft.prize_rules.items() if key not in moved
    }
    assert copy.prize_rules["votes_open_at"] == "2027-02-28T12:00:00+00:00"
    assert [place.category for place in copy.prizes] == list(CATEGORIES)
