"""`fundapp verify` on a badge: offline, by the installation's own key and record."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.cli.verifying import verify
from fundapp.domain.states import ApplicationState, RoundKind, RoundState
from fundapp.exports.badges import badge_svg
from fundapp.models import Award, Credential
from fundapp.web.installation import installation
from tests.builders import (
    NOW,
    a_funder,
    a_round,
    an_application,
    an_award,
    an_organisation,
)

LONG_AGO = NOW.replace(year=2020)


@pytest.fixture
def badge(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Credential:
    """A badge that has been public for years, whatever the machine's clock says."""
    round_ = a_round(session, RoundState.ANNOUNCED, kind=RoundKind.PRIZE, announced_at=LONG_AGO)
    entry = an_application(session, round_, an_organisation(session), ApplicationState.AWARDED)
    an_award(session, entry, {a_funder(session).id: 100})
    token = installation().badge_key.sign({"name": "Sample"}, key_url="https://fund.example/key")
    award = session.scalars(select(Award)).one()
    made = Credential(award_id=award.id, number=0, token=token, issued_at=LONG_AGO)
    session.add(made)
    session.commit()
    config = installation().config
    monkeypatch.setenv("FUNDAPP_DATA_FOLDER", str(config.data_folder))
    monkeypatch.setenv("FUNDAPP_DATABASE_URL", config.effective_database_url)
    return made


def told(folder: Path, content: bytes) -> tuple[int, str]:
    file, out = folder / "badge", folder / "told.json"
    file.write_bytes(content)
    done = CliRunner().invoke(verify, [str(file), "--json", str(out)])
    return done.exit_code, json.loads(out.read_text())["verdict"]


def test_a_badge_is_told_valid_revoked_unknown_and_foreign(
    session: Session, badge: Credential, tmp_path: Path
) -> None:
    token = badge.token
    picture = badge_svg(prize="First", round_title="Prize", fund="Fund", token=token)
    assert [told(tmp_path, one) for one in (token.encode(), picture)] == [(0, "valid")] * 2
    head, body, signature = token.split(".")
    forged = f"{head}.{body[::-1]}.{signature}"
    assert told(tmp_path, forged.encode()) == (1, "foreign")
    badge.revoked_at, badge.reason = NOW, "Not theirs."
    session.commit()
    assert told(tmp_path, picture) == (1, "revoked")
    session.delete(badge)
    session.commit()
    assert told(tmp_path, picture) == (1, "unknown")
