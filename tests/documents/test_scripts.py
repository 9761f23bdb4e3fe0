"""Names in other scripts: the right characters, in our fonts, in every kind of document."""

import logging
import subprocess
from pathlib import Path

import pytest

from fundapp.documents.printing import pdf_of
from fundapp.queries.document_rows import Addressee, PrintedRow, Signature
from tests.documents.letter_rows import a_decline_letter
from tests.documents.reading import font_names
from tests.documents.shared_rows import ISSUED_AT
from tests.documents.submission_rows import a_submission_copy

OURS = {
    "Noto-Sans",
    "Noto-Sans-Bold",
    "Noto-Sans-Italic",
    "Noto-Serif",
    "Noto-Serif-Bold",
    "Noto-Serif-Italic",
}
BIDI_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c"))
CJK = {"Noto-Sans-CJK-SC", "Noto-Serif-CJK-SC"}
SCRIPTS = pytest.mark.parametrize(
    ("name", "added"),
    [
        ("北京量衡实验室", CJK),
        ("東京計測研究所", CJK),
        ("서울측정연구소", CJK),
        ("عائشة بنت محمد", {"Noto-Sans-Arabic", "Noto-Naskh-Arabic"}),
    ],
    ids=["zh", "ja", "ko", "ar"],
)


def words_of(pdf: bytes, folder: Path) -> str:
    """What pdftotext reads, without the marks that it adds for directions."""
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    return told.translate(BIDI_MARKS)


@pytest.fixture
def pdf_without_a_gap(renderer, caplog):
    """Print a row; the engine must have found a glyph for every character."""

    def make(row: PrintedRow) -> bytes:
        with caplog.at_level(logging.WARNING, logger="weasyprint"):
            pdf = pdf_of(renderer, row)
        assert caplog.messages == []
        return pdf

    return make


@SCRIPTS
def test_a_letter_prints_names_in_every_script(pdf_without_a_gap, tmp_path, name, added):
    row = a_decline_letter(
        addressee=Addressee(organisation=name, person=name, lines=(name,)),
        application_title=name,
        signatures=(Signature(officer=name, on_behalf_of=name, signed_at=ISSUED_AT),),
    )
    pdf = pdf_without_a_gap(row)
    # Two lines of the address, "Dear ...", the title in the text, the hand and its funder.
    assert words_of(pdf, tmp_path).count(name) == 6
    assert font_names(pdf) - OURS == added
    assert len(pdf) < 500_000


@SCRIPTS
def test_a_submission_copy_prints_names_in_every_script(pdf_without_a_gap, tmp_path, name, added):
    plain = font_names(pdf_without_a_gap(a_submission_copy(organisation="", sections=())))
    row = a_submission_copy(
        organisation=name, submitted_by=name, application_title=name, sections=()
    )
    pdf = pdf_without_a_gap(row)
    # The headline, the organisation, and who submitted it.
    assert words_of(pdf, tmp_path).count(name) == 3
    assert {font.removesuffix("-Bold") for font in font_names(pdf) - plain} == {
        font for font in added if "Sans" in font
    }
