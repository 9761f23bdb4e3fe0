import pytest

from fundapp.documents.submissions import LINE, LONGEST_COPY, submission_copy_pdf
from fundapp.domain.errors import DocumentFailed
from fundapp.queries.document_rows import CopiedAnswer, CopiedSection
from tests.documents.reading import page_texts, parsed, text_of, texts, with_class
from tests.documents.shared_rows import NOTICE
from tests.documents.submission_rows import a_submission_copy


@pytest.fixture
def html(renderer):
    return renderer.html("submission_copy.html", a_submission_copy())


def cells(html: str, name: str) -> list[list[str]]:
    return [
        [text_of(cell) for cell in row]
        for table in parsed(html).iter("table")
        if table.get("class") == name
        for row in table.iter("tr")
    ]


def test_identifies_what_was_submitted(html):
    assert texts(html, "body/h1") == ["Judge-model drift meter"]
    assert cells(html, "identity") == [
        ["Application", "EVF-2026-014, version 2, replaces 1"],
        ["Organisation", "Balnibarbi Labs (sample)"],
        ["Submitted", "14 Dec 2026, 11:59:58 UTC"],
        ["Submitted by", "Ada Sample"],
        [
            "SHA-256",
            "01234567 89abcdef 01234567 89abcdef 01234567 89abcdef 01234567 89abcdef "
            "The fingerprint belongs to the answers as they are stored; another text has "
            "another one.",
        ],
    ]


def test_prints_every_question_with_its_answer(html):
    assert texts(html, ".//h2") == ["The measurement", "Team and budget"]
    assert texts(html, ".//h3") == [
        "What do you measure, and why does it matter?",
        "Which published logs do you build on?",
        "Who works on it?",
        "What will it cost?",
        "Evidence",
    ]
    assert with_class(html, "typed") == [
        "How much a judge model changes its mind. A judge that drifts makes last month's "
        "leaderboard incomparable with this month's."
    ]
    assert with_class(html, "missing") == ["Not answered"]


def test_prints_groups_budgets_and_files_as_tables(html):
    assert cells(html, "rows") == [
        ["Name", "Role", "Days a week"],
        ["Ada Sample", "Measurement", "5"],
        ["عائشة مثال", "Statistics", "2"],
        ["What", "Quantity", "Price", "Amount"],
        ["Two engineers, 12 months", "2", "€90,000", "€180,000"],
        ["Model access", "1", "€40,000", "€40,000"],
        ["Together", "€220,000"],
    ]
    assert cells(html, "files") == [
        ["File", "Size", "SHA-256"],
        [
            "drift-pilot.eval application/zip",
            "1.2 MB",
            "89abcdef 01234567 89abcdef 01234567 89abcdef 01234567 89abcdef 01234567",
        ],
    ]


def with_text(text: str):
    answer = CopiedAnswer(question="All of it", text=text)
    return a_submission_copy(sections=(CopiedSection(title="Text", answers=(answer,)),))


def test_shortens_nothing(renderer):
    words = [f"word{n}" for n in range(3_000)]
    pages = page_texts(submission_copy_pdf(renderer, with_text(" ".join(words))))
    assert [word for page in pages for word in page.split() if word.startswith("word")] == words
    assert [page.count(NOTICE) for page in pages] == [1] * len(pages)


def test_breaks_a_wall_of_letters(renderer):
    pages = page_texts(submission_copy_pdf(renderer, with_text("x" * 20_000)))
    assert sum(page.count("x" * 30) > 0 for page in pages) > 3


@pytest.mark.parametrize("text", ["x" * (LONGEST_COPY + 1), "\n" * (LONGEST_COPY // LINE)])
def test_refuses_what_is_too_long_to_print(renderer, text):
    size = len(text) + LINE * text.count("\n")
    with pytest.raises(DocumentFailed) as failure:
        submission_copy_pdf(renderer, with_text(text))
    assert str(failure.value) == (
        f"EVF-2026-014-S2 fills more pages than a PDF should have: {size:,} characters, "
        "where 1,500,000 fit. The answers themselves are kept and can be exported."
    )
