import hashlib
import logging
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from fundapp.documents.announcements import announcement_pdf
from fundapp.documents.environments import TEMPLATES
from fundapp.documents.letters import award_letter_pdf
from fundapp.documents.pool import print_all
from fundapp.documents.printing import pdf_of
from fundapp.domain.errors import DocumentFailed
from fundapp.domain.languages import LANGUAGES
from fundapp.queries.document_rows import Addressee, AwardLetter, PrintedRow
from tests.documents.announcement_rows import a_grant_announcement, a_prize_announcement
from tests.documents.board_rows import a_board_paper
from tests.documents.certificate_rows import a_certificate
from tests.documents.language_rows import rows_in
from tests.documents.letter_rows import (
    a_decline_letter,
    a_reserve_letter,
    a_withdrawal_letter,
    an_award_letter,
)
from tests.documents.reading import font_names, page_texts, reader_of
from tests.documents.shared_rows import ISSUED_AT, a_plain_row
from tests.documents.submission_rows import a_submission_copy

ROWS: list[PrintedRow] = [
    an_award_letter(verify_url="https://fund.example/verify", code="K7QD-28MX"),
    a_decline_letter(),
    a_reserve_letter(),
    a_withdrawal_letter(),
    a_prize_announcement(),
    a_grant_announcement(),
    a_certificate(),
    a_submission_copy(),
    a_board_paper(),
]
IN_OTHER_LANGUAGES = [
    next(row for row in rows_in(language) if isinstance(row, AwardLetter))
    for language in LANGUAGES
    if language != "en"
]

IN_ANOTHER_PROCESS = """
import hashlib
from fundapp.documents.printing import pdf_of, process_renderer
from tests.documents.test_renderer import IN_OTHER_LANGUAGES, ROWS
for row in reversed(ROWS + IN_OTHER_LANGUAGES):
    pdf = pdf_of(process_renderer(), row)
    print(row.language, row.reference, hashlib.sha256(pdf).hexdigest())
"""


def run_python(code: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=TEMPLATES.parents[1],
        env=os.environ | environment,
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def test_the_same_row_gives_the_same_bytes_everywhere(renderer):
    rows = ROWS + IN_OTHER_LANGUAGES
    ours = [digest(row, pdf_of(renderer, row)) for row in rows]
    in_the_pool = [
        digest(row, printed.pdf or b"") for row, printed in zip(rows, print_all(rows), strict=True)
    ]
    assert in_the_pool == ours
    theirs = run_python(
        IN_ANOTHER_PROCESS, TZ="Pacific/Kiritimati", PYTHONHASHSEED="4242", LC_ALL="C"
    )
    assert theirs.splitlines()[::-1] == ours


def digest(row: PrintedRow, pdf: bytes) -> str:
    return f"{row.language} {row.reference} {hashlib.sha256(pdf).hexdigest()}"


def test_another_version_gives_another_document(renderer):
    row = a_decline_letter()
    assert pdf_of(renderer, row) != pdf_of(renderer, replace(row, version=2))


def test_the_engine_is_loaded_only_when_something_is_printed():
    code = (
        "import sys; from fundapp.documents import pool, printing; "
        "print('weasyprint' in sys.modules); printing.process_renderer(); "
        "print('weasyprint' in sys.modules)"
    )
    assert run_python(code).split() == ["False", "True"]


def test_what_prints_loads_neither_database_nor_solver_nor_web():
    code = (
        "import sys; from fundapp.documents import press; press._warm(); "
        "print(sorted({'sqlalchemy', 'numpy', 'scipy', 'flask', 'pyhanko'} & set(sys.modules)))"
    )
    assert run_python(code).strip() == "[]"


def test_a_document_carries_its_metadata_and_is_tagged(renderer):
    reader = reader_of(award_letter_pdf(renderer, an_award_letter()))
    assert reader.metadata is not None
    assert reader.metadata.title == "EVF-2026-014-A1: Your application is funded with €220,000"
    assert reader.metadata.author == "Common Measure Fund"
    assert reader.metadata.creation_date == ISSUED_AT
    assert reader.metadata.modification_date == ISSUED_AT
    assert str(reader.root_object["/Lang"]) == "en"
    assert str(reader.root_object["/MarkInfo"]) == "{'/Marked': True}"


def test_only_our_fonts_are_embedded(renderer):
    sans_and_serif = {"Noto-Sans", "Noto-Sans-Bold", "Noto-Serif", "Noto-Serif-Bold"}
    assert font_names(award_letter_pdf(renderer, an_award_letter())) == {
        *sans_and_serif,
        "Noto-Serif-Italic",
    }
    assert font_names(announcement_pdf(renderer, a_prize_announcement())) == {
        "Noto-Sans",
        "Noto-Sans-Bold",
        "Noto-Serif",
        "Noto-Serif-Display",
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reference)
def test_the_engine_has_nothing_to_complain_about(renderer, caplog, row):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf_of(renderer, row)
    assert caplog.messages == []


@pytest.mark.parametrize(
    "name",
    ["عائشة بنت مثال", "प्रिया शर्मा", "Zoë Łąka-Ñuñez", "Νίκος Παράδειγμα", "Đặng Thị Ví Dụ"],
)
def test_names_in_other_scripts_have_their_glyphs(renderer, caplog, name):
    row = a_decline_letter(
        addressee=Addressee(organisation=name, person=name, lines=(name,)), application_title=name
    )
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf_of(renderer, row)
    assert caplog.messages == []


def test_what_no_face_of_ours_has_is_printed_as_a_replacement_sign(renderer, caplog):
    row = a_decline_letter(application_title="A \U0001f469\u200d\U0001f680 title")
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pages = page_texts(pdf_of(renderer, row))
    assert "“A \ufffd title”" in pages[0]
    assert caplog.messages == []


def test_a_language_without_words_is_refused(renderer):
    with pytest.raises(DocumentFailed) as failure:
        pdf_of(renderer, a_decline_letter(language="tlh"))
    assert str(failure.value) == (
        "EVF-2026-031-D1 could not be printed: no words in 'tlh' yet. "
        "Use one of: ar, en, es, fr, hi, zh."
    )


def test_a_row_of_no_known_kind_is_refused(renderer):
    with pytest.raises(DocumentFailed) as failure:
        pdf_of(renderer, a_plain_row())
    assert str(failure.value) == "EVF-2026-031-D1: there is no template for PrintedRow."
