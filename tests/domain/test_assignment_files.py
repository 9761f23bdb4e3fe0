"""Lists of assignments, good and bad."""

from uuid import UUID

import pytest

from fundapp.domain.assignment_files import (
    LARGEST_FILE,
    BadLine,
    ListedReviewer,
    decode_file,
    read_file,
)

ONE, TWO, RITA, OTTO = (UUID(int=number) for number in range(1, 5))
APPLICATIONS = {"EVF-2026-01-001": ONE, "EVF-2026-01-002": TWO}
REVIEWERS = [
    ListedReviewer(RITA, "rita@a.example", "Reviewer 1", "Lilliput Foundation", "lilliput"),
    ListedReviewer(OTTO, "otto@b.example", "Reviewer 2", "Erewhon Trust", "erewhon"),
]


def told(text: str) -> list[tuple[int, str, str]]:
    found = read_file(text, applications=APPLICATIONS, reviewers=REVIEWERS)
    assert found.pairs == () or not found.bad_lines or found.lines
    return [(bad.line, bad.column, bad.sentence) for bad in found.bad_lines]


@pytest.mark.parametrize(
    "text",
    [
        "application,reviewer\nEVF-2026-01-001,rita@a.example\nEVF-2026-01-002,Reviewer 2\n",
        "Reviewer;APPLICATION\r\nRITA@a.example;evf-2026-01-001\r\n\r\nreviewer 2;EVF-2026-01-002",
        'funder\treviewer\tapplication\nlilliput\trita@a.example\t"EVF-2026-01-001"\n'
        "Erewhon Trust\totto@b.example\tEVF-2026-01-002\n\t\t\n",
    ],
)
def test_a_good_list_gives_pairs(text: str) -> None:
    found = read_file(text, applications=APPLICATIONS, reviewers=REVIEWERS)
    assert found.bad_lines == ()
    assert found.pairs == ((ONE, RITA), (TWO, OTTO))


def test_every_bad_line_is_told_with_its_column() -> None:
    text = (
        "application,reviewer,funder\n"
        "EVF-2026-01-001,rita@a.example,erewhon\n"
        "EVF-2026-01-009,nobody@x.example,\n"
        ",,lilliput\n"
        "EVF-2026-01-002,otto@b.example,\n"
    )
    assert told(text) == [
        (2, "funder", "rita@a.example sits for Lilliput Foundation, not “erewhon”."),
        (3, "application", "No application under review here is “EVF-2026-01-009”."),
        (3, "reviewer", "Nobody on the panel is “nobody@x.example”."),
        (4, "application", "Give the application's reference."),
        (4, "reviewer", "Give the reviewer's mail address or label."),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty. Begin with a line: application,reviewer"),
        (" \n,\n", "The file is empty. Begin with a line: application,reviewer"),
        ("application,reviewer\n", "The file names no assignment. Add a line for each."),
        (
            "reference,person\na,b",
            "The first line must name the columns application and reviewer. "
            "It has “reference, person”.",
        ),
        (
            "application,reviewer\nEVF," + "x" * 200_000,
            "This line cannot be read as CSV. Check its quotes.",
        ),
        ("application,reviewer\n" + "a,b\n" * 20_000, "Give at most 20,000 lines at once."),
    ],
)
def test_a_list_that_cannot_be_read(text: str, sentence: str) -> None:
    assert [found[2] for found in told(text)] == [sentence]


@pytest.mark.parametrize("name", ["<script>", "🙂", "\u202emoc", "=1+1", "Ä" * 10_000])
def test_hostile_names_are_only_unknown(name: str) -> None:
    assert len(told(f"application,reviewer\n{name},{name}")) == 2


def test_files_are_utf_8_of_limited_size() -> None:
    assert decode_file("\ufeffapplication".encode()) == "application"
    assert decode_file(b"\xff\xfe\x00") == BadLine(
        0, "", "The file is not text in UTF-8. Save it as “CSV UTF-8”."
    )
    assert decode_file(b"x" * (LARGEST_FILE + 1)) == BadLine(
        0, "", "The file is larger than 2 MB. Split it."
    )
