import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.errors import InvalidInput
from fundapp.domain.uploads import CheckedUpload, FileKind, check_upload

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20)


def zipped(*names: str, first: tuple[str, str] | None = None) -> bytes:
    """Return the same bytes at any time: they name tests, which all workers must call alike."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in (*((first,) if first else ()), *((name, "x") for name in names)):
            archive.writestr(zipfile.ZipInfo(name), text)
    return file.getvalue()


def locked(content: bytes) -> bytes:
    """Set the flag of encryption on the first entry of the archive's directory."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


ODT = zipped("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.text"))
DOCX = zipped("[Content_Types].xml", "word/document.xml")


def refusal(name: str, content: bytes, **given) -> str:
    with pytest.raises(InvalidInput) as refused:
        check_upload(name, content, **given)
    [problem] = refused.value.problems
    assert problem.field == given.get("field", "file")
    return problem.sentence


@pytest.mark.parametrize(
    ("name", "content", "kind", "media_type"),
    [
        ("plan.pdf", PDF, FileKind.PDF, "application/pdf"),
        ("PLAN.PDF", PDF, FileKind.PDF, "application/pdf"),
        ("plot.png", PNG, FileKind.PNG, "image/png"),
        ("photo.jpg", b"\xff\xd8\xff\xe0JFIF", FileKind.JPEG, "image/jpeg"),
        ("notes.md", "# Größe\n评估".encode(), FileKind.TEXT, "text/markdown"),
        ("marks.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n", FileKind.TEXT, "text/csv"),
        ("log.json", b"{}", FileKind.TEXT, "application/json"),
        ("runs.zip", zipped("a.json"), FileKind.ARCHIVE, "application/zip"),
        ("run.eval", zipped("_journal/start.json"), FileKind.ARCHIVE, "application/zip"),
        (
            "plan.docx",
            DOCX,
            FileKind.DOCX,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "sums.xlsx",
            zipped("xl/workbook.xml"),
            FileKind.XLSX,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("plan.odt", ODT, FileKind.ODT, "application/vnd.oasis.opendocument.text"),
    ],
)
def test_files_are_known_by_their_content(name, content, kind, media_type):
    assert check_upload(name, content) == CheckedUpload(name, kind, media_type, len(content))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("plan.pdf", b"", "“plan.pdf” is empty. Attach it again."),
        (
            "plan.pdf",
            b"MZ\x90\x00" + bytes(60),
            "“plan.pdf” is a program, whatever its name says. Attach a document instead.",
        ),
        (
            "plan.pdf",
            b"\x7fELF" + bytes(60),
            "“plan.pdf” is a program, whatever its name says. Attach a document instead.",
        ),
        (
            "run.txt",
            b"#!/bin/sh\nrm -rf /\n",
            "“run.txt” is a program, whatever its name says. Attach a document instead.",
        ),
        (
            "plan.pdf",
            PNG,
            "“plan.pdf” is in truth a PNG image. Give its name the ending .png.",
        ),
        (
            "photo.png",
            b"\xff\xd8\xff\xe0",
            "“photo.png” is in truth a JPEG image. Give its name the ending .jpg or .jpeg.",
        ),
        (
            "page.html",
            b"<script>alert(1)</script>",
            "“page.html” is in truth UTF-8 text (.txt, .md, .csv, .json, .jsonl). "
            "Give its name the ending .txt or .md or .csv or .json or .jsonl.",
        ),
        (
            "plan.doc",
            OLD_WORD,
            "“plan.doc” is an old or locked Office file. Save it as PDF, .docx or .xlsx.",
        ),
        (
            "plan.docx",
            zipped("word/document.xml", "word/vbaProject.bin"),
            "“plan.docx” contains macros. Save it without them, or as PDF.",
        ),
        (
            "runs.zip",
            locked(zipped("a.json")),
            "“runs.zip” is locked with a password. Attach it without one.",
        ),
        (
            "runs.zip",
            zipped("a.json")[:-30],
            "“runs.zip” is damaged. Save it again and attach the new file.",
        ),
        (
            "runs.zip",
            b"PK\x03\x04" + b"PK\x01\x02" * 20_001,
            "“runs.zip” holds more than 20,000 files. Attach a smaller part.",
        ),
        (
            "marks.csv",
            "größe".encode("utf-16"),
            "“marks.csv” is of a kind that we cannot read. Attach one of these: a PDF, "
            "a PNG image, a JPEG image, UTF-8 text (.txt, .md, .csv, .json, .jsonl), "
            "an archive (.zip, .eval), a Word document (.docx), an Excel table (.xlsx), "
            "an OpenDocument text (.odt).",
        ),
    ],
)
def test_refusals_say_what_to_do(name, content, sentence):
    assert refusal(name, content, field="log") == sentence


def test_a_question_may_take_some_kinds_only():
    assert check_upload("plan.pdf", PDF, accepts=("pdf",)).kind is FileKind.PDF
    assert refusal("plot.png", PNG, accepts=("pdf", "docx")) == (
        "“plot.png” is a PNG image. This question takes a PDF or a Word document (.docx)."
    )


def test_the_size_is_limited_to_the_byte():
    assert check_upload("plan.pdf", PDF, max_bytes=len(PDF)).size == len(PDF)
    assert refusal("notes.txt", b"a" * 2_500_001, max_bytes=2_500_000) == (
        "“notes.txt” has 2.6 MB. At most 2.5 MB can be attached: shrink it or give a link."
    )


def test_the_name_loses_folders():
    assert check_upload("..\\..\\plan.pdf", PDF).name == "plan.pdf"


@given(
    st.sampled_from([DOCX, ODT, zipped("a", "b"), PDF]),
    st.lists(st.tuples(st.integers(4, 400), st.integers(0, 255)), max_size=12),
)
def test_damaged_files_are_taken_or_refused_but_never_crash(content, changes):
    damaged = bytearray(content)
    for at, byte in changes:
        damaged[at % len(damaged)] = byte
    with suppress(InvalidInput):
        assert check_upload("file.zip", bytes(damaged)).kind is FileKind.ARCHIVE
