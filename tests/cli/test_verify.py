"""`fundapp verify` on files of an installation of its own."""

import hashlib
import json

import pytest
from click.testing import CliRunner

from fundapp.cli.verifying import verify
from fundapp.documents.printing import pdf_of, process_renderer
from fundapp.domain.states import DocumentKind
from fundapp.models import IssuedDocument
from fundapp.web.installation import installation
from tests.builders import NOW, a_round
from tests.documents.announcement_rows import a_prize_announcement


@pytest.fixture
def sealed(app, session, monkeypatch) -> bytes:
    pdf = installation().seal(pdf_of(process_renderer(), a_prize_announcement()), "EVP-2026-N1")
    session.add(
        IssuedDocument(
            round_id=a_round(session).id,
            kind=DocumentKind.ANNOUNCEMENT.value,
            reference="EVP-2026-N1",
            version=1,
            sha256=hashlib.sha256(pdf).hexdigest(),
            size=len(pdf),
            issued_at=NOW,
        )
    )
    session.commit()
    config = installation().config
    monkeypatch.setenv("FUNDAPP_DATA_FOLDER", str(config.data_folder))
    monkeypatch.setenv("FUNDAPP_DATABASE_URL", config.effective_database_url)
    return pdf


def run(file, out):
    done = CliRunner().invoke(verify, [str(file), "--json", str(out)])
    return done.exit_code, json.loads(out.read_text()) if out.exists() else None


def test_a_genuine_and_a_changed_file(sealed, tmp_path):
    file, out = tmp_path / "award.pdf", tmp_path / "told.json"
    file.write_bytes(sealed)
    assert run(file, out) == (
        0,
        {
            "verdict": "genuine",
            "reference": "EVP-2026-N1",
            "why": "We issued it, nothing in it was changed, and it is in force.",
        },
    )
    file.write_bytes(sealed[:900] + b"?" + sealed[901:])
    code, told = run(file, out)
    assert (code, told["verdict"], told["reference"]) == (1, "altered", None)


def test_what_is_no_pdf_is_unreadable(sealed, tmp_path):
    file, out = tmp_path / "note.txt", tmp_path / "told.json"
    file.write_text("Dear Ada")
    assert run(file, out) == (2, None)
