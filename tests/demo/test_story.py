"""What the demo leaves: documents, exports, a summary; and that its numbers hold."""

import csv
import hashlib
import json
import subprocess
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from fundapp import create_app
from fundapp.demo import replays
from fundapp.demo.drawing import VALUE
from fundapp.domain.lotteries import LOST, WON
from fundapp.domain.seals import Verdict
from fundapp.domain.states import DecisionKind
from fundapp.extensions import db
from fundapp.models import (
    Application,
    Assignment,
    AuditEvent,
    Conflict,
    Decision,
    Lottery,
    OutboxMessage,
    Ranking,
    Review,
    Round,
)
from fundapp.queries.checks import findings
from fundapp.queries.lotteries import draw_outcomes
from fundapp.services.verification import check_file
from fundapp.web.installation import installation
from tests.demo.conftest import config_of
from tests.exports.giving360_schema import faults


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "exports" / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def database_of(folder: Path) -> Session:
    return Session(create_engine(f"sqlite:///{folder / 'fundapp.sqlite3'}"))


def assert_money_adds_up(folder: Path) -> None:
    paid: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    committed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows_of(folder, "contributions.csv"):
        paid[row["round"], row["application"]] += Decimal(row["amount"])
        committed[row["round"], row["funder"]] += Decimal(row["amount"])
    awards = {
        (row["round"], row["application"]): Decimal(row["amount"])
        for row in rows_of(folder, "decisions.csv")
        if row["decision"] == "award"
    }
    assert paid == awards
    envelopes = rows_of(folder, "envelopes.csv")
    assert {(row["round"], row["funder"]): Decimal(row["committed"]) for row in envelopes} == {
        (row["round"], row["funder"]): committed[row["round"], row["funder"]] for row in envelopes
    }
    assert all(Decimal(row["committed"]) <= Decimal(row["envelope"]) for row in envelopes)
    with database_of(folder) as session:
        assert findings(session) == ()


def test_the_sample_round_is_decided_and_printed(sample_folder: Path) -> None:
    rows = rows_of(sample_folder, "decisions.csv")
    counts = Counter(row["decision"] for row in rows)
    assert (len(rows), counts["reserve"], counts["award"] > 0) == (15, 2, True)
    assert {row["reviews"] for row in rows} == {"3"}
    assert {row["notice"] for row in rows} == {
        "Sample. Every name, sum and mark in this round is fictional."
    }
    for row in rows:
        assert row["letter"] == f"letters/{row['application']}.pdf"
        assert page_count(sample_folder / row["letter"]) >= 1
    (announcement,) = (sample_folder / "announcements").glob("*.pdf")
    assert page_count(announcement) >= 1
    assert_money_adds_up(sample_folder)


def test_the_sample_round_pays_and_asks_in_other_currencies_too(sample_folder: Path) -> None:
    (asked,) = [row for row in rows_of(sample_folder, "decisions.csv") if row["own_currency"]]
    requested, own = Decimal(asked["requested"]), Decimal(asked["own_requested"])
    assert (asked["decision"], asked["own_currency"], asked["own_amount"]) == (
        "award",
        "NOK",
        asked["own_requested"],
    )
    assert requested - Decimal("0.01") < own * Decimal("0.088") <= requested
    paid = [row for row in rows_of(sample_folder, "contributions.csv") if row["own_currency"]]
    in_own = sum(Decimal(row["own_amount"]) for row in paid)
    in_round = sum(Decimal(row["amount"]) for row in paid)
    assert {row["funder"] for row in paid} == {"Lilliput Foundation (fictional)"}
    assert {row["own_currency"] for row in paid} == {"USD"}
    assert 0 <= in_own - in_round / Decimal("0.92") < Decimal("0.01")


def test_every_document_is_sealed_and_genuine(sample_folder: Path) -> None:
    documents = sorted([*sample_folder.glob("letters/*"), *sample_folder.glob("announcements/*")])
    app = create_app(config_of(sample_folder))
    with app.app_context():
        certificate = installation().seal_key.certificate
        verdicts = {
            check_file(db.session(), document.read_bytes(), certificate=certificate).verdict
            for document in documents
        }
        changed = bytearray(documents[0].read_bytes())
        changed[len(changed) // 3] ^= 1
        altered = check_file(db.session(), bytes(changed), certificate=certificate).verdict
    assert (verdicts, altered) == ({Verdict.GENUINE}, Verdict.ALTERED)
    assert len(documents) == 16


def test_the_summary_tells_states_money_and_steps(sample_folder: Path) -> None:
    summary = json.loads((sample_folder / "summary.json").read_text())
    ((reference, states),) = summary["states"].items()
    assert sum(states.values()) == 15
    with (sample_folder / "exports/envelopes.csv").open(newline="") as file:
        envelopes = {row["funder"]: row for row in csv.DictReader(file)}
    told = summary["funders"][reference]
    assert {name: money["committed"] for name, money in told.items()} == {
        name: row["committed"] for name, row in envelopes.items()
    }
    assert {"name", "seconds"} == set(summary["steps"][0])


def test_the_sample_is_calibrated_and_joining_pays(sample_folder: Path) -> None:
    summary = json.loads((sample_folder / "summary.json").read_text())
    (told,) = summary["joint_evaluation"].values()
    assert (told["calibrated"], told["order_changed"]) == (True, True)
    assert len(told["gains"]) == 3
    for gain in told["gains"].values():
        assert gain["joint"] >= gain["alone"]
    rows = rows_of(sample_folder, "decisions.csv")
    assert any(row["raw_score"] != row["aggregated_score"] for row in rows)


def test_the_funders_of_the_sample_weigh_by_their_own_lights(sample_folder: Path) -> None:
    with database_of(sample_folder) as session:
        rules, hash_ = session.execute(select(Round.rules, Round.rules_hash)).one()
        frozen = session.scalars(select(Ranking.evaluation)).one()
        places = session.scalars(select(Ranking.rows)).one()
    weights = {share["funder"]: share["weights"] for share in json.loads(rules)["envelopes"]}
    assert weights.keys() == {"ruritania", "lilliput", "erewhon"}
    assert weights["lilliput"]["reach"] == 40
    assert hashlib.sha256(rules.encode()).hexdigest() == hash_
    joint = [row["application_id"] for row in places if row["rank"]]
    orders = [
        sorted(own, key=lambda name: -float(own[name])) for own in frozen["own_scores"].values()
    ]
    assert len({tuple(order) for order in [joint, *orders]}) == 4


def test_chance_decides_what_is_too_close_to_call_in_the_sample(sample_folder: Path) -> None:
    with database_of(sample_folder) as session:
        draw = session.scalars(select(Lottery)).one()
        outcomes = draw_outcomes(session, draw.round_id)
        rows = session.execute(
            select(
                *(Application.id, Application.reference),
                *(Decision.kind, Decision.reason, Decision.follows_id),
            )
            .join(Decision, Decision.application_id == Application.id)
            .order_by(Application.number)
        ).all()
        call = session.scalars(select(Round.reference)).one()
    assert (draw.public_value, draw.drawn_at is not None) == (VALUE, True)
    assert "made up for this sample" in draw.source
    (moved_up,) = [row.id for row in rows if row.follows_id is not None]
    assert {row.id for row in rows if row.reason in {WON, LOST}} == set(outcomes) - {moved_up}
    assert {row.id for row in rows if row.reason == WON} == {
        id_ for id_, outcome in outcomes.items() if outcome.is_won
    }
    for row in (row for row in rows if row.id != moved_up):
        assert (row.reason == WON) is (row.id in outcomes and row.kind is DecisionKind.AWARD)
        told = "Chance decided" in text_of(sample_folder / f"letters/{row.reference}.pdf")
        assert told is (row.id in outcomes)
    app = create_app(config_of(sample_folder))
    page = app.test_client().get(f"/calls/{call}/lottery")
    assert (page.status_code, VALUE in page.text) == (200, True)


def test_every_step_of_the_sample_has_its_audit_line_and_mail(sample_folder: Path) -> None:
    with database_of(sample_folder) as session:
        counts = dict(
            session.execute(select(AuditEvent.event, func.count()).group_by(AuditEvent.event)).all()
        )
        waiting = session.scalar(select(func.count()).where(OutboxMessage.state != "sent"))
    assert counts["application.submitted"] == 15
    assert counts["review.submitted"] == 45
    assert counts["decision.released"] == 15 + counts["decision.moved_up"] == 16
    assert counts["award.refused"] >= 1
    assert counts["award.accepted"] >= 2
    assert counts["award.amended"] == 1
    assert waiting == 0


def test_the_replays_take_in_every_real_rating_and_vote(replay_folder: Path) -> None:
    prize, grant = sorted({row["round"] for row in rows_of(replay_folder, "decisions.csv")})
    decisions = Counter(
        (row["round"], row["decision"]) for row in rows_of(replay_folder, "decisions.csv")
    )
    assert decisions[prize, "award"] == 3
    assert decisions[prize, "decline"] == 65
    assert decisions[grant, "award"] + decisions[grant, "decline"] == 87
    assert 15 <= decisions[grant, "award"] <= 30
    scores = rows_of(replay_folder, "scores.csv")
    marks = Counter(row["mark"] for row in scores if row["round"] == prize)
    assert marks == {"6": 85, "3": 56, "5": 54, "8": 53, "1": 5, "10": 1}
    per_application: dict[str, set[str]] = defaultdict(set)
    for row in scores:
        if row["round"] == grant:
            per_application[row["application"]].add(row["funder"])
    assert len([row for row in scores if row["round"] == grant]) == 87 * 5
    assert min(len(funders) for funders in per_application.values()) >= 3
    assert_money_adds_up(replay_folder)


def test_marks_of_the_grant_replay_are_the_sources(replay_folder: Path) -> None:
    grant = max(row["round"] for row in rows_of(replay_folder, "decisions.csv"))
    sources = {row["application"]: row["source"] for row in rows_of(replay_folder, "decisions.csv")}
    votes = {
        (vote.proposal, replays.assessor_name(vote.assessor)): str(vote.mark)
        for vote in replays.votes()
    }
    taken = {
        (sources[row["application"]], row["reviewer"]): row["mark"]
        for row in rows_of(replay_folder, "scores.csv")
        if row["round"] == grant
    }
    assert taken == {pair: votes[pair] for pair in taken}


def test_absent_votes_are_recusals_and_loads_are_kept(replay_folder: Path) -> None:
    with database_of(replay_folder) as session:
        recusals = session.scalar(select(func.count()).select_from(Conflict))
        loads = session.scalars(
            select(func.count())
            .select_from(Review)
            .join(Assignment, Assignment.id == Review.assignment_id)
            .group_by(Assignment.person_id)
        ).all()
    assert recusals == len(replays.absent_votes()) == 92
    assert max(loads) <= 50


def test_replays_say_what_they_are_in_every_row(replay_folder: Path) -> None:
    notices = {
        row["notice"]
        for name in ("decisions.csv", "contributions.csv", "envelopes.csv", "scores.csv")
        for row in rows_of(replay_folder, name)
    }
    assert notices == {replays.PRIZE_NOTICE, replays.GRANT_NOTICE}


def page_count(pdf: Path) -> int:
    told = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:"))


def text_of(pdf: Path) -> str:
    told = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True)
    return " ".join(told.stdout.split())


@pytest.mark.parametrize("folder_name", ["sample_folder", "replay_folder", "prize_folder"])
def test_open_data_of_every_finished_round_validate_and_add_up(
    folder_name: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(folder_name)
    paid: dict[str, list[Decimal]] = defaultdict(list)
    for row in rows_of(folder, "contributions.csv"):
        paid[row["round"]].append(Decimal(row["amount"]))
    published = {}
    for file in (folder / "exports").glob("360giving-*.json"):
        package = json.loads(file.read_bytes(), parse_float=Decimal)
        assert faults(json.loads(file.read_bytes())) == []
        published[file.stem.removeprefix("360giving-")] = sorted(
            Decimal(grant["amountAwarded"]) for grant in package["grants"]
        )
    assert published == {reference: sorted(sums) for reference, sums in paid.items()}
