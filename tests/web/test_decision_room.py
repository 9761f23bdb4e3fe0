"""The decision room: a plan is tried, read, compared, entered and confirmed."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.cli.plain_files.allocate import allocate
from fundapp.domain.joint_evaluation import WishKind
from fundapp.domain.states import DecisionKind, RoundKind
from fundapp.models import (
    AllocationPlan,
    Application,
    AuditEvent,
    Decision,
    FundingWish,
    Person,
)
from fundapp.services.rankings import freeze_ranking
from fundapp.worker import run_until_idle
from tests.builders import NOW, a_conflict
from tests.services.deliberating import Deliberating, a_deliberation, a_plan
from tests.statements import counted_statements

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_deliberation(session, marks=((5, 5), (4, 4), (3, 3), (2, 2)))
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    return room


@pytest.fixture
def plan(session: Session, room: Deliberating) -> AllocationPlan:
    plan = a_plan(session, room.round.id, actor=room.actor(session))
    session.commit()
    return plan


def main_of(answer: object) -> str:
    return unescape(answer.text.split("<main")[1].split("</main")[0])  # type: ignore[attr-defined]


def bar(session: Session, application: Application, person: Person) -> None:
    a_conflict(
        session,
        application.id,
        person_id=person.id,
        recorded_by_id=person.id,
    )
    session.commit()


def test_the_whole_line_from_the_plan_to_the_officers_word(
    app: Flask, session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    at = f"/rounds/{room.round.id}"
    assert "Work out a plan" in manager.get(f"{at}/decisions").text
    made = manager.post(f"{at}/allocation-plans", data={"reserves": "1"})
    assert made.status_code == 303
    address = made.headers["Location"]
    page = main_of(manager.get(address))
    assert "Plan A funds 3 grants and leaves €0" in page
    assert "+125 %" in page
    assert "8,000 alone, 18,000 here" in page
    assert "Meter 4, place 4.</b> Meter 4 was left out: it costs EUR 200,000" in page
    run_until_idle(app)
    page = main_of(manager.get(address))
    assert "To fund it, Meter 3 would leave." in page
    sha256 = page.split('name="sha256" value="')[1][:64]
    entered = manager.post(f"{address}/enter", data={"sha256": sha256})
    assert entered.status_code == 303
    assert "4 decisions are entered" in manager.get(address).text
    officer = client_of(room.officers[0])
    assert "Confirm your parts" in officer.get(address).text
    parts = [
        part.split('"')[0]
        for part in officer.get(f"{at}/contributions").text.split('name="part" value="')[1:]
    ]
    assert officer.post(f"{at}/contributions/approve", data={"part": parts}).status_code == 303
    assert "confirmed" in main_of(manager.get(address))


def test_an_envelope_is_tried_and_nothing_is_entered(
    session: Session, room: Deliberating, plan: AllocationPlan, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    form = {f"envelope-{room.funders[1].id}": "100,000", "reserves": "0"}
    made = manager.post(f"/rounds/{room.round.id}/allocation-plans", data=form)
    page = main_of(manager.get(made.headers["Location"]))
    assert "Plan B funds 2 grants and leaves €0" in page
    assert 'value="100,000"' in page
    session.rollback()
    assert session.scalars(select(Decision)).all() == []
    compared = main_of(
        manager.get(f"/allocation-plans/{plan.id}/compared-with/{made.headers['Location'][-36:]}")
    )
    assert "Plan B has 1 grant fewer than Plan A" in compared
    assert "Meter 3" in compared


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"envelope": "much"}, "Enter an amount in EUR, such as 12500"),
        ({"envelope": "400000"}, "Lilliput Foundation has EUR 300,000 for this."),
        ({"mark": "high"}, "Enter a score, such as 2.5."),
        ({"mark": "9"}, "Enter a score from 1 to 5."),
        ({"reserves": "many"}, "Enter a whole number up to 50."),
        ({"reserves": "99"}, "Enter a whole number up to 50."),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(
    session: Session,
    room: Deliberating,
    client_of: ClientOf,
    typed: dict[str, str],
    sentence: str,
) -> None:
    funder = room.funders[0].id
    form = {
        name if name == "reserves" else f"{name}-{funder}": text for name, text in typed.items()
    }
    other = f"envelope-{room.funders[1].id}"
    answer = client_of(room.manager).post(
        f"/rounds/{room.round.id}/allocation-plans", data={other: "123,456", **form}
    )
    page = main_of(answer)
    assert (answer.status_code, sentence in page, 'value="123,456"' in page) == (422, True, True)
    session.rollback()
    assert session.scalars(select(AllocationPlan)).all() == []


def test_pins_that_cannot_be_kept_are_told(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    for application in room.applications[:2]:
        session.add(
            FundingWish(
                round_id=room.round.id,
                application_id=application.id,
                funder_id=room.funders[0].id,
                kind=WishKind.PIN,
                amount=20_000_000,
                reason="Ours.",
                entered_by_id=room.manager.id,
                entered_at=NOW,
            )
        )
    session.commit()
    answer = client_of(room.manager).post(f"/rounds/{room.round.id}/allocation-plans")
    assert answer.status_code == 422
    assert "pins EUR 400,000 and has EUR 300,000 here. Take a pin away." in main_of(answer)


@pytest.mark.parametrize("path", ["", "/compared-with/"])
def test_a_barred_reader_sees_nothing_of_that_row(
    session: Session, room: Deliberating, plan: AllocationPlan, client_of: ClientOf, path: str
) -> None:
    bar(session, room.applications[0], room.officers[0])
    address = f"/allocation-plans/{plan.id}{path}{plan.id if path else ''}"
    page = client_of(room.officers[0]).get(address).text
    assert "Meter 1" not in page
    assert "Applicant 1" not in page
    assert str(room.applications[0].id) not in page


def test_a_barred_reader_gets_no_file(
    session: Session, room: Deliberating, plan: AllocationPlan, client_of: ClientOf
) -> None:
    bar(session, room.applications[0], room.officers[0])
    answer = client_of(room.officers[0]).get(f"/allocation-plans/{plan.id}/instance.json")
    assert answer.status_code == 403


def test_a_blind_round_hides_applicants_from_officers(
    session: Session, room: Deliberating, plan: AllocationPlan, client_of: ClientOf
) -> None:
    room.round.is_blind = True
    session.commit()
    page = client_of(room.officers[0]).get(f"/allocation-plans/{plan.id}").text
    assert ("Applicant 1" in page, "Meter 1" in page) == (False, True)


def test_anybody_can_work_the_plan_out_again(
    session: Session,
    room: Deliberating,
    plan: AllocationPlan,
    client_of: ClientOf,
    tmp_path: Path,
) -> None:
    answer = client_of(room.manager).get(f"/allocation-plans/{plan.id}/instance.json")
    asked, found = tmp_path / "instance.json", tmp_path / "plan.json"
    asked.write_bytes(answer.data)
    result = CliRunner().invoke(allocate, [str(asked), "--json", str(found)])
    assert result.exit_code == 0, result.output
    again = json.loads(found.read_text())
    session.refresh(plan)
    assert again["objective"] == pytest.approx(plan.result["plan"]["objective"], rel=1e-9)
    references = {str(one.id): one.reference for one in room.applications}
    assert again["funded"] == [references[name] for name, _, _ in plan.result["plan"]["grants"]]
    session.rollback()
    events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("allocation_plan.exported") == 1


def test_an_officer_opts_out_with_a_reason(
    session: Session, room: Deliberating, client_of: ClientOf
) -> None:
    officer = client_of(room.officers[0])
    page = f"/applications/{room.applications[0].id}/wishes"
    address = f"{page}/{room.funders[0].id}"
    empty = officer.post(address, data={"kind": "pin", "amount": "12x", "reason": "Keep this."})
    assert (empty.status_code, "Keep this." in empty.text) == (422, True)
    assert officer.post(address, data={"kind": "opt_out", "reason": ""}).status_code == 422
    assert officer.post(address, data={"kind": "veto", "reason": "x"}).status_code == 422
    assert officer.post(address, data={"kind": "opt_out", "reason": "Not ours."}).status_code == 303
    assert "1 wish on Meter 1" in officer.get(page).text
    other = f"{page}/{room.funders[1].id}"
    assert officer.post(other, data={"kind": "opt_out", "reason": "x"}).status_code == 403
    manager = client_of(room.manager)
    made = manager.post(f"/rounds/{room.round.id}/allocation-plans")
    assert "opted out" in main_of(manager.get(made.headers["Location"]))


def test_a_prize_round_has_no_plans(session: Session, client_of: ClientOf) -> None:
    room = a_deliberation(session, kind=RoundKind.PRIZE)
    answer = client_of(room.manager).get(f"/rounds/{room.round.id}/allocation-plans")
    assert (answer.status_code, "Prizes go down the ranking" in answer.text) == (409, True)


def test_a_plan_out_of_date_says_so_and_is_made_anew(
    session: Session, room: Deliberating, plan: AllocationPlan, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    address = f"/allocation-plans/{plan.id}"
    assert "out of date" not in main_of(manager.get(address))
    officer = client_of(room.officers[0])
    wish = f"/applications/{room.applications[0].id}/wishes/{room.funders[0].id}"
    officer.post(wish, data={"kind": "opt_out", "reason": "Not ours."})
    page = main_of(manager.get(address))
    assert ("This plan is out of date." in page, "Enter Plan A" in page) == (True, False)
    assert "Make it anew" not in main_of(officer.get(address))
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert form.keys() - {"csrf_token"} == {"reserves"} | {
        f"mark-{funder.id}" for funder in room.funders
    }
    made = manager.post(f"/rounds/{room.round.id}/allocation-plans", data=form)
    again = main_of(manager.get(made.headers["Location"]))
    assert ("out of date" in again, "Enter Plan B" in again) == (False, True)


def test_noise_is_flagged_with_what_to_do(
    session: Session, room: Deliberating, plan: AllocationPlan, client_of: ClientOf
) -> None:
    names = [str(one.id) for one in room.applications]
    shares = dict(zip(names, [1.0, 0.72, 0.58, 0.03], strict=True))
    robustness = {"shares": shares, "noisy": [names[2]], "draws": 200, "is_joint": True}
    plan.result = {**plan.result, "robustness": robustness}
    session.commit()
    page = main_of(client_of(room.manager).get(f"/allocation-plans/{plan.id}"))
    found = re.findall(r"funded in ([^<]*)<", page)
    assert found == [
        "all draws",
        "about 7 of 10 draws",
        "just under 6 of 10 draws",
        "fewer than 1 of 10 draws",
    ]
    assert f'<a href="/rounds/{room.round.id}/lottery">let a draw of lots decide</a>' in page
    assert page.count("decided by noise") == 2


def test_a_discarded_plan_leaves_the_tabs(
    session: Session, room: Deliberating, plan: AllocationPlan, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    answer = manager.post(f"/allocation-plans/{plan.id}/discard")
    page = manager.get(answer.headers["Location"]).text
    assert "No plan yet" in page
    kept = manager.post(f"/allocation-plans/{plan.id}/enter", data={"sha256": plan.sha256})
    assert (kept.status_code, "was discarded" in kept.text) == (409, True)
    session.rollback()
    assert session.scalars(select(Decision).where(Decision.kind == DecisionKind.AWARD)).all() == []


def test_the_state_tells_when_the_plan_is_whole(
    app: Flask, room: Deliberating, plan: AllocationPlan, client_of: ClientOf
) -> None:
    manager = client_of(room.manager)
    before = manager.get(f"/allocation-plans/{plan.id}/state").get_json()["stamp"]
    run_until_idle(app)
    after = manager.get(f"/allocation-plans/{plan.id}/state").get_json()["stamp"]
    assert [one.rpartition("-")[2] for one in (before, after)] == ["begun", "whole"]
    assert before[:16] == after[:16]


def test_a_plan_takes_as_many_statements_for_many_rows(
    session: Session, client_of: ClientOf
) -> None:
    counts = []
    for rows in (2, 40):
        room = a_deliberation(session, marks=((4, 4),) * rows)
        actor = room.actor(session)
        freeze_ranking(session, room.round.id, actor=actor, now=NOW)
        plan = a_plan(session, room.round.id, actor=actor)
        session.commit()
        address, manager = f"/allocation-plans/{plan.id}", client_of(room.manager)
        with counted_statements() as counted:
            assert manager.get(address).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 23
