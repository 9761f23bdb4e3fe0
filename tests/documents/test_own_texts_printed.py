"""Letters in the fund's own words: archival, accessible, and on the page where they belong."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from fundapp.documents.letter_samples import sample_letter
from fundapp.documents.printing import pdf_of
from fundapp.domain.states import DocumentKind
from fundapp.queries.document_rows import OwnText, PrintedRow
from tests.documents.shared_rows import FUND
from tests.documents.verapdf import PROFILES, broken_clauses, what_is_missing

OPENINGS = {
    "en": "We thank **{{ organisation }}** for *{{ title }}*:\n\n- one\n- two\n\n3. three\n\nنشكر",
    "ar": "نشكر **{{ organisation }}** على «{{ title }}»:\n\n- أولًا {{ date }}\n- ثانيًا\n\nThanks.",
    "zh": "感谢**{{ organisation }}**。\n\n1. 一\n2. 二\n\n{{ title }}",
}
ROOMY = "word " * 40
"""As long as the narrow column takes."""

NOTHING: dict[str, list[str]] = {profile: [] for profile in PROFILES}


def letter(kind: DocumentKind, language: str = "en", **texts: str) -> PrintedRow:
    own = tuple(OwnText(part=part, text=text) for part, text in texts.items())
    return sample_letter(kind, language=language, fund=FUND, own_texts=own)


LETTERS = [
    letter(kind, language, subject="{{ title }}", opening=opening, closing=opening)
    for kind in (DocumentKind.AWARD_LETTER, DocumentKind.DECLINE_LETTER)
    for language, opening in OPENINGS.items()
]
ANNOUNCEMENT = letter(
    DocumentKind.ANNOUNCEMENT, statement="**{{ awards }}** of {{ entries }}", how="- a\n- b\n\nc"
)


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_own_words_stay_archival_and_accessible(renderer, tmp_path):
    if missing := what_is_missing():
        pytest.skip(missing)
    files = []
    for number, row in enumerate((*LETTERS, ANNOUNCEMENT)):
        files.append(tmp_path / f"{number}.pdf")
        files[-1].write_bytes(pdf_of(renderer, row))
    assert broken_clauses(files) == {file.name: NOTHING for file in files}


def test_a_title_of_own_words_is_the_title_of_the_file(renderer):
    row = letter(DocumentKind.DECLINE_LETTER, subject="About **{{ title }}**")
    metadata = PdfReader(BytesIO(pdf_of(renderer, row))).metadata
    assert metadata is not None
    assert metadata.title == "CMF-2027-014-D1: About Judge-model drift meter (sample)"


def test_an_announcement_says_them_after_its_poster(renderer):
    poster, inside, *_ = pages_of(pdf_of(renderer, ANNOUNCEMENT))
    assert ("13 of 48" in poster, "13 of 48" in inside) == (False, True)


@pytest.mark.parametrize("kind", [DocumentKind.AWARD_LETTER, DocumentKind.DECLINE_LETTER])
def test_the_longest_next_step_leaves_all_else_in_its_place(renderer, kind):
    plain, long = (
        pages_of(pdf_of(renderer, letter(kind, next_step=text))) for text in ("Short.", ROOMY)
    )
    assert [page.replace("Short.", "") for page in plain] == [
        page.replace(ROOMY.strip(), "") for page in long
    ]


def test_the_same_words_give_the_same_bytes(renderer):
    assert pdf_of(renderer, LETTERS[1]) == pdf_of(renderer, LETTERS[1])
