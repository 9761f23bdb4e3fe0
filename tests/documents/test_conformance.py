"""Every kind of document in every language keeps PDF/A-3a and PDF/UA-1, by veraPDF, sealed too.

All files are made once and checked by one run of veraPDF, as Java takes seconds to start.
"""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from fundapp.adapters.seal_keys import seal_key
from fundapp.documents.printing import pdf_of
from fundapp.documents.seals import Sealer
from tests.documents.language_rows import ALL_ROWS
from tests.documents.verapdf import PROFILES, broken_clauses, what_is_missing

NOTHING: dict[str, list[str]] = {profile: [] for profile in PROFILES}
UNTAGGED = "untagged.pdf"


def _files(renderer, folder: Path) -> list[Path]:
    """Each document before and after its seal, and one whose tags were taken away."""
    key = seal_key(folder / "key", key_file="", passphrase="", fund_name="Fund (sample)")
    sealer = Sealer(key, fund_name="Fund (sample)")
    files = []
    for place, row in enumerate(ALL_ROWS):
        pdf = pdf_of(renderer, row)
        name = f"{place:02}-{row.language}-{row.reference}"
        for state, content in (("plain", pdf), ("sealed", sealer.seal(pdf, reference=name))):
            files.append(folder / f"{name}-{state}.pdf")
            files[-1].write_bytes(content)
    return files


def _untagged(file: Path, folder: Path) -> Path:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(file.read_bytes())))
    del writer.root_object["/StructTreeRoot"]
    writer.write(folder / UNTAGGED)
    return folder / UNTAGGED


@pytest.fixture(scope="module")
def broken(renderer, tmp_path_factory):
    if missing := what_is_missing():
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("conformance")
    (folder / "key").mkdir()
    files = _files(renderer, folder)
    return broken_clauses([*files, _untagged(files[0], folder)])


def test_all_documents_are_archival_and_accessible_before_and_after_their_seal(broken):
    kept = {name: clauses for name, clauses in broken.items() if name != UNTAGGED}
    assert len(kept) == 2 * len(ALL_ROWS)
    assert kept == dict.fromkeys(kept, NOTHING)


def test_a_broken_claim_is_told(broken):
    told = broken[UNTAGGED]
    assert [profile for profile, clauses in told.items() if clauses] == list(PROFILES)
