"""Reading files of applications and reviews: all that is wrong is told, by line and column."""

from uuid import UUID

import pytest

from fundapp.domain.application_files import ApplicationForm, ApplicationLine, read_applications
from fundapp.domain.csv_files import BadCell, FileRefused, read_table
from fundapp.domain.questions import Question, QuestionKind
from fundapp.domain.review_files import KnownReviewer, ReviewedRound, read_reviews
from fundapp.domain.reviews import ReviewDraft, ScoreDraft
from fundapp.domain.rubrics import Criterion, Rubric

FORM = ApplicationForm(
    questions={
        question.code: question
        for question in (
            Question(code="title", label="Title", kind=QuestionKind.SHORT_TEXT),
            Question(code="amount", label="How much?", kind=QuestionKind.MONEY),
            Question(code="months", label="Months", kind=QuestionKind.NUMBER, maximum=18),
            Question(code="evidence", label="Logs", kind=QuestionKind.FILE),
        )
    },
    currency="EUR",
    loaded=frozenset({"old"}),
)
HEADS = "application,title,organisation,amount,currency"
ADA, BEA, ALPHA, BETA, FIRST, SECOND = (UUID(int=number) for number in range(1, 7))
ROUND = ReviewedRound(
    rubric=Rubric(
        tuple(
            Criterion(
                code=code,
                title=code,
                question="?",
                weight=50,
                marks=(1, 2, 3),
                anchors={},
            )
            for code in ("risk", "team")
        )
    ),
    applications={"evf-1": FIRST, "p1": FIRST, "evf-2": SECOND},
    funders={"alpha": ALPHA, "beta": BETA},
    panel=(KnownReviewer(ADA, ("Ada", "Reviewer 1"), ALPHA),),
    barred=frozenset({(SECOND, ADA)}),
    barred_funders=frozenset({(SECOND, BETA)}),
    reviewed=frozenset(),
)
REVIEW_HEADS = "application,reviewer,funder,criterion,mark,confidence,comment"


def bad_cells(content: str, read) -> tuple[BadCell, ...]:
    with pytest.raises(FileRefused) as refusal:
        read(content.encode())
    return refusal.value.bad_cells


def applications(content: bytes) -> tuple[ApplicationLine, ...]:
    return read_applications(content, FORM)


def test_an_application_may_lack_answers() -> None:
    (line,) = applications(f"{HEADS},months\np1,A gauge,Zembla,,EUR,\n".encode())
    assert line == ApplicationLine(2, "p1", "Zembla", {"title": "A gauge"})


def test_semicolons_and_a_byte_order_mark_are_read() -> None:
    content = f"\ufeff{HEADS.replace(',', ';')}\np1;A gauge;Zembla;1000;EUR\n".encode()
    (line,) = applications(content)
    assert line.answers == {"title": "A gauge", "amount": "1000"}


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (",A,Z,1,EUR", [("application", "Give each application a name of its own.")]),
        ("old,A,Z,1,EUR", [("application", "“old” is in this round already.")]),
        ("p1,,Z,1,EUR", [("title", "Give the application's title.")]),
        ("p1,A,,1,EUR", [("organisation", "Say which organisation applies.")]),
        ("p1,A,Z,1,USD", [("currency", "This round pays in EUR, not in “USD”.")]),
        (
            "p1,,,x,USD",
            [
                ("amount", "Enter an amount such as 12,500. You entered “x”."),
                ("currency", "This round pays in EUR, not in “USD”."),
                ("organisation", "Say which organisation applies."),
                ("title", "Give the application's title."),
            ],
        ),
    ],
)
def test_bad_applications(row: str, cells: list[tuple[str, str]]) -> None:
    found = bad_cells(f"{HEADS}\n{row}\n", applications)
    assert [(cell.line, cell.column) for cell in found] == [(2, column) for column, _ in cells]
    if len(cells) == 1:
        assert found[0].sentence == cells[0][1]


def test_bad_heads() -> None:
    found = bad_cells(f"{HEADS},evidence,colour,months,months\np1,A,Z,1,EUR\n", applications)
    assert [(cell.line, cell.column) for cell in found] == [(1, "months")]
    found = bad_cells(f"{HEADS},evidence,colour\np1,A,Z,1,EUR\n", applications)
    assert [cell.column for cell in found] == ["colour", "evidence"]


def test_the_same_name_twice_and_a_number_that_is_too_large() -> None:
    found = bad_cells(f"{HEADS},months\np1,A,Z,1,EUR,99\np1,B,Y,1,EUR,2\n", applications)
    assert [(cell.line, cell.column) for cell in found] == [(2, "months"), (3, "application")]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"application,title,organisation\n", 2),
        (b"\xff\xfe\x00", 0),
        (b"application,title\np1,A\n", 1),
        (b"application,title,organisation\np1,A,Z,too,many\n", 2),
        (b'application,title,organisation\np1,"A,Z\n', 2),
    ],
)
def test_files_that_are_no_table(content: bytes, line: int) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_applications(content, FORM)
    assert refusal.value.bad_cells[0].line == line


def test_lines_are_counted_in_the_file() -> None:
    table = read_table(b'a,b\n"x\ny",1\n\nz,2\n', needed=("a",))
    assert [line.number for line in table.lines] == [2, 5]


def test_reviews_are_gathered_from_their_marks() -> None:
    content = (
        f"{REVIEW_HEADS}\nP1,Ada,alpha,risk,3,4,Good\nevf-1,Ada,Alpha,team,,4,Not my field\n"
        "EVF-1,New One,beta,risk,1,,\nEVF-1,New One,beta,team,2,,\n"
    )
    first, second = read_reviews(content.encode(), ROUND)
    assert (first.application_id, first.person_id, first.funder_id) == (FIRST, ADA, ALPHA)
    assert first.draft == ReviewDraft(
        scores={
            "risk": ScoreDraft(mark=3, shared_comment="Good"),
            "team": ScoreDraft(is_abstained=True, abstain_reason="Not my field"),
        },
        confidence=4,
    )
    assert (second.reviewer, second.person_id, second.funder_id) == ("New One", None, BETA)


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        (["x,Ada,alpha,risk,3,,"], [(2, "application")]),
        (["evf-1,,alpha,risk,3,,"], [(2, "reviewer")]),
        (["evf-1,Ada,gamma,risk,3,,"], [(2, "funder")]),
        (["evf-1,Ada,alpha,taste,3,,"], [(2, "criterion")]),
        (["evf-1,Ada,alpha,risk,4,9,"], [(2, "confidence"), (2, "mark")]),
        (["evf-1,Ada,alpha,risk,,,"], [(2, "mark")]),
        (["evf-1,Ada,alpha,risk,3,,"], [(2, "criterion")]),
        (["evf-1,Ada,beta,risk,3,,", "evf-1,Ada,beta,team,3,,"], [(2, "funder")]),
        (["evf-1,Ada,alpha,risk,3,,", "evf-1,Ada,alpha,risk,3,,"], [(3, "criterion")]),
        (["evf-1,Ada,alpha,risk,3,4,", "evf-1,Ada,alpha,team,3,5,"], [(3, "confidence")]),
        (["evf-2,Ada,alpha,risk,3,,", "evf-2,Ada,alpha,team,3,,"], [(2, "reviewer")]),
        (["evf-2,Bo,beta,risk,3,,", "evf-2,Bo,beta,team,3,,"], [(2, "funder")]),
        (["evf-1,Ada,alpha,risk,,,no", "evf-1,Ada,alpha,team,,,no"], [(2, "mark")]),
    ],
)
def test_bad_reviews(rows: list[str], cells: list[tuple[int, str]]) -> None:
    found = bad_cells(
        "\n".join((REVIEW_HEADS, *rows)), lambda content: read_reviews(content, ROUND)
    )
    assert [(cell.line, cell.column) for cell in found] == cells


def test_heads_that_are_names_keep_their_letters():
    table = read_table(b"reviewer, Ae-1 \nR,1\n", needed=("reviewer",), folds_heads=False)
    assert table.heads == ("reviewer", "Ae-1")
    assert table.lines[0].cell("Ae-1") == "1"
