"""The sample prize round: real logs, invented entries, and a winner whose result did not hold."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

from sqlalchemy import func, select

from fundapp import create_app
from fundapp.adapters.clock import FixedClock
from fundapp.demo.calendar import SAMPLE_NOTICE
from fundapp.demo.entries import ENTRIES
from fundapp.domain.credentials import BadgeVerdict
from fundapp.domain.seals import Verdict
from fundapp.domain.states import NominationState
from fundapp.extensions import db
from fundapp.models import (
    Application,
    AuditEvent,
    Nomination,
    OutboxMessage,
    Ranking,
    Rerun,
    Round,
    Score,
    SubmittedVersion,
)
from fundapp.models import Criterion as CriterionRow
from fundapp.queries.deliberations import BY_PAIRS
from fundapp.services.credentials import check_badge
from fundapp.services.verification import check_file
from fundapp.web.installation import installation
from tests.demo.conftest import TODAY, config_of
from tests.demo.test_story import assert_money_adds_up, database_of, rows_of, text_of

ATOM = {"a": "http://www.w3.org/2005/Atom"}
FAILED = "Making change in coins"
WINNERS = {
    "First prize": "Leap years, asked both ways",
    "Second prize": "Roman numerals below one hundred",
    "Third prize": "Sorting words by their letters",
}


def test_a_winner_fails_its_rerun_and_the_others_move_up(prize_folder: Path) -> None:
    (told,) = json.loads((prize_folder / "summary.json").read_text())["prizes"].values()
    assert {prize: title.split(" ", 1)[1] for prize, title in told["winners"].items()} == WINNERS
    reruns = {title.split(" ", 1)[1]: state for title, state in told["reruns"].items()}
    assert reruns == {FAILED: "failed"} | dict.fromkeys(WINNERS.values(), "confirmed")
    rows = rows_of(prize_folder, "reruns.csv")
    assert sorted(row["verdict"] for row in rows) == ["differs", "holds", "holds", "holds"]
    (lost,) = [row for row in rows_of(prize_folder, "decisions.csv") if row["title"] == FAILED]
    assert lost["decision"] == "decline"
    letter = text_of(prize_folder / lost["letter"])
    assert "further from the entered one than chance explains" in letter
    assert_money_adds_up(prize_folder)


def test_the_order_rests_on_pairs(prize_folder: Path) -> None:
    with database_of(prize_folder) as session:
        ranking = session.scalars(select(Ranking)).one()
        titles = dict(session.execute(select(Application.reference, Application.title)).all())
    order = [titles[row["reference"]] for row in ranking.rows]
    assert (ranking.method, order[:4]) == (BY_PAIRS, [FAILED, *WINNERS.values()])
    assert ranking.evaluation["judges"] == 8


def test_one_entry_fails_a_gate_and_enters_anyway(prize_folder: Path) -> None:
    with database_of(prize_folder) as session:
        contents = session.scalars(select(SubmittedVersion.content)).all()
        nomination = session.scalars(select(Nomination)).one()
        marked = select(func.count()).where(AuditEvent.event == "attachment.sample_viewed")
        looks = session.scalar(marked)
        shown = session.scalars(select(Application.in_gallery)).all()
    failing = {
        content["organisation"]["name"]: [
            gate["code"] for gate in content["gates"] if gate["outcome"] == "fails"
        ]
        for content in contents
    }
    expected: dict[str, list[str]] = {f"{entry.organisation} (fictional)": [] for entry in ENTRIES}
    assert failing == expected | {"Luggnagg Measures (fictional)": ["whole_dataset"]}
    (noted,) = [content["gates_note"] for content in contents if "gates_note" in content]
    assert noted.startswith("We had the time for 20 of the 60 items.")
    assert nomination.state is NominationState.CONSENTED
    assert (nomination.maker_email, nomination.nominator_email) == ("", "")
    assert (looks, Counter(shown)) == (4, Counter({True: 6, False: 1}))


def test_every_mark_that_needs_it_says_what_it_rests_on(prize_folder: Path) -> None:
    with database_of(prize_folder) as session:
        rows = session.execute(
            select(CriterionRow.code, CriterionRow.wants_evidence, Score.evidence).join(
                Score, Score.criterion_id == CriterionRow.id
            )
        ).all()
    pointed = Counter(
        (row.code, row.wants_evidence, None if row.evidence is None else len(row.evidence))
        for row in rows
    )
    wanting = {"separation": 1, "rigour": 1, "resistance": 0, "reproducibility": 1}
    others = dict.fromkeys(("relevance", "validity", "usability", "release"))
    assert pointed == Counter(
        {(code, True, count): 28 for code, count in wanting.items()}
        | {(code, False, None): 28 for code in others}
    )


def test_every_document_of_the_prize_is_genuine_and_says_sample(prize_folder: Path) -> None:
    folders = ("letters", "announcements", "certificates")
    documents = {folder: sorted((prize_folder / folder).glob("*.pdf")) for folder in folders}
    assert [len(documents[folder]) for folder in folders] == [7, 1, 3]
    every = [path for paths in documents.values() for path in paths]
    assert [path.name for path in every if SAMPLE_NOTICE not in text_of(path)] == []
    app = create_app(config_of(prize_folder))
    with app.app_context():
        certificate = installation().seal_key.certificate
        verdicts = {
            check_file(db.session(), path.read_bytes(), certificate=certificate).verdict
            for path in every
        }
    assert verdicts == {Verdict.GENUINE}


def test_badges_verify_and_their_pictures_carry_them(prize_folder: Path) -> None:
    tokens = sorted((prize_folder / "public/badges").glob("*.jwt"))
    assert len(tokens) == 3
    app = create_app(config_of(prize_folder))
    with app.app_context():
        for path in tokens:
            token = path.read_text()
            checked = check_badge(db.session(), token, key=installation().badge_key, now=TODAY)
            assert (checked[0], token in path.with_suffix(".svg").read_text()) == (
                BadgeVerdict.VALID,
                True,
            )


def test_what_is_public_is_there_from_the_instant_on(prize_folder: Path) -> None:
    with database_of(prize_folder) as session:
        call, instant = session.execute(select(Round.reference, Round.announced_at)).one()
    assert instant is not None
    clock = FixedClock(instant)
    browser = create_app(config_of(prize_folder), clock=clock).test_client()
    winner = f"{call}-001"
    pages = (f"/calls/{call}/gallery", f"/announcements/{call}.pdf", f"/awards/{winner}")
    found = [browser.get(page) for page in pages]
    assert [page.status_code for page in found] == [200, 200, 200]
    assert SAMPLE_NOTICE in found[0].text
    assert [entry.title in found[0].text for entry in ENTRIES] == [
        entry.in_gallery for entry in ENTRIES
    ]
    clock.instant = instant - timedelta(microseconds=1)
    assert [browser.get(page).status_code for page in pages] == [404, 404, 404]
    feed = ET.parse(prize_folder / "public/announcements.atom").getroot()  # noqa: S314 - our own
    told = " ".join(feed.itertext())
    assert all(title in told for title in WINNERS.values())
    assert FAILED not in told
    assert call in (prize_folder / "public/calls.ics").read_text()


def test_the_sample_prize_says_so_in_every_row_and_mail(prize_folder: Path) -> None:
    names = ("decisions.csv", "contributions.csv", "envelopes.csv", "scores.csv", "reruns.csv")
    notices = {row["notice"] for name in names for row in rows_of(prize_folder, name)}
    with database_of(prize_folder) as session:
        contents = session.scalars(select(SubmittedVersion.content)).all()
        verifiers = session.scalars(select(Rerun.verifier_name)).all()
        waiting = session.scalar(select(func.count()).where(OutboxMessage.state != "sent"))
    assert notices == {SAMPLE_NOTICE}
    assert {content["organisation"]["name"].endswith(" (fictional)") for content in contents} == {
        True
    }
    assert {content["submitted_by"].endswith(" (sample)") for content in contents} == {True}
    assert all(name.endswith(" (sample)") for name in verifiers)
    assert waiting == 0
