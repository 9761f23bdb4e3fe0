"""Every kind of document keeps PDF/A-3a and PDF/UA-1, by veraPDF."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from fundapp.documents.printing import pdf_of
from tests.documents.test_renderer import ROWS
from tests.documents.verapdf import PROFILES, broken_clauses, what_is_missing

NOTHING: dict[str, list[str]] = {profile: [] for profile in PROFILES}


@pytest.fixture(autouse=True)
def _java():
    if missing := what_is_missing():
        pytest.skip(missing)


def test_all_documents_are_archival_and_accessible(renderer, tmp_path):
    files = []
    for row in ROWS:
        files.append(tmp_path / f"{row.reference}.pdf")
        files[-1].write_bytes(pdf_of(renderer, row))
    assert broken_clauses(files) == {file.name: NOTHING for file in files}


def test_a_broken_claim_is_told(renderer, tmp_path):
    file = tmp_path / "untagged.pdf"
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_of(renderer, ROWS[0]))))
    del writer.root_object["/StructTreeRoot"]
    writer.write(file)
    broken = broken_clauses([file])[file.name]
    assert [profile for profile, clauses in broken.items() if clauses] == list(PROFILES)
