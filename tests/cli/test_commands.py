"""The commands of rounds and files, as they are called from the shell."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config, config_from_environment
from fundapp.cli import commands, opening
from fundapp.cli.serving import environment_of
from fundapp.domain.states import RoundState
from fundapp.models import Application, AuditEvent, Round
from tests.builders import (
    a_funder,
    a_manager,
    a_question,
    a_round,
    a_section,
    an_application,
    an_award,
    an_organisation,
)

APPLICATIONS = "application,title,organisation,amount,currency\np1,A gauge,Zembla,,\n"


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Call `fundapp` on the test's database, at the test's time."""
    monkeypatch.setattr("fundapp.create_app", lambda config: app)

    def call(*words: object) -> Result:
        return CliRunner().invoke(commands, [str(word) for word in words])

    return call


@pytest.fixture
def round_(session: Session) -> Round:
    round_ = a_round(session, reference="EVF-2026", title="Seed grants")
    a_question(session, a_section(session, round_), code="title", label="Title")
    session.commit()
    return round_


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "applications.csv"
    path.write_text(APPLICATIONS)
    return path


def test_rounds_are_listed(run, round_: Round, tmp_path: Path) -> None:
    result = run("rounds", "--json", tmp_path / "rounds.json")
    assert (result.exit_code, result.output) == (
        0,
        "EVF-2026     grant  open          Seed grants\n",
    )
    assert json.loads((tmp_path / "rounds.json").read_text()) == [
        {"reference": "EVF-2026", "title": "Seed grants", "kind": "grant", "state": "open"}
    ]


def test_applications_are_loaded(run, session: Session, round_: Round, file: Path) -> None:
    result = run("import-applications", "evf-2026", file)
    assert (result.exit_code, result.output) == (0, "Loaded 1 application.\n")
    session.rollback()
    assert session.scalars(select(Application.title)).all() == ["A gauge"]


def test_a_dry_run_loads_nothing(
    run, session: Session, round_: Round, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    result = run("import-applications", "EVF-2026", file, "--dry-run", "--json", out)
    assert (result.exit_code, result.output) == (0, "Dry run: would load 1 application.\n")
    assert json.loads(out.read_text()) == {
        "is_dry_run": True,
        "problems": [],
        "loaded": 1,
        "incomplete": 0,
    }
    session.rollback()
    assert session.scalars(select(Application.title)).all() == []


def test_bad_rows_end_with_2_and_are_told(
    run, session: Session, round_: Round, file: Path, tmp_path: Path
) -> None:
    file.write_text(APPLICATIONS + "p1,Again,Zembla,,\n,,,,\np2,,Laputa,,USD\n")
    out = tmp_path / "out.json"
    result = run("import-applications", "EVF-2026", file, "--json", out)
    assert result.exit_code == 2
    told = json.loads(out.read_text())
    assert [(one["line"], one["column"]) for one in told["problems"]] == [
        (3, "application"),
        (5, "currency"),
        (5, "title"),
    ]
    assert "line 5, title: Give the application's title." in result.output
    session.rollback()
    assert session.scalars(select(Application.title)).all() == []


def test_an_unknown_round_ends_with_2(run, round_: Round, file: Path) -> None:
    assert run("import-applications", "NONE", file).exit_code == 2
    assert run("export", "NONE").exit_code == 2
    assert run("import-reviews", "EVF-2026", file).exit_code == 2


def test_somebody_else_may_act_if_allowed(run, session: Session, round_: Round, file: Path) -> None:
    manager = a_manager(session)
    email = manager.email
    session.commit()
    assert run("import-applications", "EVF-2026", file, "--as", "nobody@x.example").exit_code == 2
    assert run("import-applications", "EVF-2026", file, "--as", email).exit_code == 0


def test_an_export_is_printed_and_recorded(run, session: Session) -> None:
    a_round(session, RoundState.DELIBERATING, reference="EVF-2026")
    session.commit()
    result = run("export", "EVF-2026", "--format", "csv")
    assert result.exit_code == 0
    (heads,) = csv.reader(StringIO(result.stdout))
    assert heads[:7] == [
        *("round", "application", "title", "organisation", "decision", "amount", "currency")
    ]
    session.rollback()
    events = session.scalars(
        select(AuditEvent.event).where(AuditEvent.event == "round.exported")
    ).all()
    assert events == ["round.exported"]


def test_an_export_goes_to_a_file(run, session: Session, tmp_path: Path) -> None:
    a_round(session, RoundState.DELIBERATING, reference="EVF-2026")
    session.commit()
    target = tmp_path / "out.xlsx"
    assert run("export", "EVF-2026", "--format", "xlsx", "--output", target).exit_code == 0
    assert target.read_bytes()[:2] == b"PK"


def test_open_data_is_written_once_it_is_public(run, session: Session, tmp_path: Path) -> None:
    round_ = a_round(session, RoundState.ANNOUNCED, reference="EVF-2026")
    application = an_application(session, round_, an_organisation(session))
    an_award(session, application, {a_funder(session).id: 100})
    session.commit()
    target = tmp_path / "out.json"
    assert run("export", "360giving", "EVF-2026", "--output", target).exit_code == 0
    assert len(json.loads(target.read_text())["grants"]) == 1
    table = run("export", "360giving", "EVF-2026", "--format", "csv")
    assert table.stdout.startswith("Identifier,Title,")
    refused = run("export", "360giving", "EVF-2027")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "No results are public under this reference.\n",
    )


def test_what_holds_is_checked(run, round_: Round) -> None:
    assert run("check").output == "Everything holds.\n"


def test_the_demo_is_used_when_nothing_else_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FUNDAPP_DATA_FOLDER", "FUNDAPP_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    live, demo = tmp_path / "live", tmp_path / "demo"
    monkeypatch.setattr(opening, "DEMO_FOLDER", demo)
    monkeypatch.setattr(opening, "config_from_environment", lambda: _config(live))
    assert opening.installed_config().data_folder == live
    demo.mkdir()
    (demo / "fundapp.sqlite3").touch()
    assert opening.installed_config().data_folder == demo
    monkeypatch.setenv("FUNDAPP_DATA_FOLDER", str(live))
    assert opening.installed_config().data_folder == live
    monkeypatch.delenv("FUNDAPP_DATA_FOLDER")
    live.mkdir()
    (live / "fundapp.sqlite3").touch()
    assert opening.installed_config().data_folder == live


def test_the_worker_beside_a_site_gets_its_settings() -> None:
    config = Config(data_folder=Path("elsewhere"), is_secure=True, sign_in_days=3, log_level="INFO")
    assert config_from_environment(environment_of(config)) == config


def _config(folder: Path):

    return Config(data_folder=folder)
